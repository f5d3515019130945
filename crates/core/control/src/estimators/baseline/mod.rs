//! What is normal for one brand's store: basket, conversion, delay from click to order, orders per hour;
//! and whether the store has fallen silent.

mod curve;
mod silence;

use homeostat_model::WorldTime;
use serde::{Deserialize, Serialize};

use super::EstimateError;
use crate::maturity::Delay;

pub use silence::Silence;

/// Everything the estimator may look at. The order of orders does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inputs {
    /// Thresholds.
    pub params: Params,
    /// From when on orders were read.
    pub from: WorldTime,
    /// World time of the newest complete reading of orders, not of the check: what was not read is no
    /// silence.
    pub now: WorldTime,
    /// Visits of that time; none when nobody counts them.
    pub visits: Option<u64>,
    /// Orders of that time.
    pub orders: Vec<Order>,
}

/// Thresholds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// What is assumed of the delay until enough orders were measured.
    pub assumed_delay: Delay,
    /// Orders with a click from which on the delay is measured.
    pub measured_from: u32,
    /// Clicks count for so long, in seconds: the platforms' attribution.
    pub click_cut_s: u32,
    /// A silence less likely than this is one, in thousand-millionths.
    pub silent_below_ppb: u32,
    /// Orders without which no silence is judged.
    pub silence_orders: u32,
    /// Hours at the mean rate that every hour of the day is taken to have had before, in seconds.
    pub prior_hour_s: u32,
}

/// One order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// When it came.
    pub at: WorldTime,
    /// The click that it came of, if known.
    pub clicked_at: Option<WorldTime>,
    /// What was paid, micro-units of the brand's currency.
    pub total_micros: i64,
}

/// What is normal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Belief {
    /// Orders that this rests on.
    pub orders: u32,
    /// Average order value, micro-units, rounded down; none without an order.
    pub aov_micros: Option<i64>,
    /// Orders over visits in millionths, a million at most; none without a visit.
    pub conversion_ppm: Option<u32>,
    /// Delay from click to order.
    pub delay: Delay,
    /// Delays that it was measured on; the assumed one as long as they are too few.
    pub delays_measured: u32,
    /// Orders an hour, in millionths.
    pub orders_per_hour_micro: u64,
    /// Whether the store is silent.
    pub silence: Silence,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            assumed_delay: Delay::default(),
            measured_from: 50,
            click_cut_s: 7 * 86_400,
            silent_below_ppb: 1_000_000,
            silence_orders: 20,
            prior_hour_s: 2 * 3_600,
        }
    }
}

/// Forms the belief.
///
/// # Errors
/// When the time has no length or an order's amount makes no sense; the field is named.
pub fn estimate(inputs: &Inputs) -> Result<Belief, EstimateError> {
    let Inputs { from, now, .. } = *inputs;
    if now <= from {
        return Err(EstimateError::OutOfRange {
            field: "now",
            value: now.since(from).as_secs(),
            fix: "it must be after from",
        });
    }
    let is_within = |order: &&Order| order.at >= from && order.at <= now;
    let orders: Vec<Order> = inputs.orders.iter().filter(is_within).copied().collect();
    let mut revenue_micros = 0_i128;
    for order in &orders {
        if order.total_micros < 0 {
            return Err(EstimateError::OutOfRange {
                field: "orders.total_micros",
                value: order.total_micros,
                fix: "it must not be negative; refunds are events of their own",
            });
        }
        revenue_micros += i128::from(order.total_micros);
    }
    let count = i128::try_from(orders.len()).unwrap_or(i128::MAX);
    let average = (count > 0).then(|| revenue_micros / count.max(1));
    let conversion_ppm = inputs.visits.filter(|visits| *visits > 0).map(|visits| {
        let ppm = (count * 1_000_000 / i128::from(visits)).min(1_000_000);
        u32::try_from(ppm).unwrap_or(1_000_000)
    });
    let (delay, delays_measured) = curve::delay(&inputs.params, &orders, now);
    let silence = silence::judge(&inputs.params, &orders, from, now);
    Ok(Belief {
        orders: u32::try_from(orders.len()).unwrap_or(u32::MAX),
        aov_micros: average.and_then(|micros| i64::try_from(micros).ok()),
        conversion_ppm,
        delay,
        delays_measured,
        orders_per_hour_micro: silence::mean_micro(orders.len() as u64, from, now),
        silence,
    })
}
