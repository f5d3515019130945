//! A database, a kind whose jobs say how they want to end, and pools to run them.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use homeostat_clock::Entropy;
use homeostat_liveness::{Epoch, EpochOptions, Host};
use homeostat_model::JobId;
use homeostat_queue::{
    Context, Enqueue, Failure, Job, KindDefaults, Outcome, Pool, PoolHandle, PoolOptions, Registry,
    Stopped, Worker, enqueue,
};
use homeostat_store::{Db, Listener};
use homeostat_testkit::Database;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::{sync::Semaphore, task::JoinHandle};
use tokio_util::sync::CancellationToken;

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Way {
    Done,
    Fail,
    FailForGood,
    Panic,
    Snooze,
    CallOff,
    WaitForCancel,
    Nul,
}

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

/// Never ends by itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Hang {}

impl Job for Hang {
    const KIND: &'static str = "hang";

    fn defaults() -> KindDefaults {
        KindDefaults {
            timeout: Duration::from_millis(50),
            ..Task::defaults()
        }
    }
}

struct HangWorker;

#[async_trait::async_trait]
impl Worker for HangWorker {
    type Job = Hang;

    async fn work(&self, _: Hang, _: &Context) -> Result<Outcome, Failure> {
        std::future::pending().await
    }
}

/// One at a time over all processes; holds its place until the gate lets it go.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Alone {}

impl Job for Alone {
    const KIND: &'static str = "alone";

    fn defaults() -> KindDefaults {
        KindDefaults {
            concurrency: Some(1),
            ..KindDefaults::default()
        }
    }
}

struct TaskWorker;

#[async_trait::async_trait]
impl Worker for TaskWorker {
    type Job = Task;

    async fn work(&self, task: Task, context: &Context) -> Result<Outcome, Failure> {
        match task.way {
            Way::Done => Ok(Outcome::Done(json!({"attempt": context.attempt()}))),
            Way::Fail => Err(Failure::error("no")),
            Way::FailForGood => Err(Failure::permanent("never")),
            Way::Panic => panic!("on purpose"),
            Way::Snooze => Ok(Outcome::Snooze {
                wait: Duration::from_millis(1),
                reason: "busy".into(),
            }),
            Way::CallOff => Ok(Outcome::Cancel {
                reason: "not needed".into(),
            }),
            Way::WaitForCancel => {
                context.cancelled().await;
                Ok(Outcome::Cancel {
                    reason: "asked to".into(),
                })
            }
            Way::Nul => Ok(Outcome::Done(json!("a\0b"))),
        }
    }
}

struct AloneWorker(Arc<Semaphore>);

#[async_trait::async_trait]
impl Worker for AloneWorker {
    type Job = Alone;

    async fn work(&self, _: Alone, _: &Context) -> Result<Outcome, Failure> {
        self.0.acquire().await.map_err(Failure::error)?.forget();
        Ok(Outcome::done())
    }
}

pub(crate) struct Ground {
    pub(crate) base: Database,
    pub(crate) db: Db,
    pub(crate) entropy: Entropy,
    pub(crate) gate: Arc<Semaphore>,
}

pub(crate) struct Running {
    pub(crate) epoch: Epoch,
    pub(crate) handle: PoolHandle,
    pub(crate) stop: CancellationToken,
    pub(crate) task: JoinHandle<Stopped>,
}

impl Running {
    pub(crate) async fn stop(self) -> Stopped {
        self.stop.cancel();
        self.task.await.unwrap()
    }
}

impl Ground {
    pub(crate) async fn new() -> Self {
        let base = Database::fresh().await;
        let db = base.db();
        let ground = Self {
            base,
            db,
            entropy: Entropy::from_seed(7),
            gate: Arc::new(Semaphore::new(0)),
        };
        ground.registry().register(&ground.db).await.unwrap();
        ground
    }

    pub(crate) fn registry(&self) -> Registry {
        let mut registry = Registry::new();
        registry.add(TaskWorker).unwrap();
        registry.add(HangWorker).unwrap();
        registry.add(AloneWorker(self.gate.clone())).unwrap();
        registry
    }

    pub(crate) async fn epoch(&self, name: &str) -> Epoch {
        let options = EpochOptions {
            kind: "worker".into(),
            host: Host::this().unwrap(),
            version: "test".into(),
            run_dir: self.base.dir().to_path_buf(),
            comes_back: false,
        };
        Epoch::begin(&self.db, &options, &self.entropy.child(name))
            .await
            .unwrap()
    }

    pub(crate) async fn pool(&self, name: &str, options: PoolOptions) -> Running {
        let epoch = self.epoch(name).await;
        self.pool_of(epoch, self.registry(), options)
    }

    /// A pool of this epoch with workers of its own.
    pub(crate) fn pool_of(
        &self,
        epoch: Epoch,
        registry: Registry,
        options: PoolOptions,
    ) -> Running {
        let stop = CancellationToken::new();
        let (listener, wake) = Listener::new(&self.db, &[Pool::CHANNEL]);
        tokio::spawn(listener.run(stop.clone()));
        let (pool, handle) =
            Pool::new(&self.db, &epoch, registry, &self.entropy, options, wake).unwrap();
        let running = pool.run(stop.clone());
        let task = tokio::spawn(async move { running.await.unwrap() });
        Running {
            epoch,
            handle,
            stop,
            task,
        }
    }

    pub(crate) async fn enqueue(&self, way: Way) -> JobId {
        enqueue(&self.db, &Task { way }, &Enqueue::default())
            .await
            .unwrap()
            .job
    }

    /// The last event of each job: its state, and its data.
    pub(crate) async fn ends(&self) -> BTreeMap<i64, (String, Value)> {
        sqlx::query!(
            "SELECT DISTINCT ON (entity_id) entity_id, to_state, data FROM homeostat.event
             WHERE entity = 'job' ORDER BY entity_id, id DESC"
        )
        .map(|r| (r.entity_id.parse().unwrap(), (r.to_state, r.data)))
        .fetch_all(self.db.pool())
        .await
        .unwrap()
        .into_iter()
        .collect()
    }

    pub(crate) async fn end_of(&self, job: JobId) -> (String, Value) {
        self.ends().await.remove(&job.0).unwrap()
    }
}
