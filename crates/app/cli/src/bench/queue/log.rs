//! What the event log must hold after a measurement: a fast queue that forgets is none.

use homeostat_store::Db;

use crate::failure::Failure;

/// The log as it stood.
#[derive(Debug)]
pub(super) struct Log {
    last_event: i64,
}

impl Log {
    /// The log as it stands.
    pub(super) async fn now(db: &Db) -> Result<Self, Failure> {
        let last_event =
            sqlx::query_scalar!(r#"SELECT coalesce(max(id), 0) AS "last!" FROM homeostat.event"#)
                .fetch_one(db.pool())
                .await
                .map_err(|e| Failure::environment(&e))?;
        Ok(Self { last_event })
    }

    /// Since then this many jobs were born, claimed and done, each once, and none is left.
    pub(super) async fn must_have_told(&self, db: &Db, jobs: usize) -> Result<(), Failure> {
        let told = sqlx::query!(
            r#"SELECT count(*) FILTER (WHERE from_state IS NULL) AS "born!",
                      count(*) FILTER (WHERE to_state = 'running') AS "claimed!",
                      count(*) FILTER (WHERE to_state = 'done') AS "done!",
                      count(DISTINCT entity_id) AS "jobs!",
                      (SELECT count(*) FROM homeostat.job WHERE kind = 'bench.noop') AS "left!"
               FROM homeostat.event WHERE id > $1 AND entity = 'job'"#,
            self.last_event
        )
        .fetch_one(db.pool())
        .await
        .map_err(|e| Failure::environment(&e))?;
        let expected = i64::try_from(jobs).unwrap_or(i64::MAX);
        let all = [told.born, told.claimed, told.done, told.jobs];
        if all == [expected; 4] && told.left == 0 {
            return Ok(());
        }
        Err(Failure::Law(format!(
            "the log tells of {} jobs born, {} claims and {} ends of {} jobs where {jobs} were enqueued; {} are left",
            told.born, told.claimed, told.done, told.jobs, told.left
        )))
    }
}
