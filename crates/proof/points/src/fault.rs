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

/// Faults of a command that is run as a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RunFault {
    /// It is killed before its act.
    KillBefore,
    /// It is killed after its act, before it answers.
    KillAfter,
    /// Its worker is killed before its act.
    WorkerKilledBefore,
    /// Its worker is killed after its act, before it answers.
    WorkerKilledAfter,
    /// It acts when its worker has long been given up and the work was done by others.
    DelayBefore,
    /// It has acted, and answers when its worker has long been given up and the work was done by others.
    Delay,
    /// It answers twice.
    AnswerTwice,
    /// It has acted, and its answer is no JSON.
    Malformed,
    /// It has acted, and says that it broke.
    BrokeAfter,
    /// It has acted, and says that it is to be tried later.
    LaterAfter,
    /// It has not acted, and says that it never can.
    Refused,
    /// It has acted, and hangs past its deadline and every request to end, as does what it started.
    HangAfter,
    /// It closes its pipes before its act.
    CloseEarly,
    /// It has acted, and says more than anybody wants to hear.
    Flood,
    /// It leaves somebody behind who has its pipes and not its session.
    LeaveDaemon,
}

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// On the way to Postgres.
    Pg(PgFault),
    /// On the way to a vendor.
    Http(HttpFault),
    /// In a command.
    Run(RunFault),
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

impl RunFault {
    pub(crate) const ALL: [Self; 15] = [
        Self::KillBefore,
        Self::KillAfter,
        Self::WorkerKilledBefore,
        Self::WorkerKilledAfter,
        Self::DelayBefore,
        Self::Delay,
        Self::AnswerTwice,
        Self::Malformed,
        Self::BrokeAfter,
        Self::LaterAfter,
        Self::Refused,
        Self::HangAfter,
        Self::CloseEarly,
        Self::Flood,
        Self::LeaveDaemon,
    ];

    /// Its name without its family: `kill_before`.
    pub(crate) fn word(self) -> String {
        word(self)
    }
}

impl Fault {
    /// Whether it ends the process.
    pub(crate) fn kills(self) -> bool {
        matches!(
            self,
            Self::Pg(PgFault::KillBefore | PgFault::KillAfter)
                | Self::Http(HttpFault::KillBefore | HttpFault::KillAfter)
                | Self::Run(RunFault::WorkerKilledBefore | RunFault::WorkerKilledAfter)
        )
    }

    /// Whether something is held back until the process was given up.
    pub(crate) fn delays(self) -> bool {
        matches!(
            self,
            Self::Pg(PgFault::Delay)
                | Self::Http(HttpFault::Delay)
                | Self::Run(RunFault::Delay | RunFault::DelayBefore)
        )
    }

    /// Its name: `pg.kill_before`.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Pg(fault) => format!("pg.{}", word(fault)),
            Self::Http(fault) => format!("http.{}", word(fault)),
            Self::Run(fault) => format!("run.{}", word(fault)),
        }
    }

    /// The fault of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let (side, word) = name.split_once('.')?;
        let word = serde_json::Value::from(word);
        match side {
            "pg" => serde_json::from_value(word).ok().map(Self::Pg),
            "http" => serde_json::from_value(word).ok().map(Self::Http),
            "run" => serde_json::from_value(word).ok().map(Self::Run),
            _ => None,
        }
    }
}

fn word(fault: impl Serialize) -> String {
    let word = serde_json::to_value(fault).ok();
    let word = word.as_ref().and_then(serde_json::Value::as_str);
    word.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_found_by_its_name() {
        let pg = PgFault::ALL.map(Fault::Pg);
        let http = HttpFault::ALL.map(Fault::Http);
        let run = RunFault::ALL.map(Fault::Run);
        for fault in pg.into_iter().chain(http).chain(run) {
            assert_eq!(Fault::named(&fault.name()), Some(fault));
        }
        assert_eq!(Fault::named("pg.nonsense"), None);
    }
}
