//! Everything that is known when a letter is decided on: the customer over all stores, the order, its parcel, what was
//! given before, and what the brand's day has left.

use homeostat_control::{
    customer,
    refund::{Caps, Conversation, Earlier, Inputs, Order, Params},
};
use homeostat_effects::money_left;
use homeostat_model::WorldTime;
use homeostat_store::{Db, StoreError};
use jiff::{SignedDuration, Timestamp};

use super::{
    past::{Given, Past},
    profile::{disputes, is_in_thread, order_of, profile},
};
use crate::{
    Operator,
    config::{Brand, Service},
    jobs::LoopError,
    records::{
        customer::{self as stores, Order as Known},
        letter::{self, Letter},
        shipment,
    },
};

/// What the customer's room counts.
const ROOM: SignedDuration = SignedDuration::from_hours(30 * 24);
/// More letters of one thread in a day are no talk between people.
const THREAD_DAY_MAX: usize = 10;
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// What is known.
#[derive(Debug)]
pub(super) struct Case {
    /// The customer's order that the letter is about.
    pub(super) order: Option<Known>,
    /// So much is written in this thread that two machines must be talking.
    pub(super) is_a_loop: bool,
    /// What the policy looks at.
    pub(super) inputs: Inputs,
}

impl Case {
    /// Reads it.
    pub(super) async fn read(
        operator: &Operator,
        brand: &Brand,
        service: &Service,
        letter: &Letter,
        now: WorldTime,
    ) -> Result<Self, LoopError> {
        let db = &operator.db;
        let (letters, orders) = match &letter.customer {
            Some(customer) => (
                letter::of_customer(db, customer, WorldTime(Timestamp::UNIX_EPOCH)).await?,
                stores::orders(db, customer).await?,
            ),
            // Nobody can be told: the thread is all there is.
            None => (
                letter::of_thread(db, &letter.brand, &letter.thread).await?,
                Vec::new(),
            ),
        };
        let order = order_of(letter, &letters, &orders, now);
        let past = Past::read(operator, &letters).await?;
        let household = order.and_then(|order| order.household.as_deref());
        let on_address = match household {
            Some(household) => stores::on_address(db, household).await?,
            None => 1,
        };
        let delivery = match order {
            Some(order) => shipment::of_order(db, brand.id.as_str(), &order.id, now).await?,
            None => None,
        };
        let today = letters.iter().filter(|one| {
            is_in_thread(one, letter) && letter.received_at.since(one.received_at) <= DAY
        });
        Ok(Self {
            is_a_loop: today.count() >= THREAD_DAY_MAX,
            inputs: Inputs {
                params: params(service),
                currency: brand.currency,
                now,
                conversation: conversation(letter, &letters, order, &past),
                order: order.map(|order| as_known(order, &past)),
                customer: customer::Inputs {
                    weights: customer::Weights::default(),
                    profile: profile(letter, order, &letters, &orders, on_address, now),
                },
                disputes: disputes(order, &orders, now),
                delivery,
                customer_refunded_30d_micros: refunded(brand, &orders, &past, now),
                day_left_micros: day_left(db, brand, service, now).await?,
            },
            order: order.cloned(),
        })
    }
}

/// The caps that the owner wrote; the rest is custom.
fn params(service: &Service) -> Params {
    Params {
        caps: Caps {
            refund_cap_micros: service.refund_cap.amount_micros,
            customer_cap_micros: service.customer_room.amount_micros,
            ..Caps::default()
        },
        ..Params::default()
    }
}

fn conversation(
    letter: &Letter,
    letters: &[Letter],
    order: Option<&Known>,
    past: &Past,
) -> Conversation {
    // Who was asked which order it is, and does not say one of theirs, is not asked again and again.
    let was_asked = letters
        .iter()
        .any(|one| is_in_thread(one, letter) && past.asked_for_order.contains(&one.id));
    Conversation {
        intent: letter.wants,
        claim: letter.claim,
        asked: letter.asked,
        has_evidence: letter.has_evidence,
        wants_person: letter.wants_person || (order.is_none() && was_asked),
        earlier: earlier(letter, order, past),
    }
}

/// What became of the same claim about the same order.
fn earlier(letter: &Letter, order: Option<&Known>, past: &Past) -> Earlier {
    let same = past.given.iter().filter(|one| {
        order.is_some_and(|order| one.order.as_deref() == Some(order.id.as_str()))
            && one.claim == letter.claim
    });
    let mut found = Earlier::None;
    for one in same {
        if one.pending_micros > 0 {
            return Earlier::UnderWay;
        }
        if one.paid_micros > 0 {
            found = Earlier::Refunded;
        }
    }
    found
}

/// The order with what we gave and the shop does not show yet.
fn as_known(order: &Known, past: &Past) -> Order {
    let ours = past.of(order);
    let is_paid = matches!(
        order.state.as_str(),
        "PAID" | "PARTIALLY_REFUNDED" | "REFUNDED"
    );
    Order {
        currency: order.total.currency,
        placed_at: order.placed_at,
        paid_micros: if is_paid {
            order.total.amount_micros
        } else {
            0
        },
        refunded_micros: order
            .refunded_micros
            .max(sum(ours.clone(), |one| one.paid_micros)),
        pending_micros: sum(ours, |one| one.pending_micros),
        claimed_micros: None,
        is_shipped: matches!(
            order.fulfillment.as_str(),
            "FULFILLED" | "PARTIALLY_FULFILLED"
        ) || !order.parcels.is_empty(),
        is_returned: false,
    }
}

/// What went back to the customer within the room's time, in the brand's currency, from all stores: as the shops show
/// it, or as we gave it where they do not show it yet.
fn refunded(brand: &Brand, orders: &[Known], past: &Past, now: WorldTime) -> i64 {
    let own = orders
        .iter()
        .filter(|order| order.total.currency == brand.currency);
    own.fold(0, |sum_micros: i64, order| {
        let is_recent = now.since(order.updated_at) <= ROOM;
        let shown = if is_recent { order.refunded_micros } else { 0 };
        let ours = past
            .of(order)
            .filter(|one| now.since(one.decided_at) <= ROOM);
        let paid = sum(ours, |one| one.paid_micros);
        let pending = sum(past.of(order), |one| one.pending_micros);
        sum_micros
            .saturating_add(shown.max(paid))
            .saturating_add(pending)
    })
}

impl Past {
    /// What was given on an order.
    fn of<'a>(&'a self, order: &'a Known) -> impl Iterator<Item = &'a Given> + Clone {
        self.given.iter().filter(|one| {
            one.order.as_deref() == Some(order.id.as_str()) && one.currency == order.total.currency
        })
    }
}

fn sum<'a>(given: impl Iterator<Item = &'a Given>, of: fn(&Given) -> i64) -> i64 {
    given.fold(0, |sum: i64, one| sum.saturating_add(of(one)))
}

/// What the purse of refunds has left, by its tightest window of now; before the first refund, the day's cap.
async fn day_left(
    db: &Db,
    brand: &Brand,
    service: &Service,
    now: WorldTime,
) -> Result<i64, StoreError> {
    let scope = format!("refunds:{}", brand.id);
    let left = money_left(db, &scope, now).await?;
    let cap_micros = service.cap_day.amount_micros;
    Ok(left.map_or(cap_micros, |left| left.min(cap_micros)))
}
