//! The two ladders a person can move: the system's mode and a policy's autonomy.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// How much the whole system may do. Ordered from free to stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Mode {
    /// Everything the envelope allows.
    Normal,
    /// Only acts that reduce risk: pause, deny, hold.
    Safe,
    /// Nothing.
    Halt,
}

/// How far one policy is trusted. Ordered from watching to free.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Autonomy {
    /// Decisions are stored, nothing is done.
    Shadow,
    /// Decisions wait for a person.
    Suggest,
    /// Acts within a tenth of the caps.
    Guarded,
    /// Acts within the caps.
    Full,
}

/// A word that is none of the allowed ones.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{word:?} is not a {what}; use one of {allowed}")]
pub struct UnknownWord {
    /// What was being read.
    pub what: &'static str,
    /// What was written.
    pub word: String,
    /// What could have been written.
    pub allowed: &'static str,
}

impl Mode {
    /// The word used in SQL and on screen.
    pub fn as_str(self) -> &'static str {
        match self {
            Mode::Normal => "NORMAL",
            Mode::Safe => "SAFE",
            Mode::Halt => "HALT",
        }
    }
}

impl FromStr for Mode {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word.to_ascii_uppercase().as_str() {
            "NORMAL" => Ok(Mode::Normal),
            "SAFE" => Ok(Mode::Safe),
            "HALT" => Ok(Mode::Halt),
            _ => Err(UnknownWord {
                what: "mode",
                word: word.into(),
                allowed: "NORMAL, SAFE, HALT",
            }),
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Autonomy {
    /// The word used in SQL, config and on screen.
    pub fn as_str(self) -> &'static str {
        match self {
            Autonomy::Shadow => "shadow",
            Autonomy::Suggest => "suggest",
            Autonomy::Guarded => "guarded",
            Autonomy::Full => "full",
        }
    }
}

impl FromStr for Autonomy {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "shadow" => Ok(Autonomy::Shadow),
            "suggest" => Ok(Autonomy::Suggest),
            "guarded" => Ok(Autonomy::Guarded),
            "full" => Ok(Autonomy::Full),
            _ => Err(UnknownWord {
                what: "autonomy",
                word: word.into(),
                allowed: "shadow, suggest, guarded, full",
            }),
        }
    }
}

impl fmt::Display for Autonomy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
