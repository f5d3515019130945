//! Incidents: findings that somebody must look at. One row each, open until somebody closes it.

use homeostat_model::RuntimeTime;
use homeostat_store::{Db, PgConnection, StoreError};

/// An open incident.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Incident {
    /// The row.
    pub id: i64,
    /// The brand, where there is one.
    pub brand: Option<String>,
    /// What was found, such as `effect_unknown`.
    pub kind: String,
    /// The table of what it is about.
    pub entity: String,
    /// The row of what it is about.
    pub entity_id: String,
    /// The finding in words.
    pub reason: String,
    /// Since when.
    pub opened_at: RuntimeTime,
}

/// Opens an incident. False when the same one is open.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn open(
    connection: &mut PgConnection,
    kind: &str,
    brand: Option<&str>,
    (entity, entity_id): (&str, String),
    reason: &str,
) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "INSERT INTO homeostat.incident (brand, kind, entity, entity_id, reason)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (kind, entity, entity_id) WHERE state = 'open' DO NOTHING",
        brand,
        kind,
        entity,
        entity_id,
        reason,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Closes an incident whose cause is gone by itself.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn settle(
    connection: &mut PgConnection,
    kind: &str,
    (entity, entity_id): (&str, String),
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE homeostat.incident SET state = 'closed', closed_at = clock_timestamp(), closed_by = 'system'
         WHERE kind = $1 AND entity = $2 AND entity_id = $3 AND state = 'open'",
        kind,
        entity,
        entity_id,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The open incidents, oldest first.
///
/// # Errors
/// When the database does not answer.
pub async fn open_incidents(db: &Db) -> Result<Vec<Incident>, StoreError> {
    let rows = sqlx::query!(
        "SELECT id, brand, kind, entity, entity_id, reason, opened_at
         FROM homeostat.incident WHERE state = 'open' ORDER BY id LIMIT 1000"
    )
    .fetch_all(db.pool())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Incident {
            id: row.id,
            brand: row.brand,
            kind: row.kind,
            entity: row.entity,
            entity_id: row.entity_id,
            reason: row.reason,
            opened_at: row.opened_at.runtime(),
        })
        .collect())
}

/// Closes an incident. False when it is not open.
///
/// # Errors
/// When the database does not answer.
pub async fn close_incident(db: &Db, id: i64, who: &str) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE homeostat.incident SET state = 'closed', closed_at = clock_timestamp(), closed_by = $2
         WHERE id = $1 AND state = 'open'",
        id,
        who,
    )
    .execute(db.pool())
    .await?;
    Ok(done.rows_affected() == 1)
}
