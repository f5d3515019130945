//! What the facts of a conversation justify, before any ceiling.

use homeostat_model::WorldTime;

use super::{
    Belief, Inputs, Why,
    conversation::{Claim, Earlier, Evidence, Intent, Order, Reason, Template},
};
use crate::estimators::{customer::Tier, delivery};

const DAY_S: i64 = 86_400;

/// What should be done, money not yet bounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finding {
    Refund {
        reason: Reason,
        justified_micros: i64,
    },
    Answer(Template),
    Ask(Evidence),
    Human(Why),
    Nothing,
}

pub(super) fn find(inputs: &Inputs, belief: &Belief) -> Finding {
    let intent = inputs.conversation.intent;
    match intent {
        Intent::Thanks | Intent::Spam => Finding::Nothing,
        _ if inputs.conversation.wants_person => Finding::Human(Why::AskedForPerson),
        Intent::Unclear | Intent::Question => Finding::Human(Why::NotUnderstood),
        Intent::Exchange => Finding::Human(Why::Exchange),
        Intent::Track | Intent::Refund | Intent::Cancel => match &inputs.order {
            None => Finding::Answer(Template::OrderNeeded),
            Some(order) if intent == Intent::Track => tracked(inputs, order, belief),
            Some(order) => wanted(inputs, order, belief),
        },
    }
}

/// Money is wanted: who may have none by rule, and what was served before, comes first.
fn wanted(inputs: &Inputs, order: &Order, belief: &Belief) -> Finding {
    if belief.disputes.is_order_disputed || belief.disputes.open > 0 {
        return Finding::Human(Why::Disputed);
    }
    if belief.customer.tier == Tier::High {
        return Finding::Human(Why::HighRisk);
    }
    if order.currency != inputs.currency {
        return Finding::Human(Why::Currency);
    }
    let spoken = i128::from(order.refunded_micros) + i128::from(order.pending_micros);
    let has_rest = spoken < i128::from(order.paid_micros);
    match inputs.conversation.earlier {
        Earlier::UnderWay => return Finding::Answer(Template::BeingProcessed),
        Earlier::Refunded => return Finding::Answer(Template::AlreadyRefunded),
        Earlier::None if order.paid_micros == 0 => return Finding::Human(Why::NothingPaid),
        Earlier::None if !has_rest && order.pending_micros > 0 => {
            return Finding::Answer(Template::BeingProcessed);
        }
        Earlier::None if !has_rest => return Finding::Answer(Template::AlreadyRefunded),
        Earlier::None => {}
    }
    if inputs.conversation.intent == Intent::Cancel {
        return cancelled(order);
    }
    match inputs.conversation.claim {
        None => Finding::Answer(Template::ReasonNeeded),
        Some(Claim::NotReceived) => not_received(inputs, order, belief),
        Some(Claim::Late) => match claim_of(belief) {
            delivery::Claim::Supported { .. } => refund(order, Reason::NotReceived),
            // It came, and too late.
            delivery::Claim::Contradicted => Finding::Answer(Template::Delayed),
            delivery::Claim::Late
            | delivery::Claim::TooEarly
            | delivery::Claim::AwaitsPickup
            | delivery::Claim::Unclear => tracked(inputs, order, belief),
        },
        Some(Claim::Damaged) => faulty(inputs, order, belief, Reason::Damaged),
        Some(Claim::WrongItem) => faulty(inputs, order, belief, Reason::WrongItem),
        Some(Claim::NotAsDescribed) => faulty(inputs, order, belief, Reason::NotAsDescribed),
        Some(Claim::ChangedMind) => unwanted(inputs, order, belief),
        Some(Claim::DoubleCharged) => Finding::Human(Why::Payment),
    }
}

/// The items of the claim, or the whole order. More than was paid is never justified.
fn refund(order: &Order, reason: Reason) -> Finding {
    let all = order.paid_micros;
    Finding::Refund {
        reason,
        justified_micros: order.claimed_micros.unwrap_or(all).min(all),
    }
}

fn cancelled(order: &Order) -> Finding {
    if order.is_shipped {
        return Finding::Answer(Template::AlreadySent);
    }
    Finding::Refund {
        reason: Reason::Cancelled,
        justified_micros: order.paid_micros,
    }
}

fn not_received(inputs: &Inputs, order: &Order, belief: &Belief) -> Finding {
    match claim_of(belief) {
        delivery::Claim::Supported { .. } => refund(order, Reason::NotReceived),
        delivery::Claim::Contradicted if inputs.conversation.has_evidence => {
            Finding::Human(Why::AgainstTracking)
        }
        delivery::Claim::Contradicted => Finding::Ask(Evidence::Statement),
        delivery::Claim::Late
        | delivery::Claim::TooEarly
        | delivery::Claim::AwaitsPickup
        | delivery::Claim::Unclear => tracked(inputs, order, belief),
    }
}

/// Broken, wrong or not as shown: it must have arrived, not too long ago, and be seen.
fn faulty(inputs: &Inputs, order: &Order, belief: &Belief, reason: Reason) -> Finding {
    let state = belief.delivery.as_ref().map(|one| &one.state);
    let is_there = matches!(
        state,
        None | Some(delivery::State::Delivered | delivery::State::Unknown { .. })
    );
    if order.is_returned {
        refund(order, reason)
    } else if !inputs.conversation.has_evidence {
        Finding::Ask(Evidence::Photo)
    } else if !is_there {
        Finding::Human(Why::AgainstTracking)
    } else if days_since(arrived_at(order, belief), inputs.now) > inputs.params.claim_days.into() {
        Finding::Human(Why::TooOld)
    } else {
        refund(order, reason)
    }
}

fn unwanted(inputs: &Inputs, order: &Order, belief: &Belief) -> Finding {
    if order.is_returned {
        return refund(order, Reason::Returned);
    }
    if !order.is_shipped {
        return cancelled(order);
    }
    let is_here = belief
        .delivery
        .as_ref()
        .is_some_and(|one| one.state == delivery::State::Delivered);
    let kept_days = days_since(arrived_at(order, belief), inputs.now);
    let is_over = is_here && kept_days > inputs.params.return_days.into();
    Finding::Answer(if is_over {
        Template::ReturnOver
    } else {
        Template::HowToReturn
    })
}

/// Where it is, in a prepared text.
fn tracked(inputs: &Inputs, order: &Order, belief: &Belief) -> Finding {
    let age_days = days_since(order.placed_at, inputs.now);
    let is_in_time = matches!(
        claim_of(belief),
        delivery::Claim::TooEarly | delivery::Claim::Unclear
    ) && age_days <= inputs.params.dispatch_days.into();
    if !order.is_shipped && is_in_time {
        return Finding::Answer(Template::NotYetSent);
    }
    match claim_of(belief) {
        delivery::Claim::TooEarly => Finding::Answer(Template::OnItsWay),
        delivery::Claim::Late => Finding::Answer(Template::Delayed),
        delivery::Claim::AwaitsPickup => Finding::Answer(Template::PickUp),
        delivery::Claim::Contradicted => Finding::Answer(Template::SaysDelivered),
        delivery::Claim::Supported { .. } => Finding::Answer(Template::SeemsLost),
        delivery::Claim::Unclear
            if is_quiet(belief) && age_days <= inputs.params.quiet_days.into() =>
        {
            Finding::Answer(Template::OnItsWay)
        }
        delivery::Claim::Unclear => Finding::Human(Why::TrackingUnclear),
    }
}

/// Nothing was heard of the parcel since it was announced: carriers tell of it from its first scan on.
fn is_quiet(belief: &Belief) -> bool {
    let state = belief.delivery.as_ref().map(|one| &one.state);
    matches!(
        state,
        None | Some(delivery::State::NotSeen | delivery::State::Announced)
    )
}

fn claim_of(belief: &Belief) -> delivery::Claim {
    let known = belief.delivery.as_ref().map(|one| one.claim);
    known.unwrap_or(delivery::Claim::Unclear)
}

/// When it arrived; without a word of that, when it was ordered.
fn arrived_at(order: &Order, belief: &Belief) -> WorldTime {
    let here = belief
        .delivery
        .as_ref()
        .filter(|one| one.state == delivery::State::Delivered);
    here.and_then(|one| one.since).unwrap_or(order.placed_at)
}

fn days_since(earlier: WorldTime, now: WorldTime) -> i64 {
    now.since(earlier).as_secs().div_euclid(DAY_S)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;

    fn order(paid_micros: i64, claimed_micros: Option<i64>) -> Order {
        Order {
            currency: "EUR".parse().unwrap(),
            placed_at: WorldTime(Timestamp::UNIX_EPOCH),
            paid_micros,
            refunded_micros: 0,
            pending_micros: 0,
            claimed_micros,
            is_shipped: false,
            is_returned: false,
        }
    }

    proptest! {
        #[test]
        fn no_claim_is_worth_more_than_was_paid(paid in 0_i64..i64::MAX, claimed in prop::option::of(0_i64..i64::MAX)) {
            let order = order(paid, claimed);
            for finding in [refund(&order, Reason::Damaged), cancelled(&order)] {
                let is_within = match finding {
                    Finding::Refund { justified_micros, .. } => (0..=paid).contains(&justified_micros),
                    Finding::Answer(_) | Finding::Ask(_) | Finding::Human(_) | Finding::Nothing => false,
                };
                prop_assert!(is_within, "{:?}", finding);
            }
        }
    }
}
