//! Which instant of a film is looked at: as an instant, or as milliseconds from the death, which is what a slider sends.

use homeostat_model::RuntimeTime;
use jiff::{SignedDuration, Timestamp};

use super::film::Span;
use crate::board::Trouble;

/// What the slider can be set to, in milliseconds from the beginning of the incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub(super) struct Slider {
    pub(super) min: i64,
    pub(super) max: i64,
    pub(super) step: i64,
    pub(super) value: i64,
}

/// Steps of a slider: as many as a wide screen has places.
const STEPS: i64 = 1_200;

/// An instant such as `2026-06-16T02:14:07.404+02:00`.
///
/// # Errors
/// A trouble with the field `at`.
pub(crate) fn parsed(text: &str) -> Result<RuntimeTime, Trouble> {
    // The plus of an offset arrives as a space where nobody wrote it as %2B.
    let text = match text.split_once('T') {
        Some((day, time)) => format!("{day}T{}", time.replace(' ', "+")),
        None => text.to_owned(),
    };
    let instant: Result<Timestamp, _> = text.parse();
    instant.map(RuntimeTime).map_err(|_| {
        let problem = format!("{text:?} is no instant; write it like 2026-06-16T00:14:07.404Z");
        Trouble::input("at", problem)
    })
}

/// The instant that is asked for; absent: `otherwise`.
///
/// # Errors
/// A trouble with the field `at`, also for one that is not in the film.
pub(super) fn chosen(
    asked: Option<&str>,
    span: &Span,
    otherwise: RuntimeTime,
) -> Result<RuntimeTime, Trouble> {
    let at = match asked.map(str::trim) {
        None | Some("") => return Ok(span.clamped(otherwise)),
        Some(text) => match text.parse::<i64>() {
            Ok(ms) => span.began.plus(SignedDuration::from_millis(ms)),
            Err(_) => parsed(text)?,
        },
    };
    // A slider counts whole milliseconds, so its ends lie just outside.
    let slack = SignedDuration::from_millis(1);
    if at < span.from.plus(-slack) || at > span.until.plus(slack) {
        let (from, until) = (span.from, span.until);
        let problem = format!("{at} is not in this film, which goes from {from} to {until}");
        return Err(Trouble::input("at", problem));
    }
    Ok(span.clamped(at))
}

/// The slider with its thumb at an instant.
pub(super) fn slider(span: &Span, at: RuntimeTime) -> Slider {
    let ms = |at: RuntimeTime| i64::try_from(at.since(span.began).as_millis()).unwrap_or_default();
    let (min, max) = (ms(span.from), ms(span.until));
    Slider {
        min,
        max,
        step: ((max - min) / STEPS).max(1),
        value: ms(at).clamp(min, max),
    }
}

/// The instants of events before and after the chosen one, for stepping.
pub(super) fn neighbours(
    instants: impl IntoIterator<Item = RuntimeTime>,
    span: &Span,
    at: RuntimeTime,
) -> (Option<RuntimeTime>, Option<RuntimeTime>) {
    let (mut before, mut after) = (None, None);
    for instant in instants.into_iter().filter(|instant| span.covers(*instant)) {
        if instant < at {
            before = before.max(Some(instant));
        }
        if instant > at {
            after = Some(after.map_or(instant, |after: RuntimeTime| after.min(instant)));
        }
    }
    (before, after)
}

#[cfg(test)]
mod tests {
    use super::{super::case::at, *};

    fn span() -> Span {
        Span::of(at("00:14:07.104"), Some(at("00:14:08.104")), at("00:20:00"))
    }

    #[test]
    fn an_instant_is_told_as_one_or_in_milliseconds_from_the_death() {
        let chosen = |text| chosen(text, &span(), at("00:14:07.104"));
        assert_eq!(chosen(None).unwrap(), at("00:14:07.104"));
        assert_eq!(chosen(Some(" ")).unwrap(), at("00:14:07.104"));
        assert_eq!(chosen(Some("300")).unwrap(), at("00:14:07.404"));
        assert_eq!(chosen(Some("-100")).unwrap(), at("00:14:07.004"));
        let exact = "2026-06-16T00:14:07.404123Z";
        assert_eq!(chosen(Some(exact)).unwrap(), at("00:14:07.404123"));
        let with_offset = "2026-06-16T02:14:07.404 02:00";
        assert_eq!(chosen(Some(with_offset)).unwrap(), at("00:14:07.404"));
    }

    #[test]
    fn a_bad_instant_is_named() {
        let refused = |text| {
            let refused = chosen(Some(text), &span(), at("00:14:07.104"));
            refused.unwrap_err().to_string()
        };
        for bad in ["yesterday", "02:14", "3.5", "2026-06-16"] {
            let told = refused(bad);
            assert!(told.starts_with("at: "), "{told}");
            assert!(told.contains("is no instant"), "{told}");
        }
        for outside in ["-5000", "2026-06-16T03:00:00Z", "9223372036854775807"] {
            let told = refused(outside);
            assert!(told.contains("is not in this film"), "{told}");
        }
    }

    #[test]
    fn the_slider_covers_the_film() {
        let span = span();
        let slider = slider(&span, at("00:14:07.404"));
        assert_eq!((slider.min, slider.max), (-200, 1_200));
        assert_eq!((slider.step, slider.value), (1, 300));
    }

    #[test]
    fn steps_go_from_event_to_event() {
        let events = [
            at("00:00:00"),
            at("00:14:07.104"),
            at("00:14:07.300"),
            at("00:14:07.900"),
        ];
        let steps = |text| neighbours(events, &span(), at(text));
        let (first, second, third) = (Some(events[1]), Some(events[2]), Some(events[3]));
        assert_eq!(steps("00:14:07.104"), (None, second));
        assert_eq!(steps("00:14:07.300"), (first, third));
        assert_eq!(steps("00:14:07.500"), (second, third));
        assert_eq!(steps("00:14:07.900"), (second, None));
    }
}
