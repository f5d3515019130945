//! What an attempt saves of itself, so that the next one need not begin anew.

use homeostat_model::{Fence, JobId, ProcessId};
use homeostat_store::{Db, transact};
use serde::Serialize;

use crate::Error;

/// Larger data belongs into a table.
const PROGRESS_BYTES_MAX: usize = 64 * 1024;

/// A sign of life of a running job, if (id, fence, owner) still has it.
pub(crate) async fn beat(
    db: &Db,
    owner: ProcessId,
    job: JobId,
    fence: Fence,
    progressed: bool,
) -> Result<(), Error> {
    let mut connection = db.pool().acquire().await?;
    let beaten = sqlx::query!(
        "INSERT INTO homeostat.job_beat AS b (job, fence, owner, beat_at, progress_at)
         SELECT j.id, j.fence, j.owner, clock_timestamp(), clock_timestamp() FROM homeostat.job j
         WHERE j.id = $1 AND j.fence = $2 AND j.owner = $3 AND j.state = 'running'
         ON CONFLICT (job) DO UPDATE
         SET fence = excluded.fence, owner = excluded.owner, beat_at = excluded.beat_at,
             progress_at = CASE WHEN $4 OR b.fence <> excluded.fence THEN excluded.progress_at ELSE b.progress_at END",
        job.0,
        fence.0,
        owner.0,
        progressed
    )
    .execute(&mut *connection)
    .await?;
    match beaten.rows_affected() {
        0 => Err(Error::Stale(job)),
        _ => Ok(()),
    }
}

/// Saves the progress of a running job, if (id, fence, owner) still has it.
pub(crate) async fn save<T: Serialize>(
    db: &Db,
    owner: ProcessId,
    job: JobId,
    fence: Fence,
    value: &T,
) -> Result<(), Error> {
    let value = serde_json::to_value(value).map_err(|error| Error::input("progress", error))?;
    let bytes = value.to_string().len();
    if bytes > PROGRESS_BYTES_MAX {
        let message = format!(
            "{bytes} bytes are over {PROGRESS_BYTES_MAX}; store the data in a table and save its id"
        );
        return Err(Error::input("progress", message));
    }
    let saved = transact!(db, |tx| -> Result<u64, Error> {
        let updated = sqlx::query!(
            "WITH cause AS MATERIALIZED (SELECT set_config('homeostat.cause', 'progress', true) AS c)
             UPDATE homeostat.job j
             SET progress = $4, resumes = CASE WHEN j.progress IS DISTINCT FROM $4 THEN 0 ELSE j.resumes END
             FROM cause
             WHERE j.id = $1 AND j.fence = $2 AND j.owner = $3 AND j.state = 'running' AND cause.c IS NOT NULL",
            job.0,
            fence.0,
            owner.0,
            value
        )
        .execute(&mut *tx)
        .await?;
        Ok::<_, Error>(updated.rows_affected())
    })?;
    match saved {
        0 => Err(Error::Stale(job)),
        _ => Ok(()),
    }
}
