//! The one crate that reads clocks and draws entropy (L10). Everything else is handed both.

mod entropy;
mod world;

use std::time::Duration;

use homeostat_model::RuntimeTime;
use jiff::Timestamp;

pub use entropy::Entropy;
pub use world::{Anchor, WorldClock};

/// This machine's wall clock, for records that never reach a decision (log lines, file stamps).
///
/// Leases and deadlines use the database's clock instead.
pub fn wall() -> RuntimeTime {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the wall clock"
    )]
    RuntimeTime(Timestamp::now())
}

/// Waits for `duration` of real time.
pub async fn pause(duration: Duration) {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that waits on a timer"
    )]
    tokio::time::sleep(duration).await;
}

/// A monotonic stopwatch.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(std::time::Instant);

impl Stopwatch {
    /// Starts now.
    pub fn start() -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place that reads the monotonic clock"
        )]
        Self(std::time::Instant::now())
    }

    /// Real time since the start.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}
