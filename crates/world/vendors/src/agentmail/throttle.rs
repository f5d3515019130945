//! How long the vendor wants to be left alone.
//!
//! Three headers are known. `X-RateLimit-Reset` and an HTTP date in `Retry-After` are instants of the vendor's clock,
//! so they are held against the `Date` of the same reply and never against ours.

use std::time::Duration;

use jiff::{Timestamp, fmt::rfc2822};
use reqwest::header::HeaderMap;

/// What `Retry-After` usually says.
const USUAL: Duration = Duration::from_secs(1);
/// A longer hint is nonsense.
const MOST: Duration = Duration::from_secs(24 * 3_600);
/// A smaller `X-RateLimit-Reset` is a number of seconds, a larger one an instant.
const INSTANTS_FROM_S: i64 = 1_000_000_000;

/// The longest of the hints: to call before one of them is over would be too early.
pub(super) fn wait(headers: &HeaderMap) -> Duration {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let date = text("date").and_then(instant);
    let hints = [
        text("retry-after-ms").and_then(|ms| decimal(ms, 1_000.0)),
        text("retry-after")
            .and_then(|after| decimal(after, 1.0).or_else(|| between(date?, instant(after)?))),
        text("x-ratelimit-reset").and_then(|reset| {
            let seconds: i64 = reset.trim().parse().ok()?;
            if seconds < INSTANTS_FROM_S {
                return Some(Duration::from_secs(u64::try_from(seconds).ok()?));
            }
            between(date?, Timestamp::from_second(seconds).ok()?)
        }),
    ];
    let longest = hints.into_iter().flatten().max().unwrap_or_default();
    match longest {
        Duration::ZERO => USUAL,
        hint => hint.min(MOST),
    }
}

/// A number of parts of a second; fractions are allowed, nonsense is none.
fn decimal(text: &str, parts_per_s: f64) -> Option<Duration> {
    let number: f64 = text.trim().parse().ok()?;
    Duration::try_from_secs_f64(number / parts_per_s).ok()
}

fn instant(http_date: &str) -> Option<Timestamp> {
    static PARSER: rfc2822::DateTimeParser = rfc2822::DateTimeParser::new();
    PARSER.parse_timestamp(http_date.trim()).ok()
}

fn between(from: Timestamp, to: Timestamp) -> Option<Duration> {
    to.duration_since(from).try_into().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    const DATE: (&str, &str) = ("date", "Mon, 02 Mar 2026 10:00:00 GMT");

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let pair = |(name, text): &(&'static str, &str)| {
            let value = HeaderValue::from_str(text).unwrap();
            (HeaderName::from_static(name), value)
        };
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn each_hint_is_honoured_and_the_longest_counts() {
        let instant: Timestamp = "2026-03-02T10:00:07Z".parse().unwrap();
        let reset = instant.as_second().to_string();
        for (pairs, expected_ms) in [
            (&[][..], 1_000),
            (&[("retry-after", "0")], 1_000),
            (&[("retry-after", "3")], 3_000),
            (&[("retry-after", "1.5")], 1_500),
            (&[("retry-after-ms", "250")], 250),
            (&[("retry-after", "2"), ("retry-after-ms", "2500")], 2_500),
            (&[("x-ratelimit-reset", "4")], 4_000),
            (&[("x-ratelimit-reset", &reset), DATE], 7_000),
            (&[("x-ratelimit-reset", &reset)], 1_000),
            (
                &[("retry-after", "Mon, 02 Mar 2026 10:00:09 GMT"), DATE],
                9_000,
            ),
            (
                &[("retry-after", "Mon, 02 Mar 2026 09:00:00 GMT"), DATE],
                1_000,
            ),
            (&[("retry-after", "-5")], 1_000),
            (&[("retry-after", "inf")], 1_000),
            (&[("retry-after", "soon")], 1_000),
            (&[("retry-after", "1e9")], 86_400_000),
        ] {
            let told = wait(&headers(pairs));
            assert_eq!(told, Duration::from_millis(expected_ms), "{pairs:?}");
        }
    }

    proptest! {
        #[test]
        fn any_hint_gives_a_wait_that_is_positive_and_at_most_a_day(
            after in "[ -~]{0,30}", ms in "[0-9eE.+-]{0,20}", reset in "-?[0-9]{0,20}", date in "[ -~]{0,30}",
        ) {
            let told = wait(&headers(&[
                ("retry-after", &after), ("retry-after-ms", &ms), ("x-ratelimit-reset", &reset), ("date", &date),
            ]));
            prop_assert!(told <= MOST && !told.is_zero());
        }
    }
}
