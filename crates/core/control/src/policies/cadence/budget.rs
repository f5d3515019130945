//! Who gets the looks when there are not enough.
//!
//! A new ad waits for half an interval on average, so a competitor of `r` ads a day makes `r I / 2`
//! days of waiting each day. From seven days to three that falls by `2 r` for `4/21` looks a day
//! more, `10.5 r` a look; from three to one by `r` for `2/3`, `1.5 r` a look. Over budget the steps
//! that save least for a look are taken back, until the rest fits.
//!
//! Who has a step keeps it against one that would save up to 10/7 of it: without that, competitors
//! of about the same rate would take turns.

use super::interval::Interval;

/// Looks are counted in 21 days, where every interval is a whole number of them.
const SPAN_DAYS: u64 = 21;
/// A step that is held counts for more, by the ratio of the thresholds of a daily look.
const HELD: u64 = 10;
const NEW: u64 = 7;

/// What a competitor asks for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish {
    /// What it deserves.
    pub(super) wanted: Interval,
    /// What it had until now.
    pub(super) every: Interval,
    /// Ads a day, in millionths.
    pub(super) rate_micros: u64,
}

/// What they get.
#[derive(Debug, Clone)]
pub(super) struct Granted {
    /// In the order of the wishes.
    pub(super) every: Vec<Interval>,
    /// Whether the budget holds a weekly look at every competitor.
    pub(super) weekly_fits: bool,
}

/// Grants what fits into a budget of looks a day. Nobody gets less than weekly.
pub(super) fn grant(wishes: &[Wish], budget_per_day: u32) -> Granted {
    let budget = u64::from(budget_per_day) * SPAN_DAYS;
    let mut every: Vec<Interval> = wishes.iter().map(|wish| wish.wanted).collect();
    let mut load: u64 = every.iter().copied().map(looks).sum();
    let steps = match load > budget {
        true => steps(wishes),
        false => Vec::new(),
    };
    for step in steps {
        if load <= budget {
            break;
        }
        if let Some(interval) = every.get_mut(step.competitor) {
            load = load + looks(step.down_to) - looks(*interval);
            *interval = step.down_to;
        }
    }
    Granted {
        every,
        weekly_fits: load <= budget,
    }
}

/// Looks a day that these come to, in thousandths.
pub(super) fn per_day_milli(intervals: impl Iterator<Item = Interval>) -> u64 {
    intervals.map(looks).sum::<u64>() * 1_000 / SPAN_DAYS
}

/// A step that can be taken back. Their order is the one in which they are: least saved first, and
/// of one competitor the daily look before the one every three days.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Step {
    saved: u128,
    down_to: Interval,
    competitor: usize,
}

fn steps(wishes: &[Wish]) -> Vec<Step> {
    let mut steps = Vec::new();
    for (competitor, wish) in wishes.iter().enumerate() {
        // Halves of a day a look: 1.5 r and 10.5 r.
        for (up_to, down_to, saved) in [
            (Interval::Daily, Interval::ThreeDays, 3),
            (Interval::ThreeDays, Interval::Weekly, 21),
        ] {
            if wish.wanted <= up_to {
                let weight = if wish.every <= up_to { HELD } else { NEW };
                steps.push(Step {
                    saved: u128::from(wish.rate_micros) * u128::from(saved * weight),
                    down_to,
                    competitor,
                });
            }
        }
    }
    steps.sort_unstable();
    steps
}

fn looks(interval: Interval) -> u64 {
    SPAN_DAYS / u64::from(interval.days())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use Interval::{Daily, ThreeDays, Weekly};

    fn wish(wanted: Interval, every: Interval, rate_micros: u64) -> Wish {
        Wish {
            wanted,
            every,
            rate_micros,
        }
    }

    #[test]
    fn the_least_delay_saved_for_a_look_goes_first() {
        let lively = wish(Daily, Daily, 3_000_000);
        let likely = wish(Daily, Daily, 1_100_000);
        let slow = wish(ThreeDays, ThreeDays, 160_000);
        let wishes = [lively, likely, slow];
        let every = |budget| grant(&wishes, budget).every;
        assert_eq!(every(3), [Daily, Daily, ThreeDays]);
        // 1.5 x 1.1 is less than 10.5 x 0.16 by a little.
        assert_eq!(every(2), [Daily, ThreeDays, ThreeDays]);
        assert_eq!(every(1), [ThreeDays, ThreeDays, Weekly]);
    }

    #[test]
    fn without_room_for_weekly_looks_everybody_is_weekly_and_it_is_said() {
        let wishes = [wish(Daily, Daily, 2_000_000); 8];
        let granted = grant(&wishes, 1);
        assert_eq!(granted.every, [Weekly; 8]);
        assert!(!granted.weekly_fits);
        assert!(grant(&wishes[..7], 1).weekly_fits);
    }

    #[test]
    fn who_has_a_step_keeps_it_against_a_little_more() {
        let held = wish(Daily, Daily, 2_000_000);
        let weekly = wish(Weekly, Weekly, 0);
        let with = |rate| grant(&[held, wish(Daily, ThreeDays, rate), weekly], 2).every;
        assert_eq!(with(2_850_000), [Daily, ThreeDays, Weekly]);
        assert_eq!(with(2_860_000), [ThreeDays, Daily, Weekly]);
    }

    fn any_interval() -> impl Strategy<Value = Interval> {
        prop::sample::select(vec![Daily, ThreeDays, Weekly])
    }

    fn any_wishes() -> impl Strategy<Value = Vec<Wish>> {
        let one = (any_interval(), any_interval(), 0_u64..5_000_000);
        prop::collection::vec(
            one.prop_map(|(wanted, every, rate)| wish(wanted, every, rate)),
            0..60,
        )
    }

    proptest! {
        #[test]
        fn never_over_budget_never_more_than_wanted(wishes in any_wishes(), budget in 1_u32..60) {
            let granted = grant(&wishes, budget);
            let load = per_day_milli(granted.every.iter().copied());
            if granted.weekly_fits {
                prop_assert!(load <= u64::from(budget) * 1_000);
            } else {
                prop_assert!(granted.every.iter().all(|every| *every == Weekly));
                prop_assert!(wishes.len() as u64 > u64::from(budget) * 7);
            }
            for (wish, every) in wishes.iter().zip(&granted.every) {
                prop_assert!(*every >= wish.wanted);
            }
            let wanted = per_day_milli(wishes.iter().map(|wish| wish.wanted));
            if wanted <= u64::from(budget) * 1_000 {
                prop_assert_eq!(load, wanted);
            }
        }

        /// A larger budget never takes a look from anybody.
        #[test]
        fn more_budget_never_hurts(wishes in any_wishes(), budget in 1_u32..60, more in 0_u32..20) {
            let (less, more) = (grant(&wishes, budget), grant(&wishes, budget + more));
            for (before, after) in less.every.iter().zip(&more.every) {
                prop_assert!(after <= before);
            }
        }
    }
}
