//! What one campaign's spend and sales say about its cost per sale.

use homeostat_model::{Currency, WorldTime};
use serde::{Deserialize, Serialize};

use super::{EstimateError, chance};
use crate::maturity::{Delay, SpendInterval};

/// What a sale may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Target {
    /// A cost per sale given as such.
    Cpa {
        /// Micro-units per sale.
        cpa_micros: i64,
    },
    /// A return on ad spend: the cost per sale is the order value over it.
    Roas {
        /// Average order value, micro-units.
        aov_micros: i64,
        /// Revenue per unit of spend, in thousandths: 3,000 is a return of 3.
        roas_milli: i64,
    },
}

/// Everything the estimator may look at. Order of spend and of arrival does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inputs {
    /// Currency of every amount here.
    pub currency: Currency,
    /// What a sale may cost.
    pub target: Target,
    /// Delay from click to order.
    pub delay: Delay,
    /// World time of the check.
    pub now: WorldTime,
    /// World time of the newest reading of spend and sales; none when there was never one.
    pub read_at: Option<WorldTime>,
    /// Spend in the period under judgement.
    pub spend: Vec<SpendInterval>,
    /// Sales credited to that spend.
    pub sales: u32,
}

/// What the inputs say. Stored with the decision and shown on its receipt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Belief {
    /// Currency of every amount here.
    pub currency: Currency,
    /// What a sale may cost, micro-units.
    pub target_cpa_micros: i64,
    /// Money spent, micro-units.
    pub raw_spend_micros: i64,
    /// Money spent that has had time to become sales, micro-units.
    pub matured_spend_micros: i64,
    /// Sales credited to it.
    pub sales: u32,
    /// Matured spend in units of the target: the sales that were due. Rounded for the reader.
    pub k: f64,
    /// Chance of so few sales if the campaign were exactly on target; `e^(-k)` for none.
    pub chance_if_on_target: f64,
    /// Posterior chance that a sale costs more than the target, under a prior worth one sale at
    /// target. An explanation, never a trigger: checked again and again at 0.95 it would kill 26 %
    /// of the campaigns that are on target.
    pub chance_below_target: f64,
}

/// Forms the belief.
///
/// # Errors
/// When a target, an amount or an interval makes no sense; the field is named.
pub fn estimate(inputs: &Inputs) -> Result<Belief, EstimateError> {
    let target_cpa_micros = inputs.target.cpa_micros()?;
    let (raw_spend_micros, matured_spend_micros) = sums(inputs)?;
    let k = ratio(matured_spend_micros, target_cpa_micros);
    Ok(Belief {
        currency: inputs.currency,
        target_cpa_micros,
        raw_spend_micros,
        matured_spend_micros,
        sales: inputs.sales,
        k: rounded(k),
        chance_if_on_target: chance::at_most(inputs.sales, k),
        chance_below_target: chance::gamma_below(inputs.sales, 1.0 + k),
    })
}

impl Target {
    /// The cost per sale it stands for, in micro-units, rounded down.
    ///
    /// # Errors
    /// When it is not above zero, or does not fit.
    pub fn cpa_micros(self) -> Result<i64, EstimateError> {
        let positive = |field, value: i64| match value {
            1.. => Ok(value),
            _ => Err(EstimateError::NotPositive { field, value }),
        };
        match self {
            Target::Cpa { cpa_micros } => positive("target.cpa_micros", cpa_micros),
            Target::Roas {
                aov_micros,
                roas_milli,
            } => {
                let aov = i128::from(positive("target.aov_micros", aov_micros)?);
                let roas = i128::from(positive("target.roas_milli", roas_milli)?);
                let cpa =
                    i64::try_from(aov * 1_000 / roas).map_err(|_| EstimateError::TooLarge {
                        field: "target.aov_micros",
                    })?;
                positive("target.aov_micros over target.roas_milli", cpa)
            }
        }
    }
}

impl Belief {
    /// Matured spend in units of the target, unrounded: what rules compare.
    pub fn matured_cpas(&self) -> f64 {
        ratio(self.matured_spend_micros, self.target_cpa_micros)
    }

    /// Raw spend in units of the target, unrounded.
    pub fn raw_cpas(&self) -> f64 {
        ratio(self.raw_spend_micros, self.target_cpa_micros)
    }
}

fn sums(inputs: &Inputs) -> Result<(i64, i64), EstimateError> {
    let (mut raw, mut matured) = (0_i64, 0_i64);
    for (index, spend) in inputs.spend.iter().enumerate() {
        let amount_micros = spend.amount_micros;
        if amount_micros < 0 {
            return Err(EstimateError::NegativeSpend {
                index,
                amount_micros,
            });
        }
        if spend.until < spend.from {
            return Err(EstimateError::Backwards { index });
        }
        raw = raw
            .checked_add(amount_micros)
            .ok_or(EstimateError::TooLarge { field: "spend" })?;
        // Cannot overflow: each part is at most its raw amount.
        matured += inputs.delay.matured_micros(spend, inputs.now);
    }
    Ok((raw, matured))
}

fn ratio(amount_micros: i64, target_cpa_micros: i64) -> f64 {
    amount_micros as f64 / target_cpa_micros as f64
}

/// Nine decimals where that is exact in a float.
fn rounded(k: f64) -> f64 {
    if k < 1e6 {
        (k * 1e9).round() / 1e9
    } else {
        k.round()
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> WorldTime {
        WorldTime(Timestamp::UNIX_EPOCH).plus(SignedDuration::from_secs(second))
    }

    fn inputs(spend: Vec<SpendInterval>, sales: u32) -> Inputs {
        Inputs {
            currency: "EUR".parse().unwrap(),
            target: Target::Roas {
                aov_micros: 42_000_000,
                roas_milli: 3_000,
            },
            delay: Delay::default(),
            now: at(40 * 86_400),
            read_at: Some(at(40 * 86_400)),
            spend,
            sales,
        }
    }

    fn spent(day: i64, amount_micros: i64) -> SpendInterval {
        SpendInterval {
            from: at(day * 86_400),
            until: at((day + 1) * 86_400),
            amount_micros,
        }
    }

    #[test]
    fn forty_two_euros_without_a_sale_is_the_boundary() {
        let belief = estimate(&inputs(vec![spent(0, 42_000_000)], 0)).unwrap();
        assert_eq!(belief.target_cpa_micros, 14_000_000);
        assert_eq!(belief.matured_spend_micros, 42_000_000);
        assert!((belief.matured_cpas() - 3.0).abs() < f64::EPSILON);
        assert!((belief.chance_if_on_target - (-3.0_f64).exp()).abs() < 1e-12);
        assert!((belief.chance_below_target - (1.0 - (-4.0_f64).exp())).abs() < 1e-12);
    }

    #[test]
    fn fresh_spend_counts_little() {
        let belief = estimate(&inputs(vec![spent(39, 42_000_000)], 0)).unwrap();
        assert_eq!(belief.raw_spend_micros, 42_000_000);
        assert!(belief.matured_spend_micros < 17_000_000);
    }

    #[test]
    fn nonsense_is_named() {
        let error = |change: &dyn Fn(&mut Inputs)| {
            let mut broken = inputs(vec![spent(0, 1)], 0);
            change(&mut broken);
            estimate(&broken).unwrap_err().to_string()
        };
        assert!(
            error(&|i| i.target = Target::Cpa { cpa_micros: 0 }).contains("target.cpa_micros is 0")
        );
        assert!(error(&|i| i.spend.push(spent(1, -5))).contains("spend[1].amount_micros is -5"));
        assert!(error(&|i| i.spend.push(spent(1, i64::MAX))).contains("spend is too large"));
        assert!(error(&|i| i.spend[0].until = at(-1)).contains("spend[0] ends before it starts"));
        let tiny = Target::Roas {
            aov_micros: 1,
            roas_milli: 5_000,
        };
        assert!(error(&|i| i.target = tiny).contains("must be above zero"));
    }

    proptest! {
        #[test]
        fn the_order_of_arrival_does_not_matter(
            (sorted, shuffled) in prop::collection::vec((0_i64..45, 0_i64..90_000_000), 0..20)
                .prop_flat_map(|days| (Just(days.clone()), Just(days).prop_shuffle())),
            sales in 0_u32..40,
        ) {
            let belief = |days: Vec<(i64, i64)>| {
                let spend = days.into_iter().map(|(day, amount)| spent(day, amount)).collect();
                serde_json::to_string(&estimate(&inputs(spend, sales)).unwrap()).unwrap()
            };
            prop_assert_eq!(belief(sorted), belief(shuffled));
        }

        #[test]
        fn a_belief_survives_its_bytes(amount in 0_i64..1_000_000_000_000, sales in 0_u32..2_000) {
            let belief = estimate(&inputs(vec![spent(30, amount)], sales)).unwrap();
            let bytes = serde_json::to_string(&belief).unwrap();
            let again: Belief = serde_json::from_str(&bytes).unwrap();
            prop_assert_eq!(&serde_json::to_string(&again).unwrap(), &bytes);
            prop_assert_eq!(again, belief);
        }
    }
}
