//! Deaths that nobody had planned, and how soon another life of their kind was there.

use homeostat_model::{ProcessId, RuntimeTime};
use homeostat_store::{Db, Stamp, StoreError};
use serde::Serialize;

/// Most that are told at once.
const MOST: i64 = 200;

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outage {
    /// The life that ended.
    pub process: ProcessId,
    /// Its role.
    pub kind: String,
    /// When it was found dead; its last sign of life where that is over 30 s older, since then nobody was there to find
    /// it.
    pub died_at: RuntimeTime,
    /// When the next life of its role began; none yet. Where nobody brings the role back, nothing is waited for after
    /// the death.
    pub back_at: Option<RuntimeTime>,
    /// Why it ended.
    pub reason: String,
}

/// Unplanned deaths since then, and those of the day before that were not made up for by then; oldest first.
///
/// # Errors
/// When the database does not answer.
pub async fn outages(db: &Db, since: RuntimeTime) -> Result<Vec<Outage>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT id AS "id!", kind AS "kind!", end_reason AS "reason!", back_at AS "back_at?: Stamp",
                  CASE WHEN ended_at - seen_at > interval '30 s' THEN seen_at ELSE ended_at END AS "died_at!: Stamp"
           FROM homeostat.unplanned_end
           WHERE ended_at >= $1::timestamptz - interval '1 day'
             AND (ended_at >= $1 OR back_at >= $1 OR back_at IS NULL)
           ORDER BY ended_at DESC LIMIT $2"#,
        Stamp::from(since) as Stamp,
        MOST,
    )
    .fetch_all(db.pool())
    .await?;
    let rows = rows.into_iter().rev().map(|row| Outage {
        process: ProcessId(row.id),
        kind: row.kind,
        died_at: row.died_at.runtime(),
        back_at: row.back_at.map(Stamp::runtime),
        reason: row.reason,
    });
    Ok(rows.collect())
}
