//! The dead-man lease: while the parent renews it, the system may act; 60 s after its last word the
//! effective mode is SAFE, whoever else is still alive.

use std::time::Duration;

use homeostat_effects::renew_lease;
use homeostat_liveness::Epoch;
use homeostat_store::Db;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Renews it so often until stopped. What is not answered is asked again at the next time.
pub(super) fn keep(
    db: Db,
    epoch: Epoch,
    every: Duration,
    stop: CancellationToken,
) -> JoinHandle<()> {
    tokio::spawn(async move {
        while !stop.is_cancelled() {
            if let Err(error) = renew_lease(&db, epoch.id(), None).await {
                tracing::warn!(%error, "the lease was not renewed");
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = homeostat_clock::pause(every) => {}
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use homeostat_clock::Entropy;
    use homeostat_effects::{LEASE_LIFE, LEASE_RENEWAL};
    use homeostat_testkit::{Database, Proxy};
    use tokio::time::timeout;

    use super::*;
    use crate::run::begin_epoch;

    /// Nothing here takes this long; what does has failed.
    const PATIENCE: Duration = Duration::from_secs(30);

    /// Waits for so many renewals by this holder. Each is a row's change, so each has a time of its own.
    async fn renewed(database: &Database, epoch: &Epoch, times: usize) {
        let mut seen = std::collections::BTreeSet::new();
        let looking = async {
            while seen.len() < times {
                let sql = "SELECT renewed_at::text FROM homeostat.lease WHERE holder = $1";
                let row: Option<String> = sqlx::query_scalar(sql)
                    .bind(epoch.id().0)
                    .fetch_optional(database.db().pool())
                    .await
                    .unwrap();
                seen.extend(row);
            }
        };
        timeout(PATIENCE, looking).await.unwrap();
    }

    /// Through an outage too. Red when it is renewed once only, by somebody else, or not after a failure.
    #[tokio::test]
    async fn it_is_renewed_again_and_again_and_after_an_outage() {
        let database = Database::fresh().await;
        let proxy = Proxy::before(&database);
        let (db, dir) = (database.db(), database.dir().join("run"));
        let entropy = Entropy::from_seed(1);
        let epoch = begin_epoch(&db, "supervisor", true, dir, &entropy)
            .await
            .unwrap();
        let stop = CancellationToken::new();
        let every = Duration::from_millis(1);
        let lease = keep(proxy.db().await, epoch.clone(), every, stop.clone());
        renewed(&database, &epoch, 3).await;
        proxy.go_away();
        timeout(PATIENCE, proxy.turned_away(1)).await.unwrap();
        proxy.come_back();
        renewed(&database, &epoch, 3).await;
        stop.cancel();
        timeout(PATIENCE, lease).await.unwrap().unwrap();
    }

    /// Red when two in a row cannot be lost without the loss of the lease.
    #[test]
    fn a_renewal_may_be_lost() {
        assert!(LEASE_RENEWAL * 3 < LEASE_LIFE);
    }
}
