//! What each process does now.

use homeostat_model::{ProcessId, RuntimeTime};
use homeostat_store::{Db, Stamp};
use serde::Serialize;

use crate::Error;

/// Most that are told at once: processes times the kinds that each of them works on.
const MOST: i64 = 1_000;

/// Jobs of one kind that one process does now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AtWork {
    /// The epoch that does them.
    pub owner: ProcessId,
    /// Their kind.
    pub kind: String,
    /// How many.
    pub jobs: i64,
    /// Since when the oldest of them is done.
    pub since: RuntimeTime,
}

/// Running jobs by process and kind. There are never more of them than slots.
///
/// # Errors
/// The database's.
pub async fn at_work(db: &Db) -> Result<Vec<AtWork>, Error> {
    let rows = sqlx::query!(
        r#"SELECT owner AS "owner!", kind, count(*) AS "jobs!", min(claimed_at) AS "since!: Stamp"
           FROM homeostat.job
           WHERE state = 'running' AND owner IS NOT NULL AND claimed_at IS NOT NULL
           GROUP BY owner, kind ORDER BY owner, kind LIMIT $1"#,
        MOST
    )
    .map(|r| AtWork {
        owner: ProcessId(r.owner),
        kind: r.kind,
        jobs: r.jobs,
        since: r.since.runtime(),
    })
    .fetch_all(db.pool())
    .await?;
    Ok(rows)
}
