//! Times that a drill measured, as it reports them.

use std::time::Duration;

/// Milliseconds, to the tenth.
pub(super) fn ms(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e4).round() / 10.0
}

/// The value that this share of all stays at or under; none of nothing.
pub(super) fn percentile(times: &[Duration], percent: usize) -> Option<Duration> {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_95th_of_twenty_is_the_nineteenth() {
        let times: Vec<Duration> = (1..=20).rev().map(Duration::from_millis).collect();
        assert_eq!(percentile(&times, 95), Some(Duration::from_millis(19)));
        assert_eq!(percentile(&times, 50), Some(Duration::from_millis(10)));
        assert_eq!(percentile(&times[..1], 95), Some(Duration::from_millis(20)));
        assert_eq!(percentile(&[], 95), None);
        assert!((ms(Duration::from_micros(8_549)) - 8.5).abs() < 1e-9);
    }
}
