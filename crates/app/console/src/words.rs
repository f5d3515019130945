//! Numbers, times and names as a person reads them. One voice for all pages: a number has a unit, money has two
//! decimals, and a name from outside is cut and never more than data.

use homeostat_model::{Money, RuntimeTime, WorldTime};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

/// Longest name from outside.
const NAME_MAX: usize = 40;

/// An amount as a figure: `€4,218` and `.40`, so that a page may write the cents smaller.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Figure {
    /// With sign and currency.
    pub whole: String,
    /// With its point.
    pub cents: String,
}

/// Money with two decimals, rounded half away from zero: `€4,218.40`, `−€0.35`.
pub fn money(amount: Money) -> String {
    let Figure { whole, cents } = figure(amount);
    whole + &cents
}

/// The same in two parts.
pub fn figure(amount: Money) -> Figure {
    let all = (amount.amount_micros.unsigned_abs() + 5_000) / 10_000;
    let sign = if amount.amount_micros < 0 && all > 0 {
        "−"
    } else {
        ""
    };
    Figure {
        whole: format!(
            "{sign}{}{}",
            symbol(amount.currency.as_str()),
            grouped(all / 100)
        ),
        cents: format!(".{:02}", all % 100),
    }
}

/// Money in whole units, for titles of events: `€42`.
pub fn whole_money(amount: Money) -> String {
    let all = (amount.amount_micros.unsigned_abs() + 500_000) / 1_000_000;
    let sign = if amount.amount_micros < 0 && all > 0 {
        "−"
    } else {
        ""
    };
    format!("{sign}{}{}", symbol(amount.currency.as_str()), grouped(all))
}

/// The sign of a currency where everybody knows it; the code and a space else.
fn symbol(code: &str) -> String {
    match code {
        "EUR" => "€".into(),
        "USD" => "$".into(),
        "GBP" => "£".into(),
        _ => format!("{code}\u{a0}"),
    }
}

/// Thousands parted: `12,408`.
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count with its noun: `1 job`, `2 jobs`.
pub fn count(n: u64, noun: &str) -> String {
    match n {
        1 => format!("1 {noun}"),
        n => format!("{} {noun}s", grouped(n)),
    }
}

/// How long something took: `0.038 s`, `0.8 s`, `12 s`, `1 min 52 s`, `3 h 5 min`, `2 d 4 h`.
pub fn lasted(time: SignedDuration) -> String {
    let ms = time.as_millis().max(0);
    let (s, min, h) = (ms / 1_000, ms / 60_000, ms / 3_600_000);
    match ms {
        0 => "0 s".into(),
        ..100 => format!("0.{ms:03} s"),
        100..10_000 => format!("{}.{} s", s, ms % 1_000 / 100),
        10_000..60_000 => format!("{s} s"),
        60_000..3_600_000 => two(min, "min", s % 60, "s"),
        3_600_000..86_400_000 => two(h, "h", min % 60, "min"),
        _ => two(h / 24, "d", h % 24, "h"),
    }
}

fn two(large: i128, unit: &str, small: i128, of: &str) -> String {
    match small {
        0 => format!("{large} {unit}"),
        small => format!("{large} {unit} {small} {of}"),
    }
}

/// How old something is, in the largest unit: `now`, `40 s old`, `11 min old`.
pub fn age(time: SignedDuration) -> String {
    let s = time.as_secs();
    match s {
        ..2 => "now".into(),
        2..120 => format!("{s} s old"),
        120..7_200 => format!("{} min old", s / 60),
        7_200..172_800 => format!("{} h old", s / 3_600),
        _ => format!("{} d old", s / 86_400),
    }
}

/// An instant in a zone, for people and for programs.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Clock {
    /// `02:47:12`.
    pub time: String,
    /// `2026-06-16T02:47:12+02:00`.
    pub datetime: String,
    /// `Tue 16 June`.
    pub day: String,
}

/// World time in a zone.
pub fn world_clock(at: WorldTime, zone: &TimeZone) -> Clock {
    clock(at.0, zone)
}

/// Runtime time in a zone.
pub fn runtime_clock(at: RuntimeTime, zone: &TimeZone) -> Clock {
    clock(at.0, zone)
}

fn clock(at: Timestamp, zone: &TimeZone) -> Clock {
    let at = at.to_zoned(zone.clone());
    Clock {
        time: at.strftime("%H:%M:%S").to_string(),
        datetime: at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        day: at.strftime("%a %-d %B").to_string(),
    }
}

/// With a capital first and a point at its end.
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let Some(first) = letters.next() else {
        return String::new();
    };
    let end = if text.ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    format!("{}{}{end}", first.to_uppercase(), letters.as_str())
}

/// A name from outside: one line, without what could steer a reader's eye, and not too long.
pub fn name(text: &str) -> String {
    plain(text, NAME_MAX)
}

/// A text from outside in one line, without what could steer a reader's eye, and of so many letters at most.
pub fn plain(text: &str, most: usize) -> String {
    let seen = |c: char| match c {
        // Marks that turn the direction of what follows, and others that are not seen.
        '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}' => '\u{fffd}',
        c if c.is_control() => '\u{fffd}',
        c => c,
    };
    let mut plain: String = text.chars().take(most).map(seen).collect();
    if text.chars().nth(most).is_some() {
        plain.pop();
        plain.push('…');
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn euros(amount_micros: i64) -> Money {
        Money::from_micros(amount_micros, "EUR".parse().unwrap())
    }

    #[test]
    fn money_is_whole_cents_with_its_sign_first() {
        assert_eq!(money(euros(4_218_400_000)), "€4,218.40");
        assert_eq!(money(euros(-350_000)), "−€0.35");
        assert_eq!(money(euros(-4_999)), "€0.00", "no cent is no debt");
        assert_eq!(
            money(euros(995_000)),
            "€1.00",
            "half is rounded away from nothing"
        );
        let yen = Money::from_micros(1_200_000_000, "JPY".parse().unwrap());
        assert_eq!(money(yen), "JPY\u{a0}1,200.00");
        assert_eq!(whole_money(euros(42_490_000)), "€42");
    }

    #[test]
    fn times_have_the_digits_that_matter() {
        let lasts = |ms| lasted(SignedDuration::from_millis(ms));
        assert_eq!(lasts(804), "0.8 s");
        assert_eq!(lasts(12_345), "12 s");
        assert_eq!(lasts(112_000), "1 min 52 s");
        assert_eq!(lasts(3_600_000), "1 h");
        assert_eq!(lasts(187_200_000), "2 d 4 h");
        assert_eq!(lasts(38), "0.038 s");
        assert_eq!(lasts(-5), "0 s");
        assert_eq!(age(SignedDuration::from_secs(660)), "11 min old");
    }

    #[test]
    fn counts_agree_with_their_nouns() {
        assert_eq!(count(0, "job"), "0 jobs");
        assert_eq!(count(1, "job"), "1 job");
        assert_eq!(count(12_408, "decision"), "12,408 decisions");
    }

    #[test]
    fn a_long_text_is_cut_once_and_steers_nobody() {
        assert_eq!(plain(&"x".repeat(100), 100), "x".repeat(100));
        let cut = plain(&"ü".repeat(300), 240);
        assert_eq!(cut.chars().count(), 240);
        assert!(cut.ends_with("ü…"), "{cut}");
        assert_eq!(plain("a\u{202e}b\nc", 10), "a\u{fffd}b\u{fffd}c");
    }

    #[test]
    fn a_name_is_one_short_line_that_steers_nobody() {
        assert_eq!(name("linen-suit-eu"), "linen-suit-eu");
        assert_eq!(name("a\nb\u{202e}c"), "a\u{fffd}b\u{fffd}c");
        assert_eq!(name(&"x".repeat(60)).chars().count(), NAME_MAX);
    }

    #[test]
    fn an_instant_is_told_in_the_brands_zone() {
        let at = WorldTime("2026-06-16T00:47:12Z".parse().unwrap());
        let clock = world_clock(at, &TimeZone::get("Europe/Amsterdam").unwrap());
        assert_eq!(clock.time, "02:47:12");
        assert_eq!(clock.datetime, "2026-06-16T02:47:12+02:00");
        assert_eq!(clock.day, "Tue 16 June");
    }
}
