//! The database goes away and comes back, on a cluster of its own: results wait, and nobody alive is
//! taken for dead.

use std::{sync::Arc, time::Duration};

use homeostat_clock::{Entropy, Stopwatch, WorldClock};
use homeostat_liveness::{Epoch, EpochOptions, Host};
use homeostat_queue::{
    Context, Enqueue, Failure, Job, Outcome, Pool, PoolOptions, Registry, Scheduler,
    SchedulerOptions, Worker, enqueue, verify,
};
use homeostat_store::{Db, DbOptions, Embedded, EmbeddedOptions, Listener};
use rustix::process::{Pid, Signal, kill_process};
use serde::{Deserialize, Serialize};
use tempfile::TempDir;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// Done once the gate opens.
#[derive(Debug, Serialize, Deserialize)]
struct Gated {}

impl Job for Gated {
    const KIND: &'static str = "gated";
}

struct Gate(Arc<Semaphore>);

#[async_trait::async_trait]
impl Worker for Gate {
    type Job = Gated;

    async fn work(&self, _: Gated, _: &Context) -> Result<Outcome, Failure> {
        self.0.acquire().await.map_err(Failure::error)?.forget();
        Ok(Outcome::done())
    }
}

async fn epoch(db: &Db, dir: &TempDir, host: Host, seed: u64) -> Epoch {
    let options = EpochOptions {
        kind: "worker".into(),
        host,
        version: "test".into(),
        run_dir: dir.path().join("run"),
    };
    Epoch::begin(db, &options, &Entropy::from_seed(seed))
        .await
        .unwrap()
}

/// SIGKILL to the server frees every lock at once. The worker's result waits and is written once; a
/// process that died just before on another host is a guess, and its grace starts anew when the server
/// is back. Red without `start_over` in `DeathWatch`, and without the patience of the finisher.
#[tokio::test]
async fn results_wait_and_graces_start_anew() {
    let dir = tempfile::Builder::new()
        .prefix("outage")
        .tempdir_in("/tmp")
        .unwrap();
    let options = EmbeddedOptions {
        dir: dir.path().join("pg"),
        durable: true,
    };
    let mut server = Embedded::start(&options).await.unwrap();
    let db = Db::connect(&server.url(), &DbOptions::default())
        .await
        .unwrap();
    db.migrate().await.unwrap();
    let here = Host::this().unwrap();
    let worker = epoch(&db, &dir, here.clone(), 1).await;
    let keeper = epoch(&db, &dir, here.clone(), 2).await;
    let elsewhere = Host {
        name: "elsewhere".into(),
        boot_id: "b".into(),
    };
    let far = epoch(&db, &dir, elsewhere, 3).await;

    let gate = Arc::new(Semaphore::new(0));
    let mut registry = Registry::new();
    registry.add(Gate(gate.clone())).unwrap();
    let stop = CancellationToken::new();
    let (listener, wake) = Listener::new(&db, &[Pool::CHANNEL]);
    tokio::spawn(listener.run(stop.clone()));
    let entropy = Entropy::from_seed(4);
    let (pool, handle) = Pool::new(
        &db,
        &worker,
        registry,
        &entropy,
        PoolOptions::default(),
        wake,
    )
    .unwrap();
    let working = tokio::spawn(pool.run(stop.clone()));
    let (scheduler, scheduling) = Scheduler::new(
        &db,
        &keeper,
        here,
        WorldClock::System,
        &entropy,
        SchedulerOptions::default(),
    )
    .unwrap();
    tokio::spawn(scheduler.run(stop.clone()));
    while enqueue(&db, &Gated {}, &Enqueue::default()).await.is_err() {
        // The pool registers its kind.
        tokio::task::yield_now().await;
    }
    handle.started().at_least(1).await;

    // The far process dies, and its lock is seen free; its running file is on its own host.
    let process = far.id();
    std::fs::remove_file(dir.path().join(format!("run/{process}.json"))).unwrap();
    drop(far);
    let before = scheduling.chores().count();
    scheduling.chores().at_least(before + 2).await;
    kill_process(
        Pid::from_raw(server.pid().unwrap().cast_signed()).unwrap(),
        Signal::KILL,
    )
    .unwrap();
    server.ended().await;
    gate.add_permits(1);
    worker.until_sound(false).await;
    server.restart().await.unwrap();
    let back = Stopwatch::start();

    handle.finished().at_least(1).await;
    worker.until_sound(true).await;
    assert_eq!(handle.stale().count(), 0, "the result was ours to write");
    scheduling.rescued().at_least(1).await;
    assert!(
        back.elapsed() >= Duration::from_secs(3),
        "{:?}",
        back.elapsed()
    );
    assert_eq!(scheduling.rescued().count(), 1, "only the dead one");
    let ended: Vec<i64> =
        sqlx::query_scalar("SELECT id FROM homeostat.process WHERE state = 'ended'")
            .fetch_all(db.pool())
            .await
            .unwrap();
    assert_eq!(ended, [process.0], "nobody alive was taken for dead");
    let claims: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM homeostat.event WHERE entity = 'job' AND to_state IN ('running', 'done')",
    )
    .fetch_one(db.pool())
    .await
    .unwrap();
    assert_eq!(claims, 2, "claimed once and done once");
    for check in verify(&db).await.unwrap() {
        assert_eq!(check.violations, 0, "{check:?}");
    }
    stop.cancel();
    working.await.unwrap().unwrap();
    db.close().await;
    server.stop().await.unwrap();
}
