//! Revolut: signed with its time. It has no name; the same state of a payment is the same news.

use homeostat_vendors::revolut::webhook::{self, Rejected, SIGNATURE_HEADER, TIMESTAMP_HEADER};
use secrecy::SecretString;

use super::{Delivery, News, WebhookError, about};
use crate::config::Brand;

/// The secret's variable in the environment. Several, with commas between them, while it is changed.
pub(super) const SECRET: &str = "REVOLUT_WEBHOOK_SECRET";
/// The job that looks at a brand's account.
const LOOK: &str = "sense.bank";

pub(super) fn read(
    secrets: &[SecretString],
    brands: &[Brand],
    delivery: Delivery<'_>,
) -> Result<News, WebhookError> {
    if secrets.is_empty() {
        return Err(WebhookError::Off("Revolut", SECRET));
    }
    let verified = webhook::verify(
        secrets,
        delivery.values(TIMESTAMP_HEADER),
        delivery.values(SIGNATURE_HEADER),
        delivery.body,
        delivery.at,
    );
    match verified {
        Ok(()) => {}
        Err(Rejected::NotNow) => return Err(WebhookError::NotNow),
        Err(Rejected::Timestamp | Rejected::Signature | Rejected::TooLarge) => {
            return Err(delivery.forged());
        }
    }
    let told = webhook::read(delivery.body);
    let told = told.inspect_err(|error| tracing::warn!(%error, "it is signed by Revolut"));
    // An event that is not about a transaction has no state to be known by.
    let named = told.ok().filter(|told| told.transaction.is_some());
    Ok(News {
        name: named.map(|told| told.dedup_key()),
        brands: about(brands, |brand| brand.payouts.is_some(), |_| false),
        look: LOOK,
        parcels: Vec::new(),
    })
}
