//! The end of the journal, for who shows what just happened.

use super::{Event, row::Row};
use crate::{Db, StoreError};

/// The id of the newest event; 0 when there is none. Grows with every transition.
///
/// # Errors
/// When the database does not answer.
pub async fn last_event(db: &Db) -> Result<i64, StoreError> {
    let last = sqlx::query_scalar!(
        r#"SELECT coalesce((SELECT id FROM homeostat.event ORDER BY id DESC LIMIT 1), 0) AS "id!""#
    );
    Ok(last.fetch_one(db.pool()).await?)
}

/// The newest events of a brand and of no brand, without these entities and without jobs, newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn newest_events(
    db: &Db,
    brand: Option<&str>,
    without: &[&str],
    limit: i64,
) -> Result<Vec<Event>, StoreError> {
    let without: Vec<String> = without.iter().map(|&entity| entity.to_owned()).collect();
    // Written as the index has it: jobs are nine of ten events.
    let rows = sqlx::query_as!(
        Row,
        "SELECT id, at, brand, entity, entity_id, from_state, to_state, fence, owner, cause, data
         FROM homeostat.event
         WHERE entity <> 'job' AND entity <> ALL ($1) AND (brand IS NULL OR $2::text IS NULL OR brand = $2)
         ORDER BY id DESC LIMIT $3",
        &without,
        brand,
        limit,
    )
    .fetch_all(db.pool())
    .await?;
    Ok(rows.into_iter().map(Row::event).collect())
}
