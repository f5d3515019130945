//! `campaign`: one row per campaign, as the vendor last showed it.

use homeostat_model::{Money, WorldTime};
use homeostat_store::{Db, PgConnection, Stamp, StoreError};
use serde::Serialize;

/// A campaign as read from its vendor.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The vendor's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Configured status: ACTIVE, PAUSED, ARCHIVED or DELETED.
    pub status: String,
    /// What the vendor says it is doing now; may lag.
    pub effective_status: String,
    /// Daily budget, where the campaign carries one.
    pub daily_budget: Option<Money>,
}

/// A campaign as known.
#[derive(Debug, Clone, Serialize)]
pub struct Campaign {
    /// The vendor's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Configured status.
    pub state: String,
    /// First of two checks, where one was made.
    pub flagged_at: Option<WorldTime>,
    /// Why the policy kept it last.
    pub kept_because: Option<String>,
}

/// Writes what was read at `read_at`. A reading older than what is known changes nothing.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn record(
    tx: &mut PgConnection,
    brand: &str,
    currency: &str,
    readings: &[Reading],
    read_at: WorldTime,
) -> Result<(), StoreError> {
    let column = |f: fn(&Reading) -> &String| readings.iter().map(f).cloned().collect::<Vec<_>>();
    let budgets: Vec<Option<i64>> = readings
        .iter()
        .map(|r| r.daily_budget.map(|m| m.amount_micros))
        .collect();
    sqlx::query!(
        "INSERT INTO homeostat.campaign
             (id, brand, vendor, name, state, effective_status, daily_budget_micros, currency, read_at)
         SELECT r.id, $1, 'meta', r.name, r.status, r.effective_status, r.budget, $2, $3
         FROM unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[])
             AS r (id, name, status, effective_status, budget)
         ON CONFLICT (id) DO UPDATE SET
             name = excluded.name, state = excluded.state, effective_status = excluded.effective_status,
             daily_budget_micros = excluded.daily_budget_micros, read_at = excluded.read_at
         WHERE homeostat.campaign.read_at <= excluded.read_at",
        brand,
        currency,
        Stamp::from(read_at),
        &column(|r| &r.id),
        &column(|r| &r.name),
        &column(|r| &r.status),
        &column(|r| &r.effective_status),
        &budgets as &[Option<i64>],
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// The brand's campaigns in a state.
///
/// # Errors
/// When the database does not answer.
pub async fn in_state(db: &Db, brand: &str, state: &str) -> Result<Vec<Campaign>, StoreError> {
    let rows = sqlx::query!(
        "SELECT id, name, state, flagged_at, kept_because FROM homeostat.campaign
         WHERE brand = $1 AND state = $2 ORDER BY id",
        brand,
        state,
    )
    .fetch_all(db.pool())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Campaign {
            id: r.id,
            name: r.name,
            state: r.state,
            flagged_at: r.flagged_at.map(Stamp::world),
            kept_because: r.kept_because,
        })
        .collect())
}

/// The name of a campaign.
///
/// # Errors
/// When the database does not answer.
pub async fn name(db: &Db, id: &str) -> Result<Option<String>, StoreError> {
    Ok(
        sqlx::query_scalar!("SELECT name FROM homeostat.campaign WHERE id = $1", id)
            .fetch_optional(db.pool())
            .await?,
    )
}

/// Keeps what the policy remembers of a campaign between two checks.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn remember(
    tx: &mut PgConnection,
    id: &str,
    flagged_at: Option<WorldTime>,
    kept_because: Option<&str>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE homeostat.campaign SET flagged_at = $2, kept_because = $3
         WHERE id = $1 AND (flagged_at, kept_because) IS DISTINCT FROM ($2, $3)",
        id,
        flagged_at.map(Stamp::from) as Option<Stamp>,
        kept_because,
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Notes a status that the vendor has confirmed to us at `at`, so that an older reading cannot undo it.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn confirmed(
    tx: &mut PgConnection,
    id: &str,
    state: &str,
    at: WorldTime,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE homeostat.campaign SET state = $2, read_at = greatest(read_at, $3) WHERE id = $1",
        id,
        state,
        Stamp::from(at),
    )
    .execute(tx)
    .await?;
    Ok(())
}
