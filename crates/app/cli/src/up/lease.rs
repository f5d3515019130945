//! The dead-man lease: while the parent renews it, the system may act; 60 s after its last word the
//! effective mode is SAFE, whoever else is still alive.

use homeostat_effects::{LEASE_RENEWAL, renew_lease};
use homeostat_liveness::Epoch;
use homeostat_store::Db;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Renews until stopped.
pub(super) fn keep(db: Db, epoch: Epoch, stop: CancellationToken) -> JoinHandle<()> {
    tokio::spawn(async move {
        while !stop.is_cancelled() {
            if let Err(error) = renew_lease(&db, epoch.id(), None).await {
                tracing::warn!(%error, "the lease was not renewed");
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = homeostat_clock::pause(LEASE_RENEWAL) => {}
            }
        }
    })
}
