//! What a parcel is called: its number, and whose number that is.

use std::{fmt, num::NonZeroU32, str::FromStr};

use serde::{Deserialize, Serialize};

/// Least and most characters of a number.
const NUMBER_CHARS: std::ops::RangeInclusive<usize> = 5..=50;

/// A tracking number: 5 to 50 letters and digits. Kept in upper case, as carriers print it, so that one number has one
/// spelling here whoever wrote it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Number(String);

/// The text is no tracking number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} must be a tracking number: 5 to 50 letters and digits without spaces")]
pub struct InvalidNumber(String);

/// A carrier by 17TRACK's key, such as 3011 for China Post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Carrier(NonZeroU32);

/// The text or number is no carrier's key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} must be a carrier's key: a whole number from 1")]
pub struct InvalidCarrier(String);

/// A number under a carrier, which is what a registration is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Parcel {
    /// Its number.
    pub number: Number,
    /// Whose number it is. `None` leaves it to the vendor to find out.
    pub carrier: Option<Carrier>,
}

impl Number {
    /// The number in upper case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Carrier {
    /// The carrier with this key; `None` for 0, by which the vendor means that it is not known.
    pub fn new(key: u32) -> Option<Self> {
        NonZeroU32::new(key).map(Self)
    }

    /// 17TRACK's key.
    pub fn key(self) -> u32 {
        self.0.get()
    }
}

impl FromStr for Number {
    type Err = InvalidNumber;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if plain && NUMBER_CHARS.contains(&text.len()) {
            return Ok(Self(text.to_ascii_uppercase()));
        }
        Err(InvalidNumber(text.chars().take(60).collect()))
    }
}

impl FromStr for Carrier {
    type Err = InvalidCarrier;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let key = text.parse().ok().and_then(Self::new);
        key.ok_or_else(|| InvalidCarrier(text.chars().take(60).collect()))
    }
}

impl TryFrom<String> for Number {
    type Error = InvalidNumber;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Number> for String {
    fn from(number: Number) -> Self {
        number.0
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Carrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Parcel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.carrier {
            Some(carrier) => write!(f, "{} ({carrier})", self.number),
            None => self.number.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_spelling_and_five_to_fifty_characters() {
        let number: Number = "lx300112233cn".parse().unwrap();
        assert_eq!(number.as_str(), "LX300112233CN");
        assert!("12345".parse::<Number>().is_ok());
        assert!("A".repeat(50).parse::<Number>().is_ok());
        for text in ["", "12", "1234", "12 345", "12345\n", "RR-12345", "ÄÄÄÄÄ"] {
            assert!(text.parse::<Number>().is_err(), "{text}");
        }
        assert!("A".repeat(51).parse::<Number>().is_err());
    }

    #[test]
    fn a_carrier_is_a_whole_number_from_one() {
        assert_eq!("3011".parse::<Carrier>().unwrap().key(), 3_011);
        for text in ["", "0", "-1", "3011.5", "4294967296", "China Post"] {
            assert!(text.parse::<Carrier>().is_err(), "{text}");
        }
    }
}
