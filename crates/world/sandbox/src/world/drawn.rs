//! The seeded process: spend by hour with a day curve and noise, sales as a Poisson process over
//! the money spent, each sale attributed late.

use homeostat_clock::Entropy;
use jiff::Timestamp;
use rand::RngExt;
use rand_distr::{Distribution, Exp1, LogNormal};

use super::{DAY_CURVE, Hour, SaleMark};

/// Sales are attributed within this.
const ATTRIBUTION_S: f64 = 7.0 * 86_400.0;
/// Marks are drawn for up to this many times the hour's spend, for budgets that were raised.
const BUDGET_RATIO_MAX: i64 = 4;

/// What drives one campaign.
#[derive(Debug)]
pub(crate) struct Process {
    pub(crate) entropy: Entropy,
    pub(crate) daily_budget_micros: i64,
    /// Spend per sale in the long run; `None` never sells.
    pub(crate) true_cpa_micros: Option<i64>,
    /// Mean time from click to attribution, before it is cut at seven days.
    pub(crate) delay_mean_s: f64,
    pub(crate) basket_micros: i64,
}

impl Process {
    /// The hour that begins at `start`. The draws depend on nothing but the seed and the hour.
    pub(crate) fn hour(&self, hour_of_day: usize, start: Timestamp) -> Hour {
        let name = format!("hour:{}", start.as_second());
        let mut rng = self.entropy.child(&name).rng();
        // Slightly more than the budget on average, so that the budget is what stops most days.
        let noise = LogNormal::new(0.02, 0.12).map_or(1.0, |noise| noise.sample(&mut rng));
        let curve = DAY_CURVE[hour_of_day % 24];
        let spend_micros = scaled(self.daily_budget_micros * curve / 1_000, noise);
        let mut hour = Hour {
            spend_micros,
            sales: Vec::new(),
        };
        let Some(cpa) = self.true_cpa_micros else {
            return hour;
        };
        let mut at_spend_micros = 0;
        loop {
            let gap: f64 = Exp1.sample(&mut rng);
            at_spend_micros += scaled(cpa, gap).max(1);
            if at_spend_micros > spend_micros * BUDGET_RATIO_MAX {
                return hour;
            }
            hour.sales.push(SaleMark {
                at_spend_micros,
                delay_s: delay_s(self.delay_mean_s, rng.random()),
                value_micros: cents(scaled(self.basket_micros, rng.random_range(0.7..1.3))),
            });
        }
    }
}

/// The delay at quantile `u` of an exponential cut at seven days.
pub(crate) fn delay_s(mean_s: f64, u: f64) -> i64 {
    let within = 1.0 - (-ATTRIBUTION_S / mean_s).exp();
    let delay = -mean_s * (1.0 - u * within).ln();
    // Saturating, and the quantile keeps it within the seven days.
    delay.clamp(0.0, ATTRIBUTION_S) as i64
}

/// An amount of the simulated world times a drawn factor, in whole micro-units.
fn scaled(micros: i64, factor: f64) -> i64 {
    (micros as f64 * factor) as i64
}

fn cents(micros: i64) -> i64 {
    micros / 10_000 * 10_000
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::ORIGIN;

    fn process(true_cpa_micros: Option<i64>) -> Process {
        Process {
            entropy: Entropy::from_seed(5).child("x"),
            daily_budget_micros: 40_000_000,
            true_cpa_micros,
            delay_mean_s: 86_400.0,
            basket_micros: 60_000_000,
        }
    }

    #[test]
    fn the_same_hour_is_drawn_the_same() {
        let start = ORIGIN.0;
        assert_eq!(
            process(Some(9_000_000)).hour(7, start),
            process(Some(9_000_000)).hour(7, start)
        );
        assert_ne!(
            process(Some(9_000_000)).hour(7, start),
            process(Some(9_000_000)).hour(7, start + jiff::SignedDuration::from_hours(24))
        );
    }

    #[test]
    fn sales_follow_the_true_cost() {
        let (mut spend, mut sales) = (0, 0);
        let process = process(Some(10_000_000));
        for n in 0..2_000 {
            let start = ORIGIN.0 + jiff::SignedDuration::from_hours(n);
            let hour = process.hour(n as usize % 24, start);
            spend += hour.spend_micros;
            let within = |sale: &&SaleMark| sale.at_spend_micros <= hour.spend_micros;
            sales += hour.sales.iter().filter(within).count() as i64;
        }
        let expected = spend / 10_000_000;
        assert!((sales - expected).abs() < 70, "{sales} of {expected}");
    }

    #[test]
    fn a_dead_campaign_never_sells() {
        assert!(process(None).hour(20, ORIGIN.0).sales.is_empty());
    }

    #[test]
    fn delays_stay_within_seven_days() {
        assert_eq!(delay_s(86_400.0, 0.0), 0);
        assert!(delay_s(216_000.0, 0.999_999) <= 7 * 86_400);
        let median = delay_s(86_400.0, 0.5);
        assert!((59_000..60_500).contains(&median), "{median}");
    }
}
