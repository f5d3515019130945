//! What Meta's errors mean.
//!
//! The decision is made on `code` and `error_subcode`; the HTTP status says little (throttling comes
//! as 400). Where a write's request may have been processed, the class is
//! [`Fault::UnknownOutcome`], whatever the text says.

use std::time::Duration;

use homeostat_model::{Classify, Fault};

/// Whether a call changes anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallKind {
    /// It only asks.
    Read,
    /// It may change the world.
    Write,
}

/// A call that did not end well.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request could not be built. Nothing was sent.
    #[error("{field}: {problem}")]
    Request {
        /// The argument.
        field: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// No connection. Nothing was sent.
    #[error("cannot reach Meta")]
    Unreachable(#[source] reqwest::Error),
    /// Sent, but no whole answer came back.
    #[error("no answer to a {}: {reason}", kind.name())]
    Unanswered {
        /// Whether the call writes.
        kind: CallKind,
        /// How the answer was lost.
        reason: NoAnswer,
        /// The transport's account of it.
        #[source]
        source: Option<reqwest::Error>,
    },
    /// An answer without sense: not JSON, or a page of some proxy.
    #[error("unreadable answer to a {} (HTTP {http_status}): {problem}", kind.name())]
    Unreadable {
        /// Whether the call writes.
        kind: CallKind,
        /// The status line.
        http_status: u16,
        /// What was found, shortened.
        problem: String,
    },
    /// JSON that does not have the promised shape.
    #[error("unexpected answer to a {}: {field}: {problem}", kind.name())]
    Unexpected {
        /// Whether the call writes.
        kind: CallKind,
        /// Path of the field, such as `data[3].spend`.
        field: String,
        /// What is wrong with it.
        problem: String,
    },
    /// Meta answered with an error.
    #[error("Meta refused a {}: {refusal}", kind.name())]
    Refused {
        /// Whether the call writes.
        kind: CallKind,
        /// The error as sent and what it means.
        refusal: Refusal,
    },
}

/// How an answer was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// The call's time was over.
    #[error("timed out")]
    TimedOut,
    /// The connection broke.
    #[error("the connection broke")]
    Broken,
    /// The answer is larger than the client reads.
    #[error("the answer is too large")]
    TooLarge,
    /// A part of a batch was not answered.
    #[error("this part of the batch was not answered")]
    NullPart,
}

/// An `error` object.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} (code {code}{}, {meaning:?})", subcode.map(|s| format!("/{s}")).unwrap_or_default())]
pub struct Refusal {
    /// HTTP status of the reply, or of the part of a batch.
    pub http_status: u16,
    /// `code`.
    pub code: i64,
    /// `error_subcode`.
    pub subcode: Option<i64>,
    /// `message`, shortened, without credentials.
    pub message: String,
    /// `fbtrace_id`, which Meta's support asks for.
    pub trace_id: Option<String>,
    /// What it means.
    pub meaning: Meaning,
}

/// What an error code stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// Meta is unwell (1, 2, or unknown with HTTP 5xx): a write may have been done.
    Outage,
    /// Too many calls; not processed. Calling before `wait` is over lengthens the block.
    Throttled {
        /// Real time to wait.
        wait: Duration,
    },
    /// Invalid, unknown or not allowed; not processed.
    Invalid,
    /// The question is too large: ask for less (100/1504018).
    AskForLess,
    /// The token or session is dead (190, 102).
    TokenDead,
    /// The token lacks a permission (10, 200–299).
    PermissionMissing,
    /// Blocked for policy or abuse (368): stop calling.
    Blocked,
}

/// Who has to do something before the call can work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Whoever holds the credentials: a new token or permission.
    Operator,
    /// A person who talks to Meta about the block.
    Human,
}

impl CallKind {
    fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }

    fn without_answer(self) -> Fault {
        match self {
            Self::Read => Fault::Transient,
            Self::Write => Fault::UnknownOutcome,
        }
    }
}

impl Classify for Error {
    fn fault(&self) -> Fault {
        match self {
            Self::Request { .. } => Fault::Permanent,
            Self::Unreachable(_) => Fault::Transient,
            Self::Unanswered { kind, .. } | Self::Unreadable { kind, .. } => kind.without_answer(),
            // A shape that changed stays changed; a write may still have been done.
            Self::Unexpected { kind, .. } => match kind {
                CallKind::Read => Fault::Permanent,
                CallKind::Write => Fault::UnknownOutcome,
            },
            Self::Refused { kind, refusal } => match refusal.meaning {
                Meaning::Outage => kind.without_answer(),
                Meaning::Throttled { .. } => Fault::Transient,
                Meaning::Invalid
                | Meaning::AskForLess
                | Meaning::TokenDead
                | Meaning::PermissionMissing
                | Meaning::Blocked => Fault::Permanent,
            },
        }
    }
}

impl Error {
    /// What Meta's error means; `None` when it was no error of Meta's.
    pub fn meaning(&self) -> Option<Meaning> {
        match self {
            Self::Refused { refusal, .. } => Some(refusal.meaning),
            Self::Request { .. }
            | Self::Unreachable(_)
            | Self::Unanswered { .. }
            | Self::Unreadable { .. }
            | Self::Unexpected { .. } => None,
        }
    }

    /// Real time to leave the vendor alone, when it asked for that.
    pub fn wait(&self) -> Option<Duration> {
        match self.meaning() {
            Some(Meaning::Throttled { wait }) => Some(wait),
            _ => None,
        }
    }

    /// Who must act before any further call can work.
    pub fn needs(&self) -> Option<Needs> {
        match self.meaning()? {
            Meaning::TokenDead | Meaning::PermissionMissing => Some(Needs::Operator),
            Meaning::Blocked => Some(Needs::Human),
            Meaning::Outage
            | Meaning::Throttled { .. }
            | Meaning::Invalid
            | Meaning::AskForLess => None,
        }
    }
}

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);

/// The meaning of a code. `regain_minutes` is the vendor's own estimate from the usage header.
///
/// Rows: Meta's error-handling and rate-limiting references, and the insights error codes.
pub(crate) fn meaning(
    code: i64,
    subcode: Option<i64>,
    http_status: u16,
    is_transient: bool,
    regain_minutes: Option<u32>,
) -> Meaning {
    let throttled = |least: Duration| {
        let hint = MINUTE.saturating_mul(regain_minutes.unwrap_or(0).min(24 * 60));
        Meaning::Throttled {
            wait: hint.max(least),
        }
    };
    match (code, subcode) {
        (1 | 2, _) => Meaning::Outage,
        // The spend cap may be changed ten times a day, an ad set's budget four times an hour.
        (17, Some(1_885_172)) => throttled(DAY),
        (613, Some(1_487_632 | 1_487_225)) => throttled(HOUR),
        (613, Some(5_044_001)) => throttled(Duration::from_secs(1)),
        (613, None) => throttled(HOUR),
        (4 | 17 | 32 | 341 | 613 | 80_000..=80_014, _) => throttled(MINUTE),
        (100, Some(1_504_018)) => Meaning::AskForLess,
        (102 | 190, _) => Meaning::TokenDead,
        (10 | 200..=299, _) => Meaning::PermissionMissing,
        (368, _) => Meaning::Blocked,
        (3 | 100 | 506, _) => Meaning::Invalid,
        _ if http_status == 429 => throttled(MINUTE),
        // Unlisted: without a client error's status nothing says that it was not processed.
        _ if is_transient || !(400..500).contains(&http_status) => Meaning::Outage,
        _ => Meaning::Invalid,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(kind: CallKind, code: i64, subcode: Option<i64>, http_status: u16) -> Fault {
        let meaning = meaning(code, subcode, http_status, false, None);
        let refusal = Refusal {
            http_status,
            code,
            subcode,
            message: String::new(),
            trace_id: None,
            meaning,
        };
        Error::Refused { kind, refusal }.fault()
    }

    #[test]
    fn each_code_has_its_meaning() {
        let throttled = |s| Meaning::Throttled {
            wait: Duration::from_secs(s),
        };
        let table = [
            (1, Some(99), Meaning::Outage),
            (2, None, Meaning::Outage),
            (2, Some(1_504_038), Meaning::Outage),
            (3, None, Meaning::Invalid),
            (4, None, throttled(60)),
            (4, Some(1_504_022), throttled(60)),
            (10, None, Meaning::PermissionMissing),
            (17, Some(2_446_079), throttled(60)),
            (17, Some(1_885_172), throttled(86_400)),
            (32, None, throttled(60)),
            (100, Some(33), Meaning::Invalid),
            (100, Some(1_504_018), Meaning::AskForLess),
            (102, None, Meaning::TokenDead),
            (190, Some(463), Meaning::TokenDead),
            (200, None, Meaning::PermissionMissing),
            (299, None, Meaning::PermissionMissing),
            (341, None, throttled(60)),
            (368, None, Meaning::Blocked),
            (506, None, Meaning::Invalid),
            (613, Some(1_487_742), throttled(60)),
            (613, Some(1_487_632), throttled(3_600)),
            (613, Some(5_044_001), throttled(1)),
            (613, None, throttled(3_600)),
            (80_000, Some(2_446_079), throttled(60)),
            (80_004, Some(2_446_079), throttled(60)),
            (80_014, None, throttled(60)),
        ];
        for (code, subcode, expected) in table {
            // The status line does not change what the code says.
            for http_status in [200, 400, 403, 500] {
                let told = meaning(code, subcode, http_status, false, None);
                assert_eq!(told, expected, "{code}/{subcode:?} with {http_status}");
            }
        }
    }

    #[test]
    fn a_write_that_may_have_been_done_is_unknown_and_a_read_is_tried_again() {
        for (code, http_status) in [(1, 400), (2, 500), (987_654, 503), (987_654, 200)] {
            assert_eq!(
                class(CallKind::Read, code, None, http_status),
                Fault::Transient
            );
            assert_eq!(
                class(CallKind::Write, code, None, http_status),
                Fault::UnknownOutcome
            );
        }
        assert_eq!(class(CallKind::Write, 987_654, None, 400), Fault::Permanent);
        assert_eq!(class(CallKind::Write, 80_004, None, 400), Fault::Transient);
        assert_eq!(class(CallKind::Write, 368, None, 400), Fault::Permanent);
    }

    #[test]
    fn the_vendors_estimate_counts_when_it_is_longer() {
        let wait = |minutes| match meaning(80_004, None, 400, false, Some(minutes)) {
            Meaning::Throttled { wait } => wait.as_secs(),
            _ => 0,
        };
        assert_eq!(wait(0), 60);
        assert_eq!(wait(7), 420);
        // A nonsense estimate does not stop us for longer than a day.
        assert_eq!(wait(u32::MAX), 86_400);
    }
}
