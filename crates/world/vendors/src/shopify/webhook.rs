//! What Shopify tells by itself: whether it was Shopify that said it, and what should be read because of it.
//!
//! Wire facts are Shopify's public reference (shopify.dev/docs/apps/build/webhooks): a delivery is signed with the app's
//! secret over its raw body, may come late, twice, out of order or never, and is repeated with its first body.
//! *Limits.* Therefore nothing here gives back more than ids: what changed is read from the shop.

use homeostat_model::WorldTime;
use serde_json::Value;

use super::ids::{
    BulkOperationId, CustomerId, DisputeId, InventoryItemId, LocationId, OrderId, ProductId,
};
pub use super::signature::{SIGNATURE_HEADER, Secrets, is_signed, sign};
use crate::wire::{Object, WireError, wrong};

/// A longer delivery is refused unread, in bytes.
pub const BODY_BYTES_MAX: usize = 1024 * 1024;

/// Longest header that is kept, in bytes.
const HEADER_BYTES_MAX: usize = 255;

/// A signed delivery that is none as Shopify describes it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("webhook: {0}")]
pub struct Unreadable(String);

/// What a delivery's headers say. They are not signed: only what the body says may be acted on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Such as `orders/create`.
    pub topic: String,
    /// The shop's host, such as `aurora.myshopify.com`.
    pub shop: String,
    /// Names the delivery; its repetitions have the same.
    pub webhook_id: String,
    /// Names what happened; deliveries of other subscriptions have the same.
    pub event_id: Option<String>,
    /// When it happened.
    pub triggered_at: Option<WorldTime>,
    /// The version that the body is written in.
    pub api_version: Option<String>,
}

/// What to read because of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The order has changed, or a refund, a parcel or a payment of it.
    Order(OrderId),
    /// The dispute has changed, and with it the order that it is about.
    Dispute(DisputeId, Option<OrderId>),
    /// The product has changed.
    Product(ProductId),
    /// The stock of the item at the place has changed.
    Inventory(InventoryItemId, LocationId),
    /// The customer has changed.
    Customer(CustomerId),
    /// The operation has ended.
    BulkOperation(BulkOperationId),
    /// The app is no longer installed: the credentials are dead.
    Uninstalled,
    /// Of no interest.
    Nothing,
}

impl From<WireError> for Unreadable {
    fn from(error: WireError) -> Self {
        Self(error.to_string())
    }
}

impl Delivery {
    /// Reads the headers, whose names are in lower case.
    ///
    /// # Errors
    /// Names the header that is missing, there twice, too long or not plain text.
    pub fn from_headers<'a>(
        headers: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    ) -> Result<Self, Unreadable> {
        let mut found: [(&str, Option<String>); 6] = [
            ("x-shopify-topic", None),
            ("x-shopify-shop-domain", None),
            ("x-shopify-webhook-id", None),
            ("x-shopify-event-id", None),
            ("x-shopify-triggered-at", None),
            ("x-shopify-api-version", None),
        ];
        for (name, value) in headers {
            let Some((_, slot)) = found.iter_mut().find(|(known, _)| *known == name) else {
                continue;
            };
            if slot.replace(plain(name, value)?).is_some() {
                return Err(wrong(name, "is there twice").into());
            }
        }
        let [topic, shop, webhook_id, event_id, triggered_at, api_version] = found;
        let needed =
            |(name, value): (&str, Option<String>)| value.ok_or_else(|| wrong(name, "is missing"));
        let (name, text) = triggered_at;
        let triggered_at = text
            .map(|text| {
                text.parse()
                    .map(WorldTime)
                    .map_err(|error| wrong(name, error))
            })
            .transpose()?;
        Ok(Self {
            topic: needed(topic)?,
            shop: needed(shop)?,
            webhook_id: needed(webhook_id)?,
            event_id: event_id.1,
            triggered_at,
            api_version: api_version.1,
        })
    }

    /// By what a delivery is told from others: once per event and topic, where the event is named.
    pub fn once_key(&self) -> String {
        match &self.event_id {
            Some(event) => format!("event:{event}:{}", self.topic),
            None => format!("webhook:{}", self.webhook_id),
        }
    }
}

/// What to read because of a delivery on a topic.
///
/// # Errors
/// When the body is not what Shopify describes: then nobody knows what it is about.
pub fn subject(topic: &str, body: &[u8]) -> Result<Subject, Unreadable> {
    if body.len() > BODY_BYTES_MAX {
        return Err(wrong("body", format!("has more than {BODY_BYTES_MAX} bytes")).into());
    }
    let body: Value =
        serde_json::from_slice(body).map_err(|error| Unreadable(error.to_string()))?;
    let body = Object::new("", &body)?;
    let (thing, _) = topic.split_once('/').unwrap_or((topic, ""));
    Ok(match thing {
        "orders" => Subject::Order(OrderId::from_number(number(&body, "id")?)),
        "refunds" | "fulfillments" | "order_transactions" => {
            Subject::Order(OrderId::from_number(number(&body, "order_id")?))
        }
        "disputes" => {
            let order = match body.get("order_id") {
                None => None,
                Some(_) => Some(OrderId::from_number(number(&body, "order_id")?)),
            };
            Subject::Dispute(DisputeId::from_number(number(&body, "id")?), order)
        }
        "products" => Subject::Product(ProductId::from_number(number(&body, "id")?)),
        "inventory_levels" => Subject::Inventory(
            InventoryItemId::from_number(number(&body, "inventory_item_id")?),
            LocationId::from_number(number(&body, "location_id")?),
        ),
        "customers" => Subject::Customer(CustomerId::from_number(number(&body, "id")?)),
        "bulk_operations" => Subject::BulkOperation(body.parse("admin_graphql_api_id")?),
        _ if topic == "app/uninstalled" => Subject::Uninstalled,
        _ => Subject::Nothing,
    })
}

/// Ids come as numbers.
fn number(body: &Object<'_>, name: &str) -> Result<u64, WireError> {
    match body.get(name) {
        None => Err(body.wrong(name, "is missing")),
        Some(value) => value
            .as_u64()
            .filter(|number| *number > 0)
            .ok_or_else(|| body.wrong(name, "must be a whole number above zero")),
    }
}

fn plain(name: &str, value: &[u8]) -> Result<String, WireError> {
    let text = str::from_utf8(value).ok().filter(|text| {
        (1..=HEADER_BYTES_MAX).contains(&text.len())
            && text.bytes().all(|byte| (0x20..0x7f).contains(&byte))
    });
    let problem = "must have 1 to 255 printable ASCII characters";
    text.map(str::to_owned).ok_or_else(|| wrong(name, problem))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn told(topic: &str, body: &Value) -> Result<Subject, Unreadable> {
        subject(topic, body.to_string().as_bytes())
    }

    #[test]
    fn the_headers_tell_what_a_delivery_is() {
        let headers: Vec<(&str, &[u8])> = vec![
            ("content-type", b"application/json"),
            ("x-shopify-topic", b"orders/create"),
            ("x-shopify-shop-domain", b"aurora.myshopify.com"),
            ("x-shopify-webhook-id", b"w-1"),
            ("x-shopify-event-id", b"e-1"),
            ("x-shopify-triggered-at", b"2026-03-01T10:00:00.123Z"),
        ];
        let delivery = Delivery::from_headers(headers.clone()).unwrap();
        assert_eq!(delivery.once_key(), "event:e-1:orders/create");
        assert_eq!(
            (delivery.shop.as_str(), delivery.api_version),
            ("aurora.myshopify.com", None)
        );
        let without = |name: &str| {
            let left = headers.iter().copied().filter(|(known, _)| *known != name);
            Delivery::from_headers(left)
        };
        let nameless = without("x-shopify-event-id").unwrap();
        assert_eq!(nameless.once_key(), "webhook:w-1");
        for name in [
            "x-shopify-topic",
            "x-shopify-shop-domain",
            "x-shopify-webhook-id",
        ] {
            let error = without(name).unwrap_err().to_string();
            assert_eq!(error, format!("webhook: {name}: is missing"));
        }
        for (name, value) in [
            ("x-shopify-topic", &b"orders/create"[..]),
            ("x-shopify-api-version", b"\xff"),
            ("x-shopify-api-version", b""),
            ("x-shopify-api-version", &[b'a'; 300]),
        ] {
            let more = headers.iter().copied().chain([(name, value)]);
            let error = Delivery::from_headers(more).unwrap_err().to_string();
            assert!(error.starts_with(&format!("webhook: {name}: ")), "{error}");
        }
        let mut late = headers.clone();
        late[5].1 = b"yesterday";
        assert!(Delivery::from_headers(late).is_err());
    }

    #[test]
    fn each_topic_names_what_to_read() {
        let order = Subject::Order(OrderId::from_number(5_501));
        for topic in [
            "orders/create",
            "orders/updated",
            "orders/paid",
            "orders/cancelled",
        ] {
            assert_eq!(
                told(topic, &json!({"id": 5_501, "total_price": "1.00"})),
                Ok(order)
            );
        }
        for topic in [
            "refunds/create",
            "fulfillments/update",
            "order_transactions/create",
        ] {
            assert_eq!(told(topic, &json!({"id": 9, "order_id": 5_501})), Ok(order));
        }
        let dispute = DisputeId::from_number(7);
        assert_eq!(
            told(
                "disputes/create",
                &json!({"id": 7, "order_id": 5_501, "amount": "11.50"})
            ),
            Ok(Subject::Dispute(dispute, Some(OrderId::from_number(5_501))))
        );
        assert_eq!(
            told("disputes/update", &json!({"id": 7, "order_id": null})),
            Ok(Subject::Dispute(dispute, None))
        );
        assert_eq!(
            told("products/update", &json!({"id": 3})),
            Ok(Subject::Product(ProductId::from_number(3)))
        );
        assert_eq!(
            told(
                "inventory_levels/update",
                &json!({"inventory_item_id": 1, "location_id": 2, "available": 5})
            ),
            Ok(Subject::Inventory(
                InventoryItemId::from_number(1),
                LocationId::from_number(2)
            ))
        );
        assert_eq!(
            told(
                "bulk_operations/finish",
                &json!({"admin_graphql_api_id": "gid://shopify/BulkOperation/4"})
            ),
            Ok(Subject::BulkOperation(BulkOperationId::from_number(4)))
        );
        assert_eq!(
            told("app/uninstalled", &json!({})),
            Ok(Subject::Uninstalled)
        );
        assert_eq!(
            told("themes/publish", &json!({"id": 1})),
            Ok(Subject::Nothing)
        );
    }

    #[test]
    fn a_hostile_body_names_nothing() {
        let deep = "[".repeat(BODY_BYTES_MAX / 2);
        let large = format!(r#"{{"id":1,"note":"{}"}}"#, "a".repeat(BODY_BYTES_MAX));
        for body in [
            &b""[..],
            b"null",
            b"[]",
            b"7",
            b"\xff\xfe{}",
            br#"{"id":5501"#,
            br#"{"id":"5501"}"#,
            br#"{"id":"gid://shopify/Order/1"}"#,
            br#"{"id":-1}"#,
            br#"{"id":0}"#,
            br#"{"id":1.5}"#,
            br#"{"id":1e400}"#,
            br#"{"id":99999999999999999999999}"#,
            br#"{"id":null}"#,
            br#"{"ID":1}"#,
            deep.as_bytes(),
            large.as_bytes(),
        ] {
            let named = subject("orders/create", body);
            assert!(named.is_err(), "{:?}", body.get(..40));
        }
        for (topic, body) in [
            ("refunds/create", json!({"id": 1})),
            ("inventory_levels/update", json!({"inventory_item_id": 1})),
            (
                "bulk_operations/finish",
                json!({"admin_graphql_api_id": "gid://shopify/Order/1"}),
            ),
            ("disputes/create", json!({"id": 1, "order_id": "x"})),
        ] {
            assert!(told(topic, &body).is_err(), "{topic}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_an_answer_or_an_error(
            topic in "(orders|refunds|disputes|products|inventory_levels|\\PC{0,9})/[a-z]{0,9}",
            body in prop::collection::vec(any::<u8>(), 0..300),
            header in prop::collection::vec(any::<u8>(), 0..100),
        ) {
            let _named = subject(&topic, &body);
            let _delivery = Delivery::from_headers([("x-shopify-topic", header.as_slice())]);
        }
    }
}
