//! Forgets signs of life of claims that are over.

use std::{error::Error as StdError, time::Duration};

use homeostat_store::Db;

use crate::Chore;

#[derive(Debug)]
pub(super) struct FormerBeats;

#[async_trait::async_trait]
impl Chore for FormerBeats {
    fn name(&self) -> &'static str {
        "former_beats"
    }

    fn every(&self) -> Duration {
        Duration::from_secs(60)
    }

    async fn run(&self, db: &Db) -> Result<u64, Box<dyn StdError + Send + Sync>> {
        let gone = sqlx::query!(
            "DELETE FROM homeostat.job_beat b
             WHERE NOT EXISTS (
                 SELECT 1 FROM homeostat.job j
                 WHERE j.id = b.job AND j.fence = b.fence AND j.state = 'running')"
        )
        .execute(db.pool())
        .await?;
        Ok(gone.rows_affected())
    }
}
