//! Reads the journal.

use homeostat_model::RuntimeTime;
use serde::Serialize;
use sqlx::PgConnection;

use super::row::Row;
use crate::{Db, Stamp, StoreError};

/// One transition of one entity.
#[derive(Debug, Clone, Serialize)]
pub struct Event {
    /// Position in the journal; grows within an entity.
    pub id: i64,
    /// When the database wrote it.
    pub at: RuntimeTime,
    /// The brand, where the entity has one.
    pub brand: Option<String>,
    /// What kind of thing changed, such as `job`.
    pub entity: String,
    /// Which one.
    pub entity_id: String,
    /// The state before; absent for a new row.
    pub from_state: Option<String>,
    /// The state after.
    pub to_state: String,
    /// The fence of the claim, for jobs.
    pub fence: Option<i64>,
    /// The epoch that owned the row.
    pub owner: Option<i64>,
    /// Why, where somebody said so.
    pub cause: Option<String>,
    /// The logged columns that changed.
    pub data: serde_json::Value,
}

/// Which events to read. Absent parts match everything.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// Only this kind of thing.
    pub entity: Option<String>,
    /// Only this one.
    pub entity_id: Option<String>,
    /// Only this brand.
    pub brand: Option<String>,
    /// At or after.
    pub since: Option<RuntimeTime>,
    /// At or before.
    pub until: Option<RuntimeTime>,
    /// After this event.
    pub after: Option<i64>,
    /// Before this event.
    pub before: Option<i64>,
    /// At most so many, the newest.
    pub limit: i64,
}

/// The newest matching events, oldest first.
///
/// # Errors
/// When the database does not answer.
pub async fn events(db: &Db, which: &History) -> Result<Vec<Event>, StoreError> {
    let mut rows = sqlx::query_as!(
        Row,
        r#"SELECT id, at, brand, entity, entity_id, from_state, to_state, fence, owner, cause, data
           FROM homeostat.event
           WHERE ($1::text IS NULL OR entity = $1) AND ($2::text IS NULL OR entity_id = $2)
             AND ($3::text IS NULL OR brand = $3)
             AND ($4::timestamptz IS NULL OR at >= $4) AND ($5::timestamptz IS NULL OR at <= $5)
             AND ($6::bigint IS NULL OR id > $6) AND ($8::bigint IS NULL OR id < $8)
           ORDER BY id DESC LIMIT $7"#,
        which.entity,
        which.entity_id,
        which.brand,
        which.since.map(Stamp::from) as _,
        which.until.map(Stamp::from) as _,
        which.after,
        which.limit,
        which.before,
    )
    .fetch_all(db.pool())
    .await?;
    rows.reverse();
    Ok(rows.into_iter().map(Row::event).collect())
}

impl Db {
    /// The kinds of things whose transitions are in the journal.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn entities(&self) -> Result<Vec<String>, StoreError> {
        let names =
            sqlx::query_scalar!("SELECT entity FROM homeostat.logged_relation ORDER BY entity");
        Ok(names.fetch_all(self.pool()).await?)
    }

    /// The logged columns of an entity at a past instant, folded from its events alone; `None` when
    /// it did not exist then.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn state_at(
        &self,
        entity: &str,
        entity_id: &str,
        at: RuntimeTime,
    ) -> Result<Option<serde_json::Value>, StoreError> {
        Ok(sqlx::query_scalar!(
            "SELECT homeostat.state_at($1, $2, $3)",
            entity,
            entity_id,
            Stamp::from(at) as _
        )
        .fetch_one(self.pool())
        .await?)
    }
}

/// Says why, for every transition that follows in this transaction.
///
/// # Errors
/// When the database does not answer.
pub async fn because(tx: &mut PgConnection, cause: &str) -> Result<(), StoreError> {
    sqlx::query_scalar!("SELECT set_config('homeostat.cause', $1, true)", cause)
        .fetch_one(tx)
        .await?;
    Ok(())
}
