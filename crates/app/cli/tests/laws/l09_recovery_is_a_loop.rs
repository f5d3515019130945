//! L9: recovery asks the state, not the event. Whatever has an owner that lives no more is found by
//! the next pass, whoever should have rescued it and did not; boot only makes one pass more.
//!
//! Under test: the chore `recovery` of the scheduler, `recovery_pass`, and `homeostat_effects::recover`.

use homeostat_effects::{Class, EffectState, Performed, Provenance, Recovered, perform};
use homeostat_liveness::{Evidence, declare_dead};
use homeostat_queue::{Rescue, recovery_pass};

use crate::{
    acts::{Acts, Twist},
    plant::{
        ground::{Ground, Way, soon},
        trip::Road,
    },
    stage::{Stage, seconds},
};

/// The epoch is ended, and whoever ended it died before the rescue: no death is left to be seen. A
/// scheduler that booted long before finds the job. Red without `Recovery` in `maintenance::chores`.
#[tokio::test]
async fn a_job_that_no_rescue_came_for_is_found_by_the_next_pass() {
    let ground = Ground::new().await;
    let scheduler = ground.scheduler("scheduler").await;
    soon(scheduler.handle.chores().at_least(6)).await;

    let job = ground.enqueue(Way::Wait).await;
    let dies = ground.pool("dies", 1).await;
    dies.started(1).await;
    declare_dead(&ground.db, dies.epoch.id(), Evidence::Waitpid, None)
        .await
        .unwrap();
    ground.kill(dies.die().await).await;

    let next = ground.pool("next", 1).await;
    next.started(1).await;
    ground.let_go(ground.fences_of(job)[1]);
    next.finished(1).await;
    assert_eq!(ground.history(job).await.last().unwrap().0, "done");
    assert_eq!(scheduler.handle.rescued().count(), 0, "no death was seen");
    let pass = recovery_pass(&ground.db, &ground.entropy, None)
        .await
        .unwrap();
    assert_eq!(pass, Rescue::default(), "nothing is left to find");
}

/// The same for a run: its epoch is ended and nobody rescues. The next pass finds the phase by its state,
/// and the run goes on there. Red without the chore `recovery`.
#[tokio::test]
async fn a_run_that_no_rescue_came_for_is_found_by_the_next_pass() {
    let ground = Ground::new().await;
    let run = ground.start_trip(Road::Blocked).await;
    let dies = ground.pool("dies", 1).await;
    let drive = ground.driving(run, 1).await;
    declare_dead(&ground.db, dies.epoch.id(), Evidence::Waitpid, None)
        .await
        .unwrap();
    ground.kill(dies.die().await).await;
    assert_eq!(ground.trip(run).await.resumes, 0, "nobody came");

    let scheduler = ground.scheduler("scheduler").await;
    let next = ground.pool("next", 1).await;
    ground.driving(run, 2).await;
    ground.let_go(ground.fences_of(drive)[1]);
    let ended = ground.trip_ended(run).await;
    next.stop().await;
    assert_eq!((ended.state.as_str(), ended.resumes), ("done", 1));
    assert_eq!(ground.checkpoints(run).await.len(), 3);
    assert_eq!(scheduler.handle.rescued().count(), 0, "no death was seen");
}

/// The act is in the vendor's books, and its owner died before it heard so. Another process asks the
/// vendor and closes the books. Red without `p.state IS DISTINCT FROM 'live'` in `adopt::take` (it is
/// not found) and without the probe (it is sent twice).
#[tokio::test]
async fn an_act_in_a_dead_owners_hands_is_asked_about_and_settled() {
    let mut stage = Stage::new().await;
    let acts = Acts::new(Class::Queryable);
    let permit = stage.permit(&*acts, "c-1").await;
    acts.next(Twist::Stalled);
    let call = tokio::spawn({
        let (ctx, acts) = (stage.ctx.clone(), acts.clone());
        async move { perform(&ctx, acts, permit).await }
    });
    acts.entered.notified().await;
    stage.at(seconds(1)).await;
    assert_eq!(
        stage.recover(&acts).await,
        Recovered::default(),
        "a live owner is left alone"
    );

    // Nobody is told of the death: only the row says so.
    stage.crash(Evidence::Flock).await;
    let pass = stage.recover(&acts).await;
    assert_eq!((pass.adopted, pass.settled, pass.resent), (1, 1, 0));
    let effect = stage.only_effect().await;
    assert_eq!(
        (effect.state, effect.provenance),
        (EffectState::Settled, Some(Provenance::Recovered))
    );
    assert_eq!((acts.done(), stage.money().await), (1, (0, 10_000_000)));
    assert_eq!(
        stage.recover(&acts).await,
        Recovered::default(),
        "the books are closed"
    );
    acts.let_go.notify_one();
    assert!(
        matches!(call.await.unwrap().unwrap(), Performed::Fenced),
        "the dead one speaks too late"
    );
    stage.assert_sound().await;
}
