//! A sign of life is no turn of the loop, a turn is, and each keeps off only its own limit. Two of a kind
//! have the same limit, and one of them keeps to it: it must outlast two lives of the other.

use std::time::Duration;

use homeostat_supervisor::{
    crash_loop::Ending,
    kinds::{Spec, Talks},
};

use crate::{house::House, kit::toy};

/// Long enough that a machine that is busy for a moment is not taken for a child that is.
const LIMIT: Duration = Duration::from_secs(1);

const STALLS: Talks = Talks::Notify {
    silence_max: None,
    stall_max: Some(LIMIT),
};

/// Runs both until the bad one has been replaced twice. What ends first is never the good one.
async fn outlast(talks: Talks, good: &[&str], bad: &[&str]) {
    let mut house = House::new();
    let toy = toy();
    for (name, args) in [("good", good), ("bad", bad)] {
        let spec = house.spec(name, toy.to_str().unwrap(), args);
        house.kinds.add(Spec {
            talks: talks.clone(),
            ..spec
        });
        house.seen(name, |view| view.is_ready()).await;
    }
    for _ in 0..2 {
        let ended = house.end_of_any().await;
        assert_eq!(ended, ("bad".to_owned(), Ending::Hung));
    }
    house.kinds.end(|_| true).await;
}

/// Red when only the first turn counts, or when a sign of life, or the same turn again, does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_whose_loop_goes_round_stays() {
    let drone = |turns| ["drone", "READY=1", "WATCHDOG=1", turns];
    let good = drone("X_HOMEOSTAT_TURNS={round}");
    outlast(STALLS, &good, &drone("X_HOMEOSTAT_TURNS=7")).await;
}

/// Red when only the first sign of life counts.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_says_that_it_lives_stays() {
    let silence = Talks::Notify {
        silence_max: Some(LIMIT),
        stall_max: None,
    };
    let good = ["drone", "READY=1", "WATCHDOG=1"];
    outlast(silence, &good, &["say", "READY=1"]).await;
}
