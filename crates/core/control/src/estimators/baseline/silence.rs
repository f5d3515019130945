//! Whether a whole store has fallen silent: then checkout or pixel is broken, and no campaign is to blame.
//!
//! The chance of no order since the last one, at the store's own rate for those hours of the day. Below one
//! in a thousand it is a silence. Looked at all the time, a healthy store crosses that line after one order in
//! a thousand; that is what an alarm costs here, and it stops nothing but blame.
//!
//! *Limits.* Hours are those of UTC, so a change of the local clock blurs the rates by an hour.

use homeostat_model::WorldTime;
use serde::{Deserialize, Serialize};

use super::{Order, Params};

const HOUR_S: i64 = 3_600;
const DAY_S: i64 = 86_400;
const HOURS: usize = 24;

/// A store's silence so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Silence {
    /// The last order, or the start of the time.
    pub since: WorldTime,
    /// Orders that were due since, in millionths.
    pub expected_micro: u64,
    /// The chance of none, in thousand-millionths.
    pub chance_ppb: u32,
    /// It is too unlikely, and there were orders enough to say so.
    pub is_silent: bool,
}

pub(super) fn judge(params: &Params, orders: &[Order], from: WorldTime, now: WorldTime) -> Silence {
    let since = orders.iter().map(|order| order.at).max().unwrap_or(from);
    let mut counts = [0_u64; HOURS];
    for order in orders {
        let hour = usize::try_from(second_of_day(order.at) / HOUR_S).unwrap_or_default();
        if let Some(count) = counts.get_mut(hour) {
            *count += 1;
        }
    }
    let mean_micro = u128::from(mean_micro(orders.len() as u64, from, now));
    let prior_s = u128::from(params.prior_hour_s.max(1));
    let mut expected = 0_u128;
    for (hour, count) in (0_i64..).zip(counts) {
        let exposure_s = u128::from(exposure_s(from, now, hour));
        // Drawn to the mean, so that an hour in which nothing ever came is not for ever without a rate.
        let rate_micro =
            (u128::from(count) * 1_000_000 * 3_600 + prior_s * mean_micro) / (exposure_s + prior_s);
        expected += rate_micro * u128::from(self::exposure_s(since, now, hour)) / 3_600;
    }
    let expected_micro = u64::try_from(expected).unwrap_or(u64::MAX);
    let chance_ppb = ((-(expected_micro as f64) / 1e6).exp() * 1e9).round() as u32;
    let is_judged = orders.len() as u64 >= u64::from(params.silence_orders.max(1));
    Silence {
        since,
        expected_micro,
        chance_ppb,
        is_silent: is_judged && chance_ppb < params.silent_below_ppb,
    }
}

/// Orders an hour over the whole time, in millionths.
pub(super) fn mean_micro(orders: u64, from: WorldTime, now: WorldTime) -> u64 {
    let span_s = u128::from(now.since(from).as_secs().max(1).unsigned_abs());
    let mean = u128::from(orders) * 1_000_000 * 3_600 / span_s;
    u64::try_from(mean).unwrap_or(u64::MAX)
}

/// Seconds of one hour of the day within `[from, until)`.
fn exposure_s(from: WorldTime, until: WorldTime, hour: i64) -> u64 {
    let before = |at: WorldTime| {
        let second = at.0.as_second();
        second.div_euclid(DAY_S) * HOUR_S
            + (second.rem_euclid(DAY_S) - hour * HOUR_S).clamp(0, HOUR_S)
    };
    u64::try_from(before(until) - before(from)).unwrap_or_default()
}

fn second_of_day(at: WorldTime) -> i64 {
    at.0.as_second().rem_euclid(DAY_S)
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_hours_of_a_day_are_the_whole_time(from in -9_000_000_i64..9_000_000, span in 0_i64..9_000_000) {
            let at = |s| WorldTime(Timestamp::UNIX_EPOCH).plus(SignedDuration::from_secs(s));
            let sum: u64 = (0..24).map(|hour| exposure_s(at(from), at(from + span), hour)).sum();
            prop_assert_eq!(sum, span.unsigned_abs());
        }
    }
}
