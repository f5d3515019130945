//! How a call can fail, whoever the vendor is.
//!
//! Where a write's request may have been processed, the class is [`Fault::UnknownOutcome`], whatever the
//! text says.

use std::{fmt, time::Duration};

use homeostat_model::{Classify, Fault};

use crate::wire::WireError;

/// Whether a call changes anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallKind {
    /// It only asks.
    Read,
    /// It may change the world.
    Write,
}

/// What a vendor's own error says.
pub trait Refusal: fmt::Debug + fmt::Display + Send + Sync + 'static {
    /// The vendor's name, for people.
    const VENDOR: &'static str;

    /// What it means.
    fn meaning(&self) -> Meaning;

    /// The vendor's code as text; empty when it gave none.
    fn code(&self) -> String;
}

/// A call that did not end well.
#[derive(Debug, thiserror::Error)]
pub enum CallError<R: Refusal> {
    /// The request could not be built. Nothing was sent.
    #[error("{field}: {problem}")]
    Request {
        /// The argument.
        field: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// No connection. Nothing was sent.
    #[error("cannot reach {}", R::VENDOR)]
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
    /// The vendor answered with an error.
    #[error("{} refused a {}: {refusal}", R::VENDOR, kind.name())]
    Refused {
        /// Whether the call writes.
        kind: CallKind,
        /// The error as sent and what it means.
        refusal: R,
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

/// What a vendor's error stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// The vendor is unwell: a write may have been done.
    Outage,
    /// Too many calls; not processed. Calling before `wait` is over lengthens the block.
    Throttled {
        /// Real time to wait.
        wait: Duration,
    },
    /// Invalid, unknown or not allowed; not processed.
    Invalid,
    /// The question is too large: ask for less.
    AskForLess,
    /// What the request was compared with has changed meanwhile; not processed. Read and decide anew.
    Stale,
    /// The same request is being processed, or was: ask what became of it.
    InProgress,
    /// The session has run out; not processed. The next call begins another.
    SessionOver,
    /// The token or session is dead.
    TokenDead,
    /// The token lacks a permission.
    PermissionMissing,
    /// Blocked for policy or abuse: stop calling.
    Blocked,
}

/// Who has to do something before the call can work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Whoever holds the credentials: a new token or permission.
    Operator,
    /// A person who talks to the vendor about the block.
    Human,
}

impl CallKind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }

    pub(crate) fn without_answer(self) -> Fault {
        match self {
            Self::Read => Fault::Transient,
            Self::Write => Fault::UnknownOutcome,
        }
    }
}

impl<R: Refusal> Classify for CallError<R> {
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
            Self::Refused { kind, refusal } => match refusal.meaning() {
                Meaning::Outage | Meaning::InProgress => kind.without_answer(),
                Meaning::Throttled { .. } | Meaning::SessionOver => Fault::Transient,
                Meaning::Invalid
                | Meaning::AskForLess
                | Meaning::Stale
                | Meaning::TokenDead
                | Meaning::PermissionMissing
                | Meaning::Blocked => Fault::Permanent,
            },
        }
    }
}

impl<R: Refusal> CallError<R> {
    /// What the vendor's error means; `None` when it was no error of the vendor's.
    pub fn meaning(&self) -> Option<Meaning> {
        match self {
            Self::Refused { refusal, .. } => Some(refusal.meaning()),
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
            | Meaning::AskForLess
            | Meaning::Stale
            | Meaning::InProgress
            | Meaning::SessionOver => None,
        }
    }
}

impl<R: Refusal> CallError<R> {
    /// A reply without the promised shape.
    pub(crate) fn unexpected(kind: CallKind, error: WireError) -> Self {
        Self::Unexpected {
            kind,
            field: error.field,
            problem: error.problem,
        }
    }
}
