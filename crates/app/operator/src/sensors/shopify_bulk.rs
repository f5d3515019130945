//! All orders of a shop as one file, which the shop makes by itself: the first look at it.
//!
//! *Crash points.* Only the operation's id is kept, with the look's progress. An operation that nobody asks after any
//! more does no harm, and a file that was fetched and not written down is fetched again.

use homeostat_model::{Classify, Fault};
use homeostat_vendors::shopify::{
    BulkOperationId, BulkStatus, Client, Download, Error, Order, Updated, bulk_orders,
};

use super::{ReadError, shopify_orders::Place};

/// What came of an operation so far.
pub(super) enum Fetched {
    /// Every order.
    Orders(Vec<Order>),
    /// The shop is at it.
    NotYet,
    /// It will bring nothing, and why.
    Never(String),
}

/// Begins an operation. A shop that does not take it is read by pages.
pub(super) async fn begin(shop: &Client) -> Place {
    match shop.bulk_orders_run(Updated::default()).await {
        Ok(reply) => Place::File(reply.value),
        Err(error) => {
            tracing::warn!(%error, "the shop makes no file of all orders: going by pages");
            Place::ALL
        }
    }
}

/// Asks for the file.
///
/// # Errors
/// When the shop does not answer, and may do so later.
pub(super) async fn fetch(shop: &Client, id: BulkOperationId) -> Result<Fetched, ReadError> {
    let operation = match shop.bulk_operation(id).await {
        Ok(reply) => reply.value,
        Err(error) => return given_up(error),
    };
    let Some(operation) = operation else {
        return Ok(Fetched::Never("the operation is gone".to_owned()));
    };
    match &operation.status {
        BulkStatus::Created | BulkStatus::Running | BulkStatus::Canceling => Ok(Fetched::NotYet),
        BulkStatus::Completed => match &operation.file {
            Some(file) => read(shop, file).await,
            // Nothing matched.
            None => Ok(Fetched::Orders(Vec::new())),
        },
        // What there is of a file is not taken for all of it.
        ended @ (BulkStatus::Canceled
        | BulkStatus::Failed
        | BulkStatus::Expired
        | BulkStatus::Unknown(_)) => {
            let why = operation.error_code.as_deref().unwrap_or("no reason given");
            Ok(Fetched::Never(format!("{}: {why}", ended.as_str())))
        }
    }
}

async fn read(shop: &Client, file: &Download) -> Result<Fetched, ReadError> {
    let bytes = match shop.bulk_file(file).await {
        Ok(bytes) => bytes,
        Err(error) => return given_up(error),
    };
    let Ok(text) = String::from_utf8(bytes) else {
        return Ok(Fetched::Never("the file is no text".to_owned()));
    };
    Ok(match bulk_orders(&text) {
        Ok(orders) => Fetched::Orders(orders),
        Err(error) => Fetched::Never(error.to_string()),
    })
}

/// A refusal for good ends the operation; everything else passes.
fn given_up(error: Error) -> Result<Fetched, ReadError> {
    match (error.wait(), error.fault()) {
        (None, Fault::Permanent) => Ok(Fetched::Never(error.to_string())),
        (Some(_), _) | (None, Fault::Transient | Fault::UnknownOutcome) => Err(error.into()),
    }
}
