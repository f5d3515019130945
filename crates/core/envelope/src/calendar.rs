//! Days, hours and months of a brand's zone as spans of instants.
//!
//! A day runs from local midnight to the next one and has 23, 24 or 25 hours. Hours are counted from
//! the day's start, so they tile every day without gap or overlap, also across a change of the clocks.

use homeostat_model::WorldTime;
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned, tz::TimeZone};

use crate::EnvelopeError;

/// A span of world time: start included, end not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) starts_at: WorldTime,
    pub(crate) ends_at: WorldTime,
}

const HOUR_S: i64 = 3_600;

/// The local day that contains `at`.
pub(crate) fn day(at: WorldTime, zone: &TimeZone) -> Result<Span, EnvelopeError> {
    let local = at.0.to_zoned(zone.clone());
    let start = local.start_of_day();
    let end = local.tomorrow().and_then(|next| next.start_of_day());
    span(at, start, end)
}

/// The hour of the local day that contains `at`. The last one of a day is cut at midnight.
pub(crate) fn hour(at: WorldTime, zone: &TimeZone) -> Result<Span, EnvelopeError> {
    let day = day(at, zone)?;
    let hours = at.since(day.starts_at).as_secs().div_euclid(HOUR_S);
    let starts_at = day
        .starts_at
        .plus(SignedDuration::from_secs(hours * HOUR_S));
    let ends_at = starts_at
        .plus(SignedDuration::from_secs(HOUR_S))
        .min(day.ends_at);
    Ok(Span { starts_at, ends_at })
}

/// The calendar month that contains `at`.
pub(crate) fn month(at: WorldTime, zone: &TimeZone) -> Result<Span, EnvelopeError> {
    let local = at.0.to_zoned(zone.clone());
    let start = local
        .first_of_month()
        .and_then(|first| first.start_of_day());
    let end = start
        .as_ref()
        .map_err(Clone::clone)
        .and_then(|first| first.checked_add(1.month()));
    span(at, start, end.and_then(|next| next.start_of_day()))
}

/// All of time.
pub(crate) fn lifetime() -> Span {
    let end = Timestamp::from_second(253_370_764_800).unwrap_or(Timestamp::MAX);
    Span {
        starts_at: WorldTime(Timestamp::UNIX_EPOCH),
        ends_at: WorldTime(end),
    }
}

/// From `at` for some seconds.
pub(crate) fn from(at: WorldTime, seconds: u32) -> Span {
    Span {
        starts_at: at,
        ends_at: at.plus(SignedDuration::from_secs(i64::from(seconds))),
    }
}

fn span(
    at: WorldTime,
    start: Result<Zoned, jiff::Error>,
    end: Result<Zoned, jiff::Error>,
) -> Result<Span, EnvelopeError> {
    match (start, end) {
        (Ok(start), Ok(end)) => Ok(Span {
            starts_at: WorldTime(start.timestamp()),
            ends_at: WorldTime(end.timestamp()),
        }),
        (Err(_), _) | (_, Err(_)) => Err(EnvelopeError::OutsideCalendar(at.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> WorldTime {
        WorldTime(text.parse().unwrap())
    }

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    fn hours(span: Span) -> i64 {
        span.ends_at.since(span.starts_at).as_secs() / HOUR_S
    }

    #[test]
    fn days_have_23_24_or_25_hours() {
        let berlin = zone("Europe/Berlin");
        assert_eq!(hours(day(at("2026-03-29T12:00:00Z"), &berlin).unwrap()), 23);
        assert_eq!(hours(day(at("2026-06-01T12:00:00Z"), &berlin).unwrap()), 24);
        assert_eq!(hours(day(at("2026-10-25T12:00:00Z"), &berlin).unwrap()), 25);
    }

    #[test]
    fn the_repeated_hour_is_two_windows() {
        let berlin = zone("Europe/Berlin");
        // 02:30 summer time and 02:30 winter time.
        let first = hour(at("2026-10-25T00:30:00Z"), &berlin).unwrap();
        let second = hour(at("2026-10-25T01:30:00Z"), &berlin).unwrap();
        assert_eq!(first.ends_at, second.starts_at);
    }

    #[test]
    fn midnight_and_month_end_are_local() {
        let berlin = zone("Europe/Berlin");
        let eve = month(at("2026-01-31T22:59:59Z"), &berlin).unwrap();
        let next = month(at("2026-01-31T23:00:00Z"), &berlin).unwrap();
        assert_eq!(eve.ends_at, next.starts_at);
        assert_eq!(next.starts_at, at("2026-01-31T23:00:00Z"));
        assert_eq!(next.ends_at, at("2026-02-28T23:00:00Z"));
    }

    proptest! {
        #[test]
        fn every_instant_lies_in_its_hour_its_day_and_its_month(
            second in 0_i64..4_000_000_000,
            name in prop::sample::select(vec![
                "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu",
                "America/Sao_Paulo", "Pacific/Apia", "UTC",
            ]),
        ) {
            let zone = zone(name);
            let at = WorldTime(Timestamp::from_second(second).unwrap());
            let hour = hour(at, &zone).unwrap();
            let day = day(at, &zone).unwrap();
            let month = month(at, &zone).unwrap();
            for span in [hour, day, month] {
                prop_assert!(span.starts_at <= at && at < span.ends_at);
            }
            prop_assert!(day.starts_at <= hour.starts_at && hour.ends_at <= day.ends_at);
            prop_assert!(month.starts_at <= day.starts_at && day.ends_at <= month.ends_at);
            // The next hour begins where this one ends.
            let next = super::hour(hour.ends_at, &zone).unwrap();
            prop_assert_eq!(next.starts_at, hour.ends_at);
        }
    }
}
