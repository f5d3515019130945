//! Before the first claim: whatever an earlier life left behind is found by state and given back.

use homeostat_clock::Entropy;
use homeostat_liveness::{DeathWatch, DeathWatchOptions, Host};
use homeostat_queue::{recovery_pass, rescue};
use homeostat_store::Db;

use crate::failure::{Failure, chain};

/// Rescues the epochs that are proven dead, then every job without a live owner. Returns how many jobs.
pub(super) async fn recover(db: &Db, entropy: &Entropy) -> Result<usize, Failure> {
    let broken = |e: &dyn std::error::Error| Failure::Environment(chain(e));
    let host = Host::this().map_err(|e| broken(&e))?;
    let mut watch = DeathWatch::new(host, DeathWatchOptions::default());
    let mut jobs = 0;
    for death in watch.look(db).await? {
        let done = rescue(db, death.process, death.evidence, entropy, None).await;
        jobs += done.map_err(|e| broken(&e))?.jobs();
    }
    let found = recovery_pass(db, entropy, None)
        .await
        .map_err(|e| broken(&e))?;
    Ok(jobs + found.jobs())
}
