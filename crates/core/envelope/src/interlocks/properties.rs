//! What holds for every case.

use homeostat_model::Autonomy;
use jiff::SignedDuration;
use proptest::prelude::*;

use super::{ALL, fixture::Fixture};
use crate::{Case, Ledger, RULES, judge, rejudge, windows_for};

#[test]
fn a_sound_case_passes_every_interlock_and_each_speaks() {
    for case in [
        Fixture::kill(),
        Fixture::spending(1),
        Fixture::refund(),
        Fixture::payout(),
        Fixture::reply(),
    ] {
        let verdict = case.verdict();
        assert!(verdict.allowed, "{verdict:#?}");
        assert_eq!(verdict.interlocks.len(), ALL.len());
        assert!(verdict.interlocks.iter().all(|one| !one.reason.is_empty()));
    }
}

#[test]
fn every_interlock_is_judged_after_the_first_refusal() {
    let mut case = Fixture::kill();
    case.position.scope.mode = homeostat_model::Mode::Halt;
    case.window("cooldown").held = 1;
    let verdict = case.verdict();
    assert_eq!(verdict.interlocks.len(), ALL.len());
    assert_eq!(verdict.refusals().count(), 2);
}

#[test]
fn a_window_that_was_not_read_refuses() {
    let mut case = Fixture::spending(1);
    case.position.windows.clear();
    for name in ["cooldown", "action_cap", "hourly_budget", "daily_budget"] {
        case.assert_refused_by(name);
    }
}

#[test]
fn guarded_gets_a_tenth_of_the_money() {
    let mut case = Fixture::spending(10_000_000);
    case.position.scope.autonomy = Autonomy::Guarded;
    case.assert_passes("daily_budget");
    case.ask.worst_case.amount_micros += 1;
    case.assert_refused_by("daily_budget");
}

proptest! {
    /// L4 in one line: nothing is allowed that takes settled + held over a cap.
    #[test]
    fn never_allowed_over_a_cap(
        take in -10_i64..200_000_000,
        uses in prop::collection::vec((0_i64..150_000_000, 0_i64..150_000_000), 6),
        caps in (0_i64..150_000_000, 0_i64..150_000_000, 0_i64..150_000_000, 0_i64..150_000_000),
    ) {
        let mut case = Fixture::spending(1);
        case.limits.hour_cap_micros = Some(caps.0);
        case.limits.day_cap_micros = caps.1;
        case.limits.month_cap_micros = Some(caps.2);
        case.limits.lifetime_cap_micros = Some(caps.3);
        case.read_windows();
        case.ask.worst_case.amount_micros = take;
        for (window, (held, settled)) in case.position.windows.iter_mut().zip(&uses) {
            (window.held, window.settled) = (*held, *settled);
        }
        if case.verdict().allowed {
            for window in &case.position.windows {
                let take = if window.unit == crate::Unit::Act { 1 } else { take };
                prop_assert!(take == 0 || window.used() + take <= window.cap, "{window:?}");
            }
            prop_assert!(take >= 0);
        }
    }

    /// Conservation over a run of asks: no window of the ledger ever passes its cap.
    #[test]
    fn a_run_of_asks_stays_within_every_cap(
        asks in prop::collection::vec((1_i64..40_000_000, 0_i64..7_200, 0_u8..4), 1..80),
    ) {
        let mut case = Fixture::spending(1);
        case.limits.month_cap_micros = Some(300_000_000);
        case.limits.lifetime_cap_micros = Some(500_000_000);
        // Before the change of the clocks in autumn, so that the run meets a day of 25 hours.
        case.ask.at = homeostat_model::WorldTime("2026-10-24T20:00:00Z".parse().unwrap());
        let mut ledger = Ledger::default();
        let mut days = std::collections::BTreeMap::new();
        let mut lifetime = 0;
        for (take, wait_s, target) in asks {
            case.ask.at = case.ask.at.plus(SignedDuration::from_secs(wait_s));
            case.ask.data_as_of = case.ask.at;
            case.ask.target = format!("c-{target}");
            case.ask.worst_case.amount_micros = take;
            let specs = windows_for(&case.limits, &case.ask, 5).unwrap();
            case.position.windows = ledger.position(&specs, case.ask.at);
            if case.verdict().allowed {
                ledger.take(&specs, case.ask.at);
                *days.entry(case.spec("daily_budget").starts_at).or_insert(0) += take;
                lifetime += take;
            }
        }
        prop_assert!(days.values().all(|spent| *spent <= case.limits.day_cap_micros));
        prop_assert!(lifetime <= 500_000_000);
    }

    /// L13: a stored case judges again to the same bytes.
    #[test]
    fn a_stored_case_judges_again_to_the_same_bytes(
        take in 0_i64..200_000_000,
        held in 0_i64..200_000_000,
        nanos in 0_i32..1_000_000_000,
    ) {
        let mut case = Fixture::kill();
        case.ask.worst_case.amount_micros = take;
        case.read_windows();
        case.window("cooldown").held = held;
        case.ask.at = case.ask.at.plus(SignedDuration::new(0, nanos));
        let verdict = serde_json::to_string(&judge(&case.limits, &case.position, &case.ask)).unwrap();
        let stored = Case { rules: RULES, limits: case.limits, position: case.position, ask: case.ask };
        let text = serde_json::to_string(&stored).unwrap();
        prop_assert_eq!(rejudge(&text).unwrap(), verdict);
        let read: Case = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(serde_json::to_string(&read).unwrap(), text);
    }
}

#[test]
fn what_was_judged_by_older_rules_is_judged_by_them_again() {
    let case = Fixture::kill();
    let stored = Case {
        rules: 1,
        limits: case.limits,
        position: case.position,
        ask: case.ask,
    };
    let text = serde_json::to_string(&stored).unwrap();
    assert!(!text.contains("rules"), "as it was stored then");
    let verdict: crate::Verdict = serde_json::from_str(&rejudge(&text).unwrap()).unwrap();
    let older = ALL.iter().filter(|one| one.since == 1).count();
    assert_eq!(verdict.interlocks.len(), older);
    assert!(older < ALL.len() && verdict.allowed);
}

/// A tenth of 60 EUR would not let 20 EUR back; a tenth of the day's 200 EUR would.
#[test]
fn a_guarded_policy_gives_back_a_whole_order_within_its_tenth_of_the_brands_caps() {
    let mut case = Fixture::refund();
    case.position.scope.autonomy = homeostat_model::Autonomy::Guarded;
    for name in ["refund_ceiling", "customer_room", "daily_budget"] {
        case.assert_passes(name);
    }
    case.window("daily_budget").settled = 1;
    case.assert_refused_only_by("daily_budget");
    let stored = Case {
        rules: 2,
        limits: case.limits.clone(),
        position: case.position.clone(),
        ask: case.ask.clone(),
    };
    let again = rejudge(&serde_json::to_string(&stored).unwrap()).unwrap();
    let verdict: crate::Verdict = serde_json::from_str(&again).unwrap();
    assert!(verdict.refused_by("refund_ceiling") && verdict.refused_by("customer_room"));
}

#[test]
fn what_was_judged_by_rules_to_come_is_not_judged_again_here() {
    let case = Fixture::kill();
    let stored = Case {
        rules: RULES + 1,
        limits: case.limits,
        position: case.position,
        ask: case.ask,
    };
    let told = rejudge(&serde_json::to_string(&stored).unwrap()).unwrap_err();
    assert!(
        told.to_string().contains(&format!("rules {}", RULES + 1)),
        "{told}"
    );
}

#[test]
fn there_are_fifteen_interlocks_or_more_and_each_says_what_it_refuses() {
    let words = crate::interlock_words();
    assert!(words.len() >= 15, "{}", words.len());
    let names: std::collections::BTreeSet<_> = words.iter().map(|one| one.name).collect();
    assert_eq!(names.len(), words.len());
    assert!(words.iter().all(|one| one.refuses.len() > 20));
    assert!(ALL.iter().all(|one| one.since <= RULES));
}

#[test]
fn a_broken_case_is_named() {
    assert!(rejudge("{}").unwrap_err().to_string().contains("limits"));
}
