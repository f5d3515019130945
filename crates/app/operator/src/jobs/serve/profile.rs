//! A customer over all stores, as counts and flags, and which of its orders a letter is about. Pure.

use homeostat_control::{
    customer::{ClaimSeen, Profile, distinct_claims},
    dispute,
    refund::{Claim, Intent},
};
use homeostat_model::WorldTime;
use jiff::SignedDuration;

use crate::records::{
    customer::{Order, number_of},
    letter::Letter,
};

/// How far back claims, disputes and orders that may be meant are looked for.
const WINDOW: SignedDuration = SignedDuration::from_hours(180 * 24);
/// How long ago another store's refund still counts.
const ELSEWHERE: SignedDuration = SignedDuration::from_hours(90 * 24);
/// An order this old that nobody complained about was kept: its way, and the time to send it back.
const KEPT_AFTER: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The customer's order that a letter is about: one that it names, else its thread's, else the only one that it can be.
/// Whoever names an order that is not the customer's gets none: what is somebody else's is never guessed at.
pub(super) fn order_of<'a>(
    letter: &Letter,
    letters: &[Letter],
    orders: &'a [Order],
    now: WorldTime,
) -> Option<&'a Order> {
    let own = || orders.iter().filter(|order| order.brand == letter.brand);
    let said = letter.orders_said.iter().chain(&letter.parcels_said);
    let mut named = said.map(|number| {
        own().find(|order| number_of(&order.name) == number || order.parcels.contains(number))
    });
    if let Some(found) = named.find(Option::is_some).flatten() {
        return Some(found);
    }
    if !letter.orders_said.is_empty() || !letter.parcels_said.is_empty() {
        return None;
    }
    let thread = letters.iter().filter(|one| is_in_thread(one, letter));
    let thread = thread.filter_map(|one| one.order.as_deref()).next();
    if let Some(found) = own().find(|order| Some(order.id.as_str()) == thread) {
        return Some(found);
    }
    let fits = |order: &&Order| {
        now.since(order.placed_at) <= WINDOW
            && order.refunded_micros < order.total.amount_micros
            && !matches!(order.state.as_str(), "VOIDED" | "EXPIRED")
    };
    let mut fitting = own().filter(fits);
    fitting.next().filter(|_| fitting.next().is_none())
}

/// Whether another letter belongs to the same thread.
pub(super) fn is_in_thread(one: &Letter, letter: &Letter) -> bool {
    one.id != letter.id && one.brand == letter.brand && one.thread == letter.thread
}

/// The profile. `letters` are all that the customer wrote, `on_address` how many share the order's address.
pub(super) fn profile(
    letter: &Letter,
    order: Option<&Order>,
    letters: &[Letter],
    orders: &[Order],
    on_address: u32,
    now: WorldTime,
) -> Profile {
    let count = |is: &dyn Fn(&Order) -> bool| {
        let all = orders.iter().filter(|one| is(one)).count();
        u32::try_from(all).unwrap_or(u32::MAX)
    };
    let is_this = |one: &Order| order.is_some_and(|this| this.id == one.id);
    let first = letters.iter().min_by_key(|one| (one.received_at, &one.id));
    Profile {
        orders: count(&|_| true),
        refunds: count(&|one| one.refunded_micros > 0),
        disputes: count(&|one| one.dispute.is_some()),
        not_received_claims_180d: claims(letter, order, letters, now),
        accounts_on_address: on_address,
        refunded_elsewhere_90d: orders.iter().any(|one| {
            one.brand != letter.brand
                && one.refunded_micros > 0
                && now.since(one.updated_at) <= ELSEWHERE
        }),
        first_contact_asks_refund: first.unwrap_or(letter).wants == Intent::Refund,
        // The policy adds what this order and its tracking say.
        order_age_s: None,
        claims_against_tracking: false,
        kept_orders: count(&|one| {
            one.state == "PAID"
                && one.fulfillment == "FULFILLED"
                && one.refunded_micros == 0
                && one.dispute.is_none()
                && now.since(one.placed_at) >= KEPT_AFTER
                && !is_this(one)
        }),
    }
}

/// Claims before this one that a parcel did not arrive. The one that is decided on is no history yet, and asking twice
/// is not another claim.
fn claims(letter: &Letter, order: Option<&Order>, letters: &[Letter], now: WorldTime) -> u32 {
    let order = order.map(|order| order.id.as_str());
    let is_this = |one: &Letter| {
        one.id == letter.id
            || is_in_thread(one, letter)
            || (order.is_some() && one.order.as_deref() == order)
            || (letter.said.is_some() && one.said == letter.said)
    };
    let before = letters.iter().filter(|one| {
        one.claim == Some(Claim::NotReceived)
            && one.received_at <= letter.received_at
            && now.since(one.received_at) <= WINDOW
            && !is_this(one)
    });
    let seen: Vec<ClaimSeen> = before
        .map(|one| ClaimSeen {
            order: one.order.clone(),
            topic: "not_received".to_owned(),
            text_digest: one.said.clone(),
        })
        .collect();
    distinct_claims(&seen)
}

/// The customer's disputes. The shop does not say when one was opened: its order's last change is the latest that it
/// can have been.
pub(super) fn disputes(order: Option<&Order>, orders: &[Order], now: WorldTime) -> dispute::Inputs {
    let recent = orders
        .iter()
        .filter(|one| now.since(one.placed_at) <= WINDOW);
    let disputed = orders.iter().filter_map(|one| {
        let raw = one.dispute.as_deref()?;
        Some(dispute::Dispute {
            id: one.id.clone(),
            read_at: one.read_at,
            state: dispute::State::from_raw(raw),
            opened_at: one.updated_at,
            order: Some(one.id.clone()),
        })
    });
    dispute::Inputs {
        now,
        window_s: u32::try_from(WINDOW.as_secs()).unwrap_or(u32::MAX),
        orders_in_window: u32::try_from(recent.count()).unwrap_or(u32::MAX),
        order: order.map(|order| order.id.clone()),
        disputes: disputed.collect(),
    }
}
