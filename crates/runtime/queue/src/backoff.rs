//! How long to wait before the next attempt.

use std::time::Duration;

use homeostat_clock::Entropy;
use homeostat_model::{Fence, JobId};
use rand::Rng;

/// The wait after the `failures`-th failure (from 1): `base` doubled each time, at most `max`, of
/// which the upper half is drawn. `draw` is uniform over `u32`. Half is kept so that a retry is
/// never at once; half is drawn so that jobs that failed together do not come back together.
pub fn backoff(failures: u32, base: Duration, max: Duration, draw: u32) -> Duration {
    let doublings = failures.saturating_sub(1).min(31);
    let full = base.saturating_mul(1 << doublings).min(max);
    let half = full / 2;
    let micros = u64::try_from(half.as_micros()).unwrap_or(u64::MAX >> 32);
    let drawn = u128::from(micros) * u128::from(draw) / u128::from(u32::MAX);
    half + Duration::from_micros(u64::try_from(drawn).unwrap_or(micros))
}

/// The draw of one job's attempt: the same attempt draws the same.
pub(crate) fn draw(entropy: &Entropy, job: JobId, fence: Fence) -> u32 {
    entropy
        .child(&format!("queue.backoff.{job}.{fence}"))
        .rng()
        .next_u32()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn between_half_and_all_of_the_doubled_base(
            failures in 1_u32..100, base_ms in 1_u64..100_000, max_ms in 1_u64..10_000_000, draw: u32,
        ) {
            let (base, max) = (Duration::from_millis(base_ms), Duration::from_millis(max_ms));
            let wait = backoff(failures, base, max, draw);
            let full = base.saturating_mul(1 << (failures - 1).min(31)).min(max);
            prop_assert!(wait <= full && wait >= full / 2, "{wait:?} of {full:?}");
        }

        #[test]
        fn never_shorter_after_more_failures(failures in 1_u32..40, draw: u32) {
            let (base, max) = (Duration::from_secs(1), Duration::from_secs(300));
            prop_assert!(backoff(failures, base, max, draw) <= backoff(failures + 1, base, max, draw));
        }

        #[test]
        fn spreads(a: u32, b: u32) {
            let (base, max) = (Duration::from_secs(100), Duration::from_secs(300));
            prop_assume!(a.abs_diff(b) > 1_000_000);
            prop_assert_ne!(backoff(1, base, max, a), backoff(1, base, max, b));
        }
    }
}
