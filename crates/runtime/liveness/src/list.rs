//! What people see of processes.

use homeostat_model::{ProcessId, RuntimeTime};
use homeostat_store::{Db, StoreError};
use serde::Serialize;

/// One epoch.
#[derive(Debug, Clone, Serialize)]
pub struct Process {
    /// Its id.
    pub id: ProcessId,
    /// Its role.
    pub kind: String,
    /// Where it runs.
    pub host: String,
    /// Its process id there.
    pub pid: i32,
    /// Its program's version.
    pub version: String,
    /// `live` or `ended`.
    pub state: String,
    /// When it began.
    pub started_at: RuntimeTime,
    /// Its last sign of life, written every 10 s.
    pub seen_at: RuntimeTime,
    /// When it ended.
    pub ended_at: Option<RuntimeTime>,
    /// Why it ended.
    pub end_reason: Option<String>,
    /// What the end rests on.
    pub ended_by: Option<String>,
}

/// Live epochs, and with `ended` also the latest 100 that ended.
///
/// # Errors
/// When the database does not answer.
pub async fn processes(db: &Db, ended: bool) -> Result<Vec<Process>, StoreError> {
    let rows = sqlx::query!(
        "SELECT id, kind, host, pid, version, state, started_at, seen_at, ended_at, end_reason, ended_by
         FROM homeostat.process WHERE state = 'live'
         UNION ALL
         (SELECT id, kind, host, pid, version, state, started_at, seen_at, ended_at, end_reason, ended_by
          FROM homeostat.process WHERE state = 'ended' AND $1 ORDER BY id DESC LIMIT 100)
         ORDER BY 1",
        ended
    )
    .map(|r| -> Option<Process> {
        Some(Process {
            id: ProcessId(r.id?),
            kind: r.kind?,
            host: r.host?,
            pid: r.pid?,
            version: r.version?,
            state: r.state?,
            started_at: r.started_at?.runtime(),
            seen_at: r.seen_at?.runtime(),
            ended_at: r.ended_at.map(homeostat_store::Stamp::runtime),
            end_reason: r.end_reason,
            ended_by: r.ended_by,
        })
    })
    .fetch_all(db.pool())
    .await?;
    Ok(rows.into_iter().flatten().collect())
}

/// The roles of these processes.
///
/// # Errors
/// When the database does not answer.
pub async fn roles_of(db: &Db, ids: &[ProcessId]) -> Result<Vec<(ProcessId, String)>, StoreError> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        "SELECT id, kind FROM homeostat.process WHERE id = ANY ($1)",
        &ids
    )
    .fetch_all(db.pool())
    .await?;
    let roles = rows.into_iter().map(|row| (ProcessId(row.id), row.kind));
    Ok(roles.collect())
}
