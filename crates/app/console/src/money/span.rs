//! The time over which cost is told: its steps, and the words below them.

use homeostat_model::RuntimeTime;
use jiff::{SignedDuration, civil::Date, tz::TimeZone};

/// How many days may be asked for.
pub(super) const DAYS: [&str; 3] = ["1", "7", "30"];

/// Steps of time up to now, in a zone. One day is told by the hour.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Span {
    /// When each step begins.
    pub(super) begins: Vec<RuntimeTime>,
    /// Words below the axis, each at a share of the width.
    pub(super) labels: Vec<(f64, String)>,
    /// `an hour`, `a day`.
    pub(super) each: &'static str,
    /// `today`, `in the last 7 days`.
    pub(super) told: String,
}

impl Span {
    /// Today and the days before it, `days` in all.
    pub(super) fn of(now: RuntimeTime, zone: &TimeZone, days: i64) -> Self {
        let today = now.0.to_zoned(zone.clone()).date();
        match days {
            ..=1 => Self::hours(today, zone),
            days => Self::days(today, zone, days),
        }
    }

    /// A day has 23, 24 or 25 of them.
    fn hours(today: Date, zone: &TimeZone) -> Self {
        let mut begins = Vec::new();
        let end = today.tomorrow().ok().and_then(|day| midnight(day, zone));
        let mut next = midnight(today, zone);
        while let Some(at) = next.filter(|at| end.is_some_and(|end| *at < end)) {
            begins.push(at);
            next = Some(at.plus(SignedDuration::from_hours(1)));
        }
        let labels = [(0.0, "00:00"), (0.5, "12:00"), (1.0, "24:00")];
        Self {
            begins,
            labels: labels.map(|(at, text)| (at, text.to_owned())).into(),
            each: "an hour",
            told: "today".to_owned(),
        }
    }

    fn days(today: Date, zone: &TimeZone, days: i64) -> Self {
        let ago = |n: i64| today.checked_sub(SignedDuration::from_hours(24 * n)).ok();
        let dates: Vec<Date> = (0..days).rev().filter_map(ago).collect();
        let word = |date: &Date| date.strftime("%-d %B").to_string();
        let first = dates.first().map(|date| (0.0, word(date)));
        let last = (1.0, "today".to_owned());
        Self {
            begins: dates
                .iter()
                .filter_map(|day| midnight(*day, zone))
                .collect(),
            labels: first.into_iter().chain([last]).collect(),
            each: "a day",
            told: format!("in the last {days} days"),
        }
    }
}

/// The first instant of a local day; none outside of the calendar.
fn midnight(day: Date, zone: &TimeZone) -> Option<RuntimeTime> {
    let begins = day.to_zoned(zone.clone()).ok()?;
    Some(RuntimeTime(begins.timestamp()))
}

#[cfg(test)]
mod tests {
    use super::{super::fixture::*, *};

    #[test]
    fn days_begin_at_the_local_midnight() {
        let span = Span::of(at("2026-06-16T00:47:12Z"), &zone(), 7);
        assert_eq!(span.begins.len(), 7);
        assert_eq!(span.begins.first(), Some(&at("2026-06-09T22:00:00Z")));
        assert_eq!(span.begins.last(), Some(&at("2026-06-15T22:00:00Z")));
        assert_eq!(span.labels.first(), Some(&(0.0, "10 June".to_owned())));
        assert_eq!(span.told, "in the last 7 days");
    }

    #[test]
    fn a_day_of_23_hours_has_23_steps() {
        let span = Span::of(at("2026-03-29T10:00:00Z"), &zone(), 1);
        assert_eq!(span.begins.len(), 23);
        assert_eq!(span.begins.first(), Some(&at("2026-03-28T23:00:00Z")));
        let month = Span::of(at("2026-03-31T10:00:00Z"), &zone(), 30);
        assert_eq!(month.begins.len(), 30);
        assert!(month.begins.contains(&at("2026-03-29T22:00:00Z")));
    }
}
