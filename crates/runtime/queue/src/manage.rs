//! What a person does to a job.

use homeostat_model::{JobId, ProcessId, RuntimeTime};
use homeostat_store::{Db, Stamp, StoreError, transact};
use serde_json::json;

use crate::{Error, settle::storable};

/// What became of a request to cancel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cancelled {
    /// It was not running and is gone.
    Gone,
    /// It runs; its worker has been told, and the job goes when the worker returns or dies.
    Asked,
}

/// Cancels a job. A job that finishes before it notices is done.
///
/// # Errors
/// When there is no such job.
pub async fn cancel(db: &Db, job: JobId, reason: &str) -> Result<Cancelled, Error> {
    let outcome = json!({job.to_string(): {"state": "cancelled", "reason": storable(reason)}});
    let found = transact!(db, |tx| -> Result<Option<Cancelled>, Error> {
        let state = sqlx::query_scalar!(
            "SELECT state FROM homeostat.job WHERE id = $1 FOR UPDATE",
            job.0
        )
        .fetch_optional(&mut *tx)
        .await?;
        match state.as_deref() {
            None => Ok(None),
            Some("running") => {
                sqlx::query!(
                    "WITH cause AS MATERIALIZED (SELECT set_config('homeostat.cause', 'cancel', true) AS c)
                     UPDATE homeostat.job j SET cancel_requested = true FROM cause
                     WHERE j.id = $1 AND cause.c IS NOT NULL",
                    job.0
                )
                .execute(&mut *tx)
                .await?;
                Ok(Some(Cancelled::Asked))
            }
            Some(_) => {
                sqlx::query!(
                    "WITH o AS MATERIALIZED (
                         SELECT set_config('homeostat.outcome', $2, true) AS x,
                                set_config('homeostat.cause', 'cancel', true) AS y
                     )
                     DELETE FROM homeostat.job j USING o
                     WHERE j.id = $1 AND o.x IS NOT NULL AND o.y IS NOT NULL",
                    job.0,
                    outcome.to_string()
                )
                .execute(&mut *tx)
                .await?;
                Ok::<_, Error>(Some(Cancelled::Gone))
            }
        }
    })?;
    found.ok_or_else(|| Error::Job {
        job,
        reason: "there is no such job, or it has finished".into(),
    })
}

/// Gives a failed job all its attempts and a new `give_up_at`, at once. Its past is in the journal.
///
/// # Errors
/// When the job has not failed.
pub async fn retry_failed(db: &Db, job: JobId, now: Option<RuntimeTime>) -> Result<(), Error> {
    let changed = transact!(db, |tx| -> Result<u64, Error> {
        let updated = sqlx::query!(
            "WITH cause AS MATERIALIZED (SELECT set_config('homeostat.cause', 'retry', true) AS c),
                  t AS MATERIALIZED (SELECT coalesce($2::timestamptz, clock_timestamp()) AS now)
             UPDATE homeostat.job j
             SET state = 'ready', failed_at = NULL, run_at = t.now, attempts_used = 0, errors = 0, crashes = 0,
                 timeouts = 0, snoozes = 0, interruptions = 0, fence = j.fence + 1,
                 give_up_at = t.now + coalesce(
                     (SELECT k.give_up_after_s FROM homeostat.job_kind k WHERE k.name = j.kind), 86400)
                     * interval '1 s'
             FROM cause, t WHERE j.id = $1 AND j.state = 'failed' AND cause.c IS NOT NULL",
            job.0,
            now.map(Stamp::from) as Option<Stamp>
        )
        .execute(&mut *tx)
        .await?;
        sqlx::query!("SELECT pg_notify('homeostat_job', '')")
            .execute(&mut *tx)
            .await?;
        Ok::<_, Error>(updated.rows_affected())
    })?;
    match changed {
        0 => Err(Error::Job {
            job,
            reason: "only a failed job can be retried".into(),
        }),
        _ => Ok(()),
    }
}

/// The running jobs of this owner that are to be called off.
pub(crate) async fn cancel_requests(db: &Db, owner: ProcessId) -> Result<Vec<JobId>, StoreError> {
    let ids = sqlx::query_scalar!(
        "SELECT id FROM homeostat.job WHERE state = 'running' AND owner = $1 AND cancel_requested",
        owner.0
    )
    .fetch_all(db.pool())
    .await?;
    Ok(ids.into_iter().map(JobId).collect())
}
