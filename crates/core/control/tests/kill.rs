//! Promises of the kill policy: its boundaries, its guards, and that it can be run again.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
use homeostat_control::{
    Delay, SpendInterval, campaign,
    kill::{Bleed, Inputs, KeepReason, Kill, Params, Proposal, Rule},
    record, redecide,
};
use homeostat_model::WorldTime;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

const TARGET_MICROS: i64 = 14_000_000;
const HOUR_S: i64 = 3_600;
const DAY_S: i64 = 86_400;

fn at(second: i64) -> WorldTime {
    WorldTime(Timestamp::UNIX_EPOCH).plus(SignedDuration::from_secs(second))
}

/// A campaign that spent `amount_micros` long ago, seen through a fresh reading.
fn inputs(amount_micros: i64, sales: u32) -> Inputs {
    let now = at(60 * DAY_S);
    Inputs {
        params: Params::default(),
        campaign: campaign::Inputs {
            currency: "EUR".parse().unwrap(),
            target: campaign::Target::Cpa {
                cpa_micros: TARGET_MICROS,
            },
            delay: Delay::default(),
            now,
            read_at: Some(now),
            spend: vec![SpendInterval {
                from: at(0),
                until: at(DAY_S),
                amount_micros,
            }],
            sales,
        },
        conversions_30d: sales,
        flagged_at: None,
    }
}

fn decide(inputs: &Inputs) -> Proposal {
    record::<Kill>(inputs, 7).unwrap().proposal
}

fn rule(inputs: &Inputs) -> Option<Rule> {
    match decide(inputs) {
        Proposal::Pause { rule, .. } => Some(rule),
        Proposal::Keep { .. } => None,
    }
}

fn only(params: Params) -> impl Fn(i64, u32) -> Option<Rule> {
    move |amount, sales| {
        rule(&Inputs {
            params,
            ..inputs(amount, sales)
        })
    }
}

const NOTHING: Params = Params {
    zero_sale_k: None,
    bleed: None,
    hard_stop_cpas: None,
    guards: None,
};

#[test]
fn rule_a_fires_at_exactly_three_targets_without_a_sale() {
    assert_eq!(rule(&inputs(3 * TARGET_MICROS - 1, 0)), None);
    assert_eq!(rule(&inputs(3 * TARGET_MICROS, 0)), Some(Rule::A));
    assert_eq!(rule(&inputs(3 * TARGET_MICROS, 1)), None);
    let Proposal::Pause {
        false_kill_chance, ..
    } = decide(&inputs(3 * TARGET_MICROS, 0))
    else {
        panic!("kept");
    };
    assert!((false_kill_chance - (-3.0_f64).exp()).abs() < 1e-12);
}

#[test]
fn rule_b_fires_where_walds_test_does() {
    let b = only(Params {
        bleed: Some(Bleed::default()),
        ..NOTHING
    });
    for sales in 0..30 {
        let k = 1.5 * (20.0_f64.ln() + f64::from(sales) * 3.0_f64.ln());
        let boundary = (k * TARGET_MICROS as f64) as i64;
        assert_eq!(b(boundary - 1, sales), None, "{sales}");
        assert_eq!(b(boundary + 2, sales), Some(Rule::B), "{sales}");
    }
}

#[test]
fn rule_c_stops_unmatured_spend() {
    let mut fresh = inputs(6 * TARGET_MICROS, 0);
    let now = fresh.campaign.now;
    fresh.campaign.spend[0].from = now.plus(SignedDuration::from_hours(-1));
    fresh.campaign.spend[0].until = now;
    assert_eq!(rule(&fresh), Some(Rule::C));
    fresh.campaign.spend[0].amount_micros -= 1;
    assert_eq!(rule(&fresh), None);
    fresh.campaign.spend[0].amount_micros += 1;
    fresh.campaign.sales = 1;
    assert_eq!(rule(&fresh), None);
}

#[test]
fn a_rule_without_a_threshold_is_off() {
    assert_eq!(only(NOTHING)(100 * TARGET_MICROS, 0), None);
}

#[test]
fn no_kill_on_stale_or_missing_data() {
    let mut stale = inputs(100 * TARGET_MICROS, 0);
    stale.flagged_at = Some(at(59 * DAY_S));
    let read = |age_s: i64| Some(at(60 * DAY_S - age_s));
    stale.campaign.read_at = read(2 * HOUR_S);
    assert_eq!(rule(&stale), Some(Rule::A));
    stale.campaign.read_at = read(2 * HOUR_S + 1);
    let expected = Proposal::Keep {
        reason: KeepReason::Stale {
            age_s: 2 * HOUR_S + 1,
        },
        flagged_at: stale.flagged_at,
    };
    assert_eq!(decide(&stale), expected);
    stale.campaign.read_at = read(-2 * HOUR_S - 1);
    assert_eq!(rule(&stale), None);
    stale.campaign.read_at = None;
    assert!(matches!(
        decide(&stale),
        Proposal::Keep {
            reason: KeepReason::NeverRead,
            ..
        }
    ));
}

#[test]
fn a_proven_seller_needs_two_checks_a_day_apart() {
    let mut seller = inputs(1_000 * TARGET_MICROS, 3);
    seller.conversions_30d = 49;
    assert_eq!(rule(&seller), Some(Rule::B));

    seller.conversions_30d = 50;
    let now = seller.campaign.now;
    let first = Proposal::Keep {
        reason: KeepReason::SecondCheck {
            rule: Rule::B,
            not_before: now.plus(SignedDuration::from_hours(24)),
        },
        flagged_at: Some(now),
    };
    assert_eq!(decide(&seller), first);

    seller.flagged_at = Some(now.plus(SignedDuration::from_secs(-DAY_S + 1)));
    assert_eq!(rule(&seller), None);
    seller.flagged_at = Some(now.plus(SignedDuration::from_secs(-DAY_S)));
    assert_eq!(rule(&seller), Some(Rule::B));
}

#[test]
fn a_recovered_campaign_loses_its_flag() {
    let mut recovered = inputs(TARGET_MICROS, 60);
    recovered.flagged_at = Some(at(59 * DAY_S));
    assert_eq!(
        decide(&recovered),
        Proposal::Keep {
            reason: KeepReason::NoRule,
            flagged_at: None
        }
    );
}

/// Sales come at random with one per target of spend: rule A then kills exactly when the first one
/// comes after three targets, and that has the chance `e^(-3)`.
#[test]
fn rule_a_alone_kills_exactly_those_that_sell_nothing_in_three_targets() {
    let a = only(Params {
        zero_sale_k: Some(3.0),
        ..NOTHING
    });
    let killed = |first_sale_micros: i64| {
        (1..400).any(|check| {
            let spent = check * TARGET_MICROS / 20;
            a(spent, u32::from(first_sale_micros <= spent)).is_some()
        })
    };
    assert!(!killed(0));
    assert!(!killed(3 * TARGET_MICROS));
    assert!(killed(3 * TARGET_MICROS + 1));
}

#[test]
fn thresholds_that_kill_everything_are_refused_by_name() {
    let refused = |bleed: Option<Bleed>, zero_sale_k, hard_stop_cpas| {
        let params = Params {
            bleed,
            zero_sale_k,
            hard_stop_cpas,
            guards: None,
        };
        let error = record::<Kill>(
            &Inputs {
                params,
                ..inputs(0, 0)
            },
            0,
        )
        .unwrap_err();
        std::error::Error::source(&error).unwrap().to_string()
    };
    let bleed = |times_target, odds| Some(Bleed { times_target, odds });
    assert!(refused(bleed(3.0, 0.0), None, None).contains("params.bleed.odds must be above 1"));
    assert!(refused(bleed(1.0, 20.0), None, None).contains("params.bleed.times_target"));
    assert!(refused(None, Some(0.0), None).contains("params.zero_sale_k must be above 0"));
    assert!(refused(None, None, Some(-1.0)).contains("params.hard_stop_cpas"));
}

#[test]
fn a_stored_decision_of_another_version_is_refused_by_name() {
    let error = redecide("kill", "kill-v0", "{}", 0)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("kill-v0") && error.contains("kill-v1"),
        "{error}"
    );
}

#[test]
fn damaged_inputs_are_named() {
    let stored = record::<Kill>(&inputs(1, 0), 0).unwrap().inputs_json;
    let damaged = stored.replace("\"sales\":0", "\"sales\":-1");
    let error = redecide("kill", "kill-v1", &damaged, 0).unwrap_err();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("-1"), "{cause}");
}

/// What is stored must read the same for years: a change of these bytes needs a new version.
#[test]
fn the_stored_bytes_are_these() {
    let record = record::<Kill>(&inputs(3 * TARGET_MICROS, 0), 0).unwrap();
    assert_eq!(
        record.inputs_json,
        concat!(
            r#"{"params":{"zero_sale_k":3.0,"bleed":{"times_target":3.0,"odds":20.0},"#,
            r#""hard_stop_cpas":6.0,"guards":{"freshness_s":7200,"#,
            r#""two_checks_from_conversions":50,"two_checks_gap_s":86400}},"#,
            r#""campaign":{"currency":"EUR","target":{"kind":"cpa","cpa_micros":14000000},"#,
            r#""delay":{"kind":"exponential","mean_s":86400,"cut_s":604800},"#,
            r#""now":"1970-03-02T00:00:00Z","read_at":"1970-03-02T00:00:00Z","#,
            r#""spend":[{"from":"1970-01-01T00:00:00Z","until":"1970-01-02T00:00:00Z","#,
            r#""amount_micros":42000000}],"sales":0},"conversions_30d":0,"flagged_at":null}"#,
        )
    );
    assert_eq!(
        record.belief_json,
        concat!(
            r#"{"currency":"EUR","target_cpa_micros":14000000,"raw_spend_micros":42000000,"#,
            r#""matured_spend_micros":42000000,"sales":0,"k":3.0,"#,
            r#""chance_if_on_target":0.049787068368,"chance_below_target":0.981684361111}"#,
        )
    );
    assert_eq!(
        record.proposal_json,
        r#"{"act":"pause","rule":"A","k":3.0,"sales":0,"false_kill_chance":0.049787068368}"#
    );
}

fn any_inputs() -> impl Strategy<Value = Inputs> {
    let spend = prop::collection::vec((0_i64..70 * DAY_S, 0..DAY_S, 0_i64..200_000_000), 0..12);
    let params = (
        prop::option::of(0.1..9.0_f64),
        prop::option::of((1.1..9.0_f64, 1.1..1_000.0_f64)),
        prop::option::of(0.1..9.0_f64),
        any::<bool>(),
    );
    let guards = (
        0_u32..100,
        prop::option::of(0..61 * DAY_S),
        -3 * HOUR_S..3 * HOUR_S,
    );
    (spend, 0_u32..60, params, guards).prop_map(
        |(spend, sales, (a, b, c, guarded), (conversions_30d, flagged_s, age_s))| {
            let mut inputs = inputs(0, sales);
            inputs.params = Params {
                zero_sale_k: a,
                bleed: b.map(|(times_target, odds)| Bleed { times_target, odds }),
                hard_stop_cpas: c,
                guards: inputs.params.guards.filter(|_| guarded),
            };
            inputs.campaign.read_at = Some(at(60 * DAY_S - age_s));
            inputs.campaign.spend = spend
                .into_iter()
                .map(|(from_s, width_s, amount_micros)| SpendInterval {
                    from: at(from_s),
                    until: at(from_s + width_s),
                    amount_micros,
                })
                .collect();
            inputs.conversions_30d = conversions_30d;
            inputs.flagged_at = flagged_s.map(at);
            inputs
        },
    )
}

proptest! {
    #[test]
    fn a_stored_decision_runs_again_to_the_same_bytes(inputs in any_inputs(), seed in any::<u64>()) {
        let first = record::<Kill>(&inputs, seed).unwrap();
        let again = redecide("kill", "kill-v1", &first.inputs_json, seed).unwrap();
        prop_assert_eq!(again.belief_json, first.belief_json);
        prop_assert_eq!(&again.proposal_json, &first.proposal_json);
        let proposal: Proposal = serde_json::from_str(&first.proposal_json).unwrap();
        prop_assert_eq!(serde_json::to_string(&proposal).unwrap(), first.proposal_json);
    }

    /// Thresholds as people write them; any others are still decided on as they were stored.
    #[test]
    fn inputs_survive_their_bytes(inputs in any_inputs()) {
        let inputs = Inputs { params: Params::default(), ..inputs };
        let bytes = serde_json::to_string(&inputs).unwrap();
        let again: Inputs = serde_json::from_str(&bytes).unwrap();
        prop_assert_eq!(&serde_json::to_string(&again).unwrap(), &bytes);
        prop_assert_eq!(again, inputs);
    }

    /// More money without a sale more never turns a kill into a keep.
    #[test]
    fn more_spend_never_saves(spent in 0..300 * TARGET_MICROS, more in 0..50 * TARGET_MICROS, sales in 0_u32..80) {
        let bare = only(Params { guards: None, ..Params::default() });
        if bare(spent, sales).is_some() {
            prop_assert!(bare(spent + more, sales).is_some());
        }
    }

    /// One more sale never turns a keep into a kill.
    #[test]
    fn more_sales_never_kill(spent in 0..300 * TARGET_MICROS, sales in 0_u32..80, more in 0_u32..10) {
        let bare = only(Params { guards: None, ..Params::default() });
        if bare(spent, sales).is_none() {
            prop_assert!(bare(spent, sales + more).is_none());
        }
    }

    /// Late orders in any order: the state at the end is the same.
    #[test]
    fn late_orders_in_any_order_end_in_the_same_decision(
        (orders, shuffled) in prop::collection::vec((0_i64..60 * DAY_S, 0_u32..3), 1..15)
            .prop_flat_map(|o| (Just(o.clone()), Just(o).prop_shuffle())),
        spent in 0..60 * TARGET_MICROS,
    ) {
        let end = |arrivals: Vec<(i64, u32)>| {
            let mut inputs = inputs(spent, 0);
            let mut last = String::new();
            for (_, count) in arrivals {
                inputs.campaign.sales += count;
                inputs.conversions_30d += count;
                last = record::<Kill>(&inputs, 0).unwrap().proposal_json;
            }
            last
        };
        prop_assert_eq!(end(orders), end(shuffled));
    }
}
