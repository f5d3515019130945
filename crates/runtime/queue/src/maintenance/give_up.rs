//! Fails jobs that nobody took in time.

use std::{error::Error as StdError, time::Duration};

use homeostat_model::RuntimeTime;
use homeostat_store::{Db, transact};

use crate::{Chore, Error, settle};

#[derive(Debug)]
pub(super) struct GiveUp;

#[async_trait::async_trait]
impl Chore for GiveUp {
    fn name(&self) -> &'static str {
        "give_up"
    }

    fn every(&self) -> Duration {
        Duration::from_secs(10)
    }

    async fn run(&self, db: &Db) -> Result<u64, Box<dyn StdError + Send + Sync>> {
        Ok(sweep_given_up(db, None).await?)
    }
}

/// One sweep, of up to 500 jobs.
pub(crate) async fn sweep_given_up(db: &Db, now: Option<RuntimeTime>) -> Result<u64, Error> {
    transact!(db, |tx| -> Result<u64, Error> {
        Ok::<_, Error>(settle::give_up(&mut *tx, now).await? as u64)
    })
}
