//! When a schedule is due. Pure.

use std::{str::FromStr, time::Duration};

use croner::{Cron, parser::CronParser};
use homeostat_model::WorldTime;
use jiff::{SignedDuration, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::Error;

/// How often a schedule fires, in world time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cadence {
    /// A cron expression of five fields (six with seconds), read in an IANA zone. A fixed time in the
    /// hour that a change to summer time skips fires right after the gap; in the hour that comes
    /// twice it fires once. Wildcards follow the wall clock.
    Cron {
        /// Such as `0 6 * * *`.
        expression: String,
        /// Such as `Europe/Berlin`.
        zone: String,
    },
    /// A fixed step, counted from due time to due time.
    Every(Duration),
}

/// What to do about due times that passed while nobody ticked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missed {
    /// One job for the latest of them.
    Once,
    /// One job for each.
    All,
}

/// A cadence whose text has been understood.
#[derive(Debug, Clone)]
pub(crate) enum Ticker {
    Cron(Box<Cron>, TimeZone),
    Every(SignedDuration),
}

/// One fire: the due time it stands for and the due time after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fire {
    pub(crate) due_at: WorldTime,
    pub(crate) next_at: WorldTime,
}

impl Cadence {
    pub(crate) fn ticker(&self) -> Result<Ticker, Error> {
        match self {
            Self::Cron { expression, zone } => {
                let cron = CronParser::new()
                    .parse(expression)
                    .or_else(|_| Cron::from_str(expression))
                    .map_err(|error| Error::input("cron", format!("{expression:?}: {error}")))?;
                let zone = TimeZone::get(zone).map_err(|_| {
                    Error::input(
                        "zone",
                        format!("{zone:?} is no IANA time zone, such as Europe/Berlin"),
                    )
                })?;
                Ok(Ticker::Cron(Box::new(cron), zone))
            }
            Self::Every(step) if *step < Duration::from_secs(1) || step.subsec_nanos() != 0 => {
                Err(Error::input(
                    "every",
                    format!("{step:?} must be whole seconds, at least one"),
                ))
            }
            Self::Every(step) => match SignedDuration::try_from(*step) {
                Ok(step) => Ok(Ticker::Every(step)),
                Err(_) => Err(Error::input("every", format!("{step:?} is too long"))),
            },
        }
    }
}

impl Ticker {
    /// The first due time after `at`. For a step, `at` must be a due time.
    pub(crate) fn after(&self, at: WorldTime) -> Result<WorldTime, Error> {
        match self {
            Self::Every(step) => Ok(at.plus(*step)),
            Self::Cron(cron, zone) => cron
                .find_next_occurrence(&at.0.to_zoned(zone.clone()), false)
                .map(|next| WorldTime(next.timestamp()))
                .map_err(|error| Error::input("cron", format!("is never due after {at}: {error}"))),
        }
    }

    /// The first due time of a new schedule: a step begins at once, a cron at its next time.
    pub(crate) fn first(&self, now: WorldTime) -> Result<WorldTime, Error> {
        match self {
            Self::Every(_) => Ok(now),
            Self::Cron(..) => self.after(now),
        }
    }

    /// The fire that is due, if one is.
    pub(crate) fn fire(
        &self,
        next_at: WorldTime,
        missed: Missed,
        now: WorldTime,
    ) -> Result<Option<Fire>, Error> {
        if next_at > now {
            return Ok(None);
        }
        let due_at = match missed {
            Missed::All => next_at,
            Missed::Once => self.latest(next_at, now)?,
        };
        Ok(Some(Fire {
            due_at,
            next_at: self.after(due_at)?,
        }))
    }

    /// The last due time up to `now`; `next_at` is one.
    fn latest(&self, next_at: WorldTime, now: WorldTime) -> Result<WorldTime, Error> {
        match self {
            Self::Every(step) => {
                let behind = now.since(next_at).as_secs() / step.as_secs().max(1);
                let steps = i32::try_from(behind).unwrap_or(i32::MAX);
                Ok(next_at.plus(step.checked_mul(steps).unwrap_or(SignedDuration::ZERO)))
            }
            Self::Cron(cron, zone) => {
                let latest = cron
                    .find_previous_occurrence(&now.0.to_zoned(zone.clone()), true)
                    .map_err(|error| Error::input("cron", error))?;
                Ok(WorldTime(latest.timestamp()).max(next_at))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> WorldTime {
        WorldTime(text.parse().unwrap())
    }

    fn cron(expression: &str, zone: &str) -> Ticker {
        Cadence::Cron {
            expression: expression.into(),
            zone: zone.into(),
        }
        .ticker()
        .unwrap()
    }

    fn dues(ticker: &Ticker, from: &str, n: usize) -> Vec<String> {
        let mut time = at(from);
        let mut dues = Vec::new();
        for _ in 0..n {
            time = ticker.after(time).unwrap();
            dues.push(time.to_string());
        }
        dues
    }

    #[test]
    fn a_daily_time_follows_the_zone_through_both_changes() {
        let daily = cron("30 2 * * *", "Europe/Berlin");
        // 2026-03-29 has no 02:30; the day fires right after the gap, at 03:00 summer time.
        assert_eq!(
            dues(&daily, "2026-03-28T00:00:00Z", 3),
            [
                "2026-03-28T01:30:00Z",
                "2026-03-29T01:00:00Z",
                "2026-03-30T00:30:00Z"
            ]
        );
        // 2026-10-25 has 02:30 twice; the day fires once, at the first.
        assert_eq!(
            dues(&daily, "2026-10-24T12:00:00Z", 2),
            ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]
        );
    }

    #[test]
    fn an_hourly_wildcard_fires_23_and_25_times() {
        let hourly = cron("0 * * * *", "Europe/Berlin");
        let fires = |from: &str, to: &str| {
            let (mut time, mut n) = (at(from).plus(SignedDuration::from_secs(-1)), 0);
            while hourly.after(time).unwrap() < at(to) {
                time = hourly.after(time).unwrap();
                n += 1;
            }
            n
        };
        assert_eq!(fires("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"), 23);
        assert_eq!(fires("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"), 25);
    }

    #[test]
    fn missed_once_fires_for_the_latest_and_all_for_each() {
        let hourly = Cadence::Every(Duration::from_secs(3600)).ticker().unwrap();
        let (next, now) = (at("2026-01-01T00:00:00Z"), at("2026-01-01T05:30:00Z"));
        let once = hourly.fire(next, Missed::Once, now).unwrap().unwrap();
        assert_eq!(once.due_at, at("2026-01-01T05:00:00Z"));
        assert_eq!(once.next_at, at("2026-01-01T06:00:00Z"));
        let all = hourly.fire(next, Missed::All, now).unwrap().unwrap();
        assert_eq!(
            (all.due_at, all.next_at),
            (next, at("2026-01-01T01:00:00Z"))
        );
        assert_eq!(
            hourly
                .fire(now.plus(SignedDuration::from_secs(1)), Missed::All, now)
                .unwrap(),
            None
        );
    }

    #[test]
    fn nonsense_is_named() {
        let of = |expression: &str, zone: &str| {
            let cadence = Cadence::Cron {
                expression: expression.into(),
                zone: zone.into(),
            };
            cadence.ticker().unwrap_err().to_string()
        };
        assert!(of("61 * * * *", "UTC").starts_with("cron: "));
        assert!(of("0 * * * *", "Mars/Olympus").starts_with("zone: "));
        assert!(Cadence::Every(Duration::from_millis(10)).ticker().is_err());
    }

    proptest! {
        /// Walking forward never stands still, never skips a due time and never repeats one.
        #[test]
        fn due_times_only_grow(
            seconds in 1_740_000_000_i64..1_800_000_000,
            minute in 0_u32..60,
            hour in 0_u32..24,
            zone in prop::sample::select(vec!["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"]),
        ) {
            let daily = cron(&format!("{minute} {hour} * * *"), zone);
            let start = WorldTime(jiff::Timestamp::from_second(seconds).unwrap());
            let first = daily.after(start).unwrap();
            let second = daily.after(first).unwrap();
            prop_assert!(first > start && second > first);
            let gap_h = second.since(first).as_secs_f64() / 3600.0;
            prop_assert!((22.0..=26.0).contains(&gap_h), "one fire a day, got {gap_h} h apart");
            let just_before = first.plus(SignedDuration::from_secs(-1));
            if just_before > start {
                prop_assert_eq!(daily.after(just_before).unwrap(), first);
            }
        }

        /// `latest` is a due time, is past, and nothing is due between it and now.
        #[test]
        fn once_stands_for_the_latest(minutes in 0_i64..200_000, step_s in 1_u64..100_000) {
            let every = Cadence::Every(Duration::from_secs(step_s)).ticker().unwrap();
            let next = at("2026-01-01T00:00:00Z");
            let now = next.plus(SignedDuration::from_mins(minutes));
            let fire = every.fire(next, Missed::Once, now).unwrap().unwrap();
            prop_assert!(fire.due_at <= now && fire.next_at > now);
        }
    }
}
