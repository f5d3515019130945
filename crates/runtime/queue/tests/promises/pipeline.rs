//! Runs in a pool: results that pass from phase to phase, and those that cannot.

use std::{sync::Arc, time::Duration};

use homeostat_model::RunId;
use homeostat_queue::{
    Context, Enqueue, Failure, KindDefaults, Outcome, Phase, Pipeline, Pool, PoolOptions, Registry,
    RunFilter, RunRow, enqueue_raw, phases, runs, verify,
};
use homeostat_store::Listener;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::common::Ground;

#[derive(Debug, Clone, Deserialize)]
struct Order {
    bags: u32,
    /// What the second phase does with it.
    #[serde(default)]
    how: How,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum How {
    #[default]
    Well,
    Stumble,
    Burst,
    Wait,
}

#[derive(Debug, Serialize, Deserialize)]
struct Packed {
    bags: u32,
}

#[derive(Debug, Serialize, Deserialize)]
struct Driven {
    bags: u32,
    load: String,
}

struct Pack;

/// The same phase in an older version of the program.
struct PackOld;
struct Drive(Arc<Notify>);
struct Arrive;

#[async_trait::async_trait]
impl Phase for Pack {
    const NAME: &'static str = "pack";
    type Args = Order;
    type Input = ();
    type Output = Packed;

    async fn run(&self, order: Order, (): (), _: &Context) -> Result<Outcome<Packed>, Failure> {
        Ok(Outcome::Done(Packed { bags: order.bags }))
    }
}

#[async_trait::async_trait]
impl Phase for PackOld {
    const NAME: &'static str = "pack";
    type Args = Value;
    type Input = ();
    type Output = Value;

    async fn run(&self, _: Value, (): (), _: &Context) -> Result<Outcome<Value>, Failure> {
        Ok(Outcome::Done(json!({"bags": "two"})))
    }
}

#[async_trait::async_trait]
impl Phase for Drive {
    const NAME: &'static str = "drive";
    type Args = Order;
    type Input = Packed;
    type Output = Driven;

    fn defaults() -> KindDefaults {
        KindDefaults {
            backoff: Duration::from_millis(1),
            backoff_max: Duration::from_millis(2),
            ..KindDefaults::default()
        }
    }

    async fn run(
        &self,
        order: Order,
        packed: Packed,
        context: &Context,
    ) -> Result<Outcome<Driven>, Failure> {
        let bytes = match order.how {
            How::Well => 1,
            How::Stumble if context.attempt() < 3 => return Err(Failure::error("stumbled")),
            How::Stumble => 1,
            How::Burst => 70_000,
            How::Wait => {
                if context.progress::<u32>()? == Some(packed.bags) {
                    1
                } else {
                    context.save_progress(&packed.bags).await?;
                    self.0.notify_one();
                    context.stopping().await;
                    std::future::pending().await
                }
            }
        };
        Ok(Outcome::Done(Driven {
            bags: packed.bags,
            load: "x".repeat(bytes),
        }))
    }
}

#[async_trait::async_trait]
impl Phase for Arrive {
    const NAME: &'static str = "arrive";
    type Args = Order;
    type Input = Driven;
    type Output = u32;

    async fn run(&self, _: Order, driven: Driven, _: &Context) -> Result<Outcome<u32>, Failure> {
        Ok(Outcome::Done(driven.bags))
    }
}

struct Depot {
    ground: Ground,
    /// The second phase waits on the road.
    waits: Arc<Notify>,
}

impl Depot {
    async fn new() -> Self {
        let depot = Self {
            ground: Ground::new().await,
            waits: Arc::new(Notify::new()),
        };
        depot.registry().register(&depot.ground.db).await.unwrap();
        depot
    }

    fn registry(&self) -> Registry {
        let mut registry = Registry::new();
        let trip = Pipeline::new("trip")
            .then(Pack)
            .then(Drive(self.waits.clone()))
            .then(Arrive);
        registry.add_pipeline(trip).unwrap();
        registry
    }

    async fn start(&self, args: Value) -> RunId {
        let started = enqueue_raw(&self.ground.db, "trip", args, &Enqueue::default()).await;
        RunId(started.unwrap().job.0)
    }

    /// Works with the registry until `finished` results are written, or `until` is told.
    async fn work(&self, registry: Registry, finished: u64, until: Option<&Notify>) {
        let db = &self.ground.db;
        let epoch = self.ground.epoch(&format!("{registry:?} {finished}")).await;
        let stop = CancellationToken::new();
        let (listener, wake) = Listener::new(db, &[Pool::CHANNEL]);
        tokio::spawn(listener.run(stop.clone()));
        let options = PoolOptions {
            poll_ms: 20,
            stop_grace_ms: 30,
            ..PoolOptions::default()
        };
        let entropy = &self.ground.entropy;
        let (pool, handle) = Pool::new(db, &epoch, registry, entropy, options, wake).unwrap();
        let running = tokio::spawn(pool.run(stop.clone()));
        match until {
            Some(told) => told.notified().await,
            None => handle.finished().at_least(finished).await,
        }
        stop.cancel();
        running.await.unwrap().unwrap();
        epoch.end("test over").await.unwrap();
    }

    async fn run(&self, id: RunId) -> RunRow {
        let filter = RunFilter {
            id: Some(id),
            ..RunFilter::default()
        };
        runs(&self.ground.db, &filter).await.unwrap().remove(0)
    }

    async fn assert_sound(&self) {
        for check in verify(&self.ground.db).await.unwrap() {
            assert_eq!(check.violations, 0, "{check:?}");
        }
    }
}

/// Each phase reads what the one before it left; errors in between cost attempts and no phase.
#[tokio::test]
async fn results_pass_from_phase_to_phase() {
    let depot = Depot::new().await;
    let good = depot.start(json!({"bags": 2})).await;
    let slow = depot.start(json!({"bags": 3, "how": "stumble"})).await;
    depot.work(depot.registry(), 3 + 5, None).await;
    for (id, bags) in [(good, 2), (slow, 3)] {
        let run = depot.run(id).await;
        assert_eq!(
            (run.state.as_str(), run.phases_done, run.resumes),
            ("done", 3, 0)
        );
        let left = phases(&depot.ground.db, id).await.unwrap();
        assert_eq!(left[0].output, json!({"bags": bags}));
        assert_eq!(left[1].output, json!({"bags": bags, "load": "x"}));
        assert_eq!(left[2].output, json!(bags));
    }
    depot.assert_sound().await;
}

/// L12: a checkpoint of an older program that the next phase cannot read is named, and nothing else
/// changes.
#[tokio::test]
async fn a_checkpoint_that_cannot_be_read_is_named() {
    let depot = Depot::new().await;
    let id = depot.start(json!({"bags": 2})).await;
    let mut old = Registry::new();
    old.add_pipeline(Pipeline::new("trip").then(PackOld))
        .unwrap();
    // The run keeps the phases it began with, whatever the old program says.
    depot.work(old, 1, None).await;
    depot.work(depot.registry(), 1, None).await;
    let run = depot.run(id).await;
    assert_eq!(
        (run.state.as_str(), run.phase.as_deref()),
        ("failed", Some("drive"))
    );
    let reason = run.reason.unwrap();
    assert!(
        reason.starts_with("poison: input.bags: invalid type"),
        "{reason}"
    );
    assert_eq!(run.phases_done, 1, "what was done stays");
    depot.assert_sound().await;
}

/// L12: an output that is too large ends the run where it is, by name.
#[tokio::test]
async fn an_output_that_is_too_large_is_named() {
    let depot = Depot::new().await;
    let id = depot.start(json!({"bags": 2, "how": "burst"})).await;
    depot.work(depot.registry(), 2, None).await;
    let run = depot.run(id).await;
    let reason = run.reason.unwrap();
    assert!(
        reason.starts_with("poison: output: 70") && reason.contains("over 65536"),
        "{reason}"
    );
    assert_eq!((run.phase.as_deref(), run.phases_done), (Some("drive"), 1));
    depot.assert_sound().await;
}

/// A planned stop costs neither an attempt nor a resume, and the next process reads the progress.
#[tokio::test]
async fn a_planned_stop_is_free() {
    let depot = Depot::new().await;
    let id = depot.start(json!({"bags": 4, "how": "wait"})).await;
    depot.work(depot.registry(), 0, Some(&depot.waits)).await;
    let stopped = depot.run(id).await;
    assert_eq!(
        (stopped.state.as_str(), stopped.phase.as_deref()),
        ("running", Some("drive"))
    );
    let job = homeostat_queue::JobFilter {
        id: stopped.job,
        ..Default::default()
    };
    let job = homeostat_queue::jobs(&depot.ground.db, &job)
        .await
        .unwrap()
        .remove(0);
    assert_eq!(
        (job.state.as_str(), job.attempts_used, job.interruptions),
        ("ready", 0, 1)
    );
    depot.work(depot.registry(), 2, None).await;
    let run = depot.run(id).await;
    assert_eq!((run.state.as_str(), run.resumes), ("done", 0));
    depot.assert_sound().await;
}
