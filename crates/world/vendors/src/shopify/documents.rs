//! The documents that are sent, one per kind of call, and what is needed to read their answers.

use super::faults::CallKind;

/// One kind of call.
#[derive(Debug)]
pub(crate) struct Document {
    /// Whether it changes anything.
    pub(crate) kind: CallKind,
    /// The operation's name in the text.
    pub(crate) name: &'static str,
    /// The field under `data` that is the answer.
    pub(crate) root: &'static str,
    /// The field of the answer that exists only when the act was done.
    pub(crate) made: Option<&'static str>,
    /// The text.
    pub(crate) text: &'static str,
}

macro_rules! documents {
    ($($kind:ident $const:ident = $name:literal $root:literal $(made $made:literal)? : $($file:literal)+;)+) => {
        $(pub(crate) const $const: Document = Document {
            kind: CallKind::$kind,
            name: $name,
            root: $root,
            made: documents!(@made $($made)?),
            text: concat!($(include_str!(concat!("documents/", $file, ".graphql"))),+),
        };)+

        /// All of them, for the tests.
        #[cfg(test)]
        pub(crate) const ALL: &[&Document] = &[$(&$const),+];
    };
    (@made) => { None };
    (@made $made:literal) => { Some($made) };
}

documents! {
    Read SHOP = "Shop" "shop": "shop";
    Read LOCATIONS = "Locations" "locations": "locations";
    Read ORDERS = "Orders" "orders": "orders" "order_fields";
    Read ORDER = "Order" "order": "order" "order_fields";
    Read SUGGESTED_REFUND = "SuggestedRefund" "order": "suggested_refund";
    Write REFUND_CREATE = "RefundCreate" "refundCreate" made "refund": "refund_create";
    Read INVENTORY_LEVEL = "InventoryLevel" "inventoryItem": "inventory_level";
    Write INVENTORY_SET = "InventorySet" "inventorySetQuantities" made "inventoryAdjustmentGroup": "inventory_set";
    Read PRODUCTS = "Products" "products": "products";
    Read PRODUCT = "Product" "product": "product";
    Write PRODUCT_UPDATE = "ProductUpdate" "productUpdate": "product_update";
    Write VARIANT_PRICE = "VariantPrice" "productVariantsBulkUpdate": "variant_price";
    Read CUSTOMERS = "Customers" "customers": "customers";
    Read DISPUTES = "Disputes" "disputes": "disputes";
    Read DISCOUNT_BY_CODE = "DiscountByCode" "codeDiscountNodeByCode": "discount_by_code" "discount_fields";
    Write DISCOUNT_CREATE = "DiscountCreate" "discountCodeBasicCreate" made "codeDiscountNode":
        "discount_create" "discount_fields";
    Write DISCOUNT_DEACTIVATE = "DiscountDeactivate" "discountCodeDeactivate": "discount_deactivate" "discount_fields";
    // Running a query twice changes nothing at the shop.
    Read BULK_RUN = "BulkRun" "bulkOperationRunQuery": "bulk_run";
    Read BULK_OPERATION = "BulkOperation" "bulkOperation": "bulk_operation";
    Write SUBSCRIBE = "Subscribe" "webhookSubscriptionCreate" made "webhookSubscription": "subscribe";
    Read SUBSCRIPTIONS = "Subscriptions" "webhookSubscriptions": "subscriptions";
}

/// The query of a bulk operation over orders. `$FILTER` stands for the filter.
pub(crate) const BULK_ORDERS: &str = include_str!("documents/bulk_orders.graphql");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_document_is_the_operation_that_it_says() {
        for document in ALL {
            let word = match document.kind {
                _ if document.name == "BulkRun" => "mutation",
                CallKind::Read => "query",
                CallKind::Write => "mutation",
            };
            let start = format!("{word} {}", document.name);
            assert!(document.text.starts_with(&start), "{}", document.name);
            assert!(document.text.contains(&format!("  {}", document.root)));
            if let Some(made) = document.made {
                assert!(document.text.contains(&format!("    {made} {{")), "{made}");
            }
            let opened = document.text.matches('{').count();
            assert_eq!(
                opened,
                document.text.matches('}').count(),
                "{}",
                document.name
            );
        }
    }

    #[test]
    fn an_order_is_asked_for_with_everything_that_is_read() {
        let fields = [
            "displayFinancialStatus",
            "displayFulfillmentStatus",
            "totalPriceSet",
            "totalRefundedSet",
            "defaultEmailAddress { emailAddress }",
            "defaultPhoneNumber { phoneNumber }",
            "locale",
            "countryCodeV2 zip address1",
            "id sku quantity refundableQuantity",
            "refunds { id createdAt note",
            "disputes { id status initiatedAs }",
            "id kind status gateway errorCode",
            "parentTransaction { id }",
            "trackingInfo { company number url }",
            "presentmentCurrencyCode",
        ];
        for text in [ORDERS.text, ORDER.text, BULK_ORDERS] {
            for field in fields {
                assert!(text.contains(field), "{field}");
            }
        }
        assert!(ORDERS.text.contains("sortKey: UPDATED_AT"));
        assert!(ORDERS.text.contains("pageInfo { hasNextPage endCursor }"));
        assert!(BULK_ORDERS.contains("orders(query: \"$FILTER\")"));
        // Old names that the vendor is about to take away.
        for document in ALL {
            for old in [
                "callbackUrl",
                "compareQuantity",
                "ignoreCompareQuantity",
                "productUpdate(input",
            ] {
                assert!(!document.text.contains(old), "{} {old}", document.name);
            }
        }
    }

    #[test]
    fn only_what_takes_a_key_is_sent_with_one() {
        for document in ALL {
            let takes_key = matches!(document.name, "RefundCreate" | "InventorySet");
            let directive = "@idempotent(key: $k)";
            assert_eq!(
                document.text.contains(directive),
                takes_key,
                "{}",
                document.name
            );
        }
    }
}
