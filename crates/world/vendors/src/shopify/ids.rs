//! Global ids, such as `gid://shopify/Order/5501`, and the numbers in them, which webhooks use.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The text is not an id of that kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} must look like {expected}/123")]
pub struct InvalidId {
    text: String,
    expected: &'static str,
}

/// The number of an id: one of the prefixes, a slash, and up to 20 digits that fit.
fn number(text: &str, prefixes: &[&'static str]) -> Option<u64> {
    let digits = prefixes
        .iter()
        .find_map(|prefix| text.strip_prefix(prefix)?.strip_prefix('/'))?;
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok())?
}

macro_rules! gid {
    ($($(#[$doc:meta])* $name:ident: $prefix:literal $(or $other:literal)?;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(u64);

        impl $name {
            /// From the number that webhooks use.
            pub fn from_number(number: u64) -> Self {
                Self(number)
            }

            /// The number that webhooks use.
            pub fn number(self) -> u64 {
                self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                number(text, &[$prefix $(, $other)?]).map(Self).ok_or_else(|| InvalidId {
                    text: text.chars().take(100).collect(),
                    expected: $prefix,
                })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}/{}", $prefix, self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }
    )+};
}

gid! {
    /// An order.
    OrderId: "gid://shopify/Order";
    /// A line of an order.
    LineItemId: "gid://shopify/LineItem";
    /// A payment, or a part of one, back or forth.
    TransactionId: "gid://shopify/OrderTransaction";
    /// A refund.
    RefundId: "gid://shopify/Refund";
    /// A customer.
    CustomerId: "gid://shopify/Customer";
    /// A dispute. An order's own list may name it as a summary; the number is the same.
    DisputeId: "gid://shopify/ShopifyPaymentsDispute" or "gid://shopify/OrderDisputeSummary";
    /// A parcel of an order.
    FulfillmentId: "gid://shopify/Fulfillment";
    /// A product.
    ProductId: "gid://shopify/Product";
    /// A variant of a product: what has a price.
    VariantId: "gid://shopify/ProductVariant";
    /// What is counted in stock.
    InventoryItemId: "gid://shopify/InventoryItem";
    /// Where stock is counted.
    LocationId: "gid://shopify/Location";
    /// A discount with a code.
    DiscountId: "gid://shopify/DiscountCodeNode";
    /// A bulk operation.
    BulkOperationId: "gid://shopify/BulkOperation";
    /// A subscription to webhooks.
    SubscriptionId: "gid://shopify/WebhookSubscription";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_and_written_alike() {
        let text = "gid://shopify/Order/5501";
        let id: OrderId = text.parse().unwrap();
        assert_eq!((id.number(), id.to_string().as_str()), (5_501, text));
        let summary: DisputeId = "gid://shopify/OrderDisputeSummary/7".parse().unwrap();
        assert_eq!(summary, DisputeId::from_number(7));
    }

    #[test]
    fn another_kind_of_id_is_refused() {
        for text in [
            "",
            "5501",
            "gid://shopify/Order/",
            "gid://shopify/Order/-1",
            "gid://shopify/Order/+1",
            "gid://shopify/Order/1?x=2",
            "gid://shopify/Order/99999999999999999999",
            "gid://shopify/OrderTransaction/1",
            "gid://elsewhere/Order/1",
        ] {
            assert!(text.parse::<OrderId>().is_err(), "{text}");
        }
    }
}
