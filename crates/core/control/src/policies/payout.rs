//! What a supplier is owed: a share of the net sales of settled orders, less what was paid before.
//!
//! Everything is counted since the contract began, so a refund that comes after a payout is taken off the
//! next one. A payout that is under way, or whose outcome is unknown, counts as paid.

use homeostat_model::{Currency, Money, WorldTime};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::Policy;
use crate::estimators::EstimateError;

/// The policy.
#[derive(Debug, Clone, Copy)]
pub struct Payout;

/// A supplier's contract and account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inputs {
    /// Who is paid: the counterparty's id at the bank.
    pub supplier: String,
    /// The currency of every amount here.
    pub currency: Currency,
    /// The supplier's share of net sales, in millionths.
    pub share_ppm: u32,
    /// How often it is paid, seconds of world time.
    pub every_s: u32,
    /// Less than this waits for the next time, micro-units.
    pub least_micros: i64,
    /// End of the last period that was paid, or the start of the contract.
    pub paid_until: WorldTime,
    /// End of the period that the sums below reach to.
    pub counted_until: WorldTime,
    /// Paid by customers for settled orders, micro-units since the contract began.
    pub settled_micros: i64,
    /// Refunded on them, disputes that were lost included.
    pub refunded_micros: i64,
    /// Paid to the supplier.
    pub paid_micros: i64,
    /// On its way to the supplier, unknown outcomes included.
    pub pending_micros: i64,
}

/// What follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Belief {
    /// Net sales, not below zero, micro-units.
    pub net_micros: i64,
    /// The supplier's share of them.
    pub earned_micros: i64,
    /// What is left to pay; negative when too much was paid before later refunds.
    pub balance_micros: i64,
}

/// What should be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum Proposal {
    /// Pay the supplier.
    Pay {
        /// Who.
        supplier: String,
        /// How much: above zero, whole smallest units.
        amount: Money,
        /// Start of the period that is paid.
        from: WorldTime,
        /// Its end; with the supplier it names this payout.
        until: WorldTime,
    },
    /// Nothing yet.
    Wait {
        /// Why.
        reason: WaitReason,
    },
}

/// Why nothing is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case", deny_unknown_fields)]
pub enum WaitReason {
    /// The period is not over.
    NotDue {
        /// When it is.
        not_before: WorldTime,
    },
    /// What is owed is less than the least payout.
    BelowLeast {
        /// What is owed.
        owed: Money,
    },
    /// Nothing is owed, or too much was paid.
    NothingOwed,
}

impl Policy for Payout {
    const NAME: &'static str = "payout";
    const VERSION: &'static str = "payout-v1";
    type Inputs = Inputs;
    type Belief = Belief;
    type Proposal = Proposal;

    fn believe(inputs: &Inputs) -> Result<Belief, EstimateError> {
        check(inputs)?;
        let net_micros = inputs
            .settled_micros
            .saturating_sub(inputs.refunded_micros)
            .max(0);
        // A share is a million millionths at most, so it fits again.
        let earned = i128::from(net_micros) * i128::from(inputs.share_ppm) / 1_000_000;
        let earned_micros = i64::try_from(earned).unwrap_or(i64::MAX);
        let spoken_for = inputs.paid_micros.saturating_add(inputs.pending_micros);
        Ok(Belief {
            net_micros,
            earned_micros,
            balance_micros: earned_micros.saturating_sub(spoken_for),
        })
    }

    fn decide(inputs: &Inputs, belief: &Belief, _seed: u64) -> Proposal {
        let every = SignedDuration::from_secs(inputs.every_s.into());
        let not_before = inputs.paid_until.plus(every);
        let minor = inputs.currency.micros_per_minor().max(1);
        let owed_micros = belief.balance_micros.max(0) / minor * minor;
        let owed = Money::from_micros(owed_micros, inputs.currency);
        let wait = |reason| Proposal::Wait { reason };
        if inputs.counted_until < not_before {
            wait(WaitReason::NotDue { not_before })
        } else if owed_micros == 0 {
            wait(WaitReason::NothingOwed)
        } else if owed_micros < inputs.least_micros {
            wait(WaitReason::BelowLeast { owed })
        } else {
            Proposal::Pay {
                supplier: inputs.supplier.clone(),
                amount: owed,
                from: inputs.paid_until,
                until: inputs.counted_until,
            }
        }
    }
}

/// What a payout or its absence rests on, in one line.
pub(crate) fn because(inputs: &Inputs, belief: &Belief, proposal: &Proposal) -> String {
    let money = |micros| Money::from_micros(micros, inputs.currency);
    let earned = format!(
        "{} of {} net sales earned, {} paid before, {} on its way",
        money(belief.earned_micros),
        money(belief.net_micros),
        money(inputs.paid_micros),
        money(inputs.pending_micros),
    );
    match proposal {
        Proposal::Pay { .. } => earned,
        Proposal::Wait { reason } => match reason {
            WaitReason::NotDue { not_before } => format!("{earned}: not due before {not_before}"),
            WaitReason::BelowLeast { owed } => format!("{earned}: {owed} is too little"),
            WaitReason::NothingOwed => format!("{earned}: nothing is owed"),
        },
    }
}

fn check(inputs: &Inputs) -> Result<(), EstimateError> {
    if inputs.supplier.trim().is_empty() {
        return Err(EstimateError::Empty { field: "supplier" });
    }
    if inputs.every_s == 0 {
        return Err(EstimateError::NotPositive {
            field: "every_s",
            value: 0,
        });
    }
    if inputs.share_ppm > 1_000_000 {
        return Err(EstimateError::OutOfRange {
            field: "share_ppm",
            value: inputs.share_ppm.into(),
            fix: "it must be 1000000 at most, which is all of the sales",
        });
    }
    for (field, value) in [
        ("least_micros", inputs.least_micros),
        ("settled_micros", inputs.settled_micros),
        ("refunded_micros", inputs.refunded_micros),
        ("paid_micros", inputs.paid_micros),
        ("pending_micros", inputs.pending_micros),
    ] {
        if value < 0 {
            let fix = "it must not be negative";
            return Err(EstimateError::OutOfRange { field, value, fix });
        }
    }
    Ok(())
}
