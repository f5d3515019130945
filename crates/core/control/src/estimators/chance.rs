//! Chances under Poisson sales, rounded so that the stored bytes are stable.

use statrs::function::gamma::{checked_gamma_lr, checked_gamma_ur};

/// Above this many sales the exact series is slow and the normal approximation has more digits
/// than anybody reads.
const EXACT_SALES_MAX: u32 = 10_000;

/// The chance of at most `sales` sales when `expected` were due.
///
/// For zero sales this is `e^(-expected)`.
pub(crate) fn at_most(sales: u32, expected: f64) -> f64 {
    if expected <= 0.0 {
        return 1.0;
    }
    if sales == 0 {
        return rounded((-expected).exp());
    }
    let shape = f64::from(sales) + 1.0;
    let chance = if sales <= EXACT_SALES_MAX {
        checked_gamma_ur(shape, expected).unwrap_or(f64::NAN)
    } else {
        1.0 - wilson_hilferty(shape, expected)
    };
    rounded(chance)
}

/// The regularised lower incomplete gamma function `P(1 + sales, x)`.
pub(crate) fn gamma_below(sales: u32, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    let shape = f64::from(sales) + 1.0;
    let chance = if sales <= EXACT_SALES_MAX {
        checked_gamma_lr(shape, x).unwrap_or(f64::NAN)
    } else {
        wilson_hilferty(shape, x)
    };
    rounded(chance)
}

/// Cut to 12 decimals: short in JSON, exact when read back, and blind to a last bit that another
/// maths library rounds the other way.
pub(crate) fn rounded(chance: f64) -> f64 {
    (chance.clamp(0.0, 1.0) * 1e12).round() / 1e12
}

/// Wilson and Hilferty (1931): the cube root of a gamma variate is nearly normal.
fn wilson_hilferty(shape: f64, x: f64) -> f64 {
    let spread = 1.0 / (9.0 * shape);
    let z = ((x / shape).cbrt() - (1.0 - spread)) / spread.sqrt();
    0.5 * statrs::function::erf::erfc(-z / std::f64::consts::SQRT_2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_sales_is_the_exponential() {
        assert!((at_most(0, 3.0) - 0.049_787_068_368).abs() < 1e-12);
    }

    #[test]
    fn few_sales_is_the_poisson_sum() {
        let by_hand = (-4.0_f64).exp() * (1.0 + 4.0 + 8.0);
        assert!((at_most(2, 4.0) - by_hand).abs() < 1e-11);
    }

    #[test]
    fn the_two_tails_are_one() {
        for (sales, x) in [(1, 0.5), (7, 9.0), (900, 850.0), (10_000, 10_001.0)] {
            assert!((at_most(sales, x) + gamma_below(sales, x) - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn the_approximation_meets_the_series_where_they_change_over() {
        for x in [9_800.0, 10_000.0, 10_200.0] {
            let series = gamma_below(EXACT_SALES_MAX, x);
            assert!((series - wilson_hilferty(10_001.0, x)).abs() < 1e-4);
        }
    }

    #[test]
    fn extremes_stay_chances() {
        for x in [0.0, 1e-300, 1e9, 9.3e18] {
            for sales in [0, 1, 10_000, u32::MAX] {
                assert!((0.0..=1.0).contains(&at_most(sales, x)));
                assert!((0.0..=1.0).contains(&gamma_below(sales, x)));
            }
        }
    }
}
