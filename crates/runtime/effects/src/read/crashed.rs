//! Acts that were under way when a process died, and what was held for them.

use homeostat_model::{EffectId, ProcessId, RuntimeTime};
use homeostat_store::{Db, Stamp, StoreError};
use serde::Serialize;

/// Acts with a dead owner or sender that are looked through for one death.
const LOOKED_AT: i64 = 500;

/// What one window holds for one act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HoldView {
    /// The row.
    pub id: i64,
    /// The act.
    pub effect: EffectId,
    /// The window.
    pub window: i64,
    /// The window's interlock.
    pub interlock: String,
    /// Whose cap the window has.
    pub scope: String,
    /// The currency of a money window; none: it counts acts.
    pub currency: Option<String>,
    /// What is or was held, in the window's unit.
    pub amount: i64,
    /// `held`, `settled` or `released`.
    pub state: String,
}

/// Acts that may have been in these processes' hands when they died, between these two instants: those that had a dead
/// owner or sender and were not closed before, and those that still have one. The latest first; who held one then is in
/// its events.
///
/// # Errors
/// When the database does not answer.
pub async fn acts_under_way(
    db: &Db,
    dead: &[ProcessId],
    (first, last): (RuntimeTime, RuntimeTime),
    limit: i64,
) -> Result<Vec<EffectId>, StoreError> {
    let dead: Vec<i64> = dead.iter().map(|process| process.0).collect();
    let ids = sqlx::query_scalar!(
        r#"SELECT found.id AS "id!" FROM (
               SELECT c.id FROM (
                   SELECT e.id, e.finished_at FROM homeostat.effect e
                   WHERE e.crashed AND e.created_at <= $2 ORDER BY e.created_at DESC LIMIT $4) c
               WHERE c.finished_at IS NULL OR c.finished_at >= $1
               UNION
               SELECT e.id FROM homeostat.effect e
               WHERE e.finished_at IS NULL AND (e.owner = ANY ($3) OR e.sender = ANY ($3))) found
           ORDER BY found.id DESC LIMIT $5"#,
        Stamp::from(first) as Stamp,
        Stamp::from(last) as Stamp,
        &dead,
        LOOKED_AT,
        limit,
    )
    .fetch_all(db.pool())
    .await?;
    Ok(ids.into_iter().map(EffectId).collect())
}

/// Who among these owns or sent acts of which nobody knows the end yet.
///
/// # Errors
/// When the database does not answer.
pub async fn owners_of_unknown(db: &Db, dead: &[ProcessId]) -> Result<Vec<ProcessId>, StoreError> {
    let dead: Vec<i64> = dead.iter().map(|process| process.0).collect();
    let ids = sqlx::query_scalar!(
        r#"SELECT DISTINCT w.id AS "id!" FROM homeostat.effect e
           CROSS JOIN LATERAL (VALUES (e.owner), (e.sender)) w(id)
           WHERE e.finished_at IS NULL AND e.state IN ('sending', 'unknown') AND w.id = ANY ($1)
           LIMIT 1000"#,
        &dead,
    )
    .fetch_all(db.pool())
    .await?;
    Ok(ids.into_iter().map(ProcessId).collect())
}

/// What was held for these acts, window by window.
///
/// # Errors
/// When the database does not answer.
pub async fn holds_of(db: &Db, effects: &[EffectId]) -> Result<Vec<HoldView>, StoreError> {
    let ids: Vec<i64> = effects.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"SELECT h.id, h.effect_id AS "effect!", h.window_id, w.interlock, w.scope, w.currency, h.amount, h.state
           FROM homeostat.hold h JOIN homeostat.budget_window w ON w.id = h.window_id
           WHERE h.effect_id = ANY ($1) ORDER BY h.id LIMIT 1000"#,
        &ids,
    )
    .fetch_all(db.pool())
    .await?;
    let rows = rows.into_iter().map(|row| HoldView {
        id: row.id,
        effect: EffectId(row.effect),
        window: row.window_id,
        interlock: row.interlock,
        scope: row.scope,
        currency: row.currency,
        amount: row.amount,
        state: row.state,
    });
    Ok(rows.collect())
}
