//! Subscriptions to webhooks. The vendor deletes one after eight deliveries that failed, so whoever needs them looks
//! from time to time whether they are still there.

use serde_json::json;

use super::{
    client::{Client, Reply, refuse},
    documents::{SUBSCRIBE, SUBSCRIPTIONS},
    faults::Error,
    ids::SubscriptionId,
    page::{Page, Paging},
    read,
};
use crate::wire::{Object, WireError};

/// The topics that this client can read, as subscriptions name them.
pub const TOPICS: [&str; 12] = [
    "ORDERS_CREATE",
    "ORDERS_UPDATED",
    "ORDERS_PAID",
    "ORDERS_CANCELLED",
    "REFUNDS_CREATE",
    "DISPUTES_CREATE",
    "DISPUTES_UPDATE",
    "PRODUCTS_UPDATE",
    "INVENTORY_LEVELS_UPDATE",
    "FULFILLMENTS_CREATE",
    "FULFILLMENTS_UPDATE",
    "APP_UNINSTALLED",
];

/// A subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Its id.
    pub id: SubscriptionId,
    /// What it is about, such as `ORDERS_CREATE`.
    pub topic: String,
    /// Where it delivers.
    pub uri: String,
}

impl Client {
    /// A page of this app's subscriptions.
    ///
    /// # Errors
    /// See [`Error`]; a read has no unknown outcome.
    pub async fn subscriptions_page(
        &self,
        paging: &Paging,
    ) -> Result<Reply<Page<Subscription>>, Error> {
        self.page(&SUBSCRIPTIONS, paging, None, read).await
    }

    /// Subscribes an address of ours to a topic. A second one for the same address is refused by the vendor.
    ///
    /// # Errors
    /// See [`Error`]; a topic that is not one of [`TOPICS`] and an address without HTTPS are refused before sending.
    pub async fn subscribe(
        &self,
        topic: &str,
        uri: &str,
        reference: &str,
    ) -> Result<Reply<Subscription>, Error> {
        if !TOPICS.contains(&topic) {
            return Err(refuse(
                "topic",
                format!("{topic:?} is not read by this client"),
            ));
        }
        let is_open = uri.starts_with("http://") && self.tokens.wire().is_local();
        if !uri.starts_with("https://") && !is_open {
            return Err(refuse("uri", "must begin with https://"));
        }
        let variables = json!({
            "topic": topic,
            "subscription": {"uri": uri, "format": "JSON"},
        });
        self.tell(&SUBSCRIBE, variables, reference, |data| {
            let payload = read::object(data, SUBSCRIBE.root)?;
            read(&read::object(&payload, "webhookSubscription")?)
        })
        .await
    }
}

pub(crate) fn read(item: &Object<'_>) -> Result<Subscription, WireError> {
    Ok(Subscription {
        id: item.parse("id")?,
        topic: item.text("topic")?.to_owned(),
        uri: item.text("uri")?.to_owned(),
    })
}
