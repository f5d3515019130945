//! Windows made ahead, days of recurring spend held and closed, and the ledger's truth compared with its fast guard.

use std::{error::Error, time::Duration};

use homeostat_clock::WorldClock;
use homeostat_effects::{prepare_windows, report_differences, standing::roll};
use homeostat_envelope::{bounds_of_day, day_of};
use homeostat_queue::Chore;
use homeostat_store::Db;

use crate::{
    config::{Brand, Config},
    limits,
};

/// Makes each brand's next windows before the first act needs them, opens each new local day of what
/// spends by itself and closes those that are over.
#[derive(Debug)]
pub(super) struct WindowsAhead {
    brands: Vec<Brand>,
    spend_lag: Duration,
    clock: WorldClock,
}

impl WindowsAhead {
    pub(super) fn new(config: &Config, clock: &WorldClock) -> Self {
        Self {
            brands: config.brands.clone(),
            spend_lag: config.settings.meta.spend_lag(),
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
            let (limits, at) = (limits(brand), self.clock.now());
            let tomorrow = bounds_of_day(&limits, day_of(&limits, at)?)?.1;
            for at in [at, tomorrow] {
                made += prepare_windows(db, &brand.id, &limits, at).await?;
            }
            let rolled = roll(db, &brand.id, &limits, self.spend_lag, at).await?;
            made += u64::from(rolled.closed);
            if let Some(short) = rolled.short.first() {
                // The incident tells a person; the list is in `budgets`.
                tracing::warn!(brand = %brand.id, ?short, more = rolled.short.len() - 1, "no room");
            }
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
