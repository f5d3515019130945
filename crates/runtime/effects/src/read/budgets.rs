//! Windows as the CLI and the console read them.

use homeostat_model::{BrandId, WorldTime};
use homeostat_store::{Db, Stamp, StoreError};
use serde::Serialize;

/// A window as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BudgetView {
    /// The row.
    pub id: i64,
    /// The brand.
    pub brand: String,
    /// The interlock.
    pub interlock: String,
    /// Whose cap.
    pub scope: String,
    /// `money` or `act`.
    pub unit: String,
    /// `hour`, `day`, `month`, `lifetime` or `cooldown`.
    pub period: String,
    /// The currency of money windows.
    pub currency: Option<String>,
    /// First instant.
    pub starts_at: WorldTime,
    /// First instant after it.
    pub ends_at: WorldTime,
    /// The cap.
    pub cap: i64,
    /// Promised.
    pub held: i64,
    /// Of it, for acts of which nobody knows what became of them.
    pub unknown: i64,
    /// Used.
    pub settled: i64,
    /// The scope is frozen.
    pub frozen: bool,
}

/// The windows that cover `at`, in the order scope, interlock; `None`: the last 500 by id.
///
/// # Errors
/// When the database does not answer.
pub async fn budgets(
    db: &Db,
    brand: Option<&BrandId>,
    at: Option<WorldTime>,
) -> Result<Vec<BudgetView>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT w.id, w.brand, w.interlock, w.scope, w.unit, w.period, w.currency, w.starts_at, w.ends_at,
               w.cap, w.held, w.settled,
               (SELECT coalesce(sum(h.amount), 0)::bigint FROM homeostat.hold h
                JOIN homeostat.effect e ON e.id = h.effect_id
                WHERE h.window_id = w.id AND h.state = 'held' AND e.state = 'unknown') AS "unknown!",
               EXISTS (SELECT FROM homeostat.restraint r
                       WHERE r.scope = w.scope AND r.kind = 'freeze' AND r.state = 'active') AS "frozen!"
           FROM homeostat.budget_window w
           WHERE ($1::text IS NULL OR w.brand = $1)
             AND ($2::timestamptz IS NULL OR (w.starts_at <= $2 AND $2 < w.ends_at))
           ORDER BY w.scope !~ '^(brand|refunds|payouts):', w.scope, w.interlock, w.id DESC LIMIT 500"#,
        brand.map(BrandId::as_str),
        at.map(Stamp::from) as Option<Stamp>,
    )
    .fetch_all(db.pool())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| BudgetView {
            id: row.id,
            brand: row.brand,
            interlock: row.interlock,
            scope: row.scope,
            unit: row.unit,
            period: row.period,
            currency: row.currency,
            starts_at: row.starts_at.world(),
            ends_at: row.ends_at.world(),
            cap: row.cap,
            held: row.held,
            unknown: row.unknown,
            settled: row.settled,
            frozen: row.frozen,
        })
        .collect())
}

/// What a scope has left to give at a time, micro-units of its currency: by its tightest window of money, and nothing
/// while it is frozen. `None` before its first act of that time.
///
/// # Errors
/// When the database does not answer.
pub async fn money_left(db: &Db, scope: &str, at: WorldTime) -> Result<Option<i64>, StoreError> {
    let left = sqlx::query_scalar!(
        r#"SELECT min(CASE WHEN EXISTS (SELECT FROM homeostat.restraint r
                                        WHERE r.scope = w.scope AND r.kind = 'freeze' AND r.state = 'active') THEN 0
                      ELSE greatest(w.cap - w.held - w.settled, 0) END)
           FROM homeostat.budget_window w
           WHERE w.scope = $1 AND w.unit = 'money' AND w.starts_at <= $2 AND $2 < w.ends_at"#,
        scope,
        Stamp::from(at) as Stamp,
    )
    .fetch_one(db.pool())
    .await?;
    Ok(left)
}
