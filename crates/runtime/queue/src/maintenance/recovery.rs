//! Gives back running jobs that no live epoch owns, whatever happened before (L9).

use std::{error::Error as StdError, time::Duration};

use homeostat_clock::Entropy;
use homeostat_store::Db;

use crate::{Chore, recovery_pass};

#[derive(Debug)]
pub(super) struct Recovery(pub(super) Entropy);

#[async_trait::async_trait]
impl Chore for Recovery {
    fn name(&self) -> &'static str {
        "recovery"
    }

    fn every(&self) -> Duration {
        Duration::from_secs(1)
    }

    async fn run(&self, db: &Db) -> Result<u64, Box<dyn StdError + Send + Sync>> {
        Ok(recovery_pass(db, &self.0, None).await?.jobs() as u64)
    }
}
