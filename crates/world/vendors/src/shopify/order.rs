//! Orders: what was bought, paid, given back and sent.

use homeostat_model::{Currency, Money, WorldTime};
use serde_json::json;

use super::{
    client::{Client, Reply},
    documents::{ORDER, ORDERS},
    faults::Error,
    ids::OrderId,
    order_parts::{
        Address, Buyer, DisputeMark, Fulfillment, LineItem, RefundMark, Transaction, address,
        buyer, dispute_mark, fulfillment, line_item, refund_mark, transaction,
    },
    page::{Page, Paging, Updated},
    read,
    values::open_enum,
};
use crate::wire::{Object, WireError};

open_enum! {
    /// How far an order is paid.
    FinancialStatus {
        Pending = "PENDING",
        Authorized = "AUTHORIZED",
        PartiallyPaid = "PARTIALLY_PAID",
        Paid = "PAID",
        PartiallyRefunded = "PARTIALLY_REFUNDED",
        Refunded = "REFUNDED",
        Voided = "VOIDED",
        Expired = "EXPIRED",
    }
    /// How far an order is sent.
    FulfillmentStatus {
        Unfulfilled = "UNFULFILLED",
        PartiallyFulfilled = "PARTIALLY_FULFILLED",
        Fulfilled = "FULFILLED",
        InProgress = "IN_PROGRESS",
        OnHold = "ON_HOLD",
        Open = "OPEN",
        Scheduled = "SCHEDULED",
        Restocked = "RESTOCKED",
        PendingFulfillment = "PENDING_FULFILLMENT",
        RequestDeclined = "REQUEST_DECLINED",
        NotRequired = "FULFILLMENT_NOT_REQUIRED",
    }
}

/// An order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Its id.
    pub id: OrderId,
    /// Its number as people say it, such as `#1001`.
    pub name: String,
    /// When it was placed.
    pub created_at: WorldTime,
    /// When anything of it last changed.
    pub updated_at: WorldTime,
    /// When it was cancelled.
    pub cancelled_at: Option<WorldTime>,
    /// Whether it is a trial without money.
    pub is_test: bool,
    /// How far it is paid; `None` where the shop does not say.
    pub financial_status: Option<FinancialStatus>,
    /// How far it is sent.
    pub fulfillment_status: FulfillmentStatus,
    /// The shop's currency when it was placed. All amounts here are in it.
    pub currency: Currency,
    /// The currency that the customer paid in. Refunds are in it.
    pub presentment_currency: Currency,
    /// What it cost.
    pub total: Money,
    /// What has been given back.
    pub total_refunded: Money,
    /// Who bought; `None` for a guest whose record is gone.
    pub customer: Option<Buyer>,
    /// Where it goes.
    pub shipping_address: Option<Address>,
    /// What was bought, the first 20 lines in a list.
    pub line_items: Vec<LineItem>,
    /// Whether there are lines beyond these.
    pub has_more_lines: bool,
    /// What was given back.
    pub refunds: Vec<RefundMark>,
    /// What is disputed.
    pub disputes: Vec<DisputeMark>,
    /// Payments back and forth. A refund's own may be pending and fail later.
    pub transactions: Vec<Transaction>,
    /// Parcels.
    pub fulfillments: Vec<Fulfillment>,
}

impl Client {
    /// A page of the orders that changed within a window, the longest unchanged first. The index trails: overlap the
    /// windows and count each id once, by its later `updated_at`.
    ///
    /// # Errors
    /// See [`Error`]; a read has no unknown outcome. Amounts in another currency than the order's own are
    /// `Unexpected`.
    pub async fn orders_page(
        &self,
        updated: Updated,
        paging: &Paging,
    ) -> Result<Reply<Page<Order>>, Error> {
        self.page(&ORDERS, paging, updated.filter(), read).await
    }

    /// A page of one customer's orders, by the number in the customer's id.
    ///
    /// # Errors
    /// See [`Error`]; a read has no unknown outcome.
    pub async fn customer_orders_page(
        &self,
        customer: super::CustomerId,
        paging: &Paging,
    ) -> Result<Reply<Page<Order>>, Error> {
        let filter = format!("customer_id:{}", customer.number());
        self.page(&ORDERS, paging, Some(filter), read).await
    }

    /// One order as it is now; `None` when there is none.
    ///
    /// # Errors
    /// See [`Error`]; a read has no unknown outcome.
    pub async fn order(&self, id: OrderId) -> Result<Reply<Option<Order>>, Error> {
        self.ask(&ORDER, json!({"id": id.to_string()}), |data| {
            let Some(order) = data.object_opt(ORDER.root)? else {
                return Ok(None);
            };
            let found = read(&order)?;
            read::same_id(&order, &found.id, &id)?;
            Ok(Some(found))
        })
        .await
    }
}

pub(crate) fn read(order: &Object<'_>) -> Result<Order, WireError> {
    let currency: Currency = order.parse("currencyCode")?;
    let (lines, has_more_lines) = read::nodes(order, "lineItems")?;
    let refund = |item: &Object<'_>| refund_mark(item, currency);
    let payment = |item: &Object<'_>| transaction(item, currency);
    Ok(Order {
        id: order.parse("id")?,
        name: order.text("name")?.to_owned(),
        created_at: read::time(order, "createdAt")?,
        updated_at: read::time(order, "updatedAt")?,
        cancelled_at: read::time_opt(order, "cancelledAt")?,
        is_test: read::flag(order, "test")?,
        financial_status: order
            .text_opt("displayFinancialStatus")?
            .map(FinancialStatus::from),
        fulfillment_status: order.text("displayFulfillmentStatus")?.into(),
        currency,
        presentment_currency: order.parse("presentmentCurrencyCode")?,
        total: read::shop_money(order, "totalPriceSet", currency)?,
        total_refunded: read::shop_money(order, "totalRefundedSet", currency)?,
        customer: order
            .object_opt("customer")?
            .map(|c| buyer(&c))
            .transpose()?,
        shipping_address: order
            .object_opt("shippingAddress")?
            .map(|a| address(&a))
            .transpose()?,
        line_items: lines.iter().map(line_item).collect::<Result<_, _>>()?,
        has_more_lines,
        refunds: each(order, "refunds", refund)?,
        disputes: each(order, "disputes", dispute_mark)?,
        transactions: each(order, "transactions", payment)?,
        fulfillments: each(order, "fulfillments", fulfillment)?,
    })
}

fn each<T>(
    order: &Object<'_>,
    name: &str,
    one: impl Fn(&Object<'_>) -> Result<T, WireError>,
) -> Result<Vec<T>, WireError> {
    read::list(order, name)?.iter().map(one).collect()
}
