//! Forgets dedup keys that have run out and whose job or run has left.

use std::{error::Error as StdError, time::Duration};

use homeostat_store::Db;

use crate::Chore;

#[derive(Debug)]
pub(super) struct ExpiredDedup;

#[async_trait::async_trait]
impl Chore for ExpiredDedup {
    fn name(&self) -> &'static str {
        "expired_dedup"
    }

    fn every(&self) -> Duration {
        Duration::from_secs(60)
    }

    async fn run(&self, db: &Db) -> Result<u64, Box<dyn StdError + Send + Sync>> {
        let gone = sqlx::query!(
            "DELETE FROM homeostat.dedup d USING (
                 SELECT e.kind, e.key FROM homeostat.dedup e
                 WHERE e.until < clock_timestamp()
                   AND NOT homeostat.is_live(e.job_id)
                 ORDER BY e.until LIMIT 1000 FOR UPDATE SKIP LOCKED) old
             WHERE d.kind = old.kind AND d.key = old.key"
        )
        .execute(db.pool())
        .await?;
        Ok(gone.rows_affected())
    }
}
