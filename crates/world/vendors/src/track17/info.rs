//! Asking where parcels are.

use homeostat_model::Fault;

use super::{
    batch::{Batch, Outcome, named},
    client::Client,
    faults::{CallKind, Error, NOT_REGISTERED, NOT_YET, Refusal},
    parcel::Parcel,
    shipment::{self, Shipment},
};
use crate::wire::{Object, WireError};

/// What is known of a parcel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tracked {
    /// This.
    Info(Box<Shipment>),
    /// It is registered, and nothing is known yet. Ask again after some minutes.
    NotYet,
    /// It is not registered under this carrier.
    NotRegistered,
    /// It cannot be told.
    Rejected(Refusal),
    /// The reply does not say. It is no news of the parcel.
    Unclear {
        /// What was found, shortened.
        problem: String,
    },
}

impl Tracked {
    /// What to do when nothing was told; `None` when something was, or when there is nothing to tell yet.
    pub fn fault(&self) -> Option<Fault> {
        match self {
            Self::Info(_) | Self::NotYet => None,
            Self::NotRegistered => Some(Fault::Permanent),
            Self::Rejected(refusal) => Some(refusal.fault(CallKind::Read)),
            Self::Unclear { .. } => Some(Fault::Transient),
        }
    }
}

impl Outcome for Tracked {
    fn accepted(entry: &Object<'_>) -> Result<Self, WireError> {
        Ok(Self::Info(Box::new(shipment::read(entry)?)))
    }

    fn rejected(refusal: Refusal) -> Self {
        match refusal.code {
            NOT_YET => Self::NotYet,
            NOT_REGISTERED => Self::NotRegistered,
            _ => Self::Rejected(refusal),
        }
    }

    fn unclear(problem: String) -> Self {
        Self::Unclear { problem }
    }
}

impl Client {
    /// What is known of up to 40 registered parcels. A number that is registered under several carriers must be asked
    /// for with its carrier; without one it is unclear whose parcel is meant.
    ///
    /// # Errors
    /// See [`Error`]; a read has no unknown outcome.
    pub async fn get_track_info(&self, parcels: &[Parcel]) -> Result<Batch<Tracked>, Error> {
        let asked: Vec<&Parcel> = parcels.iter().collect();
        self.batch(CallKind::Read, "gettrackinfo", &named(parcels), &asked)
            .await
    }
}
