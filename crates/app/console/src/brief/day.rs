//! Which day is meant, and where it lies by each of the two clocks.
//!
//! A day is the brand's: from midnight to midnight of its zone, in world time. Decisions, windows and what the ads
//! report are kept by that clock. Acts, deaths and words are kept by the database's, which in a sandbox runs slower.
//!
//! *Two times.* With both clocks together a moment is the same in both. Apart, the moment of the database's is told by
//! the decisions before and after it, each of which has both times: exact while the world's clock runs evenly between
//! them, and at most as wrong as they are apart.

use homeostat_effects::{Moment, decided_around};
use homeostat_model::{RuntimeTime, WorldTime};
use homeostat_store::{Db, StoreError};
use jiff::{SignedDuration, civil::Date, tz::TimeZone};

use crate::operations::Now;

/// Until this hour a brief is about the day before.
const MORNING_ENDS: i8 = 12;
/// Clocks this close are one clock, asked twice.
const SAME_CLOCK: SignedDuration = SignedDuration::from_secs(2);

/// A day of a brand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Day {
    /// In the brand's calendar.
    pub date: Date,
    /// Its first instant.
    pub from: WorldTime,
    /// The first instant after it; also of one that is not over.
    pub until: WorldTime,
    /// It has ended.
    pub is_over: bool,
    /// The day before; none: the calendar ends.
    pub before: Option<Date>,
    /// The day after; none: it has not begun.
    pub after: Option<Date>,
}

/// The same day by the database's clock, as far as it has come.
pub(super) type Span = (RuntimeTime, RuntimeTime);

/// The day that is asked for; absent, the one before until noon, then the one that runs. The problem, where there is
/// no such day or it has not begun.
pub(super) fn which(asked: Option<&str>, now: WorldTime, zone: &TimeZone) -> Result<Day, String> {
    let here = now.0.to_zoned(zone.clone());
    let today = here.date();
    let date = match asked {
        Some(text) => read(text)?,
        None if here.hour() < MORNING_ENDS => today.yesterday().unwrap_or(today),
        None => today,
    };
    if date > today {
        return Err(format!("{date} has not begun; today is {today}"));
    }
    let outside = |_| format!("{date} lies outside the calendar");
    let midnight = |date: Date| {
        let start = date.to_zoned(zone.clone()).map_err(outside)?;
        Ok::<_, String>(WorldTime(start.timestamp()))
    };
    let until = midnight(date.tomorrow().map_err(outside)?)?;
    Ok(Day {
        date,
        from: midnight(date)?,
        until,
        is_over: until <= now,
        before: date.yesterday().ok(),
        after: date.tomorrow().ok().filter(|next| *next <= today),
    })
}

fn read(text: &str) -> Result<Date, String> {
    let date = text.parse::<Date>().ok();
    // Other ways to write a date mean it too, but not every reader sees the same day in them.
    date.filter(|date| date.to_string() == text)
        .ok_or_else(|| format!("{text:?} is no day; write it like 2026-06-15"))
}

/// The day by the database's clock. An end that lies ahead is now.
pub(super) async fn span(db: &Db, brand: &str, day: &Day, now: Now) -> Result<Span, StoreError> {
    if is_one_clock(now) {
        return Ok((RuntimeTime(day.from.0), RuntimeTime(day.until.0)));
    }
    let (before, after) = decided_around(db, brand, day.from).await?;
    let from = by_runtime(day.from, (before, after), now);
    let (before, after) = decided_around(db, brand, day.until).await?;
    Ok((from, by_runtime(day.until, (before, after), now)))
}

fn is_one_clock(now: Now) -> bool {
    let apart = now.world.0.duration_since(now.runtime.0);
    apart.abs() <= SAME_CLOCK
}

/// An instant of the world by the database's clock, told by the moments before and after it.
fn by_runtime(
    at: WorldTime,
    (before, after): (Option<Moment>, Option<Moment>),
    now: Now,
) -> RuntimeTime {
    let now = Moment {
        runtime: now.runtime,
        world: now.world,
    };
    if at >= now.world {
        return now.runtime;
    }
    let after = after.filter(|one| one.world < now.world).unwrap_or(now);
    match before {
        Some(before) => on_the_line(at, before, after),
        // Before the first decision: as fast as since then.
        None => on_the_line(at, after, now),
    }
}

/// Where an instant lies on the line through two moments.
fn on_the_line(at: WorldTime, first: Moment, second: Moment) -> RuntimeTime {
    let past = at.since(first.world).as_micros();
    let (world, runtime) = (
        second.world.since(first.world).as_micros(),
        second.runtime.since(first.runtime).as_micros(),
    );
    let moved = match world > 0 && runtime >= 0 {
        true => past.saturating_mul(runtime) / world,
        // One moment alone: as fast as here.
        false => past,
    };
    let moved = i64::try_from(moved).unwrap_or(if past < 0 { i64::MIN } else { i64::MAX });
    first.runtime.plus(SignedDuration::from_micros(moved))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn world(text: &str) -> WorldTime {
        WorldTime(text.parse().unwrap())
    }

    fn runtime(text: &str) -> RuntimeTime {
        RuntimeTime(text.parse().unwrap())
    }

    fn amsterdam() -> TimeZone {
        TimeZone::get("Europe/Amsterdam").unwrap()
    }

    fn day(asked: Option<&str>, now: &str) -> Result<Day, String> {
        which(asked, world(now), &amsterdam())
    }

    #[test]
    fn until_noon_of_the_brands_clock_it_is_the_day_before() {
        // 11:59:59 and 12:00 in Amsterdam.
        let morning = day(None, "2026-06-16T09:59:59Z").unwrap();
        assert_eq!(morning.date.to_string(), "2026-06-15");
        assert!(morning.is_over);
        assert_eq!(morning.from, world("2026-06-14T22:00:00Z"));
        assert_eq!(morning.until, world("2026-06-15T22:00:00Z"));
        let noon = day(None, "2026-06-16T10:00:00Z").unwrap();
        assert_eq!(noon.date.to_string(), "2026-06-16");
        assert!(!noon.is_over);
        // 00:30 on the 16th in Amsterdam is the 15th in UTC.
        let night = day(None, "2026-06-15T22:30:00Z").unwrap();
        assert_eq!(night.date.to_string(), "2026-06-15");
    }

    #[test]
    fn the_day_after_is_there_once_it_has_begun() {
        let of = |asked| day(Some(asked), "2026-06-16T10:00:00Z").unwrap();
        let today = of("2026-06-16");
        assert_eq!(today.before.unwrap().to_string(), "2026-06-15");
        assert_eq!(today.after, None);
        assert_eq!(of("2026-06-15").after.unwrap().to_string(), "2026-06-16");
    }

    #[test]
    fn a_day_of_a_changed_clock_is_longer() {
        let found = day(Some("2026-10-25"), "2026-11-01T00:00:00Z").unwrap();
        assert_eq!(found.until.since(found.from).as_hours(), 25);
    }

    #[test]
    fn a_wrong_day_is_named_with_what_would_be_right() {
        let refused = |asked| day(Some(asked), "2026-06-16T10:00:00Z").unwrap_err();
        assert_eq!(
            refused("2026-06-17"),
            "2026-06-17 has not begun; today is 2026-06-16"
        );
        for text in [
            "",
            "yesterday",
            "2026-13-01",
            "20260615",
            "2026-06-15T10:00",
        ] {
            let wanted = format!("{text:?} is no day; write it like 2026-06-15");
            assert_eq!(refused(text), wanted);
        }
        assert!(refused("9999-12-31").contains("has not begun"));
    }

    /// A world that runs 60 times as fast, and stood still between two decisions.
    fn now() -> Now {
        Now {
            runtime: runtime("2026-11-27T10:00:00Z"),
            world: world("2026-01-03T00:00:00Z"),
        }
    }

    fn moment(at: &str, of: &str) -> Moment {
        Moment {
            runtime: runtime(at),
            world: world(of),
        }
    }

    #[test]
    fn between_two_decisions_the_worlds_clock_runs_evenly() {
        let before = moment("2026-11-27T09:00:00Z", "2026-01-01T00:00:00Z");
        let after = moment("2026-11-27T09:10:00Z", "2026-01-01T10:00:00Z");
        let at = world("2026-01-01T05:00:00Z");
        let found = by_runtime(at, (Some(before), Some(after)), now());
        assert_eq!(found, runtime("2026-11-27T09:05:00Z"));
        // After the last decision it runs until now.
        let at = world("2026-01-02T00:00:00Z");
        let found = by_runtime(at, (Some(before), None), now());
        assert_eq!(found, runtime("2026-11-27T09:30:00Z"));
    }

    #[test]
    fn before_the_first_decision_it_ran_as_fast_as_since() {
        let first = moment("2026-11-27T09:30:00Z", "2026-01-02T00:00:00Z");
        let found = by_runtime(world("2026-01-01T23:00:00Z"), (None, Some(first)), now());
        // 24 h of the world took half an hour.
        assert_eq!(found, runtime("2026-11-27T09:28:45Z"));
    }

    #[test]
    fn what_lies_ahead_is_now_and_nothing_known_is_no_crash() {
        let ahead = by_runtime(world("2026-01-04T00:00:00Z"), (None, None), now());
        assert_eq!(ahead, now().runtime);
        let alone = by_runtime(world("2026-01-02T23:00:00Z"), (None, None), now());
        assert_eq!(alone, runtime("2026-11-27T09:00:00Z"));
    }

    #[test]
    fn clocks_that_agree_are_one() {
        let mut now = now();
        assert!(!is_one_clock(now));
        now.world = WorldTime(now.runtime.0).plus(SignedDuration::from_millis(3));
        assert!(is_one_clock(now));
    }
}
