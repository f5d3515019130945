//! What a kind needs is there or not: behind a closed gate it is not started, its ends say nothing about
//! it, and its loop may stand still.

use std::time::Duration;

use homeostat_supervisor::{
    crash_loop::Ending,
    kinds::{Gate, Spec, State, Talks},
};
use rustix::process::Signal;
use tokio::sync::watch;

use crate::{
    house::House,
    kit::{Words, toy},
};

/// Whoever stands still, hangs.
const STALLS: Talks = Talks::Notify {
    silence_max: None,
    stall_max: Some(Duration::from_millis(1)),
};

/// One of them waits for what is behind the gate, the other one has no such excuse and is replaced three
/// times meanwhile. Red when time behind the gate is one of a stall, or when no time is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn time_behind_a_closed_gate_is_no_stall() {
    let mut house = House::new();
    let (gate, seen): (_, Gate) = watch::channel(true);
    let dir = tempfile::tempdir().unwrap();
    let go = Words::in_dir(dir.path());
    let drone = format!(
        "{} drone READY=1 X_HOMEOSTAT_TURNS=7 WATCHDOG=1",
        toy().display()
    );
    let go_on = go.path.display();
    let spec = house.shell("waits", &format!("read go < {go_on}; exec {drone}"));
    house.kinds.add(Spec {
        talks: STALLS,
        gate: Some(seen),
        ..spec
    });
    let waits = house.started().await;
    gate.send(false).unwrap();
    std::fs::write(&go.path, "on\n").unwrap();
    house.seen("waits", |view| view.progress.is_some()).await;
    let spec = house.shell("stands", &format!("exec {drone}"));
    house.kinds.add(Spec {
        talks: STALLS,
        ..spec
    });
    for _ in 0..3 {
        let ended = house.end_of_any().await;
        assert_eq!(ended, ("stands".to_owned(), Ending::Hung));
    }
    assert!(waits.is_alive());
    house.kinds.end(|name| name == "stands").await;
    house.said();
    gate.send(true).unwrap();
    let ended = house.end_of_any().await;
    assert_eq!(ended, ("waits".to_owned(), Ending::Hung));
    house.kinds.end(|_| true).await;
}

/// Red when only an end of a run is excused, and not a start that came to nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_start_that_fails_behind_a_closed_gate_counts_for_nothing() {
    let mut house = House::new();
    let (gate, seen): (_, Gate) = watch::channel(false);
    let dir = tempfile::tempdir().unwrap();
    let go = Words::in_dir(dir.path());
    let asks = format!(
        "echo asks > $words; read go < {}; exit 1",
        go.path.display()
    );
    let mut spec = house.shell("k", "exec sleep 1000");
    spec.gate = Some(seen);
    spec.kind.preflight = Some(("sh".into(), vec!["-c".into(), asks.into()]));
    house.kinds.add(spec);
    for _ in 0..3 {
        gate.send(true).unwrap();
        assert_eq!(house.words.line(), "asks");
        gate.send(false).unwrap();
        std::fs::write(&go.path, "on\n").unwrap();
        let view = house.seen("k", |view| view.state == State::Gated).await;
        assert_eq!((view.unhealthy, view.cause), (0, None));
    }
    house.kinds.end(|_| true).await;
}

/// Red when whoever has a gate is excused for all its ends.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_an_open_gate_every_end_counts() {
    let mut house = House::new();
    let (_gate, seen): (_, Gate) = watch::channel(true);
    let spec = house.shell("k", "exec sleep 1000");
    house.kinds.add(Spec {
        gate: Some(seen),
        ..spec
    });
    for _ in 0..2 {
        let process = house.started().await;
        process.signal(Signal::KILL).unwrap();
    }
    house.seen("k", |view| view.unhealthy == 2).await;
    house.kinds.end(|_| true).await;
}
