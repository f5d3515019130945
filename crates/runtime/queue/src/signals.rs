//! Named counters that tests and dashboards can wait on. Nobody waiting costs nothing.

use std::sync::Arc;

use tokio::sync::watch;

/// A count that only grows.
#[derive(Debug, Clone)]
pub struct Signal(Arc<watch::Sender<u64>>);

impl Default for Signal {
    fn default() -> Self {
        Self(Arc::new(watch::channel(0).0))
    }
}

impl Signal {
    /// The count now.
    pub fn count(&self) -> u64 {
        *self.0.borrow()
    }

    /// Returns once the count is at least `n`.
    pub async fn at_least(&self, n: u64) {
        // The sender lives in self, so the channel cannot close.
        let _ = self.0.subscribe().wait_for(|&count| count >= n).await;
    }

    pub(crate) fn add(&self, n: usize) {
        if n > 0 {
            self.0
                .send_modify(|count| *count = count.saturating_add(n as u64));
        }
    }
}
