//! A shop's orders: what was bought, paid, given back, sent and disputed.
//!
//! Lists come from an index that trails writes, so each look begins before the newest change that is known. A
//! shop with a long past is read over several looks: each takes so many pages, the longest unchanged first, and
//! the next goes on from its cursor, also after the shop wanted to be left alone. What was read by then is kept,
//! and is no complete reading.
//!
//! The first look at a shop is one operation that the shop works on by itself and puts into a file. The look then waits
//! for the file. Where the shop does not take the operation, or does not finish it, the look goes by pages after all.

use std::time::Duration;

use homeostat_model::WorldTime;
use homeostat_store::{PgConnection, StoreError};
use homeostat_vendors::shopify::{BulkOperationId, Client, Order, Paging, Updated};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::{
    ReadError, Sensor,
    shopify_bulk::{self as bulk, Fetched},
};
use crate::{
    Operator,
    config::Brand,
    people::People,
    records::{
        shop_line,
        shop_order::{self, Reading},
    },
};

/// Orders on a page. What hangs on an order makes larger ones too dear for one query.
const PAGE: u16 = 25;
/// Pages of one look at most.
const PAGES_MAX: u16 = 20;
/// Between two questions whether the file is there.
const POLL: Duration = Duration::from_secs(1);
/// Orders that are written at a time.
const WRITTEN: usize = 1_000;
/// How far looks overlap.
const OVERLAP: SignedDuration = SignedDuration::from_mins(10);

/// What one look brought.
#[derive(Debug, Default)]
pub struct Looked {
    /// Orders, the longest unchanged first.
    pub orders: Vec<Reading>,
    /// What was ordered with them.
    pub lines: Vec<shop_line::Reading>,
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

/// Where a look goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// In the list of orders. A cursor belongs to its list, which begins at one time of change.
    Pages {
        /// Orders that changed then or later; absent, all.
        from: Option<WorldTime>,
        /// The cursor.
        after: Option<String>,
    },
    /// At the file of all orders.
    File(BulkOperationId),
}

impl Place {
    /// The beginning of the list of all orders.
    pub const ALL: Self = Self::Pages {
        from: None,
        after: None,
    };

    /// How long there is nothing to look at, in real time.
    pub(crate) fn pause(&self) -> Duration {
        match self {
            Self::Pages { .. } => Duration::ZERO,
            Self::File(_) => POLL,
        }
    }
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
        for lines in reading.lines.chunks(WRITTEN) {
            shop_line::record(tx, brand.id.as_str(), lines).await?;
        }
        for orders in reading.orders.chunks(WRITTEN) {
            shop_order::record(tx, brand.id.as_str(), orders, at).await?;
        }
        Ok(())
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
    let shop = shop(operator, brand)?;
    let people = &operator.partners.people;
    let place = match place {
        Some(place) => place,
        None => match shop_order::newest(&operator.db, brand.id.as_str()).await {
            Ok(Some(newest)) => Place::Pages {
                from: Some(newest.plus(-OVERLAP)),
                after: None,
            },
            Ok(None) => return Ok(Looked::later(bulk::begin(shop).await)),
            // Not knowing what we know only costs a longer look.
            Err(_) => Place::ALL,
        },
    };
    match place {
        Place::Pages { from, after } => pages(shop, people, from, after).await,
        Place::File(id) => match bulk::fetch(shop, id).await? {
            Fetched::Orders(orders) => Ok(Looked::whole(&orders, people)),
            Fetched::NotYet => Ok(Looked::later(Place::File(id))),
            Fetched::Never(why) => {
                tracing::warn!(brand = %brand.id, why, "no file of all orders: going by pages");
                Ok(Looked::later(Place::ALL))
            }
        },
    }
}

async fn pages(
    shop: &Client,
    people: &People,
    from: Option<WorldTime>,
    mut after: Option<String>,
) -> Result<Looked, ReadError> {
    let updated = from.map_or_else(Updated::default, Updated::from);
    let mut looked = Looked::default();
    for _ in 0..PAGES_MAX {
        let paging = Paging {
            after: after.clone(),
            ..Paging::first(PAGE)
        };
        let page = match shop.orders_page(updated, &paging).await {
            Ok(reply) => reply.value,
            Err(error) => match error.wait() {
                Some(wait) if !looked.orders.is_empty() => {
                    let (at, wait) = (Place::Pages { from, after }, Some(wait));
                    looked.more = Some(More { at, wait });
                    return Ok(looked);
                }
                Some(_) | None => return Err(error.into()),
            },
        };
        looked.take(&page.items, people);
        after = page.next;
        if after.is_none() {
            return Ok(looked);
        }
    }
    let (at, wait) = (Place::Pages { from, after }, None);
    looked.more = Some(More { at, wait });
    Ok(looked)
}

impl Looked {
    /// Nothing yet.
    fn later(at: Place) -> Self {
        Self {
            more: Some(More { at, wait: None }),
            ..Self::default()
        }
    }

    fn whole(orders: &[Order], people: &People) -> Self {
        let mut looked = Self::default();
        looked.take(orders, people);
        looked
    }

    /// Trials are no orders.
    fn take(&mut self, orders: &[Order], people: &People) {
        for order in orders.iter().filter(|order| !order.is_test) {
            self.orders.push(reading(order, people));
            self.lines.extend(shop_line::of(order));
        }
    }
}

/// The brand's shop.
///
/// # Errors
/// When it has none.
pub(crate) fn shop<'a>(operator: &'a Operator, brand: &Brand) -> Result<&'a Client, ReadError> {
    let shops = &operator.partners.shops;
    let shop = shops.get(&brand.id);
    shop.ok_or_else(|| ReadError::unusable("shop", format!("{} has none", brand.id)))
}

/// What is kept of an order. Whoever bought it stays with the shop.
pub(crate) fn reading(order: &Order, people: &People) -> Reading {
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
        // What was paid in another currency goes back in it, and nobody here can say how much that is.
        payment: paid
            .filter(|_| order.presentment_currency == order.currency)
            .map(|one| one.id.to_string()),
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
pub(super) fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(100).collect()
}
