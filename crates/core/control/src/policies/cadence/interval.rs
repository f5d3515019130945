//! How often a competitor deserves a look.

use homeostat_model::WorldTime;
use serde::{Deserialize, Serialize};

use super::{Competitor, Params, Rate};

/// From one look to the next.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Interval {
    /// A day.
    Daily,
    /// Three days: also for a competitor that nothing is known of.
    #[default]
    ThreeDays,
    /// Seven days.
    Weekly,
}

impl Interval {
    /// Its length in days.
    pub fn days(self) -> u32 {
        match self {
            Interval::Daily => 1,
            Interval::ThreeDays => 3,
            Interval::Weekly => 7,
        }
    }

    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Interval::Daily => "daily",
            Interval::ThreeDays => "three_days",
            Interval::Weekly => "weekly",
        }
    }
}

/// What a competitor deserves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Deserved {
    pub(super) wanted: Interval,
    /// The look that spoke for a longer interval first.
    pub(super) doubted_at: Option<WorldTime>,
}

/// What a competitor deserves, given what it deserved before. More looks at once; fewer when a second
/// complete look says so too, because a lull is often over by then.
pub(super) fn deserved(params: &Params, competitor: &Competitor, rate: &Rate) -> Deserved {
    let by_rate = by_rate(params, competitor.wanted, rate.ads_micros_per_day);
    if by_rate <= competitor.wanted {
        return Deserved {
            wanted: by_rate,
            doubted_at: None,
        };
    }
    match competitor.doubted_at {
        Some(first) if rate.seen_until.is_some_and(|seen| seen > first) => Deserved {
            wanted: by_rate,
            doubted_at: None,
        },
        first => Deserved {
            wanted: competitor.wanted,
            doubted_at: first.or(rate.seen_until),
        },
    }
}

/// Leaving an interval takes more than missing its threshold.
fn by_rate(params: &Params, before: Interval, ads_micros_per_day: Option<u64>) -> Interval {
    let Some(ads) = ads_micros_per_day else {
        return Interval::ThreeDays;
    };
    if ads < params.weekly_below_micros {
        return Interval::Weekly;
    }
    if ads > params.daily_above_micros {
        return Interval::Daily;
    }
    match before {
        Interval::Daily if ads >= params.daily_down_to_micros => Interval::Daily,
        Interval::Weekly if ads <= params.weekly_up_to_micros => Interval::Weekly,
        Interval::Daily | Interval::ThreeDays | Interval::Weekly => Interval::ThreeDays,
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::*;
    use Interval::{Daily, ThreeDays, Weekly};

    #[test]
    fn each_threshold_has_its_way_in_and_its_way_out() {
        for (ads, from_daily, from_three, from_weekly) in [
            (1_000_001, Daily, Daily, Daily),
            (1_000_000, Daily, ThreeDays, ThreeDays),
            (700_000, Daily, ThreeDays, ThreeDays),
            (699_999, ThreeDays, ThreeDays, ThreeDays),
            (250_001, ThreeDays, ThreeDays, ThreeDays),
            (250_000, ThreeDays, ThreeDays, Weekly),
            (150_000, ThreeDays, ThreeDays, Weekly),
            (149_999, Weekly, Weekly, Weekly),
        ] {
            let got = [Daily, ThreeDays, Weekly]
                .map(|before| by_rate(&Params::default(), before, Some(ads)));
            assert_eq!(got, [from_daily, from_three, from_weekly], "{ads}");
        }
        for before in [Daily, ThreeDays, Weekly] {
            assert_eq!(by_rate(&Params::default(), before, None), ThreeDays);
        }
    }

    fn day(n: i64) -> WorldTime {
        WorldTime(Timestamp::UNIX_EPOCH).plus(SignedDuration::from_hours(24 * n))
    }

    /// The competitor's next state when the look of a day gives it this rate.
    fn looked(competitor: &mut Competitor, on: i64, ads: u64) -> Interval {
        let rate = Rate {
            id: competitor.id.clone(),
            ads_micros_per_day: Some(ads),
            seen_until: Some(day(on)),
        };
        let deserved = deserved(&Params::default(), competitor, &rate);
        (competitor.wanted, competitor.doubted_at) = (deserved.wanted, deserved.doubted_at);
        competitor.wanted
    }

    #[test]
    fn fewer_looks_take_a_second_look_that_agrees() {
        let mut shop = Competitor {
            id: "shop".into(),
            watched_since: day(0),
            activity: None,
            tried_at: None,
            wanted: Daily,
            every: Daily,
            doubted_at: None,
        };
        assert_eq!(looked(&mut shop, 1, 600_000), Daily);
        // Deciding again on the same look is no second look.
        assert_eq!(looked(&mut shop, 1, 600_000), Daily);
        // One that disagrees ends the doubt.
        assert_eq!(looked(&mut shop, 2, 700_000), Daily);
        assert_eq!(looked(&mut shop, 3, 600_000), Daily);
        assert_eq!(looked(&mut shop, 4, 600_000), ThreeDays);
        assert_eq!(looked(&mut shop, 7, 100_000), ThreeDays);
        assert_eq!(looked(&mut shop, 10, 100_000), Weekly);
        // More looks need no second one.
        assert_eq!(looked(&mut shop, 17, 1_100_000), Daily);
    }
}
