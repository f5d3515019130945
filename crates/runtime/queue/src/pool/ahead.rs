//! How many jobs to claim ahead of the slots.
//!
//! Jobs that take a millisecond are drained by claims of hundreds; of jobs that take a minute each one
//! that waits in our buffer is kept from an idle neighbour. Nobody tells which they are, so it is
//! measured: the buffer doubles while it is used up quickly and the queue gives all that was asked
//! for, and is forgotten as soon as the queue gives less.

use std::time::Duration;

/// Jobs that were enough for a shorter time are worth claiming more of.
const QUICK: Duration = Duration::from_millis(50);
/// Jobs that are enough for longer are too many.
const SLOW: Duration = Duration::from_millis(200);

/// The next size of the buffer, from `least` to `most`. `lasted`: for how long the jobs of the last
/// claim were enough; none when it did not give all that was asked for.
pub(super) fn next(now: usize, least: usize, most: usize, lasted: Option<Duration>) -> usize {
    let wanted = match lasted {
        None => least,
        Some(lasted) if lasted < QUICK => (now * 2).max(8),
        Some(lasted) if lasted > SLOW => now / 2,
        Some(_) => now,
    };
    wanted.min(most).max(least)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_with_short_jobs_and_shrinks_with_long_ones() {
        let quick = Some(Duration::from_millis(5));
        let mut sizes = vec![0];
        for _ in 0..9 {
            sizes.push(next(sizes[sizes.len() - 1], 0, 1000, quick));
        }
        assert_eq!(sizes, [0, 8, 16, 32, 64, 128, 256, 512, 1000, 1000]);
        let steady = Some(Duration::from_millis(100));
        assert_eq!(next(256, 0, 1000, steady), 256);
        let slow = Some(Duration::from_secs(1));
        assert_eq!(next(256, 0, 1000, slow), 128);
        assert_eq!(next(256, 0, 1000, None), 0, "the queue is short");
        assert_eq!(next(0, 1, 0, quick), 1, "never under the least");
    }
}
