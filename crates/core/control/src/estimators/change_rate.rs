//! How often something changes, from looks that tell only whether it has changed.
//!
//! A page that changed twice between two looks looks like one that changed once, so changes over
//! looks is too low: at one change per interval it says 0.63. The estimator of Cho and
//! Garcia-Molina, `-ln((n - X + 0.5) / (n + 0.5))`, is right there. It saturates as well where a look
//! finds a change almost every time, from two changes per interval on: look more often, then.
//!
//! Where every new thing carries its date, as ads do, [`super::activity`] knows more.

use super::EstimateError;

/// Changes per interval between looks, in millionths.
///
/// # Errors
/// When there was no look, or more changes than looks.
pub fn estimate(looks: u32, changed: u32) -> Result<u64, EstimateError> {
    if looks == 0 {
        return Err(EstimateError::NotPositive {
            field: "looks",
            value: 0,
        });
    }
    let unchanged = looks.checked_sub(changed).ok_or(EstimateError::TooHigh {
        field: "changed",
        value: changed.into(),
        limit: looks.into(),
    })?;
    let rate = -((f64::from(unchanged) + 0.5) / (f64::from(looks) + 0.5)).ln();
    // No change at all is a zero with a sign.
    Ok((rate.max(0.0) * 1e6).round() as u64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What ten looks tell on average of a true rate: by the estimator, and by changes over looks.
    fn told(true_rate: f64) -> (f64, f64) {
        let changed = 1.0 - (-true_rate).exp();
        let mut chance = (1.0 - changed).powi(10);
        let (mut mean, mut naive) = (0.0, 0.0);
        for x in 0..=10_u32 {
            mean += chance * estimate(10, x).unwrap() as f64 / 1e6;
            naive += chance * f64::from(x) / 10.0;
            chance *= f64::from(10 - x) / f64::from(x + 1) * changed / (1.0 - changed);
        }
        (mean, naive)
    }

    /// True rate, mean of the estimator, mean of changes over looks; simulated elsewhere, so the last
    /// digit has some play.
    #[test]
    fn ten_looks_tell_this_much_too_little() {
        for (true_rate, mean, naive) in
            [(0.5, 0.500, 0.393), (1.0, 1.004, 0.633), (3.0, 2.56, 0.950)]
        {
            let got = told(true_rate);
            assert!((got.0 / mean - 1.0).abs() < 0.005, "{true_rate}: {got:?}");
            assert!((got.1 / naive - 1.0).abs() < 0.005, "{true_rate}: {got:?}");
        }
    }

    #[test]
    fn impossible_counts_are_named() {
        assert!(
            estimate(0, 0)
                .unwrap_err()
                .to_string()
                .starts_with("looks is 0")
        );
        assert!(
            estimate(3, 4)
                .unwrap_err()
                .to_string()
                .starts_with("changed is 4")
        );
    }

    proptest! {
        #[test]
        fn more_changes_mean_a_higher_rate(looks in 1_u32..u32::MAX, changed in any::<u32>()) {
            let changed = changed % looks;
            prop_assert!(estimate(looks, changed).unwrap() <= estimate(looks, changed + 1).unwrap());
            prop_assert_eq!(estimate(looks, 0).unwrap(), 0);
        }
    }
}
