//! What each interlock has refused so far.

use homeostat_model::{DecisionId, WorldTime};
use homeostat_store::{Db, Stamp, StoreError};
use serde::Serialize;

/// An interlock that has refused something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RefusedBy {
    /// The interlock.
    pub name: String,
    /// Decisions that it refused, alone or with others.
    pub refused: i64,
    /// World time of the last one.
    pub last_at: WorldTime,
    /// The last one.
    pub last_decision: DecisionId,
    /// What it said of it.
    pub last_reason: String,
}

/// Every interlock that has refused a decision, by name.
///
/// # Errors
/// When the database does not answer.
pub async fn refused_by(db: &Db) -> Result<Vec<RefusedBy>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT DISTINCT ON (i.finding->>'name') i.finding->>'name' AS "name!", i.finding->>'reason' AS "reason!",
                  d.id AS "decision!", d.decided_at AS "at!: Stamp",
                  count(*) OVER (PARTITION BY i.finding->>'name') AS "refused!"
           FROM homeostat.decision d
           CROSS JOIN LATERAL jsonb_array_elements(d.verdict::jsonb->'interlocks') AS i (finding)
           WHERE d.state = 'refused' AND i.finding->>'passed' = 'false'
           ORDER BY i.finding->>'name', d.id DESC"#
    )
    .fetch_all(db.pool())
    .await?;
    let each = rows.into_iter().map(|row| RefusedBy {
        name: row.name,
        refused: row.refused,
        last_at: row.at.world(),
        last_decision: DecisionId(row.decision),
        last_reason: row.reason,
    });
    Ok(each.collect())
}
