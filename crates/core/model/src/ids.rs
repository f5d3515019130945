//! Identifiers. Each table's key has its own type, so that ids cannot be swapped by accident.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

macro_rules! row_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

row_id! {
    /// A row of `homeostat.job`.
    JobId,
    /// A row of `homeostat.run`: one passage through a pipeline. It is the id of its first job.
    RunId,
    /// A row of `homeostat.process`: one epoch, which is one life of one process.
    ProcessId,
    /// A row of `homeostat.decision`.
    DecisionId,
    /// A row of `homeostat.effect`.
    EffectId,
    /// Grows with every claim of a job; a result that carries an older one changes nothing (L1).
    Fence,
}

/// The name of a brand: 1 to 40 of `a-z`, `0-9` and `-`, starting with a letter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BrandId(String);

/// The text is not a brand's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("brand {0:?} must be 1 to 40 of a-z, 0-9 and '-', starting with a letter")]
pub struct InvalidBrand(pub String);

impl BrandId {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for BrandId {
    type Error = InvalidBrand;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let starts_well = text.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
        let all_well = text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if starts_well && all_well && text.len() <= 40 {
            Ok(Self(text))
        } else {
            Err(InvalidBrand(text))
        }
    }
}

impl FromStr for BrandId {
    type Err = InvalidBrand;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.to_owned().try_into()
    }
}

impl From<BrandId> for String {
    fn from(brand: BrandId) -> Self {
        brand.0
    }
}

impl fmt::Display for BrandId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
