//! What can go wrong inside a job of the loop.

use homeostat_effects::EffectsError;
use homeostat_model::{Classify, Fault};
use homeostat_store::{StoreError, StoreFault};

/// A failure below a job.
#[derive(Debug, thiserror::Error)]
pub enum LoopError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The queue.
    #[error(transparent)]
    Queue(#[from] homeostat_queue::Error),
    /// The effects.
    #[error(transparent)]
    Effects(#[from] EffectsError),
    /// A decision that no act can follow from.
    #[error("decision: {0}")]
    NoAct(String),
}

impl StoreFault for LoopError {
    fn store(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::Queue(error) => error.store(),
            Self::Effects(error) => error.store(),
            Self::NoAct(_) => None,
        }
    }
}

impl Classify for LoopError {
    fn fault(&self) -> Fault {
        match self {
            Self::Store(error) => error.fault(),
            Self::Queue(error) => error.fault(),
            Self::Effects(error) => error.fault(),
            Self::NoAct(_) => Fault::Permanent,
        }
    }
}
