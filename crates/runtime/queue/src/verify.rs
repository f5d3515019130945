//! The queue's part of `homeostat verify`: what the journal says of every job that ever was.

use homeostat_store::{Db, StoreError, journal::Check};

/// Runs every check of the queue.
///
/// # Errors
/// When the database does not answer.
pub async fn verify(db: &Db) -> Result<Vec<Check>, StoreError> {
    Ok(vec![
        fences_grow(db).await?,
        nothing_is_lost(db).await?,
        attempts_are_bounded(db).await?,
    ])
}

/// Each claim of a job has a larger fence than the one before (L1).
async fn fences_grow(db: &Db) -> Result<Check, StoreError> {
    let claims = sqlx::query!(
        r#"SELECT count(*) AS "claims!",
                  coalesce(array_agg(entity_id) FILTER (WHERE fence <= before), '{}') AS "wrong!"
           FROM (SELECT entity_id, fence, lag(fence) OVER (PARTITION BY entity_id ORDER BY id) AS before
                 FROM homeostat.event
                 WHERE entity = 'job' AND to_state = 'running' AND from_state IS DISTINCT FROM 'running') claim"#
    )
    .fetch_one(db.pool())
    .await?;
    Ok(Check::found(
        "fences_grow",
        "L1",
        claims.claims,
        &jobs(claims.wrong),
    ))
}

/// Every job that was accepted is live, or left as done, failed or cancelled (L2).
async fn nothing_is_lost(db: &Db) -> Result<Check, StoreError> {
    let accepted = sqlx::query!(
        r#"SELECT count(*) AS "accepted!",
                  coalesce(array_agg(born.entity_id) FILTER (WHERE live.id IS NULL AND ended.entity_id IS NULL),
                           '{}') AS "wrong!"
           FROM homeostat.event born
           LEFT JOIN homeostat.job live ON live.id = born.entity_id::bigint
           LEFT JOIN homeostat.event ended ON ended.entity = 'job' AND ended.entity_id = born.entity_id
                AND ended.to_state IN ('done', 'failed', 'cancelled') AND ended.data ? '$gone'
           WHERE born.entity = 'job' AND born.from_state IS NULL"#
    )
    .fetch_one(db.pool())
    .await?;
    Ok(Check::found(
        "nothing_is_lost",
        "L2",
        accepted.accepted,
        &jobs(accepted.wrong),
    ))
}

/// No job has spent more attempts than it has (L6).
async fn attempts_are_bounded(db: &Db) -> Result<Check, StoreError> {
    let live = sqlx::query!(
        r#"SELECT count(*) AS "live!",
                  coalesce(array_agg(id::text) FILTER (WHERE attempts_used > attempts_max), '{}') AS "wrong!"
           FROM homeostat.job"#
    )
    .fetch_one(db.pool())
    .await?;
    Ok(Check::found(
        "attempts_are_bounded",
        "L6",
        live.live,
        &jobs(live.wrong),
    ))
}

fn jobs(ids: Vec<String>) -> Vec<String> {
    ids.into_iter().map(|id| format!("job {id}")).collect()
}
