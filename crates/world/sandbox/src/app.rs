//! The running world: its clock, its books, and everything the vendors' faces share.

use std::{
    fs::File,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use homeostat_clock::WorldClock;
use homeostat_model::{RuntimeTime, WorldTime};
use jiff::SignedDuration;
use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{ad_library, faults::Desk, meta};

/// Shared by all requests.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) clock: WorldClock,
    pub(crate) meta: Mutex<meta::State>,
    pub(crate) ad_library: ad_library::State,
    pub(crate) desk: Mutex<Desk>,
    /// Number of acts in the books, for whoever waits for one.
    pub(crate) acts: watch::Sender<u64>,
    /// Requests that land late.
    pub(crate) late: TaskTracker,
    pub(crate) stop: CancellationToken,
    /// Held for as long as the world runs.
    pub(crate) _lock: File,
}

/// The two times of one instant: the world's, and the machine's for the books.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Instant {
    pub(crate) world: WorldTime,
    pub(crate) wall: RuntimeTime,
}

impl App {
    pub(crate) fn now(&self) -> Instant {
        Instant {
            world: self.clock.now(),
            wall: homeostat_clock::wall(),
        }
    }

    pub(crate) fn meta(&self) -> MutexGuard<'_, meta::State> {
        held(&self.meta)
    }

    pub(crate) fn desk(&self) -> MutexGuard<'_, Desk> {
        held(&self.desk)
    }

    /// Real milliseconds as time of the world.
    pub(crate) fn world_ms(&self, real_ms: u64) -> SignedDuration {
        let ms = real_ms.saturating_mul(u64::from(self.clock.speed()));
        SignedDuration::from_millis(i64::try_from(ms).unwrap_or(i64::MAX))
    }

    /// Runs work that touches the disk away from the threads that serve.
    pub(crate) async fn off_thread<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> T + Send + 'static,
    ) -> Option<T> {
        let app = Arc::clone(self);
        tokio::task::spawn_blocking(move || work(&app)).await.ok()
    }
}

/// The state is changed in one step after the books, so a panic elsewhere leaves it whole.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
