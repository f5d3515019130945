//! How many ads a day a competitor starts, from looks that see every new ad.
//!
//! A decayed count over a decayed time: both lose half their weight in ten days of observed time.
//! Time counts only when a look came to its end. A look that was blocked or failed changes nothing,
//! because not seeing is not silence; the next good look covers its time too, for the archive tells
//! start dates. A look that is reported twice counts once. The ads of an interval count as if they
//! had come evenly in it.
//!
//! A competitor begins with a guess of half an ad in two and a half days, the prior of a
//! Gamma-Poisson estimate, which fades like everything else. Twice the past is dropped instead of
//! faded, and the competitor is judged as if it had been found when the change came:
//!
//! - **A burst:** more ads at one look than its rate brings once in a thousand looks. Fading alone
//!   notices one that goes from 0.05 to 2 ads a day within two looks in half of all cases, this in
//!   98 %.
//! - **Quiet:** twenty days without an ad, which exclude a rate of 0.15 a day at 95 %. Fading alone
//!   would go on looking often for 37 days after the end of one that started two a day.
//!
//! The state is four whole numbers, rounded after every look: storing it and going on gives the
//! same bytes as folding all looks at once.

use std::num::NonZeroU32;

use homeostat_model::WorldTime;
use serde::{Deserialize, Serialize};

use super::{EstimateError, chance};

const DAY_MS: u64 = 86_400_000;
/// The guess about a competitor that nobody has watched yet.
const PRIOR_ADS_MICROS: u64 = 500_000;
const PRIOR_OBSERVED_MS: u64 = 5 * DAY_MS / 2;
/// A look with so many ads that its chance is below this one is a burst.
const BURST_CHANCE: f64 = 1e-3;
/// No competitor is taken to be slower than one ad in twenty days when a burst is looked for.
const SLOWEST_MICROS: u64 = 50_000;

/// How fast the past fades.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Memory {
    /// Observed time in which an ad loses half its weight, seconds of world time.
    pub half_life_s: NonZeroU32,
    /// Observed time without an ad after which what came before does not count, seconds of world time.
    pub quiet_s: NonZeroU32,
}

/// One look at a competitor's ads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Look {
    /// Start of the time it speaks of: `seen_until` before it.
    pub from: WorldTime,
    /// When it was made.
    pub to: WorldTime,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Outcome {
    /// It came to its end.
    Seen {
        /// Ads whose start date lies in the interval. Where the archive tells days only: those seen
        /// for the first time whose day is not before that of `from`.
        new_ads: u32,
    },
    /// Blocked, refused or broken off: it says nothing about the competitor.
    Failed,
}

/// What the looks at one competitor say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Activity {
    /// Everything that started before has been seen.
    pub seen_until: WorldTime,
    /// Ads, each with the weight that it still has, in millionths.
    pub ads_micros: u64,
    /// Observed time, each day with the weight that it still has, milliseconds of world time.
    pub observed_ms: u64,
    /// Observed time since the last look that saw a new ad, milliseconds of world time.
    pub quiet_ms: u64,
}

impl Default for Memory {
    fn default() -> Self {
        const TEN_DAYS: NonZeroU32 = NonZeroU32::new(10 * 86_400).unwrap();
        const TWENTY_DAYS: NonZeroU32 = NonZeroU32::new(20 * 86_400).unwrap();
        Self {
            half_life_s: TEN_DAYS,
            quiet_s: TWENTY_DAYS,
        }
    }
}

impl Activity {
    /// A competitor at its first complete look: the ads that it shows are of all ages and tell no rate.
    pub fn begin(at: WorldTime) -> Self {
        Self {
            seen_until: at,
            ads_micros: PRIOR_ADS_MICROS,
            observed_ms: PRIOR_OBSERVED_MS,
            quiet_ms: 0,
        }
    }

    /// Ads a day, in millionths.
    pub fn rate_micros_per_day(&self) -> u64 {
        let rate = u128::from(self.ads_micros) * u128::from(DAY_MS);
        u64::try_from(rate / u128::from(self.observed_ms.max(1))).unwrap_or(u64::MAX)
    }

    /// The state after one more look.
    ///
    /// # Errors
    /// When the look runs backwards, or covers time that was seen before together with time that was
    /// not, so that its ads cannot be told apart.
    pub fn after(self, look: &Look, memory: Memory) -> Result<Self, EstimateError> {
        if look.to < look.from {
            return Err(EstimateError::LookBackwards);
        }
        let Outcome::Seen { new_ads } = look.outcome else {
            return Ok(self);
        };
        if look.to <= self.seen_until {
            return Ok(self);
        }
        if look.from < self.seen_until {
            return Err(EstimateError::LookOverlaps {
                seen_until: self.seen_until,
            });
        }
        let seen_ms = u64::try_from(look.to.since(look.from).as_millis()).unwrap_or(0);
        let quiet_ms = match new_ads {
            0 => self.quiet_ms.saturating_add(seen_ms),
            _ => 0,
        };
        let known = self.faded(new_ads, seen_ms, memory);
        let found_now = Self::begin(look.from);
        let is_quiet = quiet_ms >= u64::from(memory.quiet_s.get()) * 1_000;
        let anew = if is_quiet {
            Some(found_now.faded(0, quiet_ms, memory))
        } else if self.is_burst(new_ads, seen_ms) {
            Some(found_now.faded(new_ads, seen_ms, memory))
        } else {
            None
        };
        // Without its past a burst is livelier and a silence quieter, or the past stays.
        let judged = anew
            .filter(|anew| (anew.rate_micros_per_day() > known.rate_micros_per_day()) != is_quiet)
            .unwrap_or(known);
        Ok(Self {
            seen_until: look.to,
            quiet_ms,
            ..judged
        })
    }

    /// Whether so many ads are too many for the rate until now.
    fn is_burst(&self, new_ads: u32, seen_ms: u64) -> bool {
        let rate_micros = self.rate_micros_per_day().max(SLOWEST_MICROS);
        let expected = rate_micros as f64 / 1e6 * seen_ms as f64 / DAY_MS as f64;
        new_ads > 1 && 1.0 - chance::at_most(new_ads - 1, expected) < BURST_CHANCE
    }

    /// Fades everything by the time seen, and adds that time and its ads.
    fn faded(self, new_ads: u32, seen_ms: u64, memory: Memory) -> Self {
        let half_life_ms = f64::from(memory.half_life_s.get()) * 1e3;
        let left = (-(seen_ms as f64) / half_life_ms).exp2();
        // What an even flow of one over the time seen weighs at its end.
        let weight_ms = (1.0 - left) * half_life_ms / std::f64::consts::LN_2;
        let each_micros = 1e6 * weight_ms / (seen_ms as f64).max(1.0);
        let sum = |value: u64, more: f64| (value as f64 * left + more).round() as u64;
        Self {
            ads_micros: sum(self.ads_micros, f64::from(new_ads) * each_micros),
            observed_ms: sum(self.observed_ms, weight_ms),
            ..self
        }
    }

    /// The state after many looks, in the order of time.
    ///
    /// # Errors
    /// As [`Activity::after`].
    pub fn fold(self, looks: &[Look], memory: Memory) -> Result<Self, EstimateError> {
        let mut looks = looks.iter();
        looks.try_fold(self, |state, look| state.after(look, memory))
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

    const DAY_S: i64 = 86_400;

    fn look(from_s: i64, to_s: i64, new_ads: u32) -> Look {
        Look {
            from: at(from_s),
            to: at(to_s),
            outcome: Outcome::Seen { new_ads },
        }
    }

    /// Looks one after the other, each with its length in seconds and its new ads.
    fn looks(steps: &[(i64, u32)]) -> Vec<Look> {
        let mut from = 0;
        let step = |&(length_s, new_ads): &(i64, u32)| {
            let one = look(from, from + length_s, new_ads);
            from += length_s;
            one
        };
        steps.iter().map(step).collect()
    }

    fn rate(steps: &[(i64, u32)]) -> f64 {
        let state = Activity::begin(at(0)).fold(&looks(steps), Memory::default());
        state.unwrap().rate_micros_per_day() as f64 / 1e6
    }

    #[test]
    fn a_steady_competitor_is_judged_by_its_rate_however_often_it_is_seen() {
        for (length, new_ads) in [(1, 2), (3, 6), (7, 14)] {
            let judged = rate(&[(length * DAY_S, new_ads); 200]);
            assert!((judged - 2.0).abs() < 0.001, "{length}: {judged}");
        }
        assert_eq!(Activity::begin(at(0)).rate_micros_per_day(), 200_000);
    }

    #[test]
    fn half_the_weight_is_gone_after_the_half_life() {
        let lively = [(DAY_S, 2); 200].to_vec();
        let silent = [lively.clone(), vec![(10 * DAY_S, 0)]].concat();
        assert!((rate(&silent) / rate(&lively) - 0.5).abs() < 1e-3);
        let fast = Memory {
            half_life_s: NonZeroU32::new(5 * 86_400).unwrap(),
            ..Memory::default()
        };
        let quarter = Activity::begin(at(0)).fold(&looks(&silent), fast).unwrap();
        assert!(quarter.rate_micros_per_day().abs_diff(500_000) < 1_000);
        assert_eq!(quarter.quiet_ms, 10 * DAY_MS);
    }

    #[test]
    fn after_twenty_quiet_days_the_past_does_not_count() {
        let silent = |quiet_days| {
            let quiet = vec![(DAY_S, 0); quiet_days];
            rate(&[vec![(DAY_S, 3); 200], quiet].concat())
        };
        assert!(silent(19) > 0.7);
        assert!(silent(20) < 0.012, "{}", silent(20));
        assert!(silent(21) < silent(20));
    }

    #[test]
    fn a_burst_drops_the_past_and_what_may_be_chance_does_not() {
        let then = |new_ads| rate(&[vec![(7 * DAY_S, 0); 2], vec![(7 * DAY_S, new_ads)]].concat());
        assert!(then(14) > 1.5, "{}", then(14));
        // One or two in a week are no burst for a competitor of one in twenty days.
        assert!(then(2) < 0.2, "{}", then(2));
        let lively = |new_ads| rate(&[vec![(DAY_S, 2); 200], vec![(DAY_S, new_ads)]].concat());
        assert!(lively(7) < 2.4, "{}", lively(7));
        assert!(lively(30) > 7.0, "{}", lively(30));
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_the_fix() {
        let state = Activity::begin(at(100));
        let error = |from, to| {
            state
                .after(&look(from, to, 1), Memory::default())
                .unwrap_err()
        };
        assert!(error(9, 8).to_string().contains("swap them"));
        let overlap = error(99, 200).to_string();
        assert!(overlap.contains("1970-01-01T00:01:40Z"), "{overlap}");
    }

    #[test]
    fn extremes_stay_numbers() {
        let endless = look(0, 200_000_000_000, u32::MAX);
        let state = Activity::begin(at(0))
            .after(&endless, Memory::default())
            .unwrap();
        assert!(state.rate_micros_per_day() > 0);
        let broken = Activity {
            ads_micros: u64::MAX,
            observed_ms: 0,
            ..state
        };
        assert_eq!(broken.rate_micros_per_day(), u64::MAX);
        let later = look(200_000_000_000, 200_000_000_001, u32::MAX);
        assert!(broken.after(&later, Memory::default()).is_ok());
    }

    proptest! {
        #[test]
        fn stored_on_the_way_or_folded_at_once_it_is_the_same_bytes(
            steps in prop::collection::vec((1_i64..2_000_000, 0_u32..50), 1..40),
            cut in any::<prop::sample::Index>(),
        ) {
            let looks = looks(&steps);
            let (early, late) = looks.split_at(cut.index(looks.len()));
            let json = |state: &Activity| serde_json::to_string(state).unwrap();
            let whole = Activity::begin(at(0)).fold(&looks, Memory::default()).unwrap();
            let half = Activity::begin(at(0)).fold(early, Memory::default()).unwrap();
            let stored: Activity = serde_json::from_str(&json(&half)).unwrap();
            let resumed = stored.fold(late, Memory::default()).unwrap();
            prop_assert_eq!(json(&resumed), json(&whole));
        }

        #[test]
        fn a_failed_or_repeated_look_changes_nothing(
            steps in prop::collection::vec((1_i64..2_000_000, 0_u32..50, any::<bool>()), 1..30),
        ) {
            let plain: Vec<(i64, u32)> = steps.iter().map(|&(s, n, _)| (s, n)).collect();
            let looks = looks(&plain);
            let mut noisy = Vec::new();
            for (look, &(_, _, again)) in looks.iter().zip(&steps) {
                noisy.push(Look { outcome: Outcome::Failed, ..*look });
                noisy.push(*look);
                noisy.extend(again.then_some(*look));
            }
            let fold = |looks: &[Look]| Activity::begin(at(0)).fold(looks, Memory::default());
            prop_assert_eq!(fold(&noisy).unwrap(), fold(&looks).unwrap());
        }

        /// More ads at a look never make a competitor look quieter by it.
        #[test]
        fn the_rate_grows_with_the_ads(
            steps in prop::collection::vec((1_i64..2_000_000, 0_u32..50), 1..30),
        ) {
            let mut more = steps.clone();
            more.last_mut().unwrap().1 += 1;
            prop_assert!(rate(&more) >= rate(&steps));
        }
    }
}
