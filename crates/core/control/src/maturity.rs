//! How much of a spend has had time to become orders.
//!
//! A click becomes an order with a delay, so money spent an hour ago says little about sales yet.
//! `G(age)` is the share of orders that have come in at that age; *matured* spend is spend weighed
//! with `G`. On raw spend a zero-sale stop at 3 target CPAs kills 12.6 % of on-target campaigns when
//! the mean delay equals 1 CPA of spend; on matured spend it stays at 5 %.

use std::num::NonZeroU32;

use homeostat_model::WorldTime;
use serde::{Deserialize, Serialize};

/// Distribution of the delay from click to order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Delay {
    /// Every sale is known at once (`G = 1`): final exports, and simulations without delay.
    Immediate,
    /// Exponential, cut where hardly anything is left: `G(cut) = 1`.
    Exponential {
        /// Mean delay before the cut, in seconds of world time.
        mean_s: NonZeroU32,
        /// Age at which all orders are in, in seconds of world time.
        cut_s: NonZeroU32,
    },
    /// As measured, once a brand has enough orders.
    Empirical {
        /// The ages at which each twentieth of the orders is in.
        ages_s: DelayQuantiles,
    },
}

/// The ages, in seconds of world time, at which 1/20, 2/20 … 20/20 of a brand's orders are in. Between
/// them the share grows evenly, from nothing at age zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "[u32; 20]", into = "[u32; 20]")]
pub struct DelayQuantiles([u32; 20]);

/// The ages are no quantiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("ages_s falls; sort the 20 ages")]
pub struct FallingAges;

/// Money spent evenly over `[from, until)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpendInterval {
    /// Start of the interval.
    pub from: WorldTime,
    /// End of the interval, not before `from`.
    pub until: WorldTime,
    /// Money spent in it, in micro-units.
    pub amount_micros: i64,
}

/// Mean of one day, cut at the 7 days that ad platforms attribute a click for.
impl Default for Delay {
    fn default() -> Self {
        const DAY: NonZeroU32 = NonZeroU32::new(86_400).unwrap();
        const WEEK: NonZeroU32 = NonZeroU32::new(7 * 86_400).unwrap();
        Delay::Exponential {
            mean_s: DAY,
            cut_s: WEEK,
        }
    }
}

impl Delay {
    /// The part of `spend` that has matured at `now`, in micro-units, rounded down.
    ///
    /// Never above the amount and never falling as `now` grows. Spend that lies after `now` has not
    /// matured, except under [`Delay::Immediate`], where every reported amount counts in full.
    pub fn matured_micros(self, spend: &SpendInterval, now: WorldTime) -> i64 {
        let oldest_s = now.since(spend.from).as_secs_f64();
        let youngest_s = now.since(spend.until).as_secs_f64();
        let (cut_s, share) = match self {
            Delay::Immediate => return spend.amount_micros,
            Delay::Exponential { mean_s, cut_s } => {
                let (mean_s, cut_s) = (f64::from(mean_s.get()), f64::from(cut_s.get()));
                (cut_s, mean_share(oldest_s, youngest_s, mean_s, cut_s))
            }
            Delay::Empirical { ages_s } => {
                (ages_s.last_s(), ages_s.mean_share(oldest_s, youngest_s))
            }
        };
        if youngest_s >= cut_s {
            return spend.amount_micros;
        }
        let matured = (spend.amount_micros as f64 * share).floor() as i64;
        matured.clamp(0, spend.amount_micros.max(0))
    }
}

impl DelayQuantiles {
    /// The age at which all orders are in.
    fn last_s(self) -> f64 {
        let [.., last] = self.0;
        f64::from(last)
    }

    /// The mean of `G` over the ages from `youngest_s` to `oldest_s`: trapezoids between the quantiles.
    fn mean_share(self, oldest_s: f64, youngest_s: f64) -> f64 {
        let step = 1.0 / self.0.len() as f64;
        let (mut area, mut below, mut left_s) = (0.0, 0.0, 0.0);
        for right_s in self.0.map(f64::from) {
            let (from_s, to_s) = (youngest_s.max(left_s), oldest_s.min(right_s));
            let share = |age_s: f64| below + step * (age_s - left_s) / (right_s - left_s);
            if oldest_s <= youngest_s && left_s <= oldest_s && oldest_s < right_s {
                return share(oldest_s);
            }
            if to_s > from_s {
                area += (to_s - from_s) * f64::midpoint(share(from_s), share(to_s));
            }
            below += step;
            left_s = right_s;
        }
        if oldest_s <= youngest_s {
            return if oldest_s < left_s { 0.0 } else { 1.0 };
        }
        area += (oldest_s - youngest_s.max(left_s)).max(0.0);
        (area / (oldest_s - youngest_s)).clamp(0.0, 1.0)
    }
}

impl TryFrom<[u32; 20]> for DelayQuantiles {
    type Error = FallingAges;

    fn try_from(ages_s: [u32; 20]) -> Result<Self, FallingAges> {
        if ages_s.is_sorted() {
            Ok(Self(ages_s))
        } else {
            Err(FallingAges)
        }
    }
}

impl From<DelayQuantiles> for [u32; 20] {
    fn from(quantiles: DelayQuantiles) -> Self {
        quantiles.0
    }
}

/// The mean of `G` over the ages from `youngest_s` to `oldest_s`.
///
/// The integral is taken in three pieces: ages below zero (not spent yet, 0), ages past the cut (1),
/// and between them `G(x) = (1 - e^(-x/mean)) / (1 - e^(-cut/mean))` in closed form.
fn mean_share(oldest_s: f64, youngest_s: f64, mean_s: f64, cut_s: f64) -> f64 {
    let width_s = oldest_s - youngest_s;
    let top_s = oldest_s.min(cut_s);
    let bottom_s = youngest_s.max(0.0);
    if top_s < 0.0 {
        return 0.0;
    }
    if width_s <= 0.0 {
        return young_share(bottom_s, 0.0, mean_s, cut_s);
    }
    let settled_s = (oldest_s - cut_s).max(0.0);
    let young_s = (top_s - bottom_s).max(0.0);
    (settled_s + young_s * young_share(bottom_s, young_s, mean_s, cut_s)) / width_s
}

/// The mean of `G` over `[age_s, age_s + span_s]`, all of it between zero and the cut.
///
/// The mean of `e^(-x/mean)` is written with `exp_m1`, because the difference of two integrals loses
/// all digits on short intervals.
fn young_share(age_s: f64, span_s: f64, mean_s: f64, cut_s: f64) -> f64 {
    let u = span_s / mean_s;
    let flat = if u > 0.0 { -(-u).exp_m1() / u } else { 1.0 };
    let all = -(-cut_s / mean_s).exp_m1();
    ((1.0 - (-age_s / mean_s).exp() * flat) / all).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use proptest::prelude::*;

    use super::*;

    const ORIGIN: WorldTime = WorldTime(Timestamp::UNIX_EPOCH);

    fn at(second: i64) -> WorldTime {
        ORIGIN.plus(SignedDuration::from_secs(second))
    }

    fn spend(from_s: i64, width_s: i64, amount_micros: i64) -> SpendInterval {
        SpendInterval {
            from: at(from_s),
            until: at(from_s + width_s),
            amount_micros,
        }
    }

    /// The same integral by brute force.
    fn by_midpoints(spend: &SpendInterval, now_s: f64, mean_s: f64, cut_s: f64) -> f64 {
        let from_s = spend.from.since(ORIGIN).as_secs_f64();
        let width_s = spend.until.since(spend.from).as_secs_f64();
        let steps = 20_000;
        let g = |age: f64| match age {
            age if age < 0.0 => 0.0,
            age if age >= cut_s => 1.0,
            age => (1.0 - (-age / mean_s).exp()) / (1.0 - (-cut_s / mean_s).exp()),
        };
        (0..steps)
            .map(|i| {
                g(now_s - from_s - width_s * (f64::from(i) + 0.5) / f64::from(steps))
                    / f64::from(steps)
            })
            .sum()
    }

    #[test]
    fn the_closed_form_equals_the_integral() {
        let week = 7 * 86_400;
        for (width_s, now_s) in [
            (3_600, 1_800),
            (3_600, 3_600),
            (3_600, 90_000),
            (86_400, 43_200),
            (86_400, week),
            (week, week + 40_000),
            (3 * week, 2 * week),
        ] {
            let interval = spend(0, width_s, 1_000_000_000);
            let got = Delay::default().matured_micros(&interval, at(now_s)) as f64 / 1e9;
            let want = by_midpoints(&interval, now_s as f64, 86_400.0, f64::from(7 * 86_400));
            assert!((got - want).abs() < 1e-4, "{width_s} {now_s}: {got} {want}");
        }
    }

    #[test]
    fn fresh_spend_has_hardly_matured_and_old_spend_fully() {
        let hour = spend(0, 3_600, 42_000_000);
        let matured = |now_s| Delay::default().matured_micros(&hour, at(now_s));
        assert_eq!(matured(0), 0);
        assert!(matured(3_600) < 1_000_000);
        assert_eq!(matured(3_600 + 7 * 86_400), 42_000_000);
    }

    /// Quantiles of the default curve: a measured brand that behaves as assumed.
    fn measured() -> Delay {
        let all = 1.0 - (-7.0_f64).exp();
        let ages = std::array::from_fn(|i| {
            let share = (i + 1) as f64 / 20.0 * all;
            (-(1.0 - share).ln() * 86_400.0).round() as u32
        });
        Delay::Empirical {
            ages_s: ages.try_into().unwrap(),
        }
    }

    #[test]
    fn a_measured_curve_is_near_the_one_it_was_measured_on() {
        for (width_s, now_s) in [(3_600, 3_600), (86_400, 86_400), (86_400, 200_000)] {
            let interval = spend(0, width_s, 1_000_000);
            let [assumed, seen] = [Delay::default(), measured()]
                .map(|delay| delay.matured_micros(&interval, at(now_s)));
            assert!((assumed - seen).abs() < 25_000, "{assumed} {seen}");
        }
        let week = spend(0, 0, 1_000_000);
        assert_eq!(measured().matured_micros(&week, at(7 * 86_400)), 1_000_000);
        assert_eq!(measured().matured_micros(&week, at(-1)), 0);
    }

    #[test]
    fn orders_that_come_at_once_are_a_step() {
        let at_once = Delay::Empirical {
            ages_s: [0; 20].try_into().unwrap(),
        };
        let hour = spend(0, 3_600, 1_000_000);
        assert_eq!(at_once.matured_micros(&hour, at(1_800)), 500_000);
        assert_eq!(at_once.matured_micros(&hour, at(3_600)), 1_000_000);
        assert_eq!(at_once.matured_micros(&spend(0, 0, 7), at(0)), 7);
    }

    #[test]
    fn ages_that_fall_are_refused() {
        let mut ages = [5; 20];
        ages[19] = 4;
        assert_eq!(DelayQuantiles::try_from(ages), Err(FallingAges));
        let json = serde_json::to_string(&measured()).unwrap();
        assert_eq!(serde_json::from_str::<Delay>(&json).unwrap(), measured());
    }

    proptest! {
        #[test]
        fn a_measured_curve_never_exceeds_raw_and_never_falls(
            mut ages in prop::array::uniform20(0_u32..700_000),
            width_s in 0_i64..2_000_000,
            early_s in -100_000_i64..3_000_000,
            later_s in 0_i64..2_000_000,
        ) {
            ages.sort_unstable();
            let delay = Delay::Empirical { ages_s: ages.try_into().unwrap() };
            let interval = spend(0, width_s, 1_000_000_000);
            let early = delay.matured_micros(&interval, at(early_s));
            let late = delay.matured_micros(&interval, at(early_s + later_s));
            prop_assert!(0 <= early && early <= late + 1 && late <= interval.amount_micros);
        }

        #[test]
        fn matured_never_exceeds_raw_and_never_falls(
            width_s in 0_i64..2_000_000,
            amount in 0_i64..1_000_000_000_000_000,
            early_s in -100_000_i64..3_000_000,
            later_s in 0_i64..2_000_000,
        ) {
            let interval = spend(0, width_s, amount);
            let early = Delay::default().matured_micros(&interval, at(early_s));
            let late = Delay::default().matured_micros(&interval, at(early_s + later_s));
            prop_assert!(0 <= early && early <= late && late <= amount);
        }

        #[test]
        fn immediate_is_raw(width_s in 0_i64..2_000_000, amount in 0_i64..i64::MAX, now_s in 0_i64..9_000_000) {
            let interval = spend(0, width_s, amount);
            prop_assert_eq!(Delay::Immediate.matured_micros(&interval, at(now_s)), amount);
        }

        #[test]
        fn parts_of_an_interval_mature_like_the_whole(
            left_s in 1_i64..500_000,
            right_s in 1_i64..500_000,
            rate in 1_i64..5_000_000,
            now_s in 0_i64..2_000_000,
        ) {
            let delay = Delay::default();
            let whole = spend(0, left_s + right_s, rate * (left_s + right_s));
            let parts = [spend(0, left_s, rate * left_s), spend(left_s, right_s, rate * right_s)];
            let sum: i64 = parts.iter().map(|part| delay.matured_micros(part, at(now_s))).sum();
            let gap = (delay.matured_micros(&whole, at(now_s)) - sum).abs();
            prop_assert!(gap <= 3, "{}", gap);
        }
    }
}
