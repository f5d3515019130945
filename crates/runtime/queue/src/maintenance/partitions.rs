//! Keeps the journal's partitions three months ahead.

use std::{error::Error as StdError, time::Duration};

use homeostat_store::Db;

use crate::Chore;

#[derive(Debug)]
pub(super) struct EventPartitions;

#[async_trait::async_trait]
impl Chore for EventPartitions {
    fn name(&self) -> &'static str {
        "event_partitions"
    }

    fn every(&self) -> Duration {
        Duration::from_secs(3600)
    }

    async fn run(&self, db: &Db) -> Result<u64, Box<dyn StdError + Send + Sync>> {
        let made =
            sqlx::query_scalar!(r#"SELECT homeostat.keep_event_partitions(now(), 3) AS "made!""#)
                .fetch_one(db.pool())
                .await?;
        Ok(u64::from(made.unsigned_abs()))
    }
}
