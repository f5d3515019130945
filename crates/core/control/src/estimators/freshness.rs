//! How well the looks keep up with what is watched: figures to show, over a period that has passed.
//!
//! A competitor is up to date at a moment when every ad that had started by then had been seen by
//! then. That is known in hindsight only, so its period ends with what the last complete look at it
//! has seen. Ads from before it was watched are nobody's delay and are left out.

use homeostat_model::WorldTime;
use serde::{Deserialize, Serialize};

use super::EstimateError;

/// Everything the figures are made of. No order matters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inputs {
    /// Start of the period.
    pub from: WorldTime,
    /// Its end.
    pub until: WorldTime,
    /// The competitors that were watched in it.
    pub competitors: Vec<Watched>,
}

/// One competitor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Watched {
    /// The first complete look at it.
    pub watched_from: WorldTime,
    /// The last one: everything that started before has been seen.
    pub seen_until: WorldTime,
    /// Looks in the period, failed ones too: what was paid.
    pub looks: u32,
    /// Its ads, those from outside of the period too.
    pub finds: Vec<Find>,
}

/// One ad and when it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Find {
    /// When it started. Where the archive tells days only, the start of the day: delays are then up to
    /// a day too long.
    pub started_at: WorldTime,
    /// The look that saw it first.
    pub first_seen_at: WorldTime,
}

/// The figures. Those that nothing was found for are absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Belief {
    /// Share of competitors up to date, the mean over the period, in millionths.
    pub up_to_date_ppm: Option<u32>,
    /// Ads found in the period.
    pub found: u64,
    /// Looks in the period.
    pub looks: u64,
    /// From an ad's start until it was seen, the mean, seconds of world time.
    pub mean_delay_s: Option<u64>,
    /// The same for the 95th of 100, the nearest rank.
    pub p95_delay_s: Option<u64>,
    /// Looks for each ad found, in thousandths.
    pub looks_per_find_milli: Option<u64>,
}

/// Makes the figures.
///
/// # Errors
/// When the period runs backwards.
pub fn estimate(inputs: &Inputs) -> Result<Belief, EstimateError> {
    if inputs.until < inputs.from {
        return Err(EstimateError::PeriodBackwards);
    }
    let (mut fresh_ms, mut known_ms, mut looks) = (0_u128, 0_u128, 0_u64);
    let mut delays_s = Vec::new();
    for competitor in &inputs.competitors {
        looks += u64::from(competitor.looks);
        let from = inputs.from.max(competitor.watched_from);
        let until = inputs.until.min(competitor.seen_until);
        let known = ms(from, until);
        known_ms += known;
        fresh_ms += known - stale_ms(competitor, from, until).min(known);
        delays_s.extend(
            ours(competitor)
                .filter(|find| inputs.from <= find.first_seen_at)
                .filter(|find| find.first_seen_at < inputs.until)
                .map(|find| ms(find.started_at, find.first_seen_at) / 1_000),
        );
    }
    delays_s.sort_unstable();
    let found = delays_s.len() as u64;
    let sum_s: u128 = delays_s.iter().sum();
    let rank = (delays_s.len() * 95).div_ceil(100).saturating_sub(1);
    Ok(Belief {
        up_to_date_ppm: ratio(fresh_ms * 1_000_000, known_ms).and_then(|n| n.try_into().ok()),
        found,
        looks,
        mean_delay_s: ratio(sum_s, found.into()),
        p95_delay_s: delays_s.get(rank).and_then(|&s| s.try_into().ok()),
        looks_per_find_milli: ratio(u128::from(looks) * 1_000, found.into()),
    })
}

/// Ads that started while the competitor was watched.
fn ours(competitor: &Watched) -> impl Iterator<Item = &Find> {
    let from = competitor.watched_from;
    competitor
        .finds
        .iter()
        .filter(move |f| f.started_at >= from)
}

/// How long at least one ad was out and not seen: the union of all waits.
fn stale_ms(competitor: &Watched, from: WorldTime, until: WorldTime) -> u128 {
    let mut waits: Vec<(WorldTime, WorldTime)> = ours(competitor)
        .map(|find| (find.started_at.max(from), find.first_seen_at.min(until)))
        .filter(|(start, end)| start < end)
        .collect();
    waits.sort_unstable();
    let (mut sum, mut covered) = (0, from);
    for (start, end) in waits {
        sum += ms(start.max(covered), end);
        covered = covered.max(end);
    }
    sum
}

/// Milliseconds from one instant to another; none when it lies before.
fn ms(from: WorldTime, to: WorldTime) -> u128 {
    u128::try_from(to.since(from).as_millis()).unwrap_or(0)
}

/// Rounded to the nearest.
fn ratio(part: u128, whole: u128) -> Option<u64> {
    let rounded = (part + whole / 2).checked_div(whole)?;
    u64::try_from(rounded).ok()
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use proptest::prelude::*;

    use super::*;

    fn at(hour: i64) -> WorldTime {
        WorldTime(Timestamp::UNIX_EPOCH).plus(SignedDuration::from_hours(hour))
    }

    fn find(started: i64, seen: i64) -> Find {
        Find {
            started_at: at(started),
            first_seen_at: at(seen),
        }
    }

    fn competitor(finds: Vec<Find>) -> Watched {
        Watched {
            watched_from: at(0),
            seen_until: at(1_000),
            looks: 6,
            finds,
        }
    }

    fn figures(competitors: Vec<Watched>) -> Belief {
        let inputs = Inputs {
            from: at(0),
            until: at(100),
            competitors,
        };
        estimate(&inputs).unwrap()
    }

    #[test]
    fn waits_that_overlap_are_stale_once() {
        let told = figures(vec![
            competitor(vec![find(10, 30), find(20, 30), find(60, 70)]),
            competitor(vec![]),
        ]);
        assert_eq!(told.up_to_date_ppm, Some(850_000));
        assert_eq!((told.found, told.looks), (3, 12));
        assert_eq!(told.mean_delay_s, Some(40 * 1_200));
        assert_eq!(told.p95_delay_s, Some(20 * 3_600));
        assert_eq!(told.looks_per_find_milli, Some(4_000));
    }

    #[test]
    fn the_95th_of_a_hundred_is_the_nearest_rank() {
        let finds = |n: i64| (0..n).map(|i| find(0, i + 1)).collect();
        let p95 = |n| figures(vec![competitor(finds(n))]).p95_delay_s.unwrap() / 3_600;
        assert_eq!((p95(1), p95(20), p95(21), p95(99)), (1, 19, 20, 95));
    }

    #[test]
    fn what_nobody_could_know_is_not_counted() {
        let mut young = competitor(vec![find(-500, 40), find(60, 90)]);
        young.watched_from = at(50);
        young.seen_until = at(90);
        // 40 hours known, 30 of them stale; the old ad was nobody's delay.
        let told = figures(vec![young]);
        assert_eq!(told.up_to_date_ppm, Some(250_000));
        assert_eq!((told.found, told.mean_delay_s), (1, Some(30 * 3_600)));
        let blind = Watched {
            seen_until: at(-5),
            ..competitor(vec![])
        };
        let told = figures(vec![blind]);
        assert_eq!((told.up_to_date_ppm, told.mean_delay_s), (None, None));
        assert_eq!((told.p95_delay_s, told.looks_per_find_milli), (None, None));
    }

    #[test]
    fn a_period_that_runs_backwards_is_refused() {
        let inputs = Inputs {
            from: at(1),
            until: at(0),
            competitors: vec![],
        };
        assert!(estimate(&inputs).unwrap_err().to_string().contains("until"));
    }

    proptest! {
        #[test]
        fn figures_stay_within_their_bounds_in_any_order(
            (sorted, shuffled) in prop::collection::vec((-200_i64..300, -50_i64..300), 0..25)
                .prop_flat_map(|finds| (Just(finds.clone()), Just(finds).prop_shuffle())),
            watched in -100_i64..200,
            seen in -100_i64..200,
        ) {
            let told = |finds: Vec<(i64, i64)>| {
                let find = |(s, wait)| find(s, s + wait);
                let mut one = competitor(finds.into_iter().map(find).collect());
                (one.watched_from, one.seen_until) = (at(watched), at(seen));
                figures(vec![one])
            };
            let figures = told(sorted);
            prop_assert_eq!(figures, told(shuffled));
            prop_assert!(figures.up_to_date_ppm.is_none_or(|ppm| ppm <= 1_000_000));
            prop_assert!(figures.mean_delay_s <= figures.p95_delay_s.map(|s| s.max(300 * 3_600)));
        }
    }
}
