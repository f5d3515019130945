//! Texts from outside and instants, as this page says them.

use homeostat_model::RuntimeTime;
use jiff::tz::TimeZone;

use crate::words;

/// Longest text from outside: what a program said last, what an alert tells.
const TEXT_MAX: usize = 600;

/// A text from outside: one line, without what could steer a reader's eye, and not too long.
pub(super) fn line(text: &str) -> String {
    let text = text.trim();
    let mut letter = [0; 4];
    let plain = |c: char| match c {
        '\n' | '\r' | '\t' => " ".to_owned(),
        c => words::name(c.encode_utf8(&mut letter)),
    };
    let mut line: String = text.chars().take(TEXT_MAX).map(plain).collect();
    if text.chars().nth(TEXT_MAX).is_some() {
        line.push('…');
    }
    line
}

/// The last line of what a program said; what it said before is mostly the way there.
pub(super) fn last_line(text: &str) -> Option<String> {
    let last = text.lines().rfind(|line| !line.trim().is_empty())?;
    Some(line(last))
}

/// `02:14:07` on the day that it is, `Tue 16 June, 02:14:07` on another one.
pub(super) fn at(at: RuntimeTime, now: RuntimeTime, zone: &TimeZone) -> String {
    let (then, today) = (
        words::runtime_clock(at, zone),
        words::runtime_clock(now, zone),
    );
    let date = |clock: &words::Clock| clock.datetime.split('T').next().map(str::to_owned);
    match date(&then) == date(&today) {
        true => then.time,
        false => format!("{}, {}", then.day, then.time),
    }
}

/// `in 12 min`, `now`.
pub(super) fn until(at: RuntimeTime, now: RuntimeTime) -> String {
    let left = at.since(now);
    match left.as_secs() {
        ..1 => "now".into(),
        _ => format!("in {}", words::lasted(left)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> RuntimeTime {
        RuntimeTime(text.parse().unwrap())
    }

    #[test]
    fn a_text_from_outside_is_one_line_that_steers_nobody() {
        assert_eq!(
            line(" no route\n to \u{202e}host "),
            "no route  to \u{fffd}host"
        );
        let long = line(&"x".repeat(2_000));
        assert_eq!(long.chars().count(), TEXT_MAX + 1);
        assert!(long.ends_with('…'));
        let said = "Traceback\n  File \"a.py\"\nValueError: no\n\n";
        assert_eq!(last_line(said).as_deref(), Some("ValueError: no"));
        assert_eq!(last_line(" \n"), None);
    }

    #[test]
    fn an_instant_of_today_has_no_date() {
        let zone = TimeZone::get("Europe/Amsterdam").unwrap();
        let now = time("2026-06-16T00:47:12Z");
        assert_eq!(at(time("2026-06-16T00:14:07Z"), now, &zone), "02:14:07");
        let before = at(time("2026-06-15T21:14:07Z"), now, &zone);
        assert_eq!(before, "Mon 15 June, 23:14:07");
        assert_eq!(until(time("2026-06-16T00:59:12Z"), now), "in 12 min");
        assert_eq!(until(time("2026-06-16T00:40:00Z"), now), "now");
    }
}
