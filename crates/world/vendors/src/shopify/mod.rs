//! Shopify's Admin API over GraphQL (`2026-10`): orders, products, customers, stock, disputes and codes; refunds and
//! the other changes; bulk operations and webhooks.
//!
//! Wire facts are Shopify's public reference (shopify.dev/docs/api/admin-graphql) and its introspection schemas: every
//! document in `documents/` is valid against 2026-01, 2026-04, 2026-07 and 2026-10. Refunds and stock take an
//! idempotency key that lives 24 hours; nothing else does. What is created is looked for by its note, its code or its
//! id after an unknown outcome.
//! *Limits.* Lists go through an index that trails writes by seconds or more; only a read by id is fresh.

mod answer;
mod bulk;
mod bulk_lines;
mod client;
mod config;
#[cfg(test)]
mod conformance;
mod cost;
mod customer;
mod discount;
mod dispute;
mod documents;
mod faults;
#[cfg(test)]
mod hostile;
mod ids;
mod inventory;
mod order;
mod order_parts;
mod page;
mod product;
mod read;
mod refund;
mod shop;
mod signature;
mod subscription;
mod token;
mod values;
pub mod webhook;

pub use bulk::{BULK_BYTES_MAX, BulkOperation, BulkStatus, Download};
pub use bulk_lines::{BulkError, bulk_orders};
pub use client::{Client, Reply};
pub use config::{Config, ConfigError, Credentials, DEFAULT_VERSION};
pub use cost::Cost;
pub use customer::Customer;
pub use discount::{Discount, DiscountStatus, DiscountValue, NewDiscount};
pub use dispute::{Dispute, DisputeQuery, DisputeReason};
pub use faults::{CallKind, Error, Meaning, Needs, NoAnswer, Refusal};
pub use ids::{
    BulkOperationId, CustomerId, DiscountId, DisputeId, FulfillmentId, InvalidId, InventoryItemId,
    LineItemId, LocationId, OrderId, ProductId, RefundId, SubscriptionId, TransactionId, VariantId,
};
pub use inventory::{InventoryLevel, InventorySet};
pub use order::{FinancialStatus, FulfillmentStatus, Order};
pub use order_parts::{
    Address, Buyer, DisputeKind, DisputeMark, DisputeStatus, Fulfillment, LineItem, RefundMark,
    Tracking, Transaction, TransactionKind, TransactionStatus,
};
pub use page::{FIRST_MAX, Page, Paging, Updated};
pub use product::{NewPrice, Product, ProductChange, ProductStatus, Variant};
pub use refund::{
    NOTE_CHARS_MAX, NewRefund, RefundLine, Refunded, RefundedTransaction, Restock,
    SuggestedPayment, SuggestedRefund,
};
pub use shop::{Location, Shop};
pub use subscription::{Subscription, TOPICS};
