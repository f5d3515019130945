//! The scheduler as a whole: it fires, it finds the dead, it does chores.

use crate::common::{Ground, Way};
use homeostat_clock::WorldClock;
use homeostat_liveness::Host;
use homeostat_model::WorldTime;
use homeostat_queue::{
    Cadence, JobFilter, Missed, Overlap, PoolOptions, Schedule, Scheduler, SchedulerOptions,
    Stopped, define_schedule, jobs,
};
use serde_json::json;
use tokio_util::sync::CancellationToken;

/// A worker dies with its job begun; two schedulers watch; the job is rescued once and done.
#[tokio::test]
async fn a_dead_workers_job_is_done_by_another() {
    let ground = Ground::new().await;
    let job = ground.enqueue(Way::WaitForCancel).await;
    let doomed = ground.pool("doomed", PoolOptions::default()).await;
    doomed.handle.started().at_least(1).await;
    let stop = CancellationToken::new();
    let mut schedulers = Vec::new();
    for name in ["one", "two"] {
        let epoch = ground.epoch(name).await;
        let (scheduler, handle) = Scheduler::new(
            &ground.db,
            &epoch,
            Host::this().unwrap(),
            WorldClock::System,
            &ground.entropy,
            SchedulerOptions {
                death_ms: 10,
                ..SchedulerOptions::default()
            },
        )
        .unwrap();
        let run = scheduler.run(stop.clone());
        schedulers.push((handle, tokio::spawn(async move { run.await.unwrap() })));
    }
    schedulers[0].0.ticks().at_least(1).await;
    // As a kill would: every handle of the epoch goes, the socket and the file with them.
    doomed.task.abort();
    let _ = doomed.task.await;
    doomed.stop.cancel();
    drop(doomed.epoch);
    tokio::select! {
        () = schedulers[0].0.rescued().at_least(1) => {}
        () = schedulers[1].0.rescued().at_least(1) => {}
    }
    let row = jobs(
        &ground.db,
        &JobFilter {
            id: Some(job),
            ..JobFilter::default()
        },
    )
    .await
    .unwrap()
    .remove(0);
    assert_eq!(
        (
            row.state.as_str(),
            row.attempts_used,
            row.last_cause.as_deref()
        ),
        ("ready", 1, Some("crash"))
    );
    stop.cancel();
    for (_, task) in schedulers {
        assert_eq!(task.await.unwrap(), Stopped::Planned);
    }
}

/// A schedule on a scaled or standing clock fires by the world's time.
#[tokio::test]
async fn it_fires_by_the_worlds_clock() {
    let ground = Ground::new().await;
    let start = WorldTime("2031-05-01T00:00:00Z".parse().unwrap());
    let clock = WorldClock::manual(start);
    let schedule = Schedule {
        name: "nightly".into(),
        kind: "task".into(),
        args: json!({"way": "done"}),
        brand: None,
        cadence: Cadence::Cron {
            expression: "0 3 * * *".into(),
            zone: "UTC".into(),
        },
        overlap: Overlap::Queue,
        missed: Missed::Once,
        guards_money: false,
    };
    define_schedule(&ground.db, &schedule, clock.now())
        .await
        .unwrap();
    let epoch = ground.epoch("one").await;
    let options = SchedulerOptions {
        tick_ms: 5,
        ..SchedulerOptions::default()
    };
    let (scheduler, handle) = Scheduler::new(
        &ground.db,
        &epoch,
        Host::this().unwrap(),
        clock.clone(),
        &ground.entropy,
        options,
    )
    .unwrap();
    let stop = CancellationToken::new();
    let run = scheduler.run(stop.clone());
    let task = tokio::spawn(async move { run.await.unwrap() });
    handle.ticks().at_least(3).await;
    assert_eq!(handle.fired().count(), 0);
    clock.advance(jiff::SignedDuration::from_hours(4));
    handle.fired().at_least(1).await;
    let ticks = handle.ticks().count();
    handle.ticks().at_least(ticks + 3).await;
    assert_eq!(handle.fired().count(), 1);
    stop.cancel();
    task.await.unwrap();
}
