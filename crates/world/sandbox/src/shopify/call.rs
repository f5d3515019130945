//! Which call a request is, and what it costs.

use serde_json::Value;

use super::{
    answer::Answer,
    request::{Place, Request},
};
use crate::faults::{Class, Fault};

/// A query above this is refused unread, in points.
const COST_MAX: u32 = 1_000;
/// A mutation, in points.
const MUTATION: u32 = 10;
/// Most items of a page.
const FIRST_MAX: u64 = 250;

const LIST: &[Fault] = &[Fault::PartialAnswer, Fault::StaleIndex, Fault::NewWord];
const KEYED: &[Fault] = &[Fault::InProgress, Fault::SettleLater, Fault::SettleBadly];

/// A kind of call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    Token,
    BulkFile(u64),
    Shop,
    Locations,
    Orders,
    Order,
    SuggestedRefund,
    RefundCreate,
    InventoryLevel,
    InventorySet,
    Products,
    Product,
    ProductUpdate,
    VariantPrice,
    Customers,
    Disputes,
    DiscountByCode,
    DiscountCreate,
    DiscountDeactivate,
    BulkRun,
    BulkOperation,
    Subscribe,
    Subscriptions,
}

/// Shopify's kinds of calls.
pub(crate) const CLASSES: &[Class] = &[
    Class::reads("shopify.token", &[]),
    Class::reads("shopify.bulk_file", &[]),
    Class::reads("shopify.shop", &[]),
    Class::reads("shopify.locations", &[]),
    Class::reads("shopify.orders", LIST),
    Class::reads("shopify.order", &[Fault::PartialAnswer, Fault::NewWord]),
    Class::reads("shopify.suggested_refund", &[]),
    Class::writes("shopify.refund_create", KEYED),
    Class::reads("shopify.inventory_level", &[]),
    Class::writes("shopify.inventory_set", &[Fault::InProgress]),
    Class::reads("shopify.products", &[Fault::PartialAnswer, Fault::NewWord]),
    Class::reads("shopify.product", &[]),
    Class::writes("shopify.product_update", &[]),
    Class::writes("shopify.variant_price", &[]),
    Class::reads("shopify.customers", &[Fault::PartialAnswer]),
    Class::reads("shopify.disputes", &[Fault::PartialAnswer, Fault::NewWord]),
    Class::reads("shopify.discount_by_code", &[]),
    Class::writes("shopify.discount_create", &[]),
    Class::writes("shopify.discount_deactivate", &[]),
    Class::writes(
        "shopify.bulk_run",
        &[Fault::SettleLater, Fault::SettleBadly],
    ),
    Class::reads("shopify.bulk_operation", &[]),
    Class::writes("shopify.subscribe", &[]),
    Class::reads("shopify.subscriptions", &[]),
];

impl Call {
    /// Finds the call by the document's root fields.
    ///
    /// # Errors
    /// The answer that Shopify gives to what it does not know.
    pub(crate) fn resolve(request: &Request) -> Result<Self, Answer> {
        match request.place {
            Place::Token => return Ok(Self::Token),
            Place::BulkFile(id) => return Ok(Self::BulkFile(id)),
            Place::Graph => {}
        }
        let mut roots = request.roots();
        if roots.len() > 1 {
            roots.retain(|root| *root != "shop");
        }
        let call = match roots.as_slice() {
            ["shop"] => Self::Shop,
            ["locations"] => Self::Locations,
            ["orders"] => Self::Orders,
            ["order"] if request.document.contains("suggestedRefund") => Self::SuggestedRefund,
            ["order"] => Self::Order,
            ["refundCreate"] => Self::RefundCreate,
            ["inventoryItem"] => Self::InventoryLevel,
            ["inventorySetQuantities"] => Self::InventorySet,
            ["products"] => Self::Products,
            ["product"] => Self::Product,
            ["productUpdate"] => Self::ProductUpdate,
            ["productVariantsBulkUpdate"] => Self::VariantPrice,
            ["customers"] => Self::Customers,
            ["disputes"] => Self::Disputes,
            ["codeDiscountNodeByCode"] => Self::DiscountByCode,
            ["discountCodeBasicCreate"] => Self::DiscountCreate,
            ["discountCodeDeactivate"] => Self::DiscountDeactivate,
            ["bulkOperationRunQuery"] => Self::BulkRun,
            ["bulkOperation"] => Self::BulkOperation,
            ["webhookSubscriptionCreate"] => Self::Subscribe,
            ["webhookSubscriptions"] => Self::Subscriptions,
            other => return Err(Answer::unknown_field(&other.join(", "))),
        };
        let is_keyed = matches!(call, Self::RefundCreate | Self::InventorySet);
        // Demanded since 2026-04.
        let is_bare = !request.document.contains("@idempotent(");
        if is_keyed && request.version.as_str() >= "2026-04" && (is_bare || request.key().is_none())
        {
            return Err(Answer::directive_missing());
        }
        Ok(call)
    }

    pub(crate) fn class(self) -> Class {
        CLASSES[self.place()]
    }

    /// Its place among the classes, and among the roots.
    fn place(self) -> usize {
        match self {
            Self::Token => 0,
            Self::BulkFile(_) => 1,
            Self::Shop => 2,
            Self::Locations => 3,
            Self::Orders => 4,
            Self::Order => 5,
            Self::SuggestedRefund => 6,
            Self::RefundCreate => 7,
            Self::InventoryLevel => 8,
            Self::InventorySet => 9,
            Self::Products => 10,
            Self::Product => 11,
            Self::ProductUpdate => 12,
            Self::VariantPrice => 13,
            Self::Customers => 14,
            Self::Disputes => 15,
            Self::DiscountByCode => 16,
            Self::DiscountCreate => 17,
            Self::DiscountDeactivate => 18,
            Self::BulkRun => 19,
            Self::BulkOperation => 20,
            Self::Subscribe => 21,
            Self::Subscriptions => 22,
        }
    }

    /// The field under `data` that is the answer.
    pub(crate) fn root(self) -> &'static str {
        const ROOTS: [&str; 23] = [
            "",
            "",
            "shop",
            "locations",
            "orders",
            "order",
            "order",
            "refundCreate",
            "inventoryItem",
            "inventorySetQuantities",
            "products",
            "product",
            "productUpdate",
            "productVariantsBulkUpdate",
            "customers",
            "disputes",
            "codeDiscountNodeByCode",
            "discountCodeBasicCreate",
            "discountCodeDeactivate",
            "bulkOperationRunQuery",
            "bulkOperation",
            "webhookSubscriptionCreate",
            "webhookSubscriptions",
        ];
        ROOTS[self.place()]
    }

    pub(crate) fn needs_token(self) -> bool {
        !matches!(self, Self::Token | Self::BulkFile(_))
    }

    /// What is set aside for it, in points.
    ///
    /// # Errors
    /// When a page's size is none, or the whole too dear.
    pub(crate) fn cost(self, variables: &Value) -> Result<u32, Answer> {
        let Some(of_item) = self.cost_of_item() else {
            let is_write = self.class().writes;
            return Ok(if is_write { MUTATION } else { 12 });
        };
        let first = variables.get("first").and_then(Value::as_u64);
        let first = first.filter(|first| (1..=FIRST_MAX).contains(first));
        let first = first.and_then(|first| u32::try_from(first).ok());
        let cost = 2 + of_item * first.ok_or_else(|| Answer::bad_variable("first"))?;
        if cost > COST_MAX {
            return Err(Answer::too_dear(cost));
        }
        Ok(cost)
    }

    /// What it used of that.
    pub(crate) fn used(self, data: &Value, asked: u32) -> u32 {
        let items = data.get(self.root()).and_then(|list| list.get("nodes"));
        let items = items.and_then(Value::as_array).map(Vec::len);
        match (self.cost_of_item(), items.map(u32::try_from)) {
            (Some(of_item), Some(Ok(items))) => asked.min(2 + of_item * items),
            _ => asked,
        }
    }

    fn cost_of_item(self) -> Option<u32> {
        match self {
            Self::Orders => Some(8),
            Self::Products => Some(5),
            Self::Customers | Self::Disputes => Some(3),
            Self::Locations | Self::Subscriptions => Some(1),
            Self::Token
            | Self::BulkFile(_)
            | Self::Shop
            | Self::Order
            | Self::SuggestedRefund
            | Self::RefundCreate
            | Self::InventoryLevel
            | Self::InventorySet
            | Self::Product
            | Self::ProductUpdate
            | Self::VariantPrice
            | Self::DiscountByCode
            | Self::DiscountCreate
            | Self::DiscountDeactivate
            | Self::BulkRun
            | Self::BulkOperation
            | Self::Subscribe => None,
        }
    }

    /// The same request is being processed.
    pub(crate) fn in_progress(self) -> Answer {
        let code = "IDEMPOTENCY_CONCURRENT_REQUEST";
        Answer::user_error(
            self.root(),
            self == Self::InventorySet,
            code,
            "a request with this key is in progress",
        )
    }
}
