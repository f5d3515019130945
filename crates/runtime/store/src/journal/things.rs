//! The journal of a few things by name: each read goes by entity and id, however many events there are beside them.

use homeostat_model::RuntimeTime;
use serde_json::Value;

use super::{Event, row::Row};
use crate::{Db, Stamp, StoreError};

/// Events of these things between two instants, both included: of each the oldest `each_max`, in the order in which
/// they were written.
///
/// # Errors
/// When the database does not answer.
pub async fn events_of(
    db: &Db,
    entity: &str,
    ids: &[String],
    (since, until): (RuntimeTime, RuntimeTime),
    each_max: i64,
) -> Result<Vec<Event>, StoreError> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT e.id AS "id!", e.at AS "at!", e.brand, e.entity AS "entity!", e.entity_id AS "entity_id!",
                  e.from_state, e.to_state AS "to_state!", e.fence, e.owner, e.cause, e.data AS "data!"
           FROM (SELECT DISTINCT unnest($2::text[]) AS entity_id) which
           CROSS JOIN LATERAL (
               SELECT * FROM homeostat.event e
               WHERE e.entity = $1 AND e.entity_id = which.entity_id AND e.at >= $3 AND e.at <= $4
               ORDER BY e.id LIMIT $5) e
           ORDER BY e.id"#,
        entity,
        ids,
        Stamp::from(since) as Stamp,
        Stamp::from(until) as Stamp,
        each_max,
    )
    .fetch_all(db.pool())
    .await?;
    Ok(rows.into_iter().map(Row::event).collect())
}

/// The event that each of these things was at, at an instant. Who did not exist yet is left out.
///
/// # Errors
/// When the database does not answer.
pub async fn last_events_of(
    db: &Db,
    entity: &str,
    ids: &[String],
    at: RuntimeTime,
) -> Result<Vec<Event>, StoreError> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT e.id AS "id!", e.at AS "at!", e.brand, e.entity AS "entity!", e.entity_id AS "entity_id!",
                  e.from_state, e.to_state AS "to_state!", e.fence, e.owner, e.cause, e.data AS "data!"
           FROM (SELECT DISTINCT unnest($2::text[]) AS entity_id) which
           CROSS JOIN LATERAL (
               SELECT * FROM homeostat.event e
               WHERE e.entity = $1 AND e.entity_id = which.entity_id AND e.at <= $3
               ORDER BY e.id DESC LIMIT 1) e
           ORDER BY e.id"#,
        entity,
        ids,
        Stamp::from(at) as Stamp,
    )
    .fetch_all(db.pool())
    .await?;
    Ok(rows.into_iter().map(Row::event).collect())
}

/// The logged columns of each of these things at an instant, folded from its events alone. Who did not exist then is
/// left out.
///
/// # Errors
/// When the database does not answer.
pub async fn states_of(
    db: &Db,
    entity: &str,
    ids: &[String],
    at: RuntimeTime,
) -> Result<Vec<(String, Value)>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT which.id AS "id!", homeostat.state_at($1, which.id, $3) AS state
           FROM unnest($2::text[]) which(id)"#,
        entity,
        ids,
        Stamp::from(at) as Stamp,
    )
    .fetch_all(db.pool())
    .await?;
    let rows = rows
        .into_iter()
        .filter_map(|row| Some((row.id, row.state?)));
    Ok(rows.collect())
}

/// The first events of one thing after an instant, the oldest first.
///
/// # Errors
/// When the database does not answer.
pub async fn events_after(
    db: &Db,
    entity: &str,
    id: &str,
    at: RuntimeTime,
    limit: i64,
) -> Result<Vec<Event>, StoreError> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT id, at, brand, entity, entity_id, from_state, to_state, fence, owner, cause, data
         FROM homeostat.event WHERE entity = $1 AND entity_id = $2 AND at > $3 ORDER BY id LIMIT $4",
        entity,
        id,
        Stamp::from(at) as Stamp,
        limit,
    )
    .fetch_all(db.pool())
    .await?;
    Ok(rows.into_iter().map(Row::event).collect())
}

/// The last events of one thing until an instant, the oldest first.
///
/// # Errors
/// When the database does not answer.
pub async fn events_until(
    db: &Db,
    entity: &str,
    id: &str,
    at: RuntimeTime,
    limit: i64,
) -> Result<Vec<Event>, StoreError> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT id, at, brand, entity, entity_id, from_state, to_state, fence, owner, cause, data
         FROM homeostat.event WHERE entity = $1 AND entity_id = $2 AND at <= $3 ORDER BY id DESC LIMIT $4",
        entity,
        id,
        Stamp::from(at) as Stamp,
        limit,
    )
    .fetch_all(db.pool())
    .await?;
    Ok(rows.into_iter().rev().map(Row::event).collect())
}

/// What was written beside jobs from an event on until an instant, the oldest first. Costs what it gives: it reads no
/// further than `limit` of them.
///
/// # Errors
/// When the database does not answer.
pub async fn events_beside_jobs(
    db: &Db,
    from: i64,
    until: RuntimeTime,
    limit: i64,
) -> Result<Vec<Event>, StoreError> {
    // Written as the index has it. The instant is asked of what was read, so that no more than that is read.
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT e.id AS "id!", e.at AS "at!", e.brand, e.entity AS "entity!", e.entity_id AS "entity_id!",
                  e.from_state, e.to_state AS "to_state!", e.fence, e.owner, e.cause, e.data AS "data!"
           FROM (SELECT * FROM homeostat.event WHERE entity <> 'job' AND id >= $1 ORDER BY id LIMIT $3) e
           WHERE e.at <= $2 ORDER BY e.id"#,
        from,
        Stamp::from(until) as Stamp,
        limit,
    )
    .fetch_all(db.pool())
    .await?;
    Ok(rows.into_iter().map(Row::event).collect())
}
