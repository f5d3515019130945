//! When each look is made.
//!
//! A look is due an interval after the last complete one, a tenth earlier or later. How much is
//! drawn from the seed, the competitor and that look, so asking again gives the same time. A look
//! that failed is tried again after a day, whatever the interval: the competitor is as due as before.
//!
//! Those that are due first go first. The look that is a budget's worth of looks behind another one
//! waits until that is 24 hours old, so no 24 hours ever hold more looks than the budget.

use homeostat_model::WorldTime;
use jiff::SignedDuration;

use super::{Competitor, Inputs, Params, interval::Interval};

const DAY_MS: i64 = 86_400_000;

/// The next look at each competitor, in the order of the competitors.
pub(super) fn times(
    inputs: &Inputs,
    competitors: &[&Competitor],
    every: &[Interval],
    seed: u64,
) -> Vec<WorldTime> {
    let now = inputs.now;
    let mut queue: Vec<(WorldTime, usize)> = competitors
        .iter()
        .zip(every)
        .map(|(competitor, &every)| due(&inputs.params, competitor, every, seed))
        .enumerate()
        .map(|(index, due)| (due, index))
        .collect();
    // Ids break ties, because the competitors come in their order.
    queue.sort_unstable();

    let day = SignedDuration::from_millis(DAY_MS);
    // A clock that ran ahead may not close the budget for ever.
    let mut looks: Vec<WorldTime> = inputs.made.iter().map(|&made| made.min(now)).collect();
    looks.sort_unstable();
    let behind = usize::try_from(inputs.budget_per_day).unwrap_or(usize::MAX);
    let mut times = vec![now; competitors.len()];
    for (due, index) in queue {
        let freed = looks.len().checked_sub(behind).and_then(|at| looks.get(at));
        let at = freed.map_or(due, |made| due.max(made.plus(day))).max(now);
        looks.push(at);
        if let Some(time) = times.get_mut(index) {
            *time = at;
        }
    }
    times
}

fn due(params: &Params, competitor: &Competitor, every: Interval, seed: u64) -> WorldTime {
    let after = |from: WorldTime, days: u32| {
        let jitter = jitter_permille(params.jitter_permille, seed, &competitor.id, from);
        let ms = i64::from(days) * DAY_MS / 1_000 * (1_000 + jitter);
        from.plus(SignedDuration::from_millis(ms))
    };
    let seen_until = competitor.activity.map(|seen| seen.seen_until);
    let due = seen_until.map_or(competitor.watched_since, |seen| after(seen, every.days()));
    match competitor.tried_at {
        Some(tried) if seen_until.is_none_or(|seen| tried > seen) => due.max(after(tried, 1)),
        Some(_) | None => due,
    }
}

/// A number from `-most` to `most` that belongs to this competitor and this look.
fn jitter_permille(most: u32, seed: u64, id: &str, from: WorldTime) -> i64 {
    let looked_ms = from.0.as_millisecond().to_le_bytes();
    let mixed = id
        .bytes()
        .chain([0])
        .chain(looked_ms)
        .fold(seed, |hash, byte| scrambled(hash ^ u64::from(byte)));
    let most = i64::from(most);
    i64::try_from(mixed % (2 * most.unsigned_abs() + 1)).unwrap_or(0) - most
}

/// The finaliser of `SplitMix64`: every bit of the input reaches every bit of the output.
fn scrambled(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;
    use crate::estimators::activity::Activity;

    fn hour(n: i64) -> WorldTime {
        WorldTime(Timestamp::UNIX_EPOCH).plus(SignedDuration::from_hours(n))
    }

    fn competitor(id: &str, seen: Option<i64>) -> Competitor {
        Competitor {
            id: id.into(),
            watched_since: hour(0),
            activity: seen.map(|n| Activity::begin(hour(n))),
            tried_at: seen.map(hour),
            wanted: Interval::ThreeDays,
            every: Interval::ThreeDays,
            doubted_at: None,
        }
    }

    fn hours(competitor: &Competitor, every: Interval, seed: u64) -> i64 {
        due(&Params::default(), competitor, every, seed)
            .since(hour(0))
            .as_hours()
    }

    #[test]
    fn a_look_is_due_after_its_interval_a_tenth_earlier_or_later() {
        let shop = competitor("shop", Some(0));
        for (every, least, most) in [
            (Interval::Daily, 21, 26),
            (Interval::ThreeDays, 64, 79),
            (Interval::Weekly, 151, 184),
        ] {
            let drawn: Vec<i64> = (0..200).map(|seed| hours(&shop, every, seed)).collect();
            assert!(
                drawn.iter().all(|h| (least..=most).contains(h)),
                "{every:?}"
            );
            let (lowest, highest) = (drawn.iter().min(), drawn.iter().max());
            assert!(
                lowest <= Some(&(least + 1)) && highest >= Some(&(most - 1)),
                "{drawn:?}"
            );
        }
    }

    #[test]
    fn a_competitor_that_was_never_seen_is_due_since_it_is_watched() {
        assert_eq!(hours(&competitor("shop", None), Interval::ThreeDays, 0), 0);
    }

    #[test]
    fn a_failed_look_is_tried_again_after_a_day() {
        let mut shop = competitor("shop", Some(0));
        shop.tried_at = Some(hour(400));
        assert!((421..=426).contains(&hours(&shop, Interval::Weekly, 0)));
        shop.tried_at = Some(hour(1));
        assert!((151..=184).contains(&hours(&shop, Interval::Weekly, 0)));
        let mut unseen = competitor("shop", None);
        unseen.tried_at = Some(hour(10));
        assert!((31..=36).contains(&hours(&unseen, Interval::ThreeDays, 0)));
    }

    proptest! {
        #[test]
        fn no_24_hours_hold_more_looks_than_the_budget(
            seen in prop::collection::vec(prop::option::of(-400_i64..0), 0..50),
            made in prop::collection::vec(-30_i64..3, 0..20),
            budget in 1_u32..12,
            seed in any::<u64>(),
        ) {
            let competitors: Vec<Competitor> = seen
                .iter()
                .enumerate()
                .map(|(index, &seen)| competitor(&index.to_string(), seen))
                .collect();
            let mut made: Vec<WorldTime> = made.into_iter().map(hour).collect();
            made.sort_unstable();
            // What was made is within the budget as well.
            made = made.into_iter().rev().take(budget as usize).collect();
            let inputs = Inputs {
                params: Params::default(),
                now: hour(0),
                budget_per_day: budget,
                made,
                competitors: vec![],
            };
            let competitors: Vec<&Competitor> = competitors.iter().collect();
            let every = vec![Interval::ThreeDays; competitors.len()];
            let times = times(&inputs, &competitors, &every, seed);
            let made = inputs.made.iter().map(|&at| at.min(hour(0)));
            let mut all: Vec<WorldTime> = made.chain(times.iter().copied()).collect();
            all.sort_unstable();
            for pair in all.windows(budget as usize + 1) {
                let spread = pair[budget as usize].since(pair[0]);
                prop_assert!(spread >= SignedDuration::from_hours(24), "{}", spread);
            }
            for (competitor, time) in competitors.iter().zip(&times) {
                let due = due(&inputs.params, competitor, Interval::ThreeDays, seed);
                prop_assert!(*time >= due.max(hour(0)));
            }
        }
    }
}
