//! Times that a drill measured, as it reports them.

use std::{cmp::Ordering, time::Duration};

/// Milliseconds, to the tenth.
pub(super) fn ms(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e4).round() / 10.0
}

/// The smallest value that at least `percent` of all are not above; none of nothing.
pub(in crate::drill) fn percentile<T: Copy + PartialOrd>(
    values: &[T],
    percent: usize,
) -> Option<T> {
    let mut sorted = values.to_vec();
    sorted.sort_by(|a, b| a.partial_cmp(b).unwrap_or(Ordering::Equal));
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_95th_of_twenty_is_the_nineteenth() {
        let times: Vec<Duration> = (1..=20).rev().map(Duration::from_millis).collect();
        assert_eq!(percentile(&times, 95), Some(Duration::from_millis(19)));
        assert_eq!(percentile(&times, 50), Some(Duration::from_millis(10)));
        let twenty: Vec<f64> = (1..=20).map(f64::from).collect();
        assert_eq!(percentile(&twenty, 95), Some(19.0));
        assert_eq!(percentile(&times[..1], 95), Some(Duration::from_millis(20)));
        assert_eq!(percentile::<Duration>(&[], 95), None);
        assert_eq!(percentile(&[7.0], 95), Some(7.0));
        assert!((ms(Duration::from_micros(8_549)) - 8.5).abs() < 1e-9);
    }
}
