//! A pipeline of three phases that notes what begins, and can be held up in the second.

use std::time::Duration;

use homeostat_model::{JobId, RunId};
use homeostat_queue::{
    Context, Enqueue, Failure, KindDefaults, Outcome, Phase, Pipeline, RunFilter, RunRow,
    enqueue_raw, phases, runs,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::ground::{Bench, Ground, soon};

/// What a run does in its second phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Road {
    Clear,
    /// Done once the test lets the attempt's fence go.
    Blocked,
    /// The same, after it has saved how far it came.
    BlockedWithProgress,
}

#[derive(Debug, Deserialize)]
struct Trip {
    road: Road,
}

struct Pack(Bench);
struct Drive(Bench);
struct Arrive(Bench);

pub(super) fn pipeline(bench: &Bench) -> Pipeline<impl Sized, impl Sized> {
    Pipeline::new("trip")
        .then(Pack(bench.clone()))
        .then(Drive(bench.clone()))
        .then(Arrive(bench.clone()))
}

#[async_trait::async_trait]
impl Phase for Pack {
    const NAME: &'static str = "pack";
    type Args = Trip;
    type Input = ();
    type Output = u32;

    async fn run(&self, _: Trip, (): (), context: &Context) -> Result<Outcome<u32>, Failure> {
        self.0.note(context);
        Ok(Outcome::Done(2))
    }
}

#[async_trait::async_trait]
impl Phase for Drive {
    const NAME: &'static str = "drive";
    type Args = Trip;
    type Input = u32;
    type Output = u32;

    fn defaults() -> KindDefaults {
        KindDefaults {
            backoff: Duration::from_millis(1),
            backoff_max: Duration::from_millis(2),
            ..KindDefaults::default()
        }
    }

    async fn run(&self, trip: Trip, bags: u32, context: &Context) -> Result<Outcome<u32>, Failure> {
        if trip.road == Road::BlockedWithProgress {
            let km: u32 = context.progress()?.unwrap_or(0);
            context.save_progress(&(km + 1)).await?;
        }
        self.0.note(context);
        if trip.road != Road::Clear {
            self.0.until_let_go(context.fence()).await?;
        }
        Ok(Outcome::Done(bags))
    }
}

#[async_trait::async_trait]
impl Phase for Arrive {
    const NAME: &'static str = "arrive";
    type Args = Trip;
    type Input = u32;
    type Output = Value;

    async fn run(&self, _: Trip, bags: u32, context: &Context) -> Result<Outcome<Value>, Failure> {
        self.0.note(context);
        Ok(Outcome::Done(json!({ "bags": bags })))
    }
}

impl Ground {
    pub(crate) async fn start_trip(&self, road: Road) -> RunId {
        let args = json!({ "road": road });
        let started = enqueue_raw(&self.db, "trip", args, &Enqueue::default()).await;
        RunId(started.unwrap().job.0)
    }

    pub(crate) async fn trip(&self, id: RunId) -> RunRow {
        let filter = RunFilter {
            id: Some(id),
            ..RunFilter::default()
        };
        runs(&self.db, &filter).await.unwrap().remove(0)
    }

    /// Returns, with the job, once the run's second phase has begun so many times.
    pub(crate) async fn driving(&self, id: RunId, times: usize) -> JobId {
        soon(async {
            loop {
                if let Some(job) = self.trip(id).await.job
                    && job.0 != id.0
                    && self.fences_of(job).len() >= times
                {
                    return job;
                }
                tokio::task::yield_now().await;
            }
        })
        .await
    }

    /// Returns once the run has ended.
    pub(crate) async fn trip_ended(&self, id: RunId) -> RunRow {
        soon(async {
            loop {
                let run = self.trip(id).await;
                if run.state != "running" {
                    return run;
                }
                tokio::task::yield_now().await;
            }
        })
        .await
    }

    /// The phases that are done, with what they left, and the laws of the queue.
    pub(crate) async fn checkpoints(&self, id: RunId) -> Vec<(String, Value)> {
        for check in homeostat_queue::verify(&self.db).await.unwrap() {
            assert_eq!(check.violations, 0, "{check:?}");
        }
        let done = phases(&self.db, id).await.unwrap();
        done.into_iter()
            .map(|phase| (phase.name, phase.output))
            .collect()
    }
}
