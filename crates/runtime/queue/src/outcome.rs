//! What a worker does and what it can say about it.

use std::{error::Error as StdError, fmt, fmt::Write as _, time::Duration};

use homeostat_model::{Classify, Fault};
use serde_json::Value;

use crate::{Context, Job};

/// Does the jobs of one kind.
#[async_trait::async_trait]
pub trait Worker: Send + Sync + 'static {
    /// The kind.
    type Job: Job;

    /// Does one job. It may run again after a crash, so acts on the outside go through effects.
    async fn work(&self, job: Self::Job, context: &Context) -> Result<Outcome, Failure>;
}

/// What became of the work. Putting off and calling off are no failures and cost no attempt.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome<T = Value> {
    /// Done, with a result: for whoever reads the job's last event, or for the next phase. Up to
    /// 64 KiB of JSON.
    Done(T),
    /// Not now: again after this long. Bounded by the kind's `snoozes_max` and `give_up_at`.
    Snooze {
        /// How long to wait.
        wait: Duration,
        /// Why, for people.
        reason: String,
    },
    /// Not needed any more.
    Cancel {
        /// Why, for people.
        reason: String,
    },
}

impl Outcome {
    /// Done, with nothing to say.
    pub fn done() -> Self {
        Self::Done(Value::Null)
    }
}

impl<T> Outcome<T> {
    /// The same outcome with another form of its result.
    pub(crate) fn try_map<U, E>(self, f: impl FnOnce(T) -> Result<U, E>) -> Result<Outcome<U>, E> {
        Ok(match self {
            Self::Done(result) => Outcome::Done(f(result)?),
            Self::Snooze { wait, reason } => Outcome::Snooze { wait, reason },
            Self::Cancel { reason } => Outcome::Cancel { reason },
        })
    }
}

/// Work that failed. Any error that classifies itself becomes one with `?`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub(crate) message: String,
    pub(crate) permanent: bool,
}

impl Failure {
    /// Another attempt may help.
    pub fn error(message: impl fmt::Display) -> Self {
        Self {
            message: message.to_string(),
            permanent: false,
        }
    }

    /// No other attempt can help: the job fails at once for good.
    pub fn permanent(message: impl fmt::Display) -> Self {
        Self {
            message: message.to_string(),
            permanent: true,
        }
    }
}

/// An unknown outcome is tried again: what happened outside is the effect's to find out, and it
/// survives the job.
impl<E: StdError + Classify> From<E> for Failure {
    fn from(error: E) -> Self {
        let permanent = match error.fault() {
            Fault::Permanent => true,
            Fault::Transient | Fault::UnknownOutcome => false,
        };
        Self {
            message: chain(&error),
            permanent,
        }
    }
}

/// The error and its sources, joined by colons.
pub(crate) fn chain(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let _ = write!(text, ": {inner}");
        source = inner.source();
    }
    text
}
