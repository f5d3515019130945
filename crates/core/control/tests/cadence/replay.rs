//! The cadence as a stored decision: the same bytes again, the same times again, nonsense by name.

use homeostat_control::{
    Policy as _,
    activity::Activity,
    because,
    cadence::{Cadence, Competitor, Inputs, Interval, Params, Proposal},
    record, redecide,
};
use homeostat_model::WorldTime;
use jiff::SignedDuration;
use proptest::prelude::*;

use super::world::{DAY_MS, at, competitor};

fn known(id: &str, ads_micros: u64, seen_day: i64) -> Competitor {
    Competitor {
        activity: Some(Activity {
            seen_until: at(seen_day * DAY_MS),
            ads_micros,
            observed_ms: DAY_MS.unsigned_abs(),
            quiet_ms: 0,
        }),
        tried_at: Some(at(seen_day * DAY_MS)),
        ..competitor(id)
    }
}

fn inputs(competitors: Vec<Competitor>) -> Inputs {
    Inputs {
        params: Params::default(),
        now: at(10 * DAY_MS),
        budget_per_day: 3,
        made: vec![at(9 * DAY_MS + 1)],
        competitors,
    }
}

fn plan(inputs: &Inputs) -> Proposal {
    record::<Cadence>(inputs, 7).unwrap().proposal
}

/// What is stored must read the same for years: a change of these bytes needs a new version.
#[test]
fn the_stored_bytes_are_these() {
    let record = record::<Cadence>(&inputs(vec![known("a", 2_000_000, 9)]), 7).unwrap();
    assert_eq!(
        record.inputs_json,
        concat!(
            r#"{"params":{"daily_above_micros":1000000,"daily_down_to_micros":700000,"#,
            r#""weekly_below_micros":150000,"weekly_up_to_micros":250000,"jitter_permille":100},"#,
            r#""now":"1970-01-11T00:00:00Z","budget_per_day":3,"made":["1970-01-10T00:00:00.001Z"],"#,
            r#""competitors":[{"id":"a","watched_since":"1970-01-01T00:00:00Z","#,
            r#""activity":{"seen_until":"1970-01-10T00:00:00Z","ads_micros":2000000,"#,
            r#""observed_ms":86400000,"quiet_ms":0},"tried_at":"1970-01-10T00:00:00Z","#,
            r#""wanted":"three_days","every":"three_days","doubted_at":null}]}"#,
        )
    );
    assert_eq!(
        record.belief_json,
        concat!(
            r#"{"competitors":[{"id":"a","ads_micros_per_day":2000000,"#,
            r#""seen_until":"1970-01-10T00:00:00Z"}]}"#,
        )
    );
    assert_eq!(
        record.proposal_json,
        concat!(
            r#"{"wanted_per_day_milli":1000,"granted_per_day_milli":1000,"weekly_fits":true,"#,
            r#""competitors":[{"id":"a","wanted":"daily","every":"daily","doubted_at":null,"#,
            r#""next_at":"1970-01-11T01:14:52.8Z"}]}"#,
        )
    );
}

#[test]
fn what_a_decision_came_to_is_told_in_one_line() {
    let told = |inputs: &Inputs| {
        let record = record::<Cadence>(inputs, 7).unwrap();
        because(
            "cadence",
            &record.inputs_json,
            &record.belief_json,
            &record.proposal_json,
        )
        .unwrap()
    };
    let competitors = vec![
        known("a", 2_000_000, 9),
        known("b", 500_000, 9),
        competitor("c"),
    ];
    assert_eq!(
        told(&inputs(competitors)),
        "1 daily, 2 every three days, 0 weekly: 1.7 of 3 looks a day"
    );
    let many = (0..30)
        .map(|n| known(&n.to_string(), 2_000_000, 9))
        .collect();
    assert_eq!(
        told(&inputs(many)),
        "0 daily, 0 every three days, 30 weekly: 4.3 of 3 looks a day, \
         too few for a weekly look at every competitor"
    );
}

#[test]
fn deciding_again_later_gives_the_same_times() {
    let first = inputs(vec![
        known("a", 500_000, 9),
        known("b", 10_000, 9),
        known("c", 3_000_000, 9),
    ]);
    let later = Inputs {
        now: first.now.plus(SignedDuration::from_hours(1)),
        ..first.clone()
    };
    let (first, later) = (plan(&first), plan(&later));
    for (a, b) in first.competitors.iter().zip(&later.competitors) {
        assert_eq!(a.next_at.max(at(10 * DAY_MS + DAY_MS / 24)), b.next_at);
    }
}

#[test]
fn nonsense_is_named_with_the_fix() {
    let error = |change: &dyn Fn(&mut Inputs)| {
        let mut broken = inputs(vec![known("a", 1, 9)]);
        change(&mut broken);
        Cadence::believe(&broken).unwrap_err().to_string()
    };
    assert!(error(&|i| i.budget_per_day = 0).starts_with("budget_per_day is 0"));
    assert!(error(&|i| i.competitors.push(competitor("a"))).contains("competitors names a twice"));
    assert!(
        error(&|i| i.competitors[0].activity.as_mut().unwrap().observed_ms = 0)
            .starts_with("competitors.activity.observed_ms is 0")
    );
    let params = |change: fn(&mut Params)| error(&|i| change(&mut i.params));
    assert!(
        params(|p| p.daily_down_to_micros = 2_000_000).contains("daily_down_to_micros is 2000000")
    );
    assert!(params(|p| p.weekly_up_to_micros = 2_000_000).contains("params.weekly_up_to_micros"));
    assert!(params(|p| p.weekly_below_micros = 300_000).contains("must not be above 250000"));
    assert!(params(|p| p.jitter_permille = 501).contains("params.jitter_permille"));
}

#[test]
fn no_competitors_no_looks() {
    let nothing = plan(&inputs(vec![]));
    assert!(nothing.competitors.is_empty() && nothing.weekly_fits);
}

fn any_time() -> impl Strategy<Value = WorldTime> {
    (-20 * DAY_MS..20 * DAY_MS).prop_map(at)
}

fn any_interval() -> impl Strategy<Value = Interval> {
    prop::sample::select(vec![Interval::Daily, Interval::ThreeDays, Interval::Weekly])
}

fn any_store() -> impl Strategy<Value = Competitor> {
    let seen = (any_time(), any::<u64>(), 1..=u64::MAX, any::<u64>());
    let activity = seen.prop_map(|(seen_until, ads_micros, observed_ms, quiet_ms)| Activity {
        seen_until,
        ads_micros,
        observed_ms,
        quiet_ms,
    });
    let times = (
        any_time(),
        prop::option::of(any_time()),
        prop::option::of(any_time()),
    );
    (
        prop::option::of(activity),
        times,
        any_interval(),
        any_interval(),
    )
        .prop_map(
            |(activity, (watched_since, tried_at, doubted_at), wanted, every)| Competitor {
                id: String::new(),
                watched_since,
                activity,
                tried_at,
                wanted,
                every,
                doubted_at,
            },
        )
}

fn any_inputs() -> impl Strategy<Value = Inputs> {
    let competitors = prop::collection::vec(any_store(), 0..20);
    let made = prop::collection::vec(any_time(), 0..10);
    (competitors, made, any_time(), 1_u32..20).prop_map(
        |(mut competitors, made, now, budget_per_day)| {
            for (index, competitor) in competitors.iter_mut().enumerate() {
                competitor.id = format!("brand:{index}");
            }
            Inputs {
                params: Params::default(),
                now,
                budget_per_day,
                made,
                competitors,
            }
        },
    )
}

proptest! {
    #[test]
    fn a_stored_decision_runs_again_to_the_same_bytes(inputs in any_inputs(), seed in any::<u64>()) {
        let first = record::<Cadence>(&inputs, seed).unwrap();
        let again = redecide("cadence", "cadence-v1", &first.inputs_json, seed).unwrap();
        prop_assert_eq!(again.belief_json, first.belief_json);
        prop_assert_eq!(&again.proposal_json, &first.proposal_json);
        let proposal: Proposal = serde_json::from_str(&first.proposal_json).unwrap();
        prop_assert_eq!(serde_json::to_string(&proposal).unwrap(), first.proposal_json);
        let inputs_again: Inputs = serde_json::from_str(&first.inputs_json).unwrap();
        prop_assert_eq!(inputs_again, inputs);
    }

    #[test]
    fn the_order_of_competitors_does_not_matter(
        (sorted, shuffled) in any_inputs()
            .prop_flat_map(|i| (Just(i.clone()), Just(i.competitors).prop_shuffle())),
    ) {
        let shuffled = Inputs { competitors: shuffled, ..sorted.clone() };
        prop_assert_eq!(plan(&sorted), plan(&shuffled));
    }

    /// Every competitor has a plan, none in the past, and what was agreed on is within the budget.
    #[test]
    fn every_competitor_is_planned_for(inputs in any_inputs()) {
        let plan = plan(&inputs);
        prop_assert_eq!(plan.competitors.len(), inputs.competitors.len());
        prop_assert!(plan.competitors.iter().all(|competitor| competitor.next_at >= inputs.now));
        prop_assert!(plan.competitors.iter().all(|competitor| competitor.every >= competitor.wanted));
        prop_assert!(plan.granted_per_day_milli <= plan.wanted_per_day_milli);
        if plan.weekly_fits {
            prop_assert!(plan.granted_per_day_milli <= u64::from(inputs.budget_per_day) * 1_000);
        }
    }
}
