//! Wakes workers after a commit, on one connection, many commits at a time.

use std::{sync::Arc, time::Duration};

use homeostat_clock::pause;
use homeostat_store::Db;
use tokio::{sync::Notify, task::AbortHandle};

/// At most one notification in this time.
const EVERY: Duration = Duration::from_millis(2);

/// A process's way to wake workers after quiet enqueues ([`Enqueue::quiet`](crate::Enqueue::quiet)).
/// A notification that is lost costs one poll.
#[derive(Debug, Clone)]
pub struct Notifier(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    poked: Arc<Notify>,
    task: AbortHandle,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Notifier {
    /// Starts notifying.
    pub fn start(db: &Db) -> Self {
        let poked = Arc::new(Notify::new());
        let task = tokio::spawn(notify(db.clone(), poked.clone())).abort_handle();
        Self(Arc::new(Inner { poked, task }))
    }

    /// Says that something was committed. Pokes while a notification is under way become one.
    pub fn poke(&self) {
        self.0.poked.notify_one();
    }
}

async fn notify(db: Db, poked: Arc<Notify>) {
    loop {
        poked.notified().await;
        let sent = sqlx::query!("SELECT pg_notify('homeostat_job', '')")
            .execute(db.pool())
            .await;
        if let Err(error) = sent {
            tracing::debug!(%error, "workers wait for their poll");
        }
        pause(EVERY).await;
    }
}
