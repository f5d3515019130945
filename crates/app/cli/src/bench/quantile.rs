//! The median, and how slow the slow ones are.

use crate::failure::Failure;

/// Of a sample, in the sample's unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Quantiles {
    pub(super) p50: f64,
    pub(super) p95: f64,
    pub(super) p99: f64,
    pub(super) max: f64,
}

impl Quantiles {
    /// By nearest rank: always a value that was measured. A sample that is not whole is refused.
    pub(super) fn of(mut sample: Vec<f64>, expected: usize) -> Result<Self, Failure> {
        if sample.len() != expected || sample.is_empty() {
            return Err(Failure::Law(format!(
                "{} of {expected} samples came back",
                sample.len()
            )));
        }
        sample.sort_by(f64::total_cmp);
        let rank = |percent: usize| sample[(sample.len() * percent).div_ceil(100) - 1];
        Ok(Self {
            p50: rank(50),
            p95: rank(95),
            p99: rank(99),
            max: rank(100),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Quantiles;

    #[test]
    fn nearest_rank() {
        let hundred = (1..=100).rev().map(f64::from).collect();
        let q = Quantiles::of(hundred, 100).unwrap();
        assert_eq!((q.p50, q.p99, q.max), (50.0, 99.0, 100.0));
        let one = Quantiles::of(vec![7.0], 1).unwrap();
        assert_eq!((one.p50, one.p99), (7.0, 7.0));
        assert!(Quantiles::of(vec![7.0], 2).is_err(), "one is missing");
        assert!(Quantiles::of(vec![], 0).is_err(), "nothing was measured");
    }
}
