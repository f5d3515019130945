//! What loops is stopped, and a person hears of it early and once.

use std::time::Duration;

use homeostat_clock::Entropy;
use homeostat_supervisor::crash_loop::{
    Alert, Cause, Class, Due, Ending, Phase, Policy, Record, Run, Simulated, Stage, simulate,
};
use proptest::prelude::*;

fn chance(seed: u64) -> impl FnMut() -> u64 {
    let mut n = 0;
    move || {
        n += 1;
        let word = Entropy::from_seed(seed).child(&n.to_string());
        format!("{word:?}").bytes().fold(n, |sum, byte| {
            sum.wrapping_mul(31).wrapping_add(u64::from(byte))
        })
    }
}

fn up_for(seconds: u64) -> Run {
    Run {
        uptime: Duration::from_secs(seconds),
        ready: true,
        worked: true,
    }
}

fn twelve_hours(ending: &Ending, run: &Run, seed: u64) -> Simulated {
    simulate(
        &Policy::default(),
        12,
        |_, _| (run.clone(), ending.clone()),
        |_| "same".into(),
        chance(seed),
    )
}

fn end(record: &mut Record, run: &Run, ending: Ending, now_ms: i64) -> Option<Alert> {
    let cause = Cause {
        ending,
        last_words: "out of luck".into(),
    };
    record
        .ended(&Policy::default(), "k", (run, cause), now_ms, 0)
        .alert
}

#[test]
fn one_that_ends_after_ten_seconds_is_started_at_most_sixty_times_in_twelve_hours() {
    for seed in 0..20 {
        let seen = twelve_hours(&Ending::Exited(1), &up_for(10), seed);
        assert!((50..=60).contains(&seen.starts), "{seen:?}");
        assert_eq!((seen.alert_at_run, seen.alerts), (Some(3), 1), "{seen:?}");
        assert!(seen.quarantined);
    }
}

#[test]
fn a_missing_command_is_tried_at_most_fifteen_times_and_told_of_at_once() {
    for ending in [
        Ending::NotStartable("no such command".into()),
        Ending::Exited(127),
        Ending::Exited(126),
        Ending::Exited(78),
    ] {
        let seen = twelve_hours(&ending, &Run::NONE, 1);
        assert!((10..=15).contains(&seen.starts), "{ending}: {seen:?}");
        assert!(seen.alert_after_ms.unwrap() <= 2_000, "{seen:?}");
        assert_eq!(seen.alerts, 1);
    }
}

/// The incident that this exists for: 3,751 starts in twelve hours, and silence.
#[test]
fn a_slow_loop_is_found_too() {
    let seen = twelve_hours(&Ending::Exited(1), &up_for(59), 1);
    assert!(seen.starts <= 60 && seen.alerts == 1, "{seen:?}");
}

#[test]
fn one_that_is_mended_runs_again_within_one_probe() {
    let mended_at = 3 * 3_600_000;
    let mut first_good = None;
    let seen = simulate(
        &Policy::default(),
        12,
        |_, now| {
            if now < mended_at {
                return (up_for(10), Ending::Exited(1));
            }
            first_good.get_or_insert(now);
            (up_for(9 * 3_600), Ending::Planned)
        },
        |_| "same".into(),
        chance(1),
    );
    assert!(first_good.unwrap() - mended_at <= 15 * 60_000);
    assert_eq!(seen.resolved, 1);
    assert!(!seen.quarantined);
}

#[test]
fn a_changed_fingerprint_is_tried_at_once() {
    let changed_at = 2 * 3_600_000 + 17;
    let mut tried = None;
    simulate(
        &Policy::default(),
        4,
        |_, now| {
            if now >= changed_at {
                tried.get_or_insert(now);
            }
            (Run::NONE, Ending::Exited(127))
        },
        |now| if now < changed_at { "a" } else { "b" }.into(),
        chance(1),
    );
    assert!(tried.unwrap() - changed_at <= 1_000);
}

#[test]
fn a_person_hears_at_the_third_and_at_quarantine_under_one_id() {
    let mut record = Record::default();
    let mut told = Vec::new();
    for n in 0..9 {
        record.started("f", false);
        let alert = end(&mut record, &up_for(10), Ending::Exited(1), 100 + n);
        told.extend(alert.map(|a| (n + 1, a.stage, a.id)));
    }
    let id = "crash-loop/k/100".to_owned();
    assert_eq!(
        told,
        [(3, Stage::Looping, id.clone()), (9, Stage::Quarantined, id)]
    );
}

#[test]
fn uptime_alone_and_work_alone_reset_nothing() {
    for run in [
        Run {
            worked: false,
            ..up_for(500)
        },
        Run {
            ready: false,
            ..up_for(500)
        },
        up_for(59),
    ] {
        let mut record = Record::default();
        for _ in 0..2 {
            record.started("f", false);
            end(&mut record, &run, Ending::Killed(9), 0);
        }
        assert_eq!(record.unhealthy, 2, "{run:?}");
        record.started("f", false);
        assert_eq!(record.going(&Policy::default(), "k", &run), None);
        assert_eq!(record.going(&Policy::default(), "k", &up_for(60)), None);
        assert_eq!(record.unhealthy, 0, "a minute, ready and work");
    }
}

#[test]
fn starts_by_a_person_never_count() {
    let mut record = Record::default();
    for _ in 0..50 {
        record.started("f", true);
        assert_eq!(end(&mut record, &Run::NONE, Ending::Exited(1), 0), None);
    }
    assert_eq!(
        (record.unhealthy, record.phase),
        (0, Phase::Waiting { until_ms: 0 })
    );
    for _ in 0..2 {
        record.started("f", false);
        end(&mut record, &Run::NONE, Ending::Exited(127), 0);
    }
    record.started("f", true);
    end(&mut record, &Run::NONE, Ending::Exited(1), 10);
    let still = Phase::Quarantined {
        class: Class::Configuration,
        since_ms: 10,
        probe_at_ms: 3_600_010,
    };
    assert_eq!((record.unhealthy, record.phase), (2, still));
}

#[test]
fn a_planned_stop_counts_for_nothing() {
    let mut record = Record::default();
    for _ in 0..20 {
        record.started("f", false);
        assert_eq!(end(&mut record, &Run::NONE, Ending::Planned, 0), None);
    }
    assert_eq!(record.unhealthy, 0);
}

#[test]
fn a_clock_that_jumps_back_makes_no_wait_longer() {
    let mut record = Record::default();
    for _ in 0..2 {
        record.started("f", false);
        end(&mut record, &Run::NONE, Ending::Exited(127), 10_000_000_000);
    }
    let mut left = |now_ms| record.due(&Policy::default(), now_ms, "f");
    assert_eq!(left(0), Due::InMs(3_600_000));
    // Asked each second, as kinds are: the wait goes down although the clock is still behind.
    assert_eq!(left(1_000), Due::InMs(3_599_000));
    assert_eq!(left(3_600_000), Due::Now);
}

fn endings() -> impl Strategy<Value = Ending> {
    prop_oneof![
        Just(Ending::Exited(1)),
        Just(Ending::Exited(127)),
        Just(Ending::Killed(9)),
        Just(Ending::Hung),
        Just(Ending::OutOfMemory),
        Just(Ending::NotSpawned("no memory".into())),
    ]
}

proptest! {
    /// Whatever a kind does short of being healthy, in whatever order: at most as many starts as the
    /// plainest loop, and a person knows by the third.
    #[test]
    fn no_pattern_of_crashes_escapes(
        pattern in prop::collection::vec((endings(), 0u64..60), 1..40),
        seed in any::<u64>(),
    ) {
        let seen = simulate(
            &Policy::default(),
            12,
            |n, _| {
                let (ending, seconds) = &pattern[usize::try_from(n).unwrap() % pattern.len()];
                (up_for(*seconds), ending.clone())
            },
            |_| "same".into(),
            chance(seed),
        );
        prop_assert!(seen.starts <= 60, "{seen:?}");
        prop_assert_eq!(seen.alerts, 1);
        prop_assert!(seen.alert_at_run.unwrap() <= 3);
    }

    /// The record survives its file at every point of a loop.
    #[test]
    fn a_record_reads_back_as_it_was(pattern in prop::collection::vec(endings(), 0..30)) {
        let mut record = Record::default();
        for (n, ending) in pattern.into_iter().enumerate() {
            record.started("f", n % 5 == 0);
            end(&mut record, &up_for(10), ending, 7);
            let text = serde_json::to_string(&record).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Record>(&text).unwrap(), &record);
        }
    }
}
