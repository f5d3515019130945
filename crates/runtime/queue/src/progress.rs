//! What an attempt saves of itself, so that the next one need not begin anew.

use homeostat_model::{Fence, JobId, ProcessId};
use homeostat_store::{Db, transact};
use serde::Serialize;

use crate::Error;

/// Larger data belongs into a table.
const PROGRESS_BYTES_MAX: usize = 64 * 1024;

/// Asks whether (id, fence, owner) still has a running job.
pub(crate) async fn beat(db: &Db, owner: ProcessId, job: JobId, fence: Fence) -> Result<(), Error> {
    let mut connection = db.pool().acquire().await?;
    let is_ours = sqlx::query_scalar!(
        r#"SELECT EXISTS (
               SELECT 1 FROM homeostat.job j
               WHERE j.id = $1 AND j.fence = $2 AND j.owner = $3 AND j.state = 'running'
           ) AS "is_ours!""#,
        job.0,
        fence.0,
        owner.0
    )
    .fetch_one(&mut *connection)
    .await?;
    match is_ours {
        true => Ok(()),
        false => Err(Error::Stale(job)),
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
