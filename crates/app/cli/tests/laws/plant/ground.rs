//! Epochs, workers and schedulers inside the test's own process, on a database of their own.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use homeostat_clock::{Entropy, WorldClock};
use homeostat_liveness::{Epoch, EpochOptions, Host};
use homeostat_model::{Fence, JobId, ProcessId};
use homeostat_queue::{
    Context, Enqueue, Failure, Job, JobFilter, JobRow, KindDefaults, Outcome, Pool, PoolHandle,
    PoolOptions, Registry, Scheduler, SchedulerHandle, SchedulerOptions, Stopped, Worker, enqueue,
    jobs,
};
use homeostat_store::{Db, Listener};
use homeostat_testkit::Database;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::{sync::watch, task::JoinHandle};
use tokio_util::sync::CancellationToken;

/// How an attempt ends.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Way {
    Done,
    Fail,
    FailForGood,
    Snooze,
    /// Done once the test lets the attempt's fence go.
    Wait,
}

/// A job that says how it wants to end. Two snoozes, and waits of milliseconds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Task {
    pub(crate) way: Way,
}

impl Job for Task {
    const KIND: &'static str = "task";

    fn defaults() -> KindDefaults {
        KindDefaults {
            backoff: Duration::from_millis(1),
            backoff_max: Duration::from_millis(2),
            snoozes_max: 2,
            ..KindDefaults::default()
        }
    }
}

/// What all workers of a ground have begun, and what they may finish.
#[derive(Debug, Clone)]
pub(super) struct Bench {
    begun: Arc<Mutex<Vec<(JobId, Fence)>>>,
    let_go: watch::Sender<BTreeSet<i64>>,
}

impl Bench {
    /// Notes that the work of an attempt begins.
    pub(super) fn note(&self, context: &Context) {
        let attempt = (context.job(), context.fence());
        self.begun.lock().unwrap().push(attempt);
    }

    /// Returns once the test lets the attempt with this fence go.
    pub(super) async fn until_let_go(&self, fence: Fence) -> Result<(), Failure> {
        let mut let_go = self.let_go.subscribe();
        let waiting = let_go.wait_for(|fences| fences.contains(&fence.0));
        waiting.await.map_err(Failure::error)?;
        Ok(())
    }
}

#[async_trait::async_trait]
impl Worker for Bench {
    type Job = Task;

    async fn work(&self, task: Task, context: &Context) -> Result<Outcome, Failure> {
        let fence = context.fence();
        self.note(context);
        match task.way {
            Way::Done => {}
            Way::Fail => return Err(Failure::error("no")),
            Way::FailForGood => return Err(Failure::permanent("never")),
            Way::Snooze => {
                let wait = Duration::from_millis(1);
                return Ok(Outcome::Snooze {
                    wait,
                    reason: "busy".into(),
                });
            }
            Way::Wait => self.until_let_go(fence).await?,
        }
        Ok(Outcome::Done(
            json!({ "fence": fence.0, "epoch": context.epoch().id().0 }),
        ))
    }
}

/// A database with the kind [`Task`] on it.
pub(crate) struct Ground {
    base: Database,
    pub(crate) db: Db,
    pub(crate) entropy: Entropy,
    bench: Bench,
}

/// A pool at work.
pub(crate) struct Running {
    pub(crate) epoch: Epoch,
    pub(crate) handle: PoolHandle,
    pub(crate) stop: CancellationToken,
    pub(crate) task: JoinHandle<Stopped>,
}

/// A scheduler at work, until dropped.
pub(crate) struct Scheduling {
    pub(crate) handle: SchedulerHandle,
    pub(crate) stop: CancellationToken,
}

impl Ground {
    pub(crate) async fn new() -> Self {
        let base = Database::fresh().await;
        let db = base.db();
        let bench = Bench {
            begun: Arc::default(),
            let_go: watch::channel(BTreeSet::new()).0,
        };
        let ground = Self {
            base,
            db,
            entropy: Entropy::from_seed(7),
            bench,
        };
        ground.registry().register(&ground.db).await.unwrap();
        ground
    }

    fn registry(&self) -> Registry {
        let mut registry = Registry::new();
        registry.add(self.bench.clone()).unwrap();
        registry
            .add_pipeline(super::trip::pipeline(&self.bench))
            .unwrap();
        registry
    }

    /// Where the running files lie.
    pub(crate) fn run_dir(&self) -> &std::path::Path {
        self.base.dir()
    }

    pub(crate) async fn epoch_on(&self, name: &str, host: Host) -> Epoch {
        let run_dir = self.run_dir().to_path_buf();
        let options = EpochOptions {
            kind: "worker".into(),
            host,
            version: "9.0.0".into(),
            run_dir,
            comes_back: false,
        };
        Epoch::begin(&self.db, &options, &self.entropy.child(name))
            .await
            .unwrap()
    }

    pub(crate) async fn epoch(&self, name: &str) -> Epoch {
        self.epoch_on(name, Host::this().unwrap()).await
    }

    /// Workers of an epoch of their own, with so many slots.
    pub(crate) async fn pool(&self, name: &str, slots: usize) -> Running {
        let epoch = self.epoch(name).await;
        let stop = CancellationToken::new();
        let (listener, wake) = Listener::new(&self.db, &[Pool::CHANNEL]);
        tokio::spawn(listener.run(stop.clone()));
        let options = PoolOptions {
            slots,
            poll_ms: 20,
            ..PoolOptions::default()
        };
        let (pool, handle) = Pool::new(
            &self.db,
            &epoch,
            self.registry(),
            &self.entropy,
            options,
            wake,
        )
        .unwrap();
        let running = pool.run(stop.clone());
        let task = tokio::spawn(async move { running.await.unwrap() });
        Running {
            epoch,
            handle,
            stop,
            task,
        }
    }

    /// A scheduler with the queue's chores.
    pub(crate) async fn scheduler(&self, name: &str) -> Scheduling {
        let epoch = self.epoch(name).await;
        let (host, clock, options) = (
            Host::this().unwrap(),
            WorldClock::System,
            SchedulerOptions::default(),
        );
        let (scheduler, handle) =
            Scheduler::new(&self.db, &epoch, host, clock, &self.entropy, options).unwrap();
        let stop = CancellationToken::new();
        tokio::spawn(scheduler.run(stop.clone()));
        Scheduling { handle, stop }
    }

    pub(crate) async fn enqueue(&self, way: Way) -> JobId {
        self.enqueue_with(way, &Enqueue::default()).await
    }

    pub(crate) async fn enqueue_with(&self, way: Way, how: &Enqueue) -> JobId {
        enqueue(&self.db, &Task { way }, how).await.unwrap().job
    }

    /// Lets the attempt with this fence finish.
    pub(crate) fn let_go(&self, fence: Fence) {
        self.bench.let_go.send_modify(|fences| {
            fences.insert(fence.0);
        });
    }

    /// The fences under which a job's work began.
    pub(crate) fn fences_of(&self, job: JobId) -> Vec<Fence> {
        self.begun()
            .into_iter()
            .filter(|(id, _)| *id == job)
            .map(|(_, fence)| fence)
            .collect()
    }

    /// Moves a running job's deadline to now.
    pub(crate) async fn overdue(&self, job: JobId) {
        sqlx::query("UPDATE homeostat.job SET deadline = clock_timestamp() WHERE id = $1")
            .bind(job.0)
            .execute(self.db.pool())
            .await
            .unwrap();
    }

    /// Returns once the job has left the table.
    pub(crate) async fn gone(&self, job: JobId) {
        soon(async {
            while self.job(job).await.is_some() {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }

    /// Attempts in the order in which their work began.
    pub(crate) fn begun(&self) -> Vec<(JobId, Fence)> {
        self.bench.begun.lock().unwrap().clone()
    }

    /// The live row of a job.
    pub(crate) async fn job(&self, id: JobId) -> Option<JobRow> {
        let filter = JobFilter {
            id: Some(id),
            ..JobFilter::default()
        };
        jobs(&self.db, &filter).await.unwrap().pop()
    }

    /// The journal of a job: state, fence and data of each transition.
    pub(crate) async fn history(&self, id: JobId) -> Vec<(String, Option<i64>, serde_json::Value)> {
        sqlx::query_as(
            "SELECT to_state, fence, data FROM homeostat.event
             WHERE entity = 'job' AND entity_id = $1 ORDER BY id",
        )
        .bind(id.to_string())
        .fetch_all(self.db.pool())
        .await
        .unwrap()
    }

    /// Returns once nobody holds the epoch's lock any more: the server has noticed the death.
    pub(crate) async fn lock_free(&self, lock_key: i64) {
        let mut connection = self.db.pool().acquire().await.unwrap();
        for call in [
            "SELECT pg_advisory_lock($1)",
            "SELECT pg_advisory_unlock($1)",
        ] {
            sqlx::query(call)
                .bind(lock_key)
                .execute(&mut *connection)
                .await
                .unwrap();
        }
    }

    /// What a SIGKILL leaves: no goodbye, the lock and the file let go of by the kernel.
    pub(crate) async fn kill(&self, epoch: Epoch) -> ProcessId {
        let (id, key) = (epoch.id(), epoch.lock_key());
        drop(epoch);
        self.lock_free(key).await;
        id
    }
}

impl Running {
    /// Waits until the work of so many attempts has begun.
    pub(crate) async fn started(&self, n: u64) {
        soon(self.handle.started().at_least(n)).await;
    }

    /// Waits until so many results are written.
    pub(crate) async fn finished(&self, n: u64) {
        soon(self.handle.finished().at_least(n)).await;
    }

    /// Waits until so many results came too late.
    pub(crate) async fn stale(&self, n: u64) {
        soon(self.handle.stale().at_least(n)).await;
    }

    /// Waits until the pool has looked for work so many times more and found none.
    pub(crate) async fn idle(&self, more: u64) {
        soon(
            self.handle
                .idle()
                .at_least(self.handle.idle().count() + more),
        )
        .await;
    }

    /// Waits until its epoch was ended by somebody else and it has stopped for that.
    pub(crate) async fn ousted(self) -> Epoch {
        let stopped = soon(self.task).await.unwrap();
        assert!(matches!(stopped, Stopped::EpochEnded(_)), "{stopped:?}");
        self.epoch
    }

    /// A planned stop.
    pub(crate) async fn stop(self) -> Stopped {
        self.stop.cancel();
        self.task.await.unwrap()
    }

    /// Dies at once: nothing is written or given back. What is left of the life, to be killed.
    pub(crate) async fn die(self) -> Epoch {
        self.task.abort();
        assert!(self.task.await.unwrap_err().is_cancelled());
        self.stop.cancel();
        self.epoch
    }
}

/// What must happen, and soon; a test that would wait for ever is red.
pub(crate) async fn soon<T>(happens: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(30), happens)
        .await
        .expect("it never happened")
}

/// Returns once the pools together have written so many results.
pub(crate) async fn finished_at_least(pools: &[Running], n: u64) {
    loop {
        let counts: Vec<u64> = pools
            .iter()
            .map(|pool| pool.handle.finished().count())
            .collect();
        if counts.iter().sum::<u64>() >= n {
            return;
        }
        let more = pools.iter().zip(counts).map(|(pool, count)| {
            Box::pin(async move { pool.handle.finished().at_least(count + 1).await })
        });
        soon(futures_util::future::select_all(more)).await;
    }
}

impl Drop for Scheduling {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
