//! 17TRACK: a hash of the body and the account's key. It signs no time and has no name; the same state of a parcel is
//! the same news. A whole look asks for parcels that were not asked for lately; news of one is asked for at once.

use std::collections::BTreeSet;

use homeostat_vendors::track17::push::{self, Push, State};
use secrecy::SecretString;

use super::{Delivery, News, WebhookError, about};
use crate::config::Brand;

/// The key's variable in the environment.
pub(super) const KEY: &str = "TRACK17_KEY";
/// The job that looks at a brand's parcels, or at one of them.
const LOOK: &str = "sense.parcels";

pub(super) fn read(
    key: Option<&SecretString>,
    brands: &[Brand],
    delivery: Delivery<'_>,
) -> Result<News, WebhookError> {
    let key = key.ok_or(WebhookError::Off("17TRACK", KEY))?;
    let signatures = delivery.values(push::SIGNATURE_HEADER);
    if !push::is_signed(key, signatures, delivery.body) {
        return Err(delivery.forged());
    }
    let told = push::read(delivery.body);
    let told = told.inspect_err(|error| tracing::warn!(%error, "it is signed by 17TRACK"));
    let told = told.unwrap_or_default();
    let numbers: BTreeSet<String> = (told.iter())
        .map(|one| one.parcel().number.to_string())
        .collect();
    Ok(News {
        name: name(&told),
        // A parcel's number does not say whose it is.
        brands: about(brands, |brand| brand.shop.is_some(), |_| false),
        look: LOOK,
        parcels: numbers.into_iter().collect(),
    })
}

/// Only where a state of the carriers' accounts is told: without one, two different things have the same name.
fn name(told: &[Push]) -> Option<String> {
    let [one] = told else {
        return None;
    };
    let key = one.key();
    match key.state {
        State::Untold => None,
        State::Providers(_) | State::EventAt(_) => {
            Some(format!("{}:{}:{:?}", key.parcel, key.word, key.state))
        }
    }
}
