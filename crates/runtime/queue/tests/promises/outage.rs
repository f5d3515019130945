//! The database goes away and comes back, on a cluster of its own: results wait, and nobody alive is
//! taken for dead.

use std::{sync::Arc, time::Duration};

use homeostat_clock::{Entropy, Stopwatch, WorldClock};
use homeostat_liveness::{Epoch, EpochOptions, Host};
use homeostat_model::ProcessId;
use homeostat_queue::{
    Context, Enqueue, Failure, Job, Outcome, Pool, PoolHandle, PoolOptions, Registry, Scheduler,
    SchedulerHandle, SchedulerOptions, Worker, enqueue, verify,
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
        comes_back: false,
    };
    Epoch::begin(db, &options, &Entropy::from_seed(seed))
        .await
        .unwrap()
}

/// A cluster of its own with a worker, a scheduler, and a process on another host.
struct Ground {
    dir: TempDir,
    server: Embedded,
    db: Db,
    worker: Epoch,
    gate: Arc<Semaphore>,
    pool: PoolHandle,
    scheduler: SchedulerHandle,
    stop: CancellationToken,
}

impl Ground {
    /// Everything runs, and the worker is in the middle of a job.
    async fn at_work() -> Self {
        // Not under a long TMPDIR: sockets live below it.
        let dir = tempfile::Builder::new()
            .prefix("outage")
            .tempdir_in("/tmp")
            .unwrap();
        let options = EmbeddedOptions {
            dir: dir.path().join("pg"),
            durable: true,
        };
        let server = Embedded::start(&options).await.unwrap();
        let db = Db::connect(&server.url(), &DbOptions::default())
            .await
            .unwrap();
        db.migrate().await.unwrap();
        let (gate, stop) = (Arc::new(Semaphore::new(0)), CancellationToken::new());
        let worker = epoch(&db, &dir, Host::this().unwrap(), 1).await;
        let pool = start_pool(&db, &worker, &gate, &stop).await;
        let keeper = epoch(&db, &dir, Host::this().unwrap(), 2).await;
        let scheduler = start_scheduler(&db, &keeper, &stop);
        enqueue(&db, &Gated {}, &Enqueue::default()).await.unwrap();
        pool.started().at_least(1).await;
        Self {
            dir,
            server,
            db,
            worker,
            gate,
            pool,
            scheduler,
            stop,
        }
    }

    /// A process on another host dies, and its lock is seen free. Its running file is over there.
    async fn a_far_death(&self) -> ProcessId {
        let elsewhere = Host {
            name: "elsewhere".into(),
            boot_id: "b".into(),
        };
        let far = epoch(&self.db, &self.dir, elsewhere, 3).await;
        let process = far.id();
        std::fs::remove_file(self.dir.path().join(format!("run/{process}.json"))).unwrap();
        drop(far);
        let chores = self.scheduler.chores();
        chores.at_least(chores.count() + 2).await;
        process
    }

    async fn kill_server(&mut self) {
        let pid = Pid::from_raw(self.server.pid().unwrap().cast_signed()).unwrap();
        kill_process(pid, Signal::KILL).unwrap();
        self.server.ended().await;
    }

    async fn numbers(&self, query: &'static str) -> Vec<i64> {
        sqlx::query_scalar(query)
            .fetch_all(self.db.pool())
            .await
            .unwrap()
    }
}

async fn start_pool(
    db: &Db,
    worker: &Epoch,
    gate: &Arc<Semaphore>,
    stop: &CancellationToken,
) -> PoolHandle {
    let mut registry = Registry::new();
    registry.add(Gate(gate.clone())).unwrap();
    registry.register(db).await.unwrap();
    let (listener, wake) = Listener::new(db, &[Pool::CHANNEL]);
    tokio::spawn(listener.run(stop.clone()));
    let (options, entropy) = (PoolOptions::default(), Entropy::from_seed(4));
    let (pool, handle) = Pool::new(db, worker, registry, &entropy, options, wake).unwrap();
    tokio::spawn(pool.run(stop.clone()));
    handle
}

fn start_scheduler(db: &Db, keeper: &Epoch, stop: &CancellationToken) -> SchedulerHandle {
    let (host, clock, entropy) = (
        Host::this().unwrap(),
        WorldClock::System,
        Entropy::from_seed(5),
    );
    let options = SchedulerOptions::default();
    let (scheduler, handle) = Scheduler::new(db, keeper, host, clock, &entropy, options).unwrap();
    tokio::spawn(scheduler.run(stop.clone()));
    handle
}

/// SIGKILL to the server frees every lock at once. The worker's result waits and is written once; a
/// process that died just before on another host is a guess, and its grace starts anew when the server
/// is back. Red without `start_over` in `DeathWatch`, and without the patience of the finisher.
#[tokio::test]
async fn results_wait_and_graces_start_anew() {
    let mut ground = Ground::at_work().await;
    let dead = ground.a_far_death().await;
    ground.kill_server().await;
    ground.gate.add_permits(1);
    ground.worker.until_sound(false).await;
    ground.server.restart().await.unwrap();
    let back = Stopwatch::start();

    ground.pool.finished().at_least(1).await;
    ground.worker.until_sound(true).await;
    assert_eq!(
        ground.pool.stale().count(),
        0,
        "the result was ours to write"
    );
    ground.scheduler.rescued().at_least(1).await;
    assert!(
        back.elapsed() >= Duration::from_secs(3),
        "{:?}",
        back.elapsed()
    );
    let ended = ground
        .numbers("SELECT id FROM homeostat.process WHERE state = 'ended'")
        .await;
    assert_eq!(ended, [dead.0], "nobody alive was taken for dead");
    let moves = ground
        .numbers("SELECT id FROM homeostat.event WHERE entity = 'job' AND to_state IN ('running', 'done')")
        .await;
    assert_eq!(moves.len(), 2, "claimed once and done once");
    for check in verify(&ground.db).await.unwrap() {
        assert_eq!(check.violations, 0, "{check:?}");
    }
    ground.stop.cancel();
    ground.db.close().await;
    ground.server.stop().await.unwrap();
}
