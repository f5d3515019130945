//! Reading what many of 17TRACK's replies have: texts, carriers, times, and fields that may be odd.

use std::ops::RangeInclusive;

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};
use serde_json::Value;

use super::parcel::{Carrier, Parcel};
use crate::wire::{Object, WireError};

/// Short texts, such as a stage, are cut here, in characters.
pub(super) const WORD_MAX: usize = 80;
/// Sentences are cut here, in characters.
pub(super) const TEXT_MAX: usize = 300;
/// More odd fields of one object are not told.
const ODD_MAX: usize = 8;
/// Times outside these years are none.
const YEARS: RangeInclusive<i16> = 2_000..=2_200;

/// Reads what is not essential: a field that cannot be read is told and left out.
#[derive(Debug, Default)]
pub(super) struct Lenient {
    odd: Vec<String>,
}

impl Lenient {
    /// What was read, or nothing.
    pub(super) fn take<T: Default>(&mut self, told: Result<T, WireError>) -> T {
        told.unwrap_or_else(|error| {
            if self.odd.len() < ODD_MAX {
                self.odd.push(clean(&error.to_string(), TEXT_MAX));
            }
            T::default()
        })
    }

    /// The fields that could not be read, each with its problem.
    pub(super) fn odd(self) -> Vec<String> {
        self.odd
    }
}

/// Text that can be stored and shown: the database takes no NUL.
pub(super) fn clean(text: &str, max: usize) -> String {
    let printable = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(max);
    printable.collect::<String>().trim().to_owned()
}

/// A short text; an empty one counts as absent.
pub(super) fn word(object: &Object<'_>, name: &str) -> Result<Option<String>, WireError> {
    text(object, name, WORD_MAX)
}

/// A text of at most so many characters; an empty one counts as absent.
pub(super) fn text(
    object: &Object<'_>,
    name: &str,
    chars_max: usize,
) -> Result<Option<String>, WireError> {
    let text = object.text_opt(name)?.map(|text| clean(text, chars_max));
    Ok(text.filter(|text| !text.is_empty()))
}

/// The parcel that an object is about.
pub(super) fn parcel(object: &Object<'_>) -> Result<Parcel, WireError> {
    Ok(Parcel {
        number: object.parse("number")?,
        carrier: carrier(object, "carrier")?,
    })
}

/// A carrier as a number or as text; 0 and empty mean that it is not known.
pub(super) fn carrier(object: &Object<'_>, name: &str) -> Result<Option<Carrier>, WireError> {
    match object.number_text(name)?.as_deref() {
        None | Some("" | "0") => Ok(None),
        Some(key) => key
            .parse()
            .map(Some)
            .map_err(|error| object.wrong(name, error)),
    }
}

/// A whole number as a number or as text.
pub(super) fn integer(object: &Object<'_>, name: &str) -> Result<Option<i64>, WireError> {
    let Some(text) = object.number_text(name)? else {
        return Ok(None);
    };
    let number = text.parse().ok();
    number
        .map(Some)
        .ok_or_else(|| object.wrong(name, "must be a whole number"))
}

/// A count that may be absent.
pub(super) fn count_opt(object: &Object<'_>, name: &str) -> Result<Option<u32>, WireError> {
    if object.get(name).is_none() {
        return Ok(None);
    }
    let count = u32::try_from(object.count(name)?);
    count
        .map(Some)
        .map_err(|_| object.wrong(name, "is too large"))
}

/// An instant with its offset; an empty text counts as absent.
pub(super) fn instant(object: &Object<'_>, name: &str) -> Result<Option<Timestamp>, WireError> {
    let Some(text) = word(object, name)? else {
        return Ok(None);
    };
    placed(object, name, text.parse())
}

/// An instant that is UTC, said or not.
pub(super) fn utc(object: &Object<'_>, name: &str) -> Result<Option<Timestamp>, WireError> {
    let Some(text) = word(object, name)? else {
        return Ok(None);
    };
    let parsed = text.parse::<Timestamp>().or_else(|error| {
        let civil: DateTime = text.parse().map_err(|_| error)?;
        civil.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp())
    });
    placed(object, name, parsed)
}

fn placed(
    object: &Object<'_>,
    name: &str,
    parsed: Result<Timestamp, jiff::Error>,
) -> Result<Option<Timestamp>, WireError> {
    let instant = parsed.map_err(|error| object.wrong(name, error))?;
    if !YEARS.contains(&instant.to_zoned(TimeZone::UTC).year()) {
        return Err(object.wrong(name, format!("{instant} is out of range")));
    }
    Ok(Some(instant))
}

/// A day, also where a time of day follows it.
pub(super) fn day(object: &Object<'_>, name: &str) -> Result<Option<Date>, WireError> {
    let Some(text) = word(object, name)? else {
        return Ok(None);
    };
    let date = text.get(..10).unwrap_or(&text);
    let rest = text.get(10..).unwrap_or_default();
    if !(rest.is_empty() || rest.starts_with(['T', ' '])) {
        return Err(object.wrong(name, format!("{text:?} is no day")));
    }
    let date: Date = date.parse().map_err(|error| object.wrong(name, error))?;
    if !YEARS.contains(&date.year()) {
        return Err(object.wrong(name, format!("{date} is out of range")));
    }
    Ok(Some(date))
}

/// A time as its carrier wrote it: text, or the parts of one.
pub(super) fn raw_time(object: &Object<'_>, name: &str) -> Result<Option<String>, WireError> {
    let Some(Value::Object(_)) = object.get(name) else {
        return word(object, name);
    };
    let Some(parts) = object.object_opt(name)? else {
        return Ok(None);
    };
    let mut told = Vec::new();
    for part in ["date", "time", "timezone"] {
        told.extend(word(&parts, part)?);
    }
    Ok((!told.is_empty()).then(|| told.join(" ")))
}
