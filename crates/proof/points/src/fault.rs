//! What befalls a point. The names are part of a trial's name, by which it is repeated.

use serde::{Deserialize, Serialize};

use crate::strike::Befalls;

/// Faults between a process and Postgres.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PgFault {
    /// The process is killed before the frame reaches the server.
    KillBefore,
    /// The server has answered, and the process is killed before it sees that.
    KillAfter,
    /// The session is cut before the frame reaches the server.
    CutBefore,
    /// The server has answered, and the session is cut before the process sees that.
    CutAfter,
    /// The answer comes when the process has long been given up and its work was given to others.
    Delay,
    /// The line of the process is down for a second, shorter than any grace.
    Gap,
    /// The server's side of the session is ended in front of the frame.
    EndBackend,
}

/// Faults of a call to a vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum HttpFault {
    /// The process is killed before the request leaves.
    KillBefore,
    /// The vendor has done it, and the process is killed before it sees the reply.
    KillAfter,
    /// The request never arrives.
    LoseRequest,
    /// The vendor has done it, and the reply is lost.
    LoseReply,
    /// The reply comes twice.
    ReplyTwice,
    /// The reply comes when the process has long been given up and its work was given to others.
    Delay,
    /// The vendor has done it, and says that it broke.
    BrokeAfter,
    /// The vendor has done nothing, and says that there were too many calls.
    Throttled,
    /// The vendor has done nothing, and says no.
    Refused,
    /// The connection is reset in the middle of the request.
    Reset,
    /// The vendor has done it, and its reply is no JSON.
    Malformed,
}

/// Either.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// On the way to Postgres.
    Pg(PgFault),
    /// On the way to a vendor.
    Http(HttpFault),
}

impl PgFault {
    pub(crate) const ALL: [Self; 7] = [
        Self::KillBefore,
        Self::KillAfter,
        Self::CutBefore,
        Self::CutAfter,
        Self::Delay,
        Self::Gap,
        Self::EndBackend,
    ];
}

impl Befalls for PgFault {
    fn is_after(self) -> bool {
        match self {
            Self::KillAfter | Self::CutAfter | Self::Delay | Self::Gap => true,
            Self::KillBefore | Self::CutBefore | Self::EndBackend => false,
        }
    }
}

impl Befalls for HttpFault {
    /// A call is one thing: whoever strikes it has all of it.
    fn is_after(self) -> bool {
        false
    }
}

impl HttpFault {
    pub(crate) const ALL: [Self; 11] = [
        Self::KillBefore,
        Self::KillAfter,
        Self::LoseRequest,
        Self::LoseReply,
        Self::ReplyTwice,
        Self::Delay,
        Self::BrokeAfter,
        Self::Throttled,
        Self::Refused,
        Self::Reset,
        Self::Malformed,
    ];
}

impl Fault {
    /// Whether it ends the process.
    pub(crate) fn kills(self) -> bool {
        matches!(
            self,
            Self::Pg(PgFault::KillBefore | PgFault::KillAfter)
                | Self::Http(HttpFault::KillBefore | HttpFault::KillAfter)
        )
    }

    /// Whether something is held back until the process was given up.
    pub(crate) fn delays(self) -> bool {
        matches!(
            self,
            Self::Pg(PgFault::Delay) | Self::Http(HttpFault::Delay)
        )
    }

    /// Its name: `pg.kill_before`.
    pub(crate) fn name(self) -> String {
        let (side, word) = match self {
            Self::Pg(fault) => ("pg", serde_json::to_value(fault)),
            Self::Http(fault) => ("http", serde_json::to_value(fault)),
        };
        let word = word.ok().and_then(|word| Some(word.as_str()?.to_owned()));
        format!("{side}.{}", word.unwrap_or_default())
    }

    /// The fault of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let (side, word) = name.split_once('.')?;
        let word = serde_json::Value::from(word);
        match side {
            "pg" => serde_json::from_value(word).ok().map(Self::Pg),
            "http" => serde_json::from_value(word).ok().map(Self::Http),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_found_by_its_name() {
        let pg = PgFault::ALL.map(Fault::Pg);
        let http = HttpFault::ALL.map(Fault::Http);
        for fault in pg.into_iter().chain(http) {
            assert_eq!(Fault::named(&fault.name()), Some(fault));
        }
        assert_eq!(Fault::named("pg.nonsense"), None);
    }
}
