//! Writes down a mode that became true by itself, and lifts one whose cause is gone.

use std::{error::Error, time::Duration};

use homeostat_effects::settle_mode;
use homeostat_queue::Chore;
use homeostat_store::Db;

#[derive(Debug)]
pub(super) struct SettleMode;

#[async_trait::async_trait]
impl Chore for SettleMode {
    fn name(&self) -> &'static str {
        "mode.settle"
    }

    fn every(&self) -> Duration {
        Duration::from_secs(5)
    }

    async fn run(&self, db: &Db) -> Result<u64, Box<dyn Error + Send + Sync>> {
        settle_mode(db, true, None).await?;
        Ok(0)
    }
}
