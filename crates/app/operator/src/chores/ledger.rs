//! Windows made ahead, and the ledger's truth compared with its fast guard.

use std::{error::Error, time::Duration};

use homeostat_clock::WorldClock;
use homeostat_effects::{prepare_windows, report_differences};
use homeostat_queue::Chore;
use homeostat_store::Db;

use crate::{
    config::{Brand, Config},
    limits,
};

/// Makes each brand's next windows before the first act needs them.
#[derive(Debug)]
pub(super) struct WindowsAhead {
    brands: Vec<Brand>,
    clock: WorldClock,
}

impl WindowsAhead {
    pub(super) fn new(config: &Config, clock: &WorldClock) -> Self {
        Self {
            brands: config.brands.clone(),
            clock: clock.clone(),
        }
    }
}

#[async_trait::async_trait]
impl Chore for WindowsAhead {
    fn name(&self) -> &'static str {
        "ledger.windows_ahead"
    }

    fn every(&self) -> Duration {
        Duration::from_secs(10)
    }

    async fn run(&self, db: &Db) -> Result<u64, Box<dyn Error + Send + Sync>> {
        let mut made = 0;
        for brand in &self.brands {
            made += prepare_windows(db, &brand.id, &limits(brand), self.clock.now()).await?;
        }
        Ok(made)
    }
}

/// A window that differs from its postings is an incident and sets SAFE; it is never silently mended.
#[derive(Debug)]
pub(super) struct ComparePostings;

#[async_trait::async_trait]
impl Chore for ComparePostings {
    fn name(&self) -> &'static str {
        "ledger.compare_postings"
    }

    fn every(&self) -> Duration {
        Duration::from_secs(60)
    }

    async fn run(&self, db: &Db) -> Result<u64, Box<dyn Error + Send + Sync>> {
        let told = report_differences(db).await?;
        for difference in &told {
            tracing::error!(?difference, "a window differs from its postings");
        }
        Ok(told.len() as u64)
    }
}
