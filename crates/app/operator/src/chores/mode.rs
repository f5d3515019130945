//! Writes down a mode that became true by itself, and lifts one whose cause is gone.

use std::{error::Error, time::Duration};

use homeostat_effects::{Order, settle_mode};
use homeostat_queue::Chore;
use homeostat_store::{Db, PgConnection, StoreError};

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
        settle_mode(db, &Limits, None).await?;
        Ok(0)
    }
}

/// Every account's own limit is there.
#[derive(Debug)]
struct Limits;

#[async_trait::async_trait]
impl Order for Limits {
    async fn is_in_order(&self, connection: &mut PgConnection) -> Result<bool, StoreError> {
        spend_cap::none_is_missing(connection).await
    }
}
