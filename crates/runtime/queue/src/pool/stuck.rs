//! Attempts that the pool cannot end. Past its time a handler is dropped where it waits; one that is
//! still there long after waits for nothing and blocks its thread, which only the end of the process
//! gives back.

use std::time::Duration;

use super::Shift;

/// The look at which an attempt is counted. After a stop of the whole process its own time limit ends it
/// between the first look and the next.
const LOOKS: u32 = 2;

impl Shift {
    /// Counts each such attempt once. What has ended is collected first, so none is counted that is over.
    pub(super) fn see_stuck(&mut self) {
        while let Some(done) = self.tasks.try_join_next_with_id() {
            self.collect(done);
        }
        let after = Duration::from_millis(self.pool.options.stuck_after_ms);
        let over = self
            .running
            .values_mut()
            .filter(|running| running.since.elapsed() > running.timeout.saturating_add(after));
        for running in over {
            running.looks_over += 1;
            if running.looks_over == LOOKS {
                tracing::error!(job = %running.id, "its handler blocks; nothing but the end of this process ends it");
                self.pool.signals.stuck.add(1);
            }
        }
    }
}
