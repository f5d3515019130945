//! The last order counts: what was stopped stays so, what was wanted comes back, and what does not end in
//! its own time is ended.

use std::time::Duration;

use homeostat_supervisor::{
    crash_loop::{Ending, Stage},
    kinds::{Repeat, Spec, State, Talks, View, Wish},
};
use rustix::process::Signal;

use crate::{
    house::{House, TAKES_ITS_TIME},
    kit::toy,
};

const HOUR: Duration = Duration::from_secs(3_600);
const MOMENT: Duration = Duration::from_millis(1);

/// The first of the two is asked first and has an hour; the other is ended twice meanwhile. Red when the
/// limit is another than the kind's own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_has_its_own_time_to_end() {
    let mut house = House::new();
    let patient = house.shell("patient", TAKES_ITS_TIME);
    house.kinds.add(Spec {
        stop_limit: HOUR,
        ..patient
    });
    let patient = house.started().await;
    assert_eq!(house.words.processes(1), [patient]);
    house.kinds.wish("patient", Wish::Stop).unwrap();
    assert_eq!(house.words.line(), "told");
    let deaf = "trap '' TERM; echo $$ > $words; while :; do sleep 1000; done";
    let hasty = house.shell("hasty", deaf);
    house.kinds.add(Spec {
        stop_limit: MOMENT,
        ..hasty
    });
    for _ in 0..2 {
        house.words.processes(1);
        house.kinds.wish("hasty", Wish::Stop).unwrap();
        let ended = house.end_of_any().await;
        assert_eq!(ended, ("hasty".to_owned(), Ending::Planned));
        house.kinds.wish("hasty", Wish::Start).unwrap();
    }
    assert!(patient.is_alive());
    assert_eq!(house.view("patient").state, State::Stopping);
    patient.signal(Signal::USR1).unwrap();
    let ended = house.end_of_any().await;
    assert_eq!(ended, ("patient".to_owned(), Ending::Planned));
    house.words.processes(1);
    house.kinds.end(|_| true).await;
}

/// Red when a kind is believed for longer than `stop_limit` that it ends.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_says_that_it_ends_has_no_more_time_than_one_that_is_told_to() {
    let mut house = House::new();
    let words = "READY=1\nSTOPPING=1";
    let spec = house.spec("k", toy().to_str().unwrap(), &["say", words]);
    house.kinds.add(Spec {
        talks: Talks::Notify {
            silence_max: None,
            stall_max: None,
        },
        stop_limit: MOMENT,
        ..spec
    });
    let first = house.started().await;
    assert_eq!(house.ended().await, Ending::Killed(9));
    assert!(!first.is_alive());
    house.kinds.end(|_| true).await;
}

/// Red when one that hangs may take longer to write down where than a moment, whatever its `stop_limit`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_hangs_and_ignores_the_order_to_say_where_is_killed() {
    let mut house = House::new();
    let toy = toy();
    let script = format!(
        "trap '' ABRT; {} drone READY=1; while :; do sleep 1000; done",
        toy.display()
    );
    let spec = house.shell("k", &script);
    house.kinds.add(Spec {
        talks: Talks::Notify {
            silence_max: Some(MOMENT),
            stall_max: None,
        },
        stop_limit: HOUR,
        ..spec
    });
    house.hangs().await;
    house.kinds.end(|_| true).await;
}

/// Red when a stop ends the run and no more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_person_stopped_stays_so_until_a_person_starts_it() {
    let mut house = House::new();
    house.kinds.add(house.spec("k", "daemon", &[]));
    // Whatever it was before: here it waits in quarantine for its program.
    assert_eq!(house.alert().await.stage, Stage::Quarantined);
    house.kinds.wish("k", Wish::Stop).unwrap();
    house.seen("k", |view| view.state == State::Stopped).await;
    house.put("daemon", "#!/bin/sh\necho $$ > $words\nexec sleep 1000\n");
    for _ in 0..2 {
        house.kinds.wish("k", Wish::Start).unwrap();
        let process = house.started().await;
        assert_eq!(house.words.processes(1), [process]);
        house.kinds.wish("k", Wish::Stop).unwrap();
        assert_eq!(house.ended().await, Ending::Planned);
        house.seen("k", |view| view.state == State::Stopped).await;
        assert!(house.said().is_empty());
    }
    house.kinds.end(|_| true).await;
}

/// What changed is not what it is made of, so by its record it would be tried in an hour. Red when a start
/// by a person goes by the record, or when its end counts.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_starts_what_is_in_quarantine() {
    let mut house = House::new();
    let script = "[ -e $words.ok ] || exit 78; echo $$ > $words; exec sleep 1000";
    house.kinds.add(house.shell("k", script));
    let alert = house.alert().await;
    assert_eq!((alert.stage, alert.unhealthy), (Stage::Quarantined, 2));
    house.said();
    std::fs::write(house.words.path.with_extension("ok"), "").unwrap();
    house.kinds.wish("k", Wish::Start).unwrap();
    let process = house.started().await;
    assert_eq!(house.words.processes(1), [process]);
    process.signal(Signal::KILL).unwrap();
    assert_eq!(house.ended().await, Ending::Killed(9));
    let is_left_alone = |view: &View| matches!(view.state, State::Quarantined { .. });
    let view = house.seen("k", is_left_alone).await;
    assert_eq!(view.unhealthy, 2);
    house.kinds.end(|_| true).await;
}

/// Red when a start is lost that comes while it ends, or a pardon that comes while it runs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wanted_while_it_ends_comes_back() {
    let mut house = House::new();
    let spec = house.shell("k", TAKES_ITS_TIME);
    house.kinds.add(Spec {
        stop_limit: HOUR,
        ..spec
    });
    house.words.processes(1)[0].signal(Signal::KILL).unwrap();
    assert_eq!(house.ended().await, Ending::Killed(9));
    let process = house.words.processes(1)[0];
    assert_eq!(house.started().await, process);
    assert_eq!(house.view("k").unhealthy, 1);
    house.kinds.wish("k", Wish::Stop).unwrap();
    assert_eq!(house.words.line(), "told");
    house.kinds.wish("k", Wish::Start).unwrap();
    // Heard after the start, so that is heard too once this is seen.
    house.kinds.wish("k", Wish::Unquarantine).unwrap();
    house.seen("k", |view| view.unhealthy == 0).await;
    process.signal(Signal::USR1).unwrap();
    assert_eq!(house.ended().await, Ending::Planned);
    let next = house.started().await;
    assert_eq!(house.words.processes(1), [next]);
    // It has an hour to end, too.
    house.kinds.wish("k", Wish::Stop).unwrap();
    next.signal(Signal::USR1).unwrap();
    house.seen("k", |view| view.state == State::Stopped).await;
    house.kinds.end(|_| true).await;
}

/// Its record is of another time, in which it was kept always and failed. Red when what is wanted once waits
/// as long as that says.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wanted_once_runs_whatever_is_remembered_of_it() {
    let mut house = House::new();
    house.kinds.add(house.shell("k", "exit 78"));
    assert_eq!(house.alert().await.stage, Stage::Quarantined);
    house.kinds.end(|_| true).await;
    house.said();
    let spec = house.shell("k", "exit 78");
    house.kinds.add(Spec {
        repeat: Repeat::Once,
        ..spec
    });
    assert_eq!(house.ended().await, Ending::Exited(78));
    house.kinds.end(|_| true).await;
}
