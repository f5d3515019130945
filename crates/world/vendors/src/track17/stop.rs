//! Asking the vendor to follow parcels no longer. It costs nothing, and gives nothing back.

use homeostat_model::Fault;

use super::{
    batch::{Batch, Outcome, named},
    client::Client,
    faults::{CallKind, Error, NOT_REGISTERED, NOT_TRACKING, Refusal},
    parcel::Parcel,
};
use crate::wire::{Object, WireError};

/// What became of a parcel that was not to be followed any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// It is not followed any more.
    Stopped,
    /// It was not followed any more before. A stop whose reply was lost ends here.
    AlreadyStopped,
    /// It was never registered under this carrier.
    NotRegistered,
    /// It goes on being followed.
    Rejected(Refusal),
    /// The reply does not say. Stop it again.
    Unclear {
        /// What was found, shortened.
        problem: String,
    },
}

impl Stop {
    /// What to do when it may still be followed; `None` when it is not.
    pub fn fault(&self) -> Option<Fault> {
        match self {
            Self::Stopped | Self::AlreadyStopped | Self::NotRegistered => None,
            Self::Rejected(refusal) => Some(refusal.fault(CallKind::Write)),
            Self::Unclear { .. } => Some(Fault::UnknownOutcome),
        }
    }
}

impl Outcome for Stop {
    fn accepted(_: &Object<'_>) -> Result<Self, WireError> {
        Ok(Self::Stopped)
    }

    fn rejected(refusal: Refusal) -> Self {
        match refusal.code {
            NOT_TRACKING => Self::AlreadyStopped,
            NOT_REGISTERED => Self::NotRegistered,
            _ => Self::Rejected(refusal),
        }
    }

    fn unclear(problem: String) -> Self {
        Self::Unclear { problem }
    }
}

impl Client {
    /// Has up to 40 parcels followed no longer. Doing it twice is harmless.
    ///
    /// # Errors
    /// See [`Error`]. After an unknown outcome send the same again.
    pub async fn stop_track(&self, parcels: &[Parcel]) -> Result<Batch<Stop>, Error> {
        let asked: Vec<&Parcel> = parcels.iter().collect();
        self.batch(CallKind::Write, "stoptrack", &named(parcels), &asked)
            .await
    }
}
