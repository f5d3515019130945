//! What is known of crash loops: kept from life to life of a supervisor, told once for one cause, and
//! forgotten when a person says so.

use homeostat_supervisor::{
    crash_loop::{Alert, Class, Ending, Policy, Stage},
    kinds::{Event, Spec, State, Talks, View},
};
use rustix::process::Signal;

use crate::{
    house::{House, memory},
    kit::toy,
};

const FAILS: &str = "#!/bin/sh\necho no route to host >&2\nexit 1\n";
const STAYS: &str = "#!/bin/sh\necho $$ > $words\nexec sleep 1000\n";

fn waits(view: &View) -> bool {
    matches!(view.state, State::Waiting { until_ms } if until_ms > 0)
}

/// Two ends before and one after are three. Red when an end is not kept, or not looked for by the next life.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_next_life_goes_on_with_the_count_and_the_wait() {
    let mut house = House::with(Policy {
        waits_ms: vec![0, 3_600_000],
        ..Policy::default()
    });
    house.put("daemon", FAILS);
    house.kinds.add(house.spec("k", "daemon", &[]));
    let before = house
        .seen("k", |view| view.unhealthy == 2 && waits(view))
        .await;
    house.kinds.end(|_| true).await;
    house.live_again();
    house.kinds.add(house.spec("k", "daemon", &[]));
    let after = house.view("k");
    assert_eq!((after.state, after.unhealthy), (before.state, 2));
    assert_eq!(after.cause.unwrap().last_words, "no route to host");
    // Made of something else it is tried at once; else it would be in an hour.
    house.put("daemon", &format!("{FAILS}\n"));
    let alert = house.alert().await;
    assert_eq!((alert.stage, alert.unhealthy), (Stage::Quarantined, 3));
    let view = house.seen("k", |view| view.unhealthy == 3).await;
    assert_eq!(view.restarts, 2);
    house.kinds.end(|_| true).await;
}

/// A supervisor that is killed writes nothing down any more. Red when a start is kept only with its end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_start_is_remembered_before_it_is_made() {
    let mut house = House::new();
    house.put("daemon", STAYS);
    house.kinds.add(house.spec("k", "daemon", &[]));
    house.started().await.signal(Signal::KILL).unwrap();
    assert_eq!(house.ended().await, Ending::Killed(9));
    house.started().await;
    let kept = std::fs::read(memory(house.dir.path())).unwrap();
    house.kinds.end(|_| true).await;
    std::fs::write(memory(house.dir.path()), kept).unwrap();
    house.live_again();
    house.kinds.add(house.spec("k", "daemon", &[]));
    house.started().await;
    let view = house.view("k");
    assert_eq!((view.restarts, view.unhealthy), (2, 1));
    house.kinds.end(|_| true).await;
}

/// It fails once, and then it works. Red when a loop that is over leaves its cause behind.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_cause_goes_with_its_loop() {
    let mut house = House::with(Policy {
        waits_ms: vec![0; 3],
        healthy_after_ms: 0,
        ..Policy::default()
    });
    let script = format!(
        "[ -e $words.ok ] || {{ echo > $words.ok; echo no route to host >&2; exit 1; }}
         exec {} say READY=1",
        toy().display()
    );
    let spec = house.shell("k", &script);
    house.kinds.add(Spec {
        talks: Talks::Notify {
            silence_max: None,
            stall_max: None,
        },
        ..spec
    });
    assert_eq!(house.ended().await, Ending::Exited(1));
    let is_well = |view: &View| view.is_ready() && view.unhealthy == 0;
    assert_eq!(house.seen("k", is_well).await.cause, None);
    house.kinds.end(|_| true).await;
}

/// The cause is gone, and what it is made of is as before. Red when `Kinds::pardon` forgets nothing, says
/// nothing, or only until the next life.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_pardoned_begins_anew_in_this_life_and_the_next() {
    for lives in 0..2 {
        let mut house = House::new();
        let script = "[ -e $words.ok ] || exit 78; exec sleep 1000";
        house.kinds.add(house.shell("k", script));
        assert_eq!(house.alert().await.stage, Stage::Quarantined);
        let is_left_alone = |view: &View| matches!(view.state, State::Quarantined { class, .. } if class == Class::Configuration);
        house.seen("k", is_left_alone).await;
        house.kinds.end(|_| true).await;
        house.kinds.pardon("k");
        assert_eq!(house.alert().await.stage, Stage::Resolved);
        if lives > 0 {
            house.live_again();
        }
        std::fs::write(house.words.path.with_extension("ok"), "").unwrap();
        house.kinds.add(house.shell("k", script));
        house.started().await;
        let view = house.view("k");
        assert_eq!((view.unhealthy, view.cause), (0, None), "{lives}");
        house.kinds.end(|_| true).await;
    }
}

/// Red when a kind that shares the cause is told of beside it, and when the end of the trouble is not told,
/// or told before the last.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_cause_is_told_once_and_is_over_with_its_last_kind() {
    let mut house = House::new();
    for name in ["a", "b", "c"] {
        house.kinds.add(house.spec(name, "daemon", &[]));
    }
    let all = ["a", "b", "c", "d"];
    let is_left_alone = |view: &View| matches!(view.state, State::Quarantined { .. });
    for name in &all[..3] {
        house.seen(name, is_left_alone).await;
    }
    // One that joins later is no news.
    house.kinds.add(house.spec("d", "daemon", &[]));
    house.seen("d", is_left_alone).await;
    let said = house.said();
    let told = |stage| said.iter().filter(move |event| is_alert(event, stage));
    assert_eq!(told(Stage::Quarantined).count(), 2, "{said:?}");
    let shared = |event: &Event| match event {
        Event::Shared(shared) => Some(shared.clone()),
        _ => None,
    };
    let shared: Vec<_> = said.iter().filter_map(shared).collect();
    assert_eq!(shared.len(), 1);
    house.kinds.end(|_| true).await;
    for (n, name) in all.iter().enumerate() {
        house.kinds.pardon(name);
        let said = house.said();
        let resolved = said.iter().filter(|event| is_alert(event, Stage::Resolved));
        assert_eq!(resolved.count(), 1);
        let over = said.iter().find_map(|event| match event {
            Event::SharedOver(over) => Some(over.id.clone()),
            _ => None,
        });
        let wanted = (n == 3).then(|| shared[0].id.clone());
        assert_eq!(over, wanted, "{name}");
    }
}

fn is_alert(event: &Event, wanted: Stage) -> bool {
    matches!(event, Event::Alert(Alert { stage, .. }) if *stage == wanted)
}
