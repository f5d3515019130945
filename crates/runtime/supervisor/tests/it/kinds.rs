//! What ends comes back once, what cannot run is left alone and told of, and a person has the last word.

use std::time::Duration;

use homeostat_supervisor::{
    crash_loop::{Class, Ending, Policy, Stage},
    kinds::{Event, Gate, Repeat, Spec, State, Talks, Unknown, View, Wish},
};
use rustix::process::Signal;
use tokio::time::timeout;

use crate::{
    house::House,
    kit::{LIMIT, toy},
};

/// Red when the leaf is not emptied before the next start: the grandchild lives on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_killed_comes_back_once_and_leaves_nothing_behind() {
    let mut house = House::new();
    let script = "setsid sh -c 'echo $$ > $words; exec sleep 1000' & echo $$ > $words; wait";
    house.kinds.add(house.shell("k", script));
    let mut before = house.words.processes(2);
    for _ in 0..3 {
        let leader = house.started().await;
        assert!(before.contains(&leader));
        leader.signal(Signal::KILL).unwrap();
        assert_eq!(house.ended().await, Ending::Killed(9));
        assert!(before.iter().all(|process| !process.is_alive()));
        before = house.words.processes(2);
    }
    assert_eq!(house.view("k").restarts, 3);
    house.kinds.end(|_| true).await;
    assert!(before.iter().all(|process| !process.is_alive()));
}

/// Red when the third failure is no alert, or when its last words are lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_loop_is_told_of_with_its_last_words_and_then_left_alone() {
    let mut house = House::new();
    house
        .kinds
        .add(house.shell("k", "echo no route to host >&2; exit 1"));
    let looping = house.alert().await;
    assert_eq!((looping.stage, looping.unhealthy), (Stage::Looping, 3));
    let cause = looping.cause.unwrap();
    assert_eq!(cause.ending, Ending::Exited(1));
    assert_eq!(cause.last_words, "no route to host");
    let quarantined = house.alert().await;
    assert_eq!(quarantined.stage, Stage::Quarantined);
    assert_eq!(quarantined.unhealthy, 4);
    let is_unhealthy = |view: &View| matches!(view.state, State::Quarantined { class, .. } if class == Class::Unhealthy);
    house.kinds.until("k", is_unhealthy).await.unwrap();
    // A person's word starts it again with a clean record.
    house.kinds.wish("k", Wish::Unquarantine).unwrap();
    assert_eq!(house.alert().await.stage, Stage::Resolved);
    assert_eq!(house.alert().await.stage, Stage::Looping);
    house.kinds.end(|_| true).await;
}

/// The incident: a program that is not on the search path. Red when the fingerprint is not looked at
/// while it waits: it stays in quarantine for an hour.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_that_is_not_there_is_named_and_started_once_it_is() {
    let mut house = House::new();
    house.kinds.add(house.spec("k", "daemon", &[]));
    let alert = house.alert().await;
    assert_eq!((alert.stage, alert.unhealthy), (Stage::Quarantined, 2));
    let Ending::NotStartable(why) = alert.cause.unwrap().ending else {
        panic!()
    };
    let searched = format!(
        "searched PATH: {}:/usr/bin:/bin",
        house.dir.path().display()
    );
    assert!(
        why.contains("\"daemon\" is not found") && why.contains(&searched),
        "{why}"
    );
    house.put("daemon", "#!/bin/sh\necho $$ > $words\nexec sleep 1000\n");
    house.words.processes(1);
    house.kinds.end(|_| true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_that_cannot_run_have_one_cause() {
    let mut house = House::new();
    for name in ["a", "b", "c"] {
        house.kinds.add(house.spec(name, "daemon", &[]));
    }
    let shared = house
        .until(|event| match event {
            Event::Shared(shared) => Some(shared.clone()),
            _ => None,
        })
        .await;
    assert_eq!(
        shared.kinds.into_iter().collect::<Vec<_>>(),
        ["a", "b", "c"]
    );
    house.put("daemon", "#!/bin/sh\necho $$ > $words\nexec sleep 1000\n");
    house.words.processes(3);
    house.kinds.end(|_| true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_stops_starts_and_restarts_and_it_counts_for_nothing() {
    let mut house = House::new();
    house
        .kinds
        .add(house.shell("k", "echo $$ > $words; exec sleep 1000"));
    let first = house.words.processes(1)[0];
    house.kinds.wish("k", Wish::Stop).unwrap();
    assert_eq!(house.ended().await, Ending::Planned);
    assert!(!first.is_alive());
    house.kinds.wish("k", Wish::Start).unwrap();
    let second = house.words.processes(1)[0];
    house.kinds.wish("k", Wish::Restart).unwrap();
    let third = house.words.processes(1)[0];
    assert!(!second.is_alive() && third.is_alive());
    assert_eq!(house.view("k").unhealthy, 0);
    let unknown = house.kinds.wish("x", Wish::Stop).unwrap_err();
    let known = vec!["k".to_owned()];
    assert_eq!(
        unknown,
        Unknown {
            name: "x".into(),
            known
        }
    );
    house.kinds.end(|_| true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_a_closed_gate_nothing_starts_and_no_end_counts() {
    let mut house = House::new();
    let (gate, seen): (_, Gate) = tokio::sync::watch::channel(true);
    let spec = house.shell("k", "echo $$ > $words; exec sleep 1000");
    house.kinds.add(Spec {
        gate: Some(seen),
        ..spec
    });
    let first = house.words.processes(1)[0];
    gate.send(false).unwrap();
    first.signal(Signal::KILL).unwrap();
    assert_eq!(house.ended().await, Ending::Killed(9));
    let held = house.kinds.until("k", |view| view.state == State::Gated);
    timeout(LIMIT, held).await.unwrap().unwrap();
    gate.send(true).unwrap();
    house.words.processes(1);
    assert_eq!(
        house.view("k").unhealthy,
        0,
        "the gate was closed when it ended"
    );
    house.kinds.end(|_| true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_was_wanted_once_is_not_started_again() {
    let mut house = House::new();
    let spec = house.shell("k", "exit 7");
    house.kinds.add(Spec {
        repeat: Repeat::Once,
        ..spec
    });
    assert_eq!(house.ended().await, Ending::Exited(7));
    house.kinds.end(|_| false).await;
    let more = timeout(
        Duration::from_millis(50),
        house.until(|event| matches!(event, Event::Started { .. }).then_some(())),
    );
    assert!(more.await.is_err());
}

/// Red without `silence_max` in `hangs`: it stays for ever.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_falls_silent_hangs_and_is_replaced() {
    let mut house = House::new();
    let toy = toy();
    let spec = house.spec("k", toy.to_str().unwrap(), &["say", "READY=1"]);
    house.kinds.add(Spec {
        talks: Talks::Notify {
            silence_max: Some(Duration::from_millis(1)),
            stall_max: None,
        },
        ..spec
    });
    let first = house.hangs().await;
    assert_ne!(house.started().await, first);
    house.kinds.end(|_| true).await;
}

/// It says again and again that it lives, and its loop does not go round: always the same number. Red without
/// `stall_max` in `hangs`, or when the sign of life is taken for progress.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_whose_work_stands_still_hangs_though_it_says_that_it_lives() {
    let mut house = House::new();
    let toy = toy();
    let words = "READY=1\nX_HOMEOSTAT_TURNS=7\nWATCHDOG=1";
    let spec = house.spec("k", toy.to_str().unwrap(), &["drone", words]);
    house.kinds.add(Spec {
        talks: Talks::Notify {
            silence_max: None,
            // A machine that is busy for a moment must not pass for one whose work stands still.
            stall_max: Some(Duration::from_secs(1)),
        },
        ..spec
    });
    house.hangs().await;
    house.kinds.end(|_| true).await;
}

/// One that does not end when it is told to is killed. Red without the limit in `look`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_ignores_the_order_to_end_is_killed() {
    let mut house = House::new();
    let spec = house.shell(
        "k",
        "trap '' TERM; echo $$ > $words; while :; do sleep 1000; done",
    );
    house.kinds.add(Spec {
        stop_limit: Duration::from_millis(1),
        ..spec
    });
    let process = house.words.processes(1)[0];
    house.kinds.end(|_| true).await;
    assert!(!process.is_alive());
}

/// Red when the one that is furthest over is not killed, or is not named for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_nothing_limits_memory_the_one_furthest_over_is_killed() {
    let mut house = House::unlimited();
    let eats = |mb: u32| {
        let toy = toy();
        let toy = toy.display();
        format!("{toy} eat {mb} | {{ read ate; echo $$ > $words; cat; }}")
    };
    for (name, eaten_mb, reserved_mb) in [("greedy", 96, 16), ("large", 64, 200)] {
        let spec = house.shell(name, &eats(eaten_mb));
        house.kinds.add(Spec {
            memory_mb: Some(reserved_mb),
            ..spec
        });
    }
    let all = house.words.processes(2);
    assert_eq!(house.kinds.end_over().unwrap().as_deref(), Some("greedy"));
    assert_eq!(house.ended().await, Ending::OutOfMemory);
    assert_eq!(all.iter().filter(|process| process.is_alive()).count(), 1);
    assert_eq!(house.view("large").restarts, 0);
    house.kinds.end(|_| true).await;
}

/// What is wanted once keeps no record: a good end would count as a crash, and the ninth would be left alone.
/// Red when `Repeat::Once` goes by its record.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_is_wanted_once_counts_no_ends() {
    let mut house = House::new();
    for _ in 0..6 {
        let spec = house.shell("k", "exit 0");
        house.kinds.add(Spec {
            repeat: Repeat::Once,
            ..spec
        });
        assert_eq!(house.ended().await, Ending::Exited(0));
        house.kinds.end(|_| true).await;
    }
    house.kinds.add(house.shell("k", "exec sleep 1000"));
    assert_eq!(
        (house.view("k").restarts, house.view("k").unhealthy),
        (0, 0)
    );
    house.kinds.end(|_| true).await;
    let alerts = std::iter::from_fn(|| house.heard.try_recv().ok());
    assert_eq!(alerts.filter(|e| matches!(e, Event::Alert(_))).count(), 0);
}

/// Red when a kind that is declared no more leaves its alert open.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_kept_any_more_is_over() {
    let mut house = House::new();
    house.kinds.add(house.spec("k", "daemon", &[]));
    assert_eq!(house.alert().await.stage, Stage::Quarantined);
    house.kinds.end(|_| true).await;
    house.kinds.forget_others();
    assert_eq!(house.alert().await.stage, Stage::Resolved);
}

/// Nobody says that it lives unless it is asked to. Red when only a sign of life counts as work.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_speaks_and_has_no_watchdog_comes_to_be_healthy() {
    let policy = Policy {
        waits_ms: vec![0; 8],
        healthy_after_ms: 0,
        ..Policy::default()
    };
    let mut house = House::with(policy);
    let toy = toy();
    let spec = house.spec("k", toy.to_str().unwrap(), &["say", "READY=1"]);
    house.kinds.add(Spec {
        talks: Talks::Notify {
            silence_max: None,
            stall_max: None,
        },
        ..spec
    });
    for _ in 0..4 {
        let process = house.started().await;
        let it_is = |view: &View| view.is_ready() && view.process == Some(process);
        house.kinds.until("k", it_is).await.unwrap();
        process.signal(Signal::KILL).unwrap();
        house.ended().await;
    }
    house.started().await;
    assert_eq!(house.view("k").unhealthy, 0);
    house.kinds.end(|_| true).await;
}
