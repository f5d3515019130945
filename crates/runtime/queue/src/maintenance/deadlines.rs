//! Ends attempts whose worker should have ended them and did not: it hangs, or blocks its thread.

use std::{error::Error as StdError, time::Duration};

use homeostat_clock::Entropy;
use homeostat_model::RuntimeTime;
use homeostat_mutants::mutant;
use homeostat_store::{Db, transact};

use crate::{Chore, Error, held::hold_overdue, settle::settle, verdict::Ending};

#[derive(Debug)]
pub(super) struct Deadlines(pub(super) Entropy);

#[async_trait::async_trait]
impl Chore for Deadlines {
    fn name(&self) -> &'static str {
        "deadlines"
    }

    fn every(&self) -> Duration {
        Duration::from_secs(1)
    }

    async fn run(&self, db: &Db) -> Result<u64, Box<dyn StdError + Send + Sync>> {
        Ok(sweep_deadlines(db, &self.0, None).await?)
    }
}

/// One sweep, of up to 200 jobs. The fence grows, so the hanging worker's result will be stale.
pub(crate) async fn sweep_deadlines(
    db: &Db,
    entropy: &Entropy,
    now: Option<RuntimeTime>,
) -> Result<u64, Error> {
    if mutant!("no_deadlines") {
        return Ok(0);
    }
    transact!(db, |tx| -> Result<u64, Error> {
        let jobs = hold_overdue(&mut *tx, now).await?;
        let ending = Ending::Timeout("its deadline passed and its worker had not ended it".into());
        let jobs: Vec<_> = jobs.into_iter().map(|job| (job, ending.clone())).collect();
        settle(&mut *tx, &jobs, entropy).await?;
        Ok(jobs.len() as u64)
    })
}
