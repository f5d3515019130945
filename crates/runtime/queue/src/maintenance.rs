//! Chores: small jobs of the house, one file each. All are safe to run anywhere, at any time, by
//! any number of schedulers.

mod beats;
mod deadlines;
mod dedup;
mod give_up;
mod partitions;
mod recovery;

use std::{error::Error as StdError, fmt, time::Duration};

use homeostat_clock::Entropy;
use homeostat_store::Db;

#[cfg(test)]
pub(crate) use deadlines::sweep_deadlines;
#[cfg(test)]
pub(crate) use give_up::sweep_given_up;

/// Something to be done every so often.
#[async_trait::async_trait]
pub trait Chore: fmt::Debug + Send + Sync {
    /// Its name in logs.
    fn name(&self) -> &'static str;

    /// How often it runs.
    fn every(&self) -> Duration;

    /// Does it once and gives back how many rows it changed.
    async fn run(&self, db: &Db) -> Result<u64, Box<dyn StdError + Send + Sync>>;
}

/// The queue's own chores.
pub(crate) fn chores(entropy: &Entropy) -> Vec<Box<dyn Chore>> {
    vec![
        Box::new(recovery::Recovery(entropy.child("recovery"))),
        Box::new(deadlines::Deadlines(entropy.child("deadlines"))),
        Box::new(give_up::GiveUp),
        Box::new(dedup::ExpiredDedup),
        Box::new(beats::FormerBeats),
        Box::new(partitions::EventPartitions),
    ]
}
