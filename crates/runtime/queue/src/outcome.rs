//! What a worker does and what it can say about it.

use std::{error::Error as StdError, fmt, time::Duration};

use homeostat_model::{Classify, Fault, chain};
use serde_json::Value;

use crate::{Context, Job, verdict::Ending};

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
    pub(crate) way: Way,
}

/// What a failure says about further attempts, and what it counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Another may help.
    Error,
    /// Another may help; the work had all of its time.
    Timeout,
    /// None helps.
    Permanent,
}

impl Failure {
    /// Another attempt may help.
    pub fn error(message: impl fmt::Display) -> Self {
        Self {
            message: message.to_string(),
            way: Way::Error,
        }
    }

    /// The work was ended because its time was over. Another attempt may help.
    pub fn timeout(message: impl fmt::Display) -> Self {
        Self {
            message: message.to_string(),
            way: Way::Timeout,
        }
    }

    /// No other attempt can help: the job fails at once for good.
    pub fn permanent(message: impl fmt::Display) -> Self {
        Self {
            message: message.to_string(),
            way: Way::Permanent,
        }
    }
}

/// An unknown outcome is tried again: what happened outside is the effect's to find out, and it
/// survives the job.
impl<E: StdError + Classify> From<E> for Failure {
    fn from(error: E) -> Self {
        let way = match error.fault() {
            Fault::Permanent => Way::Permanent,
            Fault::Transient | Fault::UnknownOutcome => Way::Error,
        };
        Self {
            message: chain(&error),
            way,
        }
    }
}

impl From<Failure> for Ending {
    fn from(failure: Failure) -> Self {
        match failure.way {
            Way::Error => Self::Error(failure.message),
            Way::Timeout => Self::Timeout(failure.message),
            Way::Permanent => Self::Permanent(failure.message),
        }
    }
}
