//! A shop's orders: what was bought, paid, given back, sent and disputed.
//!
//! Lists come from an index that trails writes, so each look begins before the newest change that is known. A
//! shop with a long past is read over several looks: each takes so many pages, the longest unchanged first, and
//! the next goes on from its cursor, also after the shop wanted to be left alone. What was read by then is kept,
//! and is no complete reading.

use std::time::Duration;

use homeostat_model::WorldTime;
use homeostat_store::{PgConnection, StoreError};
use homeostat_vendors::shopify::{Order, Paging, Updated};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::{ReadError, Sensor};
use crate::{
    Operator,
    config::Brand,
    people::People,
    records::shop_order::{self, Reading},
};

/// Orders on a page. What hangs on an order makes larger ones too dear for one query.
const PAGE: u16 = 25;
/// Pages of one look at most.
const PAGES_MAX: u16 = 20;
/// How far looks overlap.
const OVERLAP: SignedDuration = SignedDuration::from_mins(10);

/// What one look brought.
#[derive(Debug)]
pub struct Looked {
    /// Orders, the longest unchanged first.
    pub orders: Vec<Reading>,
    /// Where the look goes on; absent after the last page.
    pub more: Option<More>,
}

/// The rest of a look.
#[derive(Debug)]
pub struct More {
    /// Where it begins.
    pub at: Place,
    /// The shop wants to be left alone for this much real time.
    pub wait: Option<Duration>,
}

/// A place in the list of orders. A cursor belongs to its list, which begins at one time of change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Orders that changed then or later; absent, all.
    from: Option<WorldTime>,
    /// The cursor.
    after: Option<String>,
}

/// The sensor. Lag: seconds of the index. Known bias: none; an order counts by its last change.
#[derive(Debug)]
pub struct ShopifyOrders;

#[async_trait::async_trait]
impl Sensor for ShopifyOrders {
    const NAME: &'static str = "shopify.orders";
    const VENDOR: &'static str = "shopify";
    type Reading = Looked;

    async fn read(
        operator: &Operator,
        brand: &Brand,
        _: WorldTime,
    ) -> Result<Self::Reading, ReadError> {
        read_from(operator, brand, None).await
    }

    async fn record(
        tx: &mut PgConnection,
        brand: &Brand,
        reading: &Self::Reading,
        at: WorldTime,
    ) -> Result<(), StoreError> {
        shop_order::record(tx, brand.id.as_str(), &reading.orders, at)
            .await
            .map(drop)
    }
}

/// Looks from a place on, or anew from a little before the newest change that is known.
///
/// # Errors
/// When the shop does not answer, before anything was read.
pub async fn read_from(
    operator: &Operator,
    brand: &Brand,
    place: Option<Place>,
) -> Result<Looked, ReadError> {
    let shops = &operator.partners.shops;
    let shop = (shops.get(&brand.id))
        .ok_or_else(|| ReadError::unusable("shop", format!("{} has none", brand.id)))?;
    let mut place = match place {
        Some(place) => place,
        None => {
            // Not knowing what we know only costs a longer look.
            let newest = shop_order::newest(&operator.db, brand.id.as_str()).await;
            Place {
                from: newest.ok().flatten().map(|at| at.plus(-OVERLAP)),
                after: None,
            }
        }
    };
    let updated = place.from.map_or_else(Updated::default, Updated::from);
    let mut orders = Vec::new();
    for _ in 0..PAGES_MAX {
        let paging = Paging {
            after: place.after.clone(),
            ..Paging::first(PAGE)
        };
        let page = match shop.orders_page(updated, &paging).await {
            Ok(reply) => reply.value,
            Err(error) => match error.wait() {
                Some(wait) if !orders.is_empty() => {
                    let wait = Some(wait);
                    let more = Some(More { at: place, wait });
                    return Ok(Looked { orders, more });
                }
                Some(_) | None => return Err(error.into()),
            },
        };
        let real = page.items.iter().filter(|order| !order.is_test);
        orders.extend(real.map(|order| reading(order, &operator.partners.people)));
        match page.next {
            Some(next) => place.after = Some(next),
            None => return Ok(Looked { orders, more: None }),
        }
    }
    let more = Some(More {
        at: place,
        wait: None,
    });
    Ok(Looked { orders, more })
}

/// What is kept of an order. Whoever bought it stays with the shop.
fn reading(order: &Order, people: &People) -> Reading {
    use homeostat_vendors::shopify::{FinancialStatus, TransactionKind, TransactionStatus};
    let (state, state_raw) = match &order.financial_status {
        None => ("UNKNOWN", ""),
        Some(FinancialStatus::Unknown(raw)) => ("UNKNOWN", raw.as_str()),
        Some(known) => (known.as_str(), known.as_str()),
    };
    let paid = order.transactions.iter().find(|one| {
        matches!(one.kind, TransactionKind::Sale | TransactionKind::Capture)
            && one.status == TransactionStatus::Success
    });
    let email = order.customer.as_ref().and_then(|one| one.email.as_deref());
    let household = order.shipping_address.as_ref().and_then(|to| {
        people.household(
            to.country_code.as_deref()?,
            to.postcode.as_deref()?,
            to.street.as_deref()?,
        )
    });
    let numbers = order.fulfillments.iter().flat_map(|one| &one.tracking);
    let units: u32 = order.line_items.iter().map(|line| line.quantity).sum();
    Reading {
        number: order.id.number(),
        vendor_id: order.id.to_string(),
        name: short(&order.name),
        state: state.to_owned(),
        state_raw: short(state_raw),
        fulfillment: short(order.fulfillment_status.as_str()),
        total: order.total,
        refunded: order.total_refunded,
        customer: email.and_then(|email| people.customer(email)),
        household,
        payment: paid.map(|one| one.id.to_string()),
        gateway: paid.and_then(|one| one.gateway.as_deref()).map(short),
        parcels: numbers
            .filter_map(|one| one.number.as_deref())
            .map(short)
            .collect(),
        units,
        dispute: dispute(order),
        placed_at: order.created_at,
        updated_at: order.updated_at,
    }
}

/// How far the dispute is that matters most: one that is not over.
fn dispute(order: &Order) -> Option<String> {
    use homeostat_vendors::shopify::DisputeStatus;
    let is_over = |status: &DisputeStatus| match status {
        DisputeStatus::Won
        | DisputeStatus::Lost
        | DisputeStatus::Accepted
        | DisputeStatus::Prevented
        | DisputeStatus::ChargeRefunded => true,
        DisputeStatus::NeedsResponse | DisputeStatus::UnderReview | DisputeStatus::Unknown(_) => {
            false
        }
    };
    let mut statuses = order.disputes.iter().map(|one| &one.status);
    let open = statuses.clone().find(|status| !is_over(status));
    let lost = statuses
        .clone()
        .find(|status| **status == DisputeStatus::Lost);
    open.or(lost)
        .or_else(|| statuses.next_back())
        .map(|status| short(status.as_str()))
}

/// The vendor's word as it can be kept: one short line.
fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(100).collect()
}
