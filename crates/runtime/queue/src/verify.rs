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
        runs_are_whole(db).await?,
        no_phase_ran_again(db).await?,
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

/// A running run has exactly one job under way and a failed one exactly one failed job, right after the
/// phases that are done; the others have none. What is done has no gap (L2).
async fn runs_are_whole(db: &Db) -> Result<Check, StoreError> {
    let found = sqlx::query!(
        r#"WITH j AS (
               SELECT run_id, count(*) FILTER (WHERE state <> 'failed') AS live,
                      count(*) FILTER (WHERE state = 'failed') AS failed, max(phase_no) AS no
               FROM homeostat.job WHERE run_id IS NOT NULL GROUP BY run_id
           ), p AS (
               SELECT run_id, count(*) AS done, max(no) AS last FROM homeostat.phase GROUP BY run_id
           ), seen AS (
               SELECT coalesce(r.id, j.run_id, p.run_id) AS id, r.state, coalesce(j.live, 0) AS live,
                      coalesce(j.failed, 0) AS failed, j.no, coalesce(p.done, 0) AS done, coalesce(p.last, 0) AS last,
                      cardinality(r.phases) AS phases
               FROM homeostat.run r FULL JOIN j ON j.run_id = r.id FULL JOIN p ON p.run_id = coalesce(r.id, j.run_id))
           SELECT count(*) AS "runs!",
                  coalesce(array_agg(id::text ORDER BY id) FILTER (WHERE (done = last AND CASE state
                      WHEN 'running' THEN live = 1 AND failed = 0 AND no = done + 1
                      WHEN 'failed' THEN live = 0 AND failed = 1 AND no = done + 1
                      WHEN 'done' THEN live + failed = 0 AND done = phases
                      WHEN 'cancelled' THEN live + failed = 0
                  END) IS NOT TRUE), '{}') AS "wrong!"
           FROM seen"#
    )
    .fetch_one(db.pool())
    .await?;
    let wrong: Vec<String> = found.wrong.iter().map(|id| format!("run {id}")).collect();
    Ok(Check::found("runs_are_whole", "L2", found.runs, &wrong))
}

/// No phase of a run was ever enqueued, or finished, twice (L2).
async fn no_phase_ran_again(db: &Db) -> Result<Check, StoreError> {
    let found = sqlx::query!(
        r#"SELECT count(*) AS "phases!",
                  coalesce(array_agg(DISTINCT run || ' phase ' || no) FILTER (WHERE times > 1), '{}') AS "wrong!"
           FROM (SELECT entity, data ->> 'run_id' AS run, coalesce(data ->> 'phase_no', data ->> 'no') AS no,
                        count(*) AS times
                 FROM homeostat.event
                 WHERE entity IN ('job', 'phase') AND from_state IS NULL AND data ->> 'run_id' IS NOT NULL
                 GROUP BY 1, 2, 3) birth"#
    )
    .fetch_one(db.pool())
    .await?;
    let wrong: Vec<String> = found.wrong.iter().map(|at| format!("run {at}")).collect();
    Ok(Check::found(
        "no_phase_ran_again",
        "L2",
        found.phases,
        &wrong,
    ))
}

fn jobs(ids: Vec<String>) -> Vec<String> {
    ids.into_iter().map(|id| format!("job {id}")).collect()
}
