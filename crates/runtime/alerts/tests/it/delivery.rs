//! Delivery: at least once, to every sink, whatever the others do and whoever dies.

use std::{sync::atomic::Ordering, time::Duration};

use homeostat_alerts::{
    AlertId, Deliverer, DelivererOptions, Error, Sink, Spool, Stage, deliveries,
};
use homeostat_clock::wall;
use tokio_util::sync::CancellationToken;

use crate::kit::{Toy, alert, cause, taken};

const PATIENCE: Duration = Duration::from_secs(30);

fn deliverer(spool: &Spool, sinks: &[std::sync::Arc<Toy>]) -> Deliverer {
    let sinks = sinks
        .iter()
        .map(|toy| toy.clone() as std::sync::Arc<dyn Sink>);
    Deliverer::new(spool.clone(), sinks.collect(), DelivererOptions::new(wall))
}

#[tokio::test]
async fn raised_and_resolved_reach_every_sink_once() {
    let dir = tempfile::tempdir().unwrap();
    let spool = Spool::open(dir.path()).unwrap();
    let ((a, mut at_a), (b, mut at_b)) = (Toy::new("a", false), Toy::new("b", false));
    let deliverer = deliverer(&spool, &[a, b]);
    let id = spool.raise(&cause("ads"), wall()).unwrap();
    spool.raise(&cause("ads"), wall()).unwrap();
    deliverer.once().await.unwrap();
    deliverer.once().await.unwrap();
    spool.resolve(&id, wall()).unwrap();
    deliverer.once().await.unwrap();
    deliverer.once().await.unwrap();
    let said = [
        ("ads".to_owned(), Stage::Raised),
        ("ads".to_owned(), Stage::Resolved),
    ];
    assert_eq!(taken(&mut at_a), said);
    assert_eq!(taken(&mut at_b), said);
}

/// Whose state says nothing of a notice is told it again, by the same number: what is left by a deliverer
/// that dies after the sink took it. That the state is written after the delivery is shown by a real kill,
/// in the laws.
#[tokio::test]
async fn killed_before_it_was_written_the_same_notice_goes_out_again() {
    let dir = tempfile::tempdir().unwrap();
    let spool = Spool::open(dir.path()).unwrap();
    let id = spool.raise(&cause("ads"), wall()).unwrap();
    let (toy, mut notices) = Toy::new("a", false);
    deliverer(&spool, std::slice::from_ref(&toy))
        .once()
        .await
        .unwrap();
    let first = notices.try_recv().unwrap();
    std::fs::remove_file(dir.path().join(format!("sent/a/{id}.json"))).unwrap();
    let spool = Spool::open(dir.path()).unwrap();
    spool.raise(&cause("ads"), wall()).unwrap();
    deliverer(&spool, std::slice::from_ref(&toy))
        .once()
        .await
        .unwrap();
    let second = notices.try_recv().unwrap();
    assert_eq!(first.notice, second.notice);
    assert_eq!(second.times_seen, 2);
    // A torn state is the same as none.
    std::fs::write(dir.path().join(format!("sent/a/{id}.json")), "{").unwrap();
    deliverer(&spool, &[toy]).once().await.unwrap();
    assert_eq!(notices.try_recv().unwrap().notice, first.notice);
}

/// The sink knows of the alert already while it is not yet written that it does.
#[tokio::test]
async fn what_was_told_is_written_after_the_sink_took_it() {
    let dir = tempfile::tempdir().unwrap();
    let spool = Spool::open(dir.path()).unwrap();
    spool.raise(&cause("ads"), wall()).unwrap();
    let (toy, _notices) = Toy::new("a", true);
    let deliverer = deliverer(&spool, &[toy]);
    let once = deliverer.once();
    assert!(
        tokio::time::timeout(Duration::from_millis(50), once)
            .await
            .is_err()
    );
    assert!(
        deliveries(&spool).unwrap().is_empty(),
        "nothing was told yet"
    );
}

/// Red when the sinks are served one after the other.
#[tokio::test]
async fn a_sink_that_hangs_holds_up_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let spool = Spool::open(dir.path()).unwrap();
    let ((stuck, _), (good, mut notices)) = (Toy::new("a", true), Toy::new("b", false));
    let deliverer = deliverer(&spool, &[stuck, good]);
    let stop = CancellationToken::new();
    let running = tokio::spawn(deliverer.run(stop.clone()));
    for subject in ["ads", "act", "sense"] {
        spool.raise(&cause(subject), wall()).unwrap();
        let heard = tokio::time::timeout(PATIENCE, notices.recv()).await;
        assert_eq!(heard.unwrap().unwrap().subject, subject);
    }
    stop.cancel();
    running.await.unwrap();
}

#[tokio::test]
async fn a_sink_that_fails_is_spoken_of_to_the_others_until_it_is_back() {
    let dir = tempfile::tempdir().unwrap();
    let spool = Spool::open(dir.path()).unwrap();
    let ((broken, mut at_broken), (good, mut notices)) =
        (Toy::new("a", false), Toy::new("b", false));
    broken.refuses.store(true, Ordering::SeqCst);
    let deliverer = deliverer(&spool, &[broken.clone(), good]);
    for n in 0..5 {
        spool.raise(&cause(&n.to_string()), wall()).unwrap();
    }
    deliverer.once().await.unwrap();
    deliverer.once().await.unwrap();
    let said = taken(&mut notices);
    assert_eq!(said.len(), 6, "{said:?}");
    assert!(said.contains(&("a".to_owned(), Stage::Raised)), "{said:?}");
    let failing = alert(&spool, "a");
    assert!(failing.cause.contains("503"), "{}", failing.cause);
    let state = deliverer.states(&alert(&spool, "0")).remove(0);
    assert!(!state.done && state.last_error.unwrap().contains("503"));
    // It is back: what it is owed is told with the next try, and first a new one.
    broken.refuses.store(false, Ordering::SeqCst);
    spool.raise(&cause("new"), wall()).unwrap();
    deliverer.once().await.unwrap();
    assert_eq!(taken(&mut at_broken), [("new".to_owned(), Stage::Raised)]);
    deliverer.once().await.unwrap();
    assert!(taken(&mut notices).contains(&("a".to_owned(), Stage::Resolved)));
}

#[tokio::test]
async fn one_delivers_and_the_next_takes_over_when_it_ends() {
    let dir = tempfile::tempdir().unwrap();
    let spool = Spool::open(dir.path()).unwrap();
    let ((a, mut at_a), (b, mut at_b)) = (Toy::new("x", false), Toy::new("x", false));
    let (stop_a, stop_b) = (CancellationToken::new(), CancellationToken::new());
    let first = tokio::spawn(deliverer(&spool, &[a]).run(stop_a.clone()));
    spool.raise(&cause("one"), wall()).unwrap();
    tokio::time::timeout(PATIENCE, at_a.recv())
        .await
        .unwrap()
        .unwrap();
    let third = deliverer(&spool, std::slice::from_ref(&b));
    assert!(matches!(third.once().await, Err(Error::Busy { .. })));
    let second = tokio::spawn(deliverer(&spool, &[b]).run(stop_b.clone()));
    stop_a.cancel();
    first.await.unwrap();
    spool.raise(&cause("two"), wall()).unwrap();
    let heard = tokio::time::timeout(PATIENCE, at_b.recv())
        .await
        .unwrap()
        .unwrap();
    // What the first has delivered is not delivered again.
    assert_eq!(heard.subject, "two");
    stop_b.cancel();
    second.await.unwrap();
}

#[tokio::test]
async fn without_a_disk_it_is_told_all_the_same_and_once() {
    let dir = tempfile::tempdir().unwrap();
    let spool = Spool::open(&dir.path().join("spool")).unwrap();
    std::fs::remove_dir(dir.path().join("spool")).unwrap();
    // A file in the place of the directory: root may write anywhere else.
    std::fs::write(dir.path().join("spool"), "").unwrap();
    let (toy, mut notices) = Toy::new("a", false);
    let stop = CancellationToken::new();
    let running = tokio::spawn(deliverer(&spool, &[toy]).run(stop.clone()));
    assert!(spool.raise(&cause("disk"), wall()).is_err());
    assert!(spool.raise(&cause("disk"), wall()).is_err());
    let heard = tokio::time::timeout(PATIENCE, notices.recv())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(heard.subject, "disk");
    let id = AlertId::of("crash_loop", "disk");
    assert!(spool.resolve(&id, wall()).is_err());
    let heard = tokio::time::timeout(PATIENCE, notices.recv())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(heard.event, Stage::Resolved);
    stop.cancel();
    running.await.unwrap();
}

#[tokio::test]
async fn what_everybody_knows_is_forgotten_after_a_while() {
    let dir = tempfile::tempdir().unwrap();
    let spool = Spool::open(dir.path()).unwrap();
    let long_ago = homeostat_model::RuntimeTime(jiff::Timestamp::from_second(1_000).unwrap());
    let id = spool.raise(&cause("old"), long_ago).unwrap();
    spool.raise(&cause("open"), long_ago).unwrap();
    spool.resolve(&id, long_ago).unwrap();
    let (toy, mut notices) = Toy::new("a", false);
    let deliverer = deliverer(&spool, &[toy]);
    deliverer.once().await.unwrap();
    assert_eq!(taken(&mut notices).len(), 3, "told before it is forgotten");
    deliverer.once().await.unwrap();
    let subjects: Vec<String> = spool.list().alerts.into_iter().map(|a| a.subject).collect();
    assert_eq!(subjects, ["open"]);
    deliverer.once().await.unwrap();
    assert_eq!(deliveries(&spool).unwrap().len(), 1);
}

/// Red when a wait is not kept, or not kept across lives.
#[tokio::test]
async fn a_failed_delivery_rests_and_is_then_tried_again_by_whoever_delivers() {
    let dir = tempfile::tempdir().unwrap();
    let spool = Spool::open(dir.path()).unwrap();
    let (toy, mut notices) = Toy::new("a", false);
    toy.refuses.store(true, Ordering::SeqCst);
    let start = wall();
    spool.raise(&cause("ads"), start).unwrap();
    let at = |ms: i64| {
        let now = start.plus(jiff::SignedDuration::from_millis(ms));
        let sinks: Vec<std::sync::Arc<dyn Sink>> = vec![toy.clone()];
        Deliverer::new(spool.clone(), sinks, DelivererOptions::new(move || now))
    };
    let failures = || deliveries(&spool).unwrap().into_values().next().unwrap()["a"].failures;
    at(0).once().await.unwrap();
    at(900).once().await.unwrap();
    assert_eq!(failures(), 1);
    at(1_000).once().await.unwrap();
    at(2_900).once().await.unwrap();
    assert_eq!(failures(), 2);
    toy.refuses.store(false, Ordering::SeqCst);
    at(2_999).once().await.unwrap();
    assert!(taken(&mut notices).is_empty());
    at(3_000).once().await.unwrap();
    assert_eq!(taken(&mut notices), [("ads".to_owned(), Stage::Raised)]);
    assert_eq!(failures(), 0);
}
