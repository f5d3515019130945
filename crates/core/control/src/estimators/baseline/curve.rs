//! The delay from click to order as measured.

use homeostat_model::WorldTime;
use jiff::SignedDuration;

use super::{Order, Params};
use crate::maturity::{Delay, DelayQuantiles};

const QUANTILES: usize = 20;

/// The measured curve and how many delays it rests on, or the assumed one.
///
/// Only clicks that are older than the cut count: of younger ones the late orders are still to come, and
/// the curve would be too quick. An order before its click is a clock that is wrong.
pub(super) fn delay(params: &Params, orders: &[Order], now: WorldTime) -> (Delay, u32) {
    let whole = now.plus(-SignedDuration::from_secs(params.click_cut_s.into()));
    let mut delays_s: Vec<u32> = orders
        .iter()
        .filter_map(|order| {
            let clicked_at = order.clicked_at.filter(|at| *at <= whole)?;
            u32::try_from(order.at.since(clicked_at).as_secs()).ok()
        })
        .filter(|delay_s| *delay_s <= params.click_cut_s)
        .collect();
    delays_s.sort_unstable();
    let count = delays_s.len();
    let measured = u32::try_from(count).unwrap_or(u32::MAX);
    let quantiles: [u32; QUANTILES] = std::array::from_fn(|index| {
        let rank = (count * (index + 1)).div_ceil(QUANTILES);
        delays_s
            .get(rank.saturating_sub(1))
            .copied()
            .unwrap_or_default()
    });
    match DelayQuantiles::try_from(quantiles) {
        Ok(ages_s) if measured >= params.measured_from.max(1) => {
            (Delay::Empirical { ages_s }, measured)
        }
        _ => (params.assumed_delay, measured),
    }
}
