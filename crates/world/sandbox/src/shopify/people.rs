//! Customers, and what some of them dispute at their banks.

use std::{collections::BTreeMap, sync::Arc};

use homeostat_model::WorldTime;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{
    Told, Visit,
    answer::Answer,
    orders::left_micros,
    show::{Place, gid, major, page},
    state::State,
};
use crate::{
    faults::Fault,
    world::trade::{Character, Fate, Order},
};

/// How long evidence is taken.
const EVIDENCE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// A dispute of an order: it follows from who bought and what became of the parcel.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dispute {
    id: u64,
    opened_at: WorldTime,
    reason: &'static str,
}

impl Dispute {
    /// Nobody answers for the shop, so it is lost when the time for evidence is over.
    fn status(self, at: WorldTime) -> &'static str {
        match at < self.opened_at.plus(EVIDENCE) {
            true => "NEEDS_RESPONSE",
            false => "LOST",
        }
    }

    /// When it last changed.
    pub(super) fn changed_at(self, at: WorldTime) -> WorldTime {
        let closed_at = self.opened_at.plus(EVIDENCE);
        if closed_at <= at {
            closed_at
        } else {
            self.opened_at
        }
    }

    /// When it began.
    pub(super) fn opened_at(self) -> WorldTime {
        self.opened_at
    }

    /// As a webhook tells it.
    pub(super) fn pushed(self, order: &Order, at: WorldTime) -> Value {
        json!({
            "id": self.id,
            "order_id": order.id,
            "type": "chargeback",
            "amount": major(order.total_micros),
            "reason": self.reason.to_lowercase(),
            "status": self.status(at).to_lowercase(),
            "initiated_at": self.opened_at,
        })
    }

    /// As its order tells it.
    pub(super) fn mark(self, at: WorldTime) -> Value {
        json!({
            "id": gid("ShopifyPaymentsDispute", self.id),
            "status": self.status(at),
            "initiatedAs": "CHARGEBACK",
        })
    }
}

impl Visit<'_> {
    /// The dispute of an order, once it is open.
    pub(super) fn dispute_of(&self, order: &Order, at: WorldTime) -> Option<Dispute> {
        dispute(self.state, order, at)
    }

    pub(super) fn disputes(&self) -> Told {
        let query = self.request.variables.get("query").and_then(Value::as_str);
        let wanted = match query {
            None | Some("") => None,
            Some("status:needs_response") => Some("NEEDS_RESPONSE"),
            Some(other) => return Err(Answer::bad_filter(other)),
        };
        let now = self.now.world;
        let each = self.trade.orders_of(self.nth).filter_map(|order| {
            let dispute = self.dispute_of(order, now)?;
            let is_wanted = wanted.is_none_or(|status| status == dispute.status(now));
            let place = Place {
                nanos: dispute.opened_at.0.as_nanosecond(),
                number: dispute.id,
            };
            is_wanted.then_some((place, (order, dispute)))
        });
        let tell = |(order, dispute): (&Arc<Order>, Dispute)| self.dispute_told(order, dispute);
        let page = page(&self.request.variables, each.collect(), tell)?;
        Ok(json!({"disputes": page}))
    }

    fn dispute_told(&self, order: &Order, dispute: Dispute) -> Value {
        let now = self.now.world;
        let closed_at = dispute.opened_at.plus(EVIDENCE);
        let status = match self.is_struck(Fault::NewWord) {
            true => "APPEALED",
            false => dispute.status(now),
        };
        json!({
            "id": gid("ShopifyPaymentsDispute", dispute.id),
            "type": "CHARGEBACK",
            "status": status,
            "amount": self.money(order.total_micros),
            "evidenceDueBy": closed_at,
            "evidenceSentOn": null,
            "finalizedOn": (closed_at <= now).then_some(closed_at),
            "initiatedAt": dispute.opened_at,
            "reasonDetails": {"reason": dispute.reason, "networkReasonCode": "4855"},
            "order": {"id": gid("Order", order.id)},
        })
    }

    pub(super) fn customers(&self) -> Told {
        let filter = self.filter()?;
        let mut known: BTreeMap<u64, (u32, &Order, &Order)> = BTreeMap::new();
        for order in self.trade.orders_of(self.nth) {
            let (count, _, last) = known.entry(order.shopper.id).or_insert((0, order, order));
            *count += 1;
            *last = order;
        }
        let each = known
            .into_values()
            .filter(|(_, _, last)| filter.holds(last.placed_at));
        let each = each.map(|(count, first, last)| {
            let shopper = &last.shopper;
            let place = Place {
                nanos: last.placed_at.0.as_nanosecond(),
                number: shopper.id,
            };
            let told = json!({
                "id": gid("Customer", shopper.id),
                "createdAt": first.placed_at,
                "updatedAt": last.placed_at,
                "locale": shopper.language.code(),
                "numberOfOrders": count.to_string(),
                "defaultEmailAddress": {"emailAddress": shopper.email},
                "defaultPhoneNumber": {"phoneNumber": shopper.phone},
            });
            (place, told)
        });
        Ok(json!({"customers": page(&self.request.variables, each.collect(), |told| told)?}))
    }
}

/// The dispute of an order, once it is open.
pub(super) fn dispute(state: &State, order: &Order, at: WorldTime) -> Option<Dispute> {
    let parcel = &order.parcel;
    let days = |n: i64| SignedDuration::from_hours(24 * n);
    let (opened_at, reason) = match (order.shopper.character, parcel.fate) {
        (Character::Ring(_), _) if order.id.is_multiple_of(4) => {
            (parcel.delivered_at()?.plus(days(5)), "PRODUCT_NOT_RECEIVED")
        }
        (Character::SerialRefunder, _) if order.id.is_multiple_of(9) => {
            (parcel.delivered_at()?.plus(days(9)), "PRODUCT_UNACCEPTABLE")
        }
        (Character::Honest, Fate::Lost) if order.id.is_multiple_of(5) => {
            (parcel.shipped_at.plus(days(18)), "PRODUCT_NOT_RECEIVED")
        }
        _ => return None,
    };
    // Who was given the money back has nothing to dispute.
    let is_settled =
        order.shopper.character == Character::Honest && left_micros(state, order, opened_at) == 0;
    let dispute = Dispute {
        id: order.id,
        opened_at,
        reason,
    };
    (opened_at <= at && !is_settled).then_some(dispute)
}
