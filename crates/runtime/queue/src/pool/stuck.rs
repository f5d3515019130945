//! Attempts that the pool cannot end. Past its time a handler is dropped where it waits; one that is
//! still there long after waits for nothing and blocks its thread, which only the end of the process
//! gives back.

use std::time::Duration;

use super::Shift;

impl Shift {
    /// Counts each such attempt once.
    pub(super) fn see_stuck(&mut self) {
        let after = Duration::from_millis(self.pool.options.stuck_after_ms);
        let stuck = self.running.values_mut().filter(|running| {
            !running.is_stuck && running.since.elapsed() > running.timeout.saturating_add(after)
        });
        for running in stuck {
            running.is_stuck = true;
            tracing::error!(job = %running.id, "its handler blocks; nothing but the end of this process ends it");
            self.pool.signals.stuck.add(1);
        }
    }
}
