//! What a person does to a job.

use homeostat_model::{JobId, ProcessId, RuntimeTime};
use homeostat_store::{Db, PgConnection, Stamp, StoreError, transact};

use crate::{Error, pipeline, settle::remove_cancelled};

/// What became of a request to cancel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cancelled {
    /// It was not running and is gone.
    Gone,
    /// It runs; its worker has been told, and the job goes when the worker returns or dies.
    Asked,
}

/// Cancels a job, and the run it is part of; the id of a run stands for the job of its present phase.
/// A job that finishes before it notices is done.
///
/// # Errors
/// When there is no such job.
pub async fn cancel(db: &Db, job: JobId, reason: &str) -> Result<Cancelled, Error> {
    let found = transact!(db, |tx| -> Result<Option<Cancelled>, Error> {
        let Some((id, state)) = lock(&mut *tx, job).await? else {
            return Ok(None);
        };
        if state == "running" {
            sqlx::query!(
                "WITH cause AS MATERIALIZED (SELECT set_config('homeostat.cause', 'cancel', true) AS c)
                 UPDATE homeostat.job j SET cancel_requested = true FROM cause
                 WHERE j.id = $1 AND cause.c IS NOT NULL",
                id.0
            )
            .execute(&mut *tx)
            .await?;
            return Ok(Some(Cancelled::Asked));
        }
        remove_cancelled(&mut *tx, &[(id, reason.to_owned())]).await?;
        Ok::<_, Error>(Some(Cancelled::Gone))
    })?;
    found.ok_or_else(|| Error::Job {
        job,
        reason: "there is no such job, or it has finished".into(),
    })
}

/// Locks a live job, by its own id or as the present phase of the run with this id.
async fn lock(
    connection: &mut PgConnection,
    job: JobId,
) -> Result<Option<(JobId, String)>, StoreError> {
    let row = sqlx::query!(
        "SELECT id, state FROM homeostat.job WHERE id = $1 OR run_id = $1 FOR UPDATE",
        job.0
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|r| (JobId(r.id), r.state)))
}

/// Gives a failed job all its attempts and a new `give_up_at`, at once; its past is in the journal.
/// A phase's run goes on with it, from the progress that was saved. The id of a run stands for the
/// job of the phase at which it failed.
///
/// # Errors
/// When the job has not failed.
pub async fn retry_failed(db: &Db, job: JobId, now: Option<RuntimeTime>) -> Result<(), Error> {
    let changed = transact!(db, |tx| -> Result<Option<i64>, Error> {
        let retried = sqlx::query!(
            "WITH cause AS MATERIALIZED (SELECT set_config('homeostat.cause', 'retry', true) AS c),
                  t AS MATERIALIZED (SELECT coalesce($2::timestamptz, clock_timestamp()) AS now)
             UPDATE homeostat.job j
             SET state = 'ready', failed_at = NULL, run_at = t.now, attempts_used = 0, errors = 0, crashes = 0,
                 timeouts = 0, snoozes = 0, interruptions = 0, resumes = 0, fence = j.fence + 1,
                 give_up_at = t.now + coalesce(
                     (SELECT k.give_up_after_s FROM homeostat.job_kind k WHERE k.name = j.kind), 86400)
                     * interval '1 s'
             FROM cause, t WHERE (j.id = $1 OR j.run_id = $1) AND j.state = 'failed' AND cause.c IS NOT NULL
             RETURNING j.id, j.run_id",
            job.0,
            now.map(Stamp::from) as Option<Stamp>
        )
        .fetch_optional(&mut *tx)
        .await?;
        let Some(retried) = retried else {
            return Ok(None);
        };
        if retried.run_id.is_some() {
            pipeline::revived(&mut *tx, JobId(retried.id)).await?;
        }
        sqlx::query!("SELECT pg_notify('homeostat_job', '')")
            .execute(&mut *tx)
            .await?;
        Ok::<_, Error>(Some(retried.id))
    })?;
    match changed {
        Some(_) => Ok(()),
        None => Err(Error::Job {
            job,
            reason: "only a failed job can be retried".into(),
        }),
    }
}

/// What a pool looks for beside work.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Running jobs of this owner that are to be called off.
    pub(crate) cancelled: Vec<JobId>,
    /// A job of these kinds waits that is to run alone.
    pub(crate) alone: bool,
    /// How many jobs of these kinds run in this owner's name.
    pub(crate) running: usize,
}

/// One look, in one statement.
pub(crate) async fn look_around(
    db: &Db,
    owner: ProcessId,
    kinds: &[String],
) -> Result<Seen, StoreError> {
    let seen = sqlx::query!(
        r#"SELECT ARRAY(SELECT j.id FROM homeostat.job j
                        WHERE j.state = 'running' AND j.owner = $1 AND j.cancel_requested) AS "cancelled!",
                  EXISTS (SELECT 1 FROM homeostat.job j
                          WHERE j.state = 'ready' AND j.alone AND j.kind = ANY($2)
                            AND j.run_at <= clock_timestamp()) AS "alone!",
                  (SELECT count(*) FROM homeostat.job j
                   WHERE j.state = 'running' AND j.owner = $1 AND j.kind = ANY($2)) AS "running!""#,
        owner.0,
        kinds
    )
    .fetch_one(db.pool())
    .await?;
    Ok(Seen {
        cancelled: seen.cancelled.into_iter().map(JobId).collect(),
        alone: seen.alone,
        running: usize::try_from(seen.running).unwrap_or_default(),
    })
}
