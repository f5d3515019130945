//! What is read from the world, one file per sensor, all of the same shape.
//!
//! A sensor reads its vendor without holding a transaction, then records what it saw in one. A
//! reading is dated by its start: nothing newer than that is claimed to be known.

pub mod agentmail_inbox;
pub mod meta_account;
pub mod meta_campaigns;
pub mod meta_insights;
pub mod revolut_account;
mod shopify_bulk;
pub mod shopify_disputes;
pub mod shopify_orders;
pub mod shopify_products;
pub mod track17_parcels;

use std::time::Duration;

use homeostat_model::{Classify, Fault, WorldTime};
use homeostat_store::{PgConnection, StoreError};
use homeostat_vendors::{CallError, Refusal};

use crate::{Operator, config::Brand};

/// A look that brought nothing, whoever the vendor is.
#[derive(Debug, thiserror::Error)]
#[error("{reason}")]
pub struct ReadError {
    /// What it means for another look.
    fault: Fault,
    /// Real time for which the vendor wants to be left alone.
    pub wait: Option<Duration>,
    /// What happened, without credentials.
    reason: String,
}

impl ReadError {
    /// What the owner wrote cannot be asked about.
    pub fn unusable(field: &str, problem: impl std::fmt::Display) -> Self {
        Self {
            fault: Fault::Permanent,
            wait: None,
            reason: format!("{field}: {problem}"),
        }
    }
}

impl<R: Refusal> From<CallError<R>> for ReadError {
    fn from(error: CallError<R>) -> Self {
        Self {
            fault: error.fault(),
            wait: error.wait(),
            reason: homeostat_model::chain(&error),
        }
    }
}

impl Classify for ReadError {
    fn fault(&self) -> Fault {
        self.fault
    }
}

/// Reads one thing of one vendor.
#[async_trait::async_trait]
pub trait Sensor {
    /// The sensor's name; its row is `NAME:brand`.
    const NAME: &'static str;
    /// Whose breaker it shares with the actuators.
    const VENDOR: &'static str;
    /// What one look gives.
    type Reading: Send + Sync;

    /// Looks. `at` is the world time of the start of the look.
    async fn read(
        operator: &Operator,
        brand: &Brand,
        at: WorldTime,
    ) -> Result<Self::Reading, ReadError>;

    /// Writes down what was seen, in the caller's transaction.
    async fn record(
        tx: &mut PgConnection,
        brand: &Brand,
        reading: &Self::Reading,
        at: WorldTime,
    ) -> Result<(), StoreError>;
}

/// The id of a sensor's row.
pub fn row_id<S: Sensor>(brand: &Brand) -> String {
    format!("{}:{}", S::NAME, brand.id)
}
