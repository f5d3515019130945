//! Orders as the shop shows them: what the trade tells, with what was given back, disputed and sent so far.

use std::sync::Arc;

use homeostat_model::WorldTime;
use serde_json::{Value, json};

use super::{
    Told, Visit,
    answer::Answer,
    show::{Place, gid, page},
    state::State,
};
use crate::{faults::Fault, world::trade::Order};

/// The one gateway of the sandbox.
pub(super) const GATEWAY: &str = "shopify_payments";

/// A filter of a list of orders.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Filter {
    from: Option<WorldTime>,
    before: Option<WorldTime>,
    customer: Option<u64>,
}

impl Filter {
    /// # Errors
    /// The answer to a filter that the sandbox does not know.
    pub(super) fn parse(text: &str) -> Result<Self, Answer> {
        let mut filter = Self::default();
        for part in text.split(" AND ").filter(|part| !part.is_empty()) {
            let bad = || Answer::bad_filter(part);
            let time = |text: &str| {
                let text = text.trim_matches('\'');
                text.parse().map(WorldTime).map_err(|_| bad())
            };
            if let Some(text) = part.strip_prefix("updated_at:>=") {
                filter.from = Some(time(text)?);
            } else if let Some(text) = part.strip_prefix("updated_at:<") {
                filter.before = Some(time(text)?);
            } else if let Some(text) = part.strip_prefix("customer_id:") {
                filter.customer = Some(text.parse().map_err(|_| bad())?);
            } else {
                return Err(bad());
            }
        }
        Ok(filter)
    }

    /// Whether a time of change lies within.
    pub(super) fn holds(&self, updated_at: WorldTime) -> bool {
        self.from.is_none_or(|from| updated_at >= from)
            && self.before.is_none_or(|before| updated_at < before)
    }
}

impl Visit<'_> {
    /// The filter of a list.
    pub(super) fn filter(&self) -> Result<Filter, Answer> {
        let text = self.request.variables.get("query").and_then(Value::as_str);
        Filter::parse(text.unwrap_or_default())
    }

    pub(super) fn orders(&self) -> Told {
        let filter = self.filter()?;
        // The index may not know yet what happened last.
        let behind = self.lag(Fault::StaleIndex).unwrap_or_default();
        let indexed = self.now.world.plus(-behind);
        let found = self.matching(&filter, indexed);
        let tell = |order: Arc<Order>| self.order_told(&order, self.now.world);
        Ok(json!({"orders": page(&self.request.variables, found, tell)?}))
    }

    /// The orders of this shop that a filter lets through at an instant.
    pub(super) fn matching(&self, filter: &Filter, at: WorldTime) -> Vec<(Place, Arc<Order>)> {
        let placed = self
            .trade
            .orders_of(self.nth)
            .filter(|order| order.placed_at <= at);
        let placed = placed.filter(|order| filter.customer.is_none_or(|id| id == order.shopper.id));
        let each = placed.filter_map(|order| {
            let updated_at = self.updated_at(order, at);
            let nanos = updated_at.0.as_nanosecond();
            let place = Place {
                nanos,
                number: order.id,
            };
            filter.holds(updated_at).then(|| (place, Arc::clone(order)))
        });
        each.collect()
    }

    pub(super) fn order(&self) -> Told {
        let id = self.request.id("id", "Order")?;
        let order = self.find_order(id);
        Ok(json!({"order": order.map(|order| self.order_told(&order, self.now.world))}))
    }

    pub(super) fn find_order(&self, id: u64) -> Option<Arc<Order>> {
        let mut orders = self.trade.orders_of(self.nth);
        orders.find(|order| order.id == id).map(Arc::clone)
    }

    /// When anything of an order last changed, as known at an instant.
    fn updated_at(&self, order: &Order, at: WorldTime) -> WorldTime {
        let refunds = self.state.refunds_of(order.id).iter();
        let refunds = refunds.flat_map(|refund| [refund.at, refund.settles_at]);
        let dispute = self
            .dispute_of(order, at)
            .map(|dispute| dispute.changed_at(at));
        let all = refunds.chain(dispute).chain([order.parcel.shipped_at]);
        all.filter(|time| *time <= at)
            .fold(order.placed_at, WorldTime::max)
    }

    /// What is still to be given back of an order.
    pub(super) fn refundable_micros(&self, order: &Order, at: WorldTime) -> i64 {
        left_micros(self.state, order, at)
    }

    /// `displayFinancialStatus`.
    pub(super) fn financial_status(&self, order: &Order, at: WorldTime) -> &'static str {
        financial_status(self.state, order, at)
    }

    /// An order as everybody asks for it, at an instant.
    pub(super) fn order_told(&self, order: &Order, at: WorldTime) -> Value {
        let refunded = order.total_micros - self.refundable_micros(order, at);
        let shopper = &order.shopper;
        let is_sent = order.parcel.shipped_at <= at;
        let sending = match (self.is_struck(Fault::NewWord), is_sent) {
            (true, _) => "TELEPORTED",
            (false, true) => "FULFILLED",
            (false, false) => "UNFULFILLED",
        };
        json!({
            "id": gid("Order", order.id),
            "name": order.name,
            "createdAt": order.placed_at,
            "updatedAt": self.updated_at(order, at),
            "cancelledAt": null,
            "test": false,
            "displayFinancialStatus": self.financial_status(order, at),
            "displayFulfillmentStatus": sending,
            "currencyCode": self.currency(),
            "presentmentCurrencyCode": self.currency(),
            "totalPriceSet": self.bag(order.total_micros),
            "totalRefundedSet": self.bag(refunded),
            "customer": {
                "id": gid("Customer", shopper.id),
                "defaultEmailAddress": {"emailAddress": shopper.email},
                "defaultPhoneNumber": {"phoneNumber": shopper.phone},
                "locale": shopper.language.code(),
            },
            "shippingAddress": {
                "countryCodeV2": shopper.country,
                "zip": shopper.postcode,
                "address1": shopper.street,
                "address2": null,
            },
            "lineItems": {"nodes": self.lines_told(order), "pageInfo": {"hasNextPage": false}},
            "refunds": self.refunds_told(order),
            "disputes": self.dispute_of(order, at).map(|dispute| dispute.mark(at)).into_iter().collect::<Vec<_>>(),
            "transactions": self.transactions_told(order, at),
            "fulfillments": if is_sent { parcels_told(order, at) } else { json!([]) },
        })
    }

    pub(super) fn lines_told(&self, order: &Order) -> Value {
        let refunds = self.state.refunds_of(order.id);
        let each = order.lines.iter().map(|line| {
            let back = refunds.iter().flat_map(|refund| &refund.lines);
            let back: i64 = back.filter(|(id, _)| *id == line.id).map(|(_, n)| n).sum();
            let sku = self
                .shop
                .products
                .get(line.product)
                .map(|product| &product.sku);
            json!({
                "id": gid("LineItem", line.id),
                "sku": sku,
                "quantity": line.quantity,
                "refundableQuantity": (line.quantity - back).max(0),
            })
        });
        each.collect()
    }

    fn refunds_told(&self, order: &Order) -> Value {
        let refunds = self.state.refunds_of(order.id).iter();
        let each = refunds.map(|refund| {
            json!({
                "id": gid("Refund", refund.id),
                "createdAt": refund.at,
                "note": refund.note,
                "totalRefundedSet": self.bag(refund.amount_micros),
            })
        });
        each.collect()
    }

    fn transactions_told(&self, order: &Order, at: WorldTime) -> Value {
        let paid = json!({
            "id": gid("OrderTransaction", sale(order)),
            "kind": "SALE",
            "status": "SUCCESS",
            "gateway": GATEWAY,
            "errorCode": null,
            "amountSet": self.bag(order.total_micros),
            "parentTransaction": null,
        });
        let refunds = self.state.refunds_of(order.id).iter();
        let refunds = refunds
            .filter(|refund| refund.transaction != 0)
            .map(|refund| {
                let status = refund.status(at);
                json!({
                    "id": gid("OrderTransaction", refund.transaction),
                    "kind": "REFUND",
                    "status": status,
                    "gateway": GATEWAY,
                    "errorCode": (status == "FAILURE").then_some("PROCESSING_ERROR"),
                    "amountSet": self.bag(refund.amount_micros),
                    "parentTransaction": {"id": gid("OrderTransaction", sale(order))},
                })
            });
        std::iter::once(paid).chain(refunds).collect()
    }
}

/// What is still to be given back of an order.
pub(super) fn left_micros(state: &State, order: &Order, at: WorldTime) -> i64 {
    let refunds = state.refunds_of(order.id).iter();
    order.total_micros - refunds.map(|refund| refund.counts_micros(at)).sum::<i64>()
}

/// How far an order is paid, in the shop's word.
pub(super) fn financial_status(state: &State, order: &Order, at: WorldTime) -> &'static str {
    match left_micros(state, order, at) {
        left if left == order.total_micros => "PAID",
        0 => "REFUNDED",
        _ => "PARTIALLY_REFUNDED",
    }
}

/// The number of the transaction that paid an order.
pub(super) fn sale(order: &Order) -> u64 {
    order.id * 10
}

fn parcels_told(order: &Order, at: WorldTime) -> Value {
    let mut scans = order.parcel.scans.iter().filter(|scan| scan.at <= at);
    let display = match scans.next_back().map(|scan| scan.status) {
        Some("Delivered") => "DELIVERED",
        Some("OutForDelivery") => "OUT_FOR_DELIVERY",
        Some("DeliveryFailure") => "ATTEMPTED_DELIVERY",
        Some("Exception") => "NOT_DELIVERED",
        Some("InTransit") => "IN_TRANSIT",
        Some(_) | None => "LABEL_PRINTED",
    };
    json!([{
        "id": gid("Fulfillment", order.id),
        "status": "SUCCESS",
        "displayStatus": display,
        "trackingInfo": [{"company": "Sandbox Post", "number": order.parcel.number, "url": null}],
    }])
}
