//! Incidents as the console reads them: findings, with their ends.

use homeostat_model::RuntimeTime;
use homeostat_store::{Db, Stamp, StoreError};
use serde::Serialize;

/// An incident as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IncidentView {
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
    /// When it was closed.
    pub closed_at: Option<RuntimeTime>,
    /// Who closed it: `system`, when its cause was gone by itself, or a person.
    pub closed_by: Option<String>,
}

/// Incidents that were opened before an instant; absent, all. The newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn incidents_before(
    db: &Db,
    before: Option<RuntimeTime>,
    limit: i64,
) -> Result<Vec<IncidentView>, StoreError> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT id, brand, kind, entity, entity_id, reason, opened_at, closed_at, closed_by
         FROM homeostat.incident WHERE opened_at < coalesce($1::timestamptz, 'infinity')
         ORDER BY opened_at DESC LIMIT $2",
        before.map(Stamp::from) as Option<Stamp>,
        limit,
    )
    .fetch_all(db.pool())
    .await?;
    Ok(rows.into_iter().map(Row::view).collect())
}

/// One of them.
///
/// # Errors
/// When the database does not answer.
pub async fn incident_of(db: &Db, id: i64) -> Result<Option<IncidentView>, StoreError> {
    let row = sqlx::query_as!(
        Row,
        "SELECT id, brand, kind, entity, entity_id, reason, opened_at, closed_at, closed_by
         FROM homeostat.incident WHERE id = $1",
        id,
    )
    .fetch_optional(db.pool())
    .await?;
    Ok(row.map(Row::view))
}

struct Row {
    id: i64,
    brand: Option<String>,
    kind: String,
    entity: String,
    entity_id: String,
    reason: String,
    opened_at: Stamp,
    closed_at: Option<Stamp>,
    closed_by: Option<String>,
}

impl Row {
    fn view(self) -> IncidentView {
        IncidentView {
            id: self.id,
            brand: self.brand,
            kind: self.kind,
            entity: self.entity,
            entity_id: self.entity_id,
            reason: self.reason,
            opened_at: self.opened_at.runtime(),
            closed_at: self.closed_at.map(Stamp::runtime),
            closed_by: self.closed_by,
        }
    }
}
