//! The words for where an effect stands and how that came to be known.

use std::{fmt, str::FromStr};

use homeostat_store::StoreError;
use serde::Serialize;

/// Where an effect stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EffectState {
    /// A permit was given; the outcome is not recorded yet.
    Sending,
    /// The vendor took it and finishes later.
    Accepted,
    /// It happened.
    Settled,
    /// The vendor said no.
    Refused,
    /// Nobody can tell; its money is still held.
    Unknown,
    /// It certainly did not happen and will not.
    Void,
}

/// How the outcome came to be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Provenance {
    /// The call's own answer.
    Normal,
    /// After a crash of its owner.
    Recovered,
    /// The vendor was asked.
    Probed,
    /// The vendor recognised the key.
    Deduplicated,
    /// A person said so.
    Manual,
}

impl EffectState {
    /// The word used in SQL and on screen.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sending => "sending",
            Self::Accepted => "accepted",
            Self::Settled => "settled",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
            Self::Void => "void",
        }
    }

    /// Whether the outcome is final.
    pub fn is_closed(self) -> bool {
        match self {
            Self::Settled | Self::Refused | Self::Void => true,
            Self::Sending | Self::Accepted | Self::Unknown => false,
        }
    }
}

impl fmt::Display for EffectState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for EffectState {
    type Err = StoreError;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "sending" => Ok(Self::Sending),
            "accepted" => Ok(Self::Accepted),
            "settled" => Ok(Self::Settled),
            "refused" => Ok(Self::Refused),
            "unknown" => Ok(Self::Unknown),
            "void" => Ok(Self::Void),
            other => Err(StoreError::corrupt(
                "effect.state",
                format!("unknown word {other:?}"),
            )),
        }
    }
}

impl Provenance {
    /// The word used in SQL and on screen.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Recovered => "recovered",
            Self::Probed => "probed",
            Self::Deduplicated => "deduplicated",
            Self::Manual => "manual",
        }
    }
}

impl FromStr for Provenance {
    type Err = StoreError;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "normal" => Ok(Self::Normal),
            "recovered" => Ok(Self::Recovered),
            "probed" => Ok(Self::Probed),
            "deduplicated" => Ok(Self::Deduplicated),
            "manual" => Ok(Self::Manual),
            other => Err(StoreError::corrupt(
                "effect.provenance",
                format!("unknown word {other:?}"),
            )),
        }
    }
}
