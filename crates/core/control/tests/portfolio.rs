//! What the portfolio policy promises: as many campaigns as are wanted, one launch a day, and none on old readings.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use homeostat_control::{
    because,
    portfolio::{Inputs, KeepReason, Params, Portfolio, Proposal, Resting},
    record, redecide,
};
use homeostat_model::{Money, WorldTime, chain};
use jiff::SignedDuration;
use proptest::prelude::*;

const HOUR_S: i64 = 3_600;

fn now() -> WorldTime {
    WorldTime("2026-06-01T12:00:00Z".parse().unwrap())
}

fn ago(seconds: i64) -> WorldTime {
    now().plus(-SignedDuration::from_secs(seconds))
}

fn eur(euros: i64) -> Money {
    Money::from_micros(euros * 1_000_000, "EUR".parse().unwrap())
}

fn brand(running: u32) -> Inputs {
    Inputs {
        params: Params::default(),
        name: "aurora".into(),
        wanted: 3,
        test_budget: eur(40),
        running,
        open: 0,
        resting: vec![],
        launches: 6,
        launched_at: None,
        read_at: Some(now()),
        now: now(),
        nonce: "7".into(),
    }
}

fn resting(id: u64) -> Resting {
    Resting {
        campaign: id.to_string(),
        daily_budget: eur(35),
    }
}

fn decide(inputs: &Inputs) -> Proposal {
    let decided = record::<Portfolio>(inputs, 0).unwrap();
    let again = redecide("portfolio", "portfolio-v1", &decided.inputs_json, 0).unwrap();
    assert_eq!(again.proposal_json, decided.proposal_json);
    assert_eq!(again.belief_json, decided.belief_json);
    decided.proposal
}

fn keep(reason: KeepReason) -> Proposal {
    Proposal::Keep { reason }
}

fn launch(name: &str) -> Proposal {
    Proposal::Launch {
        name: name.into(),
        daily_budget: eur(40),
    }
}

#[test]
fn a_brand_that_is_short_of_one_launches_it_and_then_lets_it_run() {
    let mut brand = brand(2);
    assert_eq!(decide(&brand), launch("aurora 7"));
    brand.launches += 1;
    brand.launched_at = Some(now());
    brand.open = 1;
    assert_eq!(decide(&brand), keep(KeepReason::Enough));
    brand.open = 0;
    brand.resting = vec![resting(5), resting(6)];
    let resume = Proposal::Resume {
        campaign: "5".into(),
        daily_budget: eur(35),
    };
    assert_eq!(decide(&brand), resume);
    brand.running = 3;
    assert_eq!(decide(&brand), keep(KeepReason::Enough));
}

#[test]
fn between_two_launches_lies_a_day() {
    let mut brand = brand(0);
    brand.launched_at = Some(ago(24 * HOUR_S - 1));
    let until = now().plus(SignedDuration::from_secs(1));
    assert_eq!(decide(&brand), keep(KeepReason::Rests { until }));
    brand.launched_at = Some(ago(24 * HOUR_S));
    assert_eq!(decide(&brand), launch("aurora 7"));
    let ahead = now().plus(SignedDuration::from_hours(1));
    brand.launched_at = Some(ahead);
    assert_ne!(decide(&brand), launch("aurora 7"), "dated ahead");
}

#[test]
fn not_to_see_is_not_to_see_none() {
    let mut blind = brand(0);
    blind.resting = vec![resting(5)];
    for read_at in [None, Some(ago(2 * HOUR_S + 1)), Some(ago(-1))] {
        blind.read_at = read_at;
        assert_eq!(decide(&blind), keep(KeepReason::Stale), "{read_at:?}");
    }
    blind.read_at = Some(ago(2 * HOUR_S));
    assert_ne!(decide(&blind), keep(KeepReason::Stale));
}

#[test]
fn what_it_rests_on_is_told_in_one_line() {
    let told = |inputs: &Inputs| {
        let decided = record::<Portfolio>(inputs, 0).unwrap();
        let (belief, proposal) = (&decided.belief_json, &decided.proposal_json);
        because("portfolio", &decided.inputs_json, belief, proposal).unwrap()
    };
    let run = "2 of 3 wanted campaigns run, 0 launched and not run yet";
    let tried = told(&brand(2));
    assert!(
        tried.starts_with(run) && tried.contains("40.00 EUR"),
        "{tried}"
    );
    let mut blind = brand(2);
    blind.read_at = None;
    assert!(told(&blind).contains("no reading"));
}

#[test]
fn what_makes_no_sense_is_named() {
    let named = |change: &dyn Fn(&mut Inputs)| {
        let mut inputs = brand(1);
        change(&mut inputs);
        chain(&record::<Portfolio>(&inputs, 0).unwrap_err())
    };
    let bad = |change: &dyn Fn(&mut Inputs), problem: &str| {
        let told = named(change);
        assert!(told.contains(problem), "{told}");
    };
    bad(&|one| one.wanted = 0, "wanted is 0");
    bad(&|one| one.wanted = 21, "wanted is 21");
    bad(&|one| one.test_budget = eur(0), "test_budget is 0");
    bad(&|one| one.name = " ".into(), "name must not be empty");
    bad(&|one| one.nonce = String::new(), "nonce must not be empty");
    bad(
        &|one| one.resting = vec![resting(5), resting(5)],
        "resting.campaign names 5 twice",
    );
    let free = Resting {
        daily_budget: eur(-1),
        ..resting(5)
    };
    bad(
        &|one| one.resting = vec![free.clone()],
        "resting.daily_budget",
    );
}

proptest! {
    /// Day after day, whatever stops meanwhile and however long an answer is open: what runs and what may run are never
    /// more than wanted, two launches are never closer than a day, and no name is given twice.
    #[test]
    fn never_more_than_wanted_and_never_two_in_a_day(
        wanted in 1_u32..=20, steps in proptest::collection::vec((0_i64..40, 0_u8..4), 1..60)
    ) {
        let mut brand = Inputs { wanted, launches: 0, ..brand(0) };
        let (mut ids, mut names, mut last) = (0, Vec::new(), None::<WorldTime>);
        for (hours, what) in steps {
            brand.now = brand.now.plus(SignedDuration::from_hours(hours));
            brand.read_at = Some(brand.now);
            match what {
                // The kill rule stops one.
                0 => brand.running = brand.running.saturating_sub(1),
                // An answer comes.
                1 if brand.open > 0 => {
                    brand.open -= 1;
                    ids += 1;
                    brand.resting.push(resting(ids));
                }
                _ => {}
            }
            match decide(&brand) {
                Proposal::Launch { name, .. } => {
                    prop_assert!(last.is_none_or(|at| brand.now.since(at) >= SignedDuration::from_hours(24)));
                    prop_assert!(!names.contains(&name));
                    names.push(name);
                    (last, brand.launched_at) = (Some(brand.now), Some(brand.now));
                    brand.launches += 1;
                    brand.open += 1;
                }
                Proposal::Resume { campaign, .. } => {
                    brand.resting.retain(|one| one.campaign != campaign);
                    brand.running += 1;
                }
                Proposal::Keep { .. } => {}
            }
            let soon = brand.open + u32::try_from(brand.resting.len()).unwrap();
            prop_assert!(brand.running + soon <= wanted);
        }
    }
}
