//! What to do about a customer's message: refund, answer, ask for evidence, hand over, or nothing.
//!
//! The message says what is wanted, the store's own facts say what is justified, and the ceiling says how
//! much of that may go without a person. An amount in the text can only lower what is paid: whoever writes
//! "refund 9999" gets what the order justifies. Who is of high risk, or has a dispute, is a person's.
//!
//! The reply quotes the receipt of the refund, never this proposal: the envelope may still refuse it.

mod ceiling;
mod conversation;
mod rules;
mod words;

use homeostat_model::{Currency, Money, WorldTime};
use serde::{Deserialize, Serialize};

use super::Policy;
use crate::estimators::{EstimateError, customer, delivery, dispute};
pub use ceiling::{Bound, Caps, Ceiling, Facts, refund_ceiling};
pub use conversation::{Claim, Conversation, Earlier, Evidence, Intent, Order, Reason, Template};
use rules::Finding;
pub(crate) use words::because;

/// The policy.
#[derive(Debug, Clone, Copy)]
pub struct Refund;

/// Everything the policy may look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inputs {
    /// The brand's settings.
    pub params: Params,
    /// The brand's currency, in which its caps are.
    pub currency: Currency,
    /// World time of the check.
    pub now: WorldTime,
    /// What the customer wrote, understood.
    pub conversation: Conversation,
    /// The order that it is about; none when it was not found.
    pub order: Option<Order>,
    /// The customer. Disputes, the order's age and a claim against tracking are added here.
    pub customer: customer::Inputs,
    /// The customer's disputes.
    pub disputes: dispute::Inputs,
    /// The order's shipment; none when it has none.
    pub delivery: Option<delivery::Inputs>,
    /// Refunded to the customer in the last 30 days, what is under way included, micro-units.
    pub customer_refunded_30d_micros: i64,
    /// What the brand's day has left for refunds, micro-units.
    pub day_left_micros: i64,
}

/// A brand's settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// What bounds a refund.
    pub caps: Caps,
    /// How long after its arrival something may be sent back, in days.
    pub return_days: u16,
    /// How long an order may take to be handed to a carrier, in days.
    pub dispatch_days: u16,
    /// How long after its arrival something may be called faulty without a person, in days.
    pub claim_days: u16,
    /// How long after the order a parcel that was handed over may stay without a word of its carrier before a person
    /// has to look, in days. Decisions from before this was a setting had none.
    #[serde(default)]
    pub quiet_days: u16,
}

/// What the facts say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Belief {
    /// The customer.
    pub customer: customer::Belief,
    /// The customer's disputes.
    pub disputes: dispute::Belief,
    /// The shipment.
    pub delivery: Option<delivery::Belief>,
    /// The most that may be refunded; none without an order in the brand's currency.
    pub ceiling: Option<Ceiling>,
}

/// What should be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum Proposal {
    /// Give money back.
    Refund {
        /// How much: above zero, within the ceiling, whole smallest units.
        amount: Money,
        /// What for.
        reason: Reason,
        /// The bound that cut it; none when all that was justified is paid.
        cut_by: Option<Bound>,
        /// What was justified and cut, micro-units: a person looks at it.
        rest_micros: i64,
    },
    /// Answer with a prepared text.
    Answer {
        /// Which.
        template: Template,
    },
    /// Ask for something that shows the claim.
    AskForEvidence {
        /// What.
        evidence: Evidence,
    },
    /// Hand over to a person.
    Human {
        /// Why.
        why: Why,
    },
    /// Nothing is to be done.
    Nothing,
}

/// Why a person has to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "because", rename_all = "snake_case", deny_unknown_fields)]
pub enum Why {
    /// The customer wants one.
    AskedForPerson,
    /// The message was not understood, or asks for something that no rule covers.
    NotUnderstood,
    /// Something else is wanted for it.
    Exchange,
    /// The customer is of high risk.
    HighRisk,
    /// The bank has been asked already.
    Disputed,
    /// Nobody can tell where the parcel is.
    TrackingUnclear,
    /// Customer and tracking say opposite things.
    AgainstTracking,
    /// It arrived too long ago.
    TooOld,
    /// It is about the payment itself.
    Payment,
    /// The order is in another currency than the caps.
    Currency,
    /// Nothing was paid for the order.
    NothingPaid,
    /// A refund is justified, and nothing may be paid.
    NoRoom {
        /// What left nothing.
        bound: Bound,
    },
}

/// The days are those of the European right of withdrawal, and twice a month for faults.
impl Default for Params {
    fn default() -> Self {
        Self {
            caps: Caps::default(),
            return_days: 14,
            dispatch_days: 5,
            claim_days: 60,
            quiet_days: 5,
        }
    }
}

impl Policy for Refund {
    const NAME: &'static str = "refund";
    const VERSION: &'static str = "refund-v1";
    type Inputs = Inputs;
    type Belief = Belief;
    type Proposal = Proposal;

    fn believe(inputs: &Inputs) -> Result<Belief, EstimateError> {
        check(inputs)?;
        let delivery = inputs.delivery.as_ref().map(delivery::estimate);
        let disputes = dispute::estimate(&inputs.disputes);
        let customer = customer::estimate(&complete(inputs, &disputes, delivery.as_ref()))?;
        let order = inputs
            .order
            .filter(|order| order.currency == inputs.currency);
        let ceiling = order.map(|order| {
            let facts = Facts {
                currency: inputs.currency,
                paid_micros: order.paid_micros,
                refunded_micros: order.refunded_micros,
                pending_micros: order.pending_micros,
                tier: customer.tier,
                customer_refunded_30d_micros: inputs.customer_refunded_30d_micros,
                day_left_micros: inputs.day_left_micros,
            };
            refund_ceiling(&inputs.params.caps, &facts)
        });
        Ok(Belief {
            customer,
            disputes,
            delivery,
            ceiling,
        })
    }

    fn decide(inputs: &Inputs, belief: &Belief, _seed: u64) -> Proposal {
        match rules::find(inputs, belief) {
            Finding::Refund {
                reason,
                justified_micros,
            } => clamped(inputs, belief, reason, justified_micros),
            Finding::Answer(template) => Proposal::Answer { template },
            Finding::Ask(evidence) => Proposal::AskForEvidence { evidence },
            Finding::Human(why) => Proposal::Human { why },
            Finding::Nothing => Proposal::Nothing,
        }
    }
}

/// The customer with what this conversation adds. It can make the score worse, never better.
fn complete(
    inputs: &Inputs,
    disputes: &dispute::Belief,
    delivery: Option<&delivery::Belief>,
) -> customer::Inputs {
    let mut customer = inputs.customer;
    let profile = &mut customer.profile;
    profile.disputes = profile.disputes.max(disputes.total());
    if let Some(order) = inputs.order {
        let age_s = inputs.now.since(order.placed_at).as_secs().max(0);
        let age_s = u32::try_from(age_s).unwrap_or(u32::MAX);
        profile.order_age_s = Some(profile.order_age_s.map_or(age_s, |known| known.min(age_s)));
    }
    let is_contradicted = delivery.is_some_and(|one| one.claim == delivery::Claim::Contradicted);
    profile.claims_against_tracking |=
        is_contradicted && inputs.conversation.claim == Some(Claim::NotReceived);
    customer
}

/// The least of what is justified, what is asked, and what may be paid.
fn clamped(inputs: &Inputs, belief: &Belief, reason: Reason, justified_micros: i64) -> Proposal {
    let Some(ceiling) = &belief.ceiling else {
        return Proposal::Human { why: Why::Currency };
    };
    // An amount of another currency, or of nothing, says nothing.
    let asked = inputs
        .conversation
        .asked
        .filter(|asked| asked.currency == inputs.currency)
        .map(|asked| ceiling::whole_units(asked.amount_micros, inputs.currency).amount_micros)
        .filter(|micros| *micros > 0);
    let wanted_micros = asked.map_or(justified_micros, |asked| asked.min(justified_micros));
    let least = wanted_micros.min(ceiling.amount.amount_micros).max(0);
    let amount = ceiling::whole_units(least, inputs.currency);
    if amount.amount_micros == 0 {
        let bound = ceiling.held_by;
        return Proposal::Human {
            why: Why::NoRoom { bound },
        };
    }
    let is_cut = wanted_micros > ceiling.amount.amount_micros;
    Proposal::Refund {
        amount,
        reason,
        cut_by: is_cut.then_some(ceiling.held_by),
        rest_micros: if is_cut {
            wanted_micros - amount.amount_micros
        } else {
            0
        },
    }
}

fn check(inputs: &Inputs) -> Result<(), EstimateError> {
    let caps = &inputs.params.caps;
    let order = inputs.order.as_ref();
    let of = |part: fn(&Order) -> i64| order.map_or(0, part);
    for (field, value) in [
        ("params.caps.refund_cap_micros", caps.refund_cap_micros),
        ("params.caps.customer_cap_micros", caps.customer_cap_micros),
        ("order.paid_micros", of(|order| order.paid_micros)),
        ("order.refunded_micros", of(|order| order.refunded_micros)),
        ("order.pending_micros", of(|order| order.pending_micros)),
        (
            "order.claimed_micros",
            of(|order| order.claimed_micros.unwrap_or(0)),
        ),
        (
            "customer_refunded_30d_micros",
            inputs.customer_refunded_30d_micros,
        ),
    ] {
        if value < 0 {
            let fix = "it must not be negative";
            return Err(EstimateError::OutOfRange { field, value, fix });
        }
    }
    for (field, share, most) in [
        ("params.caps.low_share_milli", caps.low_share_milli, 1_000),
        (
            "params.caps.mid_share_milli",
            caps.mid_share_milli,
            caps.low_share_milli,
        ),
        (
            "params.caps.high_share_milli",
            caps.high_share_milli,
            caps.mid_share_milli,
        ),
    ] {
        if share > most {
            return Err(EstimateError::OutOfRange {
                field,
                value: share.into(),
                fix: "it must be 1000 at most, and not above the share of a lower risk",
            });
        }
    }
    Ok(())
}
