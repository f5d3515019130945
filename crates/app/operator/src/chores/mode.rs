//! Writes down a mode that became true by itself, and lifts one whose cause is gone.

use std::{error::Error, time::Duration};

use homeostat_effects::{EffectFilter, effects, settle_mode};
use homeostat_queue::Chore;
use homeostat_store::Db;

use crate::records::spend_cap;

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
        // Clean: nothing that was intended is still open, and every account's limit is there.
        let open = EffectFilter {
            open_only: true,
            limit: 1,
            ..EffectFilter::default()
        };
        let limits = spend_cap::list(db).await?;
        let clean =
            effects(db, &open).await?.is_empty() && limits.iter().all(|c| c.fault.is_none());
        settle_mode(db, clean, None).await?;
        Ok(0)
    }
}
