//! Races and crash points, played step by step on the statements themselves.

mod beats;
mod claim;
mod corners;
mod model_cadence;
mod model_schedule;
mod pipeline;
mod rescue;
mod sweeps;
mod trip;

use std::time::Duration;

use homeostat_clock::Entropy;
use homeostat_liveness::{Epoch, EpochOptions, Host};
use homeostat_model::{JobId, RuntimeTime};
use homeostat_store::{Db, transact};
use homeostat_testkit::Database;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Enqueue, Error, Job, KindDefaults, Registry, Worker,
    claim::{Claimed, claim},
    enqueue,
    settle::{Done, finish},
};

/// A database, and one kind that allows everything three times.
struct Ground {
    base: Database,
    db: Db,
    entropy: Entropy,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Plain {
    n: i64,
}

impl Job for Plain {
    const KIND: &'static str = "plain";
}

struct Nobody;

#[async_trait::async_trait]
impl Worker for Nobody {
    type Job = Plain;

    async fn work(&self, _: Plain, _: &crate::Context) -> Result<crate::Outcome, crate::Failure> {
        Ok(crate::Outcome::done())
    }
}

impl Ground {
    async fn new() -> Self {
        let base = Database::fresh().await;
        let db = base.db();
        let mut registry = Registry::new();
        registry.add(Nobody).unwrap();
        registry.register(&db).await.unwrap();
        Self {
            base,
            db,
            entropy: Entropy::from_seed(1),
        }
    }

    async fn epoch(&self, name: &str) -> Epoch {
        let options = EpochOptions {
            kind: "worker".into(),
            host: Host::this().unwrap(),
            version: "0.9.0".into(),
            run_dir: self.base.dir().to_path_buf(),
            comes_back: false,
        };
        Epoch::begin(&self.db, &options, &self.entropy.child(name))
            .await
            .unwrap()
    }

    async fn enqueue(&self, n: i64) -> JobId {
        enqueue(&self.db, &Plain { n }, &Enqueue::default())
            .await
            .unwrap()
            .job
    }

    async fn claim_one(&self, epoch: &Epoch) -> Claimed {
        let mut claimed = claim(&self.db, epoch.id(), "plain", 1, None).await.unwrap();
        claimed.pop().expect("a ready job")
    }

    async fn finish(&self, epoch: &Epoch, job: &Claimed) -> Result<Vec<JobId>, Error> {
        self.finish_with(epoch, job, Value::Null).await
    }

    async fn finish_with(
        &self,
        epoch: &Epoch,
        job: &Claimed,
        result: Value,
    ) -> Result<Vec<JobId>, Error> {
        let done = Done {
            id: job.id,
            fence: job.fence,
            result,
            duration_ms: 1,
            is_phase: job.phase.is_some(),
        };
        transact!(self.db, |tx| -> Result<Vec<JobId>, Error> {
            Ok::<_, Error>(
                finish(&mut *tx, epoch.id(), std::slice::from_ref(&done))
                    .await?
                    .ids,
            )
        })
    }

    /// State, fence, attempts used, last cause.
    async fn job(&self, job: JobId) -> Option<(String, i64, i16, Option<String>)> {
        sqlx::query!(
            "SELECT state, fence, attempts_used, last_cause FROM homeostat.job WHERE id = $1",
            job.0
        )
        .map(|r| (r.state, r.fence, r.attempts_used, r.last_cause))
        .fetch_optional(self.db.pool())
        .await
        .unwrap()
    }

    /// The states a job went through, with the causes.
    async fn history(&self, job: JobId) -> Vec<(String, Option<String>)> {
        sqlx::query!(
            "SELECT to_state, cause FROM homeostat.event WHERE entity = 'job' AND entity_id = $1 ORDER BY id",
            job.to_string()
        )
        .map(|r| (r.to_state, r.cause))
        .fetch_all(self.db.pool())
        .await
        .unwrap()
    }

    /// The database's time, moved.
    async fn in_future(&self, by: Duration) -> RuntimeTime {
        let now = sqlx::query_scalar!(r#"SELECT clock_timestamp() AS "now!""#)
            .fetch_one(self.db.pool())
            .await
            .unwrap();
        now.runtime().plus(SignedDuration::try_from(by).unwrap())
    }

    /// What a SIGKILL leaves: no goodbye, the lock and the file free as soon as the server notices.
    async fn kill(&self, epoch: Epoch) {
        let (id, key) = (epoch.id(), epoch.lock_key());
        drop(epoch);
        // Waiting on the lock is the signal that the server has noticed.
        let mut connection = self.db.pool().acquire().await.unwrap();
        sqlx::query!("SELECT pg_advisory_lock($1)", key)
            .fetch_one(&mut *connection)
            .await
            .unwrap();
        sqlx::query!("SELECT pg_advisory_unlock($1)", key)
            .fetch_one(&mut *connection)
            .await
            .unwrap();
        tracing::debug!(epoch = %id, "killed");
    }
}

#[test]
fn the_defaults_keep_the_law() {
    assert_eq!(KindDefaults::default().attempts_max, 3);
}
