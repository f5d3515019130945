//! Jobs that were taken back from dead processes, read from the journal: the rows themselves go on and forget it.

use homeostat_model::{JobId, ProcessId, RunId, RuntimeTime};
use homeostat_store::Db;
use serde::Serialize;

use crate::Error;

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TakenBack {
    /// The job.
    pub job: JobId,
    /// Its kind.
    pub kind: String,
    /// The run that it is a phase of.
    pub run: Option<RunId>,
    /// The phase's short name.
    pub phase: Option<String>,
    /// Who held it.
    pub owner: ProcessId,
    /// When it was taken back.
    pub at: RuntimeTime,
    /// `ready`, `failed` or `cancelled`.
    pub state: String,
    /// It cost the job an attempt.
    pub spent_attempt: bool,
}

/// What was taken back from each of these, after the event that told its end: `(process, event)`. Of each at most
/// `limit`, in the order in which they were written.
///
/// # Errors
/// The database's.
pub async fn taken_back(
    db: &Db,
    dead: &[(ProcessId, i64)],
    limit: i64,
) -> Result<Vec<TakenBack>, Error> {
    let owners: Vec<i64> = dead.iter().map(|(process, _)| process.0).collect();
    let ends: Vec<i64> = dead.iter().map(|(_, event)| *event).collect();
    let rows = sqlx::query!(
        r#"SELECT dead.owner AS "owner!", left_it.at AS "at!", left_it.to_state AS "state!",
                  left_it.entity_id::bigint AS "job!", left_it.data ? 'attempts_used' AS "spent!",
                  coalesce(born.data ->> 'kind', '') AS "kind!", (born.data ->> 'run_id')::bigint AS run,
                  born.data ->> 'phase' AS phase
           FROM unnest($1::bigint[], $2::bigint[]) dead(owner, ended)
           CROSS JOIN LATERAL (
               SELECT e.id, e.at, e.entity_id, e.to_state, e.data FROM homeostat.event e
               WHERE e.entity = 'job' AND e.from_state = 'running'
                 AND e.to_state IN ('ready', 'failed', 'cancelled')
                 AND e.owner = dead.owner AND e.id > dead.ended
               ORDER BY e.id LIMIT $3) left_it
           CROSS JOIN LATERAL (
               SELECT b.data FROM homeostat.event b
               WHERE b.entity = 'job' AND b.entity_id = left_it.entity_id ORDER BY b.id LIMIT 1) born
           ORDER BY left_it.id"#,
        &owners,
        &ends,
        limit,
    )
    .fetch_all(db.pool())
    .await?;
    let rows = rows.into_iter().map(|row| TakenBack {
        job: JobId(row.job),
        kind: row.kind,
        run: row.run.map(RunId),
        phase: row.phase,
        owner: ProcessId(row.owner),
        at: row.at.runtime(),
        state: row.state,
        spent_attempt: row.spent,
    });
    Ok(rows.collect())
}

/// How many jobs still run in the name of each of these; who holds none is left out.
///
/// # Errors
/// The database's.
pub async fn held_by(db: &Db, owners: &[ProcessId]) -> Result<Vec<(ProcessId, i64)>, Error> {
    let owners: Vec<i64> = owners.iter().map(|owner| owner.0).collect();
    let rows = sqlx::query!(
        r#"SELECT owner AS "owner!", count(*) AS "n!" FROM homeostat.job
           WHERE state = 'running' AND owner = ANY ($1) GROUP BY owner ORDER BY owner"#,
        &owners,
    )
    .fetch_all(db.pool())
    .await?;
    let rows = rows.into_iter().map(|row| (ProcessId(row.owner), row.n));
    Ok(rows.collect())
}
