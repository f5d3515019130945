//! What a look at the archive came to. Nothing but a look that came to its end may be read as
//! "there is no more".

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::meta::{Error, Meaning, NoAnswer, Refusal};

/// How a look ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Seen to the end.
    Ok,
    /// Seen to the end, and there was nothing. Until a control query brings something it may be a
    /// block without a word.
    OkEmpty,
    /// The archive does not let us look: no permission, no confirmed identity, a challenge.
    Blocked,
    /// Too many calls.
    RateLimited,
    /// Broken off before the end, or some entries could not be read.
    Partial,
    /// The archive answers in another format than this client knows.
    LayoutChanged,
}

impl Outcome {
    /// Whether what was not seen is not there.
    pub fn is_complete(self) -> bool {
        match self {
            Self::Ok | Self::OkEmpty => true,
            Self::Blocked | Self::RateLimited | Self::Partial | Self::LayoutChanged => false,
        }
    }

    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::OkEmpty => "ok_empty",
            Self::Blocked => "blocked",
            Self::RateLimited => "rate_limited",
            Self::Partial => "partial",
            Self::LayoutChanged => "layout_changed",
        }
    }
}

/// What an error says about the look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The page is too large: ask for less.
    AskForLess,
    /// Too many calls: not before this real time has passed.
    Wait(Duration),
    /// The archive is unwell: the same question may be answered soon.
    Unwell,
    /// The look is over, like this.
    Over(Outcome),
    /// The question itself is wrong, by our own fault.
    Wrong,
}

/// The text that comes with code 1 when a search is too heavy. The code alone means any outage.
const REDUCE: &str = "reduce the amount of data";

/// Decides what an error means for a look.
pub fn trouble(error: &Error) -> Trouble {
    match error {
        Error::Request { .. } => Trouble::Wrong,
        Error::Unreachable(_) => Trouble::Unwell,
        Error::Unanswered { reason, .. } => match reason {
            NoAnswer::TooLarge => Trouble::AskForLess,
            NoAnswer::TimedOut | NoAnswer::Broken | NoAnswer::NullPart => Trouble::Unwell,
        },
        // A challenge is a page for browsers.
        Error::Unreadable { http_status, .. } => match http_status {
            401 | 403 => Trouble::Over(Outcome::Blocked),
            _ => Trouble::Unwell,
        },
        Error::Unexpected { .. } => Trouble::Over(Outcome::LayoutChanged),
        Error::Refused { refusal, .. } => refused(refusal),
    }
}

fn refused(refusal: &Refusal) -> Trouble {
    match refusal.meaning {
        Meaning::Outage if too_heavy(refusal) => Trouble::AskForLess,
        Meaning::Outage => Trouble::Unwell,
        Meaning::AskForLess => Trouble::AskForLess,
        Meaning::Throttled { wait } => Trouble::Wait(wait),
        Meaning::SessionOver
        | Meaning::TokenDead
        | Meaning::PermissionMissing
        | Meaning::Blocked => Trouble::Over(Outcome::Blocked),
        // Our parameters are checked before they leave; what is refused then is a field or parameter
        // that is no more.
        Meaning::Invalid | Meaning::Stale | Meaning::InProgress => {
            Trouble::Over(Outcome::LayoutChanged)
        }
    }
}

fn too_heavy(refusal: &Refusal) -> bool {
    refusal.code == 1 && refusal.message.to_lowercase().contains(REDUCE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_look_says_that_there_is_no_more() {
        let whole = [Outcome::Ok, Outcome::OkEmpty];
        let others = [
            Outcome::Blocked,
            Outcome::RateLimited,
            Outcome::Partial,
            Outcome::LayoutChanged,
        ];
        assert!(whole.iter().all(|outcome| outcome.is_complete()));
        assert!(!others.iter().any(|outcome| outcome.is_complete()));
    }
}
