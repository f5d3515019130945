//! The last attempt after crashes: a fresh process that does nothing else, real processes throughout.
//!
//! The test's own binary plays the workers: it starts itself with the name of [`worker_process`].

use std::{path::PathBuf, process::Stdio, sync::Arc, time::Duration};

use homeostat_clock::{Entropy, Stopwatch, WorldClock};
use homeostat_liveness::{Epoch, EpochOptions, Host};
use homeostat_queue::{
    Context, Enqueue, Failure, Job, KindDefaults, Outcome, Pool, PoolOptions, Registry, Scheduler,
    SchedulerOptions, Worker, enqueue,
};
use homeostat_store::{Db, DbOptions, Listener};
use homeostat_testkit::Database;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::{process::Command, sync::Notify};
use tokio_util::sync::CancellationToken;

const URL: &str = "PROMISE_URL";
const RUN_DIR: &str = "PROMISE_RUN_DIR";
const ALONE: &str = "PROMISE_ALONE";
/// Longest wait for what must happen.
const PATIENCE: Duration = Duration::from_secs(60);

/// Kills its process twice; the third time it wants to see others at work.
#[derive(Debug, Serialize, Deserialize)]
struct Killer {}

impl Job for Killer {
    const KIND: &'static str = "killer";

    fn defaults() -> KindDefaults {
        KindDefaults {
            backoff: Duration::from_millis(1),
            backoff_max: Duration::from_millis(2),
            ..KindDefaults::default()
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Neighbour {}

impl Job for Neighbour {
    const KIND: &'static str = "neighbour";
}

struct Kills(Db);

#[async_trait::async_trait]
impl Worker for Kills {
    type Job = Killer;

    async fn work(&self, _: Killer, context: &Context) -> Result<Outcome, Failure> {
        if context.attempt() < 3 {
            std::process::abort();
        }
        let neighbour = enqueue(&self.0, &Neighbour {}, &Enqueue::default()).await?;
        let mut is_done = false;
        while !is_done {
            is_done =
                sqlx::query_scalar("SELECT NOT EXISTS (SELECT 1 FROM homeostat.job WHERE id = $1)")
                    .bind(neighbour.job.0)
                    .fetch_one(self.0.pool())
                    .await
                    .map_err(Failure::error)?;
            tokio::task::yield_now().await;
        }
        Ok(Outcome::Done(json!({"pid": std::process::id()})))
    }
}

struct Works;

#[async_trait::async_trait]
impl Worker for Works {
    type Job = Neighbour;

    async fn work(&self, _: Neighbour, _: &Context) -> Result<Outcome, Failure> {
        Ok(Outcome::done())
    }
}

fn registry(db: &Db) -> Registry {
    let mut registry = Registry::new();
    registry.add(Kills(db.clone())).unwrap();
    registry.add(Works).unwrap();
    registry
}

/// A worker process, with `ALONE` one for a single job. Only other tests start it.
#[tokio::test]
#[ignore = "a process that other tests start"]
async fn worker_process() {
    let Ok(url) = std::env::var(URL) else {
        return;
    };
    let db = Db::connect(&url, &DbOptions::default()).await.unwrap();
    // Each process its own, so that no two draw the same lock key.
    let entropy = Entropy::from_seed(u64::from(std::process::id()));
    let alone = std::env::var_os(ALONE).is_some();
    let options = EpochOptions {
        kind: if alone { "alone" } else { "worker" }.into(),
        host: Host::this().unwrap(),
        version: "test".into(),
        run_dir: PathBuf::from(std::env::var_os(RUN_DIR).unwrap()),
        comes_back: false,
    };
    let epoch = Epoch::begin(&db, &options, &entropy).await.unwrap();
    let stop = CancellationToken::new();
    let (listener, wake) = Listener::new(&db, &[Pool::CHANNEL]);
    tokio::spawn(listener.run(stop.clone()));
    let options = PoolOptions {
        alone,
        poll_ms: 50,
        ..PoolOptions::default()
    };
    let (pool, _) = Pool::new(&db, &epoch, registry(&db), &entropy, options, wake).unwrap();
    let wanted = Arc::new(Notify::new());
    let pool = pool.with_alone_elsewhere(wanted.clone());
    tokio::spawn(async move {
        loop {
            wanted.notified().await;
            let mut child = worker().env(ALONE, "1").spawn().unwrap();
            child.wait().await.unwrap();
        }
    });
    pool.run(stop).await.unwrap();
    epoch.end("test over").await.unwrap();
}

fn worker() -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args([
            "alone::worker_process",
            "--exact",
            "--ignored",
            "--nocapture",
        ])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .kill_on_drop(true);
    command
}

/// A job that kills its process twice gets its third attempt in a process that takes nothing else,
/// while others go on. Red when ordinary claims take such jobs.
#[tokio::test]
async fn the_last_attempt_has_a_process_of_its_own() {
    let base = Database::fresh().await;
    let db = base.db();
    registry(&db).register(&db).await.unwrap();
    let job = enqueue(&db, &Killer {}, &Enqueue::default())
        .await
        .unwrap()
        .job;
    let epoch = Epoch::begin(
        &db,
        &EpochOptions {
            kind: "scheduler".into(),
            host: Host::this().unwrap(),
            version: "test".into(),
            run_dir: base.dir().to_path_buf(),
            comes_back: false,
        },
        &Entropy::from_seed(1),
    )
    .await
    .unwrap();
    let often = SchedulerOptions {
        death_ms: 20,
        ..SchedulerOptions::default()
    };
    let host = Host::this().unwrap();
    let entropy = Entropy::from_seed(2);
    let (scheduler, handle) =
        Scheduler::new(&db, &epoch, host, WorldClock::System, &entropy, often).unwrap();
    let stop = CancellationToken::new();
    let scheduling = tokio::spawn(scheduler.run(stop.clone()));
    let parent = tokio::spawn(keep_one_worker(
        base.url().to_owned(),
        base.dir().to_path_buf(),
    ));

    let since = Stopwatch::start();
    while live(&db).await > 0 {
        assert!(since.elapsed() < PATIENCE, "still at work");
        handle.chores().at_least(handle.chores().count() + 1).await;
    }
    parent.abort();
    stop.cancel();
    scheduling.await.unwrap().unwrap();

    // Who claimed the job, and what else each of them ever claimed.
    let claims: Vec<(String, i64, i64)> = sqlx::query_as(
        "SELECT p.kind, p.id, (SELECT count(DISTINCT o.entity_id) FROM homeostat.event o
                               WHERE o.entity = 'job' AND o.to_state = 'running' AND o.owner = p.id)
         FROM homeostat.event e JOIN homeostat.process p ON p.id = e.owner
         WHERE e.entity = 'job' AND e.entity_id = $1 AND e.to_state = 'running' ORDER BY e.id",
    )
    .bind(job.to_string())
    .fetch_all(db.pool())
    .await
    .unwrap();
    let kinds: Vec<_> = claims.iter().map(|(kind, ..)| kind.as_str()).collect();
    assert_eq!(kinds, ["worker", "worker", "alone"]);
    assert_ne!(claims[0].1, claims[1].1, "two lives were lost");
    assert_eq!(claims[2].2, 1, "it did nothing else");
    let state: String = sqlx::query_scalar(
        "SELECT to_state FROM homeostat.event WHERE entity = 'job' AND entity_id = $1 ORDER BY id DESC LIMIT 1",
    )
    .bind(job.to_string())
    .fetch_one(db.pool())
    .await
    .unwrap();
    assert_eq!(state, "done");
}

/// What a parent does: starts a worker again whenever it dies.
async fn keep_one_worker(url: String, run_dir: PathBuf) {
    loop {
        let mut command = worker();
        let mut child = command
            .env(URL, &url)
            .env(RUN_DIR, &run_dir)
            .spawn()
            .unwrap();
        child.wait().await.unwrap();
    }
}

async fn live(db: &Db) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM homeostat.job")
        .fetch_one(db.pool())
        .await
        .unwrap()
}
