//! How many jobs there were at a past instant: what there is now, and every change since then taken back. So it costs
//! what has happened since, and goes only as far back as a bounded number of events.

use homeostat_model::RuntimeTime;
use homeostat_store::{Db, Stamp};
use serde::Serialize;

use crate::{Error, JobCount};

/// What is known of a past instant.
#[derive(Debug, Clone, Serialize)]
pub struct Past {
    /// Live jobs by kind and state, at that instant or at the earliest that can be told.
    pub jobs: Vec<JobCount>,
    /// Nothing before this can be told; absent: all can.
    pub reaches_back_to: Option<RuntimeTime>,
}

/// Live jobs by kind and state at an instant, told from the newest `events_max` events. One snapshot sees the jobs and
/// what changed.
///
/// # Errors
/// The database's.
pub async fn job_counts_at(db: &Db, at: RuntimeTime, events_max: i64) -> Result<Past, Error> {
    let rows = sqlx::query!(
        r#"WITH newest AS MATERIALIZED (
               SELECT e.at, e.entity, e.entity_id, e.from_state, e.to_state
               FROM homeostat.event e ORDER BY e.id DESC LIMIT $2),
           reach AS (SELECT CASE WHEN count(*) >= $2 THEN min(n.at) END AS reaches_back_to FROM newest n),
           moves AS MATERIALIZED (
               SELECT n.entity_id, n.from_state, n.to_state FROM newest n
               WHERE n.entity = 'job' AND n.at > $1 AND n.from_state IS DISTINCT FROM n.to_state),
           kinds AS MATERIALIZED (
               SELECT m.entity_id, coalesce(j.kind, born.kind, '') AS kind
               FROM (SELECT DISTINCT entity_id FROM moves) m
               LEFT JOIN homeostat.job j ON j.id = m.entity_id::bigint
               LEFT JOIN LATERAL (
                   SELECT b.data ->> 'kind' AS kind FROM homeostat.event b
                   WHERE j.id IS NULL AND b.entity = 'job' AND b.entity_id = m.entity_id
                   ORDER BY b.id LIMIT 1) born ON true),
           steps AS (
               SELECT kind, state, count(*) AS n FROM homeostat.job GROUP BY kind, state
               UNION ALL
               SELECT k.kind, m.to_state, -count(*) FROM moves m JOIN kinds k USING (entity_id) GROUP BY 1, 2
               UNION ALL
               SELECT k.kind, m.from_state, count(*) FROM moves m JOIN kinds k USING (entity_id) GROUP BY 1, 2),
           counts AS (
               SELECT kind, state, sum(n)::bigint AS n FROM steps
               WHERE state IN ('ready', 'running', 'failed') GROUP BY kind, state HAVING sum(n) > 0)
           SELECT reach.reaches_back_to AS "reaches_back_to?: Stamp", c.kind AS "kind?", c.state AS "state?", c.n AS "n?"
           FROM reach LEFT JOIN counts c ON true ORDER BY c.kind, c.state"#,
        Stamp::from(at) as Stamp,
        events_max,
    )
    .fetch_all(db.pool())
    .await?;
    let reaches_back_to = rows.first().and_then(|row| row.reaches_back_to);
    let jobs = rows.into_iter().filter_map(|row| {
        Some(JobCount {
            kind: row.kind?,
            state: row.state?,
            jobs: row.n?,
        })
    });
    Ok(Past {
        jobs: jobs.collect(),
        reaches_back_to: reaches_back_to.map(Stamp::runtime),
    })
}
