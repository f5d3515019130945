//! A proposal nobody acted on in time is no ground to act any more, and one to leave things alone is not kept for ever.

use std::{error::Error, time::Duration};

use homeostat_effects::{expire_decisions, forget_kept};
use homeostat_queue::Chore;
use homeostat_store::Db;

/// Older proposals expire. Longer than an act's own `give_up_at`.
pub const PROPOSAL_LIFE: Duration = Duration::from_secs(2 * 3_600);

#[derive(Debug)]
pub(super) struct ExpireDecisions;

#[async_trait::async_trait]
impl Chore for ExpireDecisions {
    fn name(&self) -> &'static str {
        "decisions.expire"
    }

    fn every(&self) -> Duration {
        Duration::from_secs(60)
    }

    async fn run(&self, db: &Db) -> Result<u64, Box<dyn Error + Send + Sync>> {
        Ok(expire_decisions(db, PROPOSAL_LIFE, None).await?)
    }
}

/// For so long it can be asked why nothing was done.
const KEPT: Duration = Duration::from_secs(90 * 24 * 3_600);

#[derive(Debug)]
pub(super) struct ForgetKept;

#[async_trait::async_trait]
impl Chore for ForgetKept {
    fn name(&self) -> &'static str {
        "decisions.forget_kept"
    }

    fn every(&self) -> Duration {
        Duration::from_secs(600)
    }

    async fn run(&self, db: &Db) -> Result<u64, Box<dyn Error + Send + Sync>> {
        Ok(forget_kept(db, KEPT).await?)
    }
}
