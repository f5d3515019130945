//! The most that may be refunded on an order without a person.
//!
//! `min(paid - refunded - pending, brand's cap, tier's share x order - refunded - pending, customer's room, day's
//! room)`: the share bounds the order, not each of its refunds. Down to
//! a whole smallest unit of the currency. Nothing that a customer writes is among the facts.

use std::fmt;

use homeostat_model::{Currency, Money};
use serde::{Deserialize, Serialize};

use crate::estimators::customer::Tier;

/// What a brand allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Caps {
    /// The most of one refund, micro-units.
    pub refund_cap_micros: i64,
    /// The share of an order that a customer of low risk may get, in thousandths.
    pub low_share_milli: u16,
    /// The same at mid risk; not above the former.
    pub mid_share_milli: u16,
    /// The same at high risk; not above the former.
    pub high_share_milli: u16,
    /// The most for one customer in 30 days, micro-units.
    pub customer_cap_micros: i64,
}

/// What the ceiling follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// The currency of every amount here.
    pub currency: Currency,
    /// Paid for the order.
    pub paid_micros: i64,
    /// Refunded on it.
    pub refunded_micros: i64,
    /// Refunds on it that are under way, those of unknown outcome included.
    pub pending_micros: i64,
    /// How far the customer is trusted.
    pub tier: Tier,
    /// Refunded to the customer in the last 30 days, what is under way included.
    pub customer_refunded_30d_micros: i64,
    /// What the brand's day has left for refunds.
    pub day_left_micros: i64,
}

/// One of the bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// What is left of the order.
    OrderRest,
    /// The brand's cap of one refund.
    BrandCap,
    /// The tier's share of the order.
    TierShare,
    /// The customer's room of 30 days.
    CustomerRoom,
    /// The brand's room of the day.
    DayRoom,
}

/// The ceiling and how it came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ceiling {
    /// The most that may be refunded.
    pub amount: Money,
    /// The bound that held: the least, and the first of equal ones.
    pub held_by: Bound,
    /// Every bound with its amount, micro-units.
    pub bounds: Vec<(Bound, i64)>,
}

impl Default for Caps {
    fn default() -> Self {
        Self {
            refund_cap_micros: 50_000_000,
            low_share_milli: 1_000,
            mid_share_milli: 500,
            high_share_milli: 0,
            customer_cap_micros: 100_000_000,
        }
    }
}

impl Caps {
    /// The share of a tier, in thousandths.
    pub fn share_milli(&self, tier: Tier) -> u16 {
        match tier {
            Tier::Low => self.low_share_milli,
            Tier::Mid => self.mid_share_milli,
            Tier::High => self.high_share_milli,
        }
    }
}

/// The ceiling. Facts that make no sense, such as more refunded than paid, leave nothing.
pub fn refund_ceiling(caps: &Caps, facts: &Facts) -> Ceiling {
    let rest = facts
        .paid_micros
        .saturating_sub(facts.refunded_micros.max(0))
        .saturating_sub(facts.pending_micros.max(0));
    let gone = facts.paid_micros.saturating_sub(rest);
    let share = i128::from(facts.paid_micros) * i128::from(caps.share_milli(facts.tier)) / 1_000
        - i128::from(gone);
    let used = facts.customer_refunded_30d_micros.max(0);
    let bounds = [
        (Bound::OrderRest, rest),
        (Bound::BrandCap, caps.refund_cap_micros),
        (Bound::TierShare, share.try_into().unwrap_or(i64::MAX)),
        (
            Bound::CustomerRoom,
            caps.customer_cap_micros.saturating_sub(used),
        ),
        (Bound::DayRoom, facts.day_left_micros),
    ];
    let (mut held_by, mut least) = (Bound::OrderRest, rest);
    for (bound, micros) in bounds {
        if micros < least {
            (held_by, least) = (bound, micros);
        }
    }
    Ceiling {
        amount: whole_units(least.max(0), facts.currency),
        held_by,
        bounds: bounds
            .map(|(bound, micros)| (bound, micros.max(0)))
            .to_vec(),
    }
}

/// Down to what a vendor can pay.
pub(super) fn whole_units(micros: i64, currency: Currency) -> Money {
    let minor = currency.micros_per_minor().max(1);
    Money::from_micros(micros.saturating_sub(micros.rem_euclid(minor)), currency)
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OrderRest => "what is left of the order",
            Self::BrandCap => "the cap of one refund",
            Self::TierShare => "the share of the order at this risk",
            Self::CustomerRoom => "the customer's room of 30 days",
            Self::DayRoom => "the day's room",
        })
    }
}

/// `20.00 EUR at most, held by …: what is left of the order 40.00, …`
impl fmt::Display for Ceiling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at most, held by {}", self.amount, self.held_by)?;
        for (index, (bound, micros)) in self.bounds.iter().enumerate() {
            let sign = if index == 0 { ": " } else { ", " };
            let money = Money::from_micros(*micros, self.amount.currency).to_string();
            let amount = money.split(' ').next().unwrap_or_default();
            write!(f, "{sign}{bound} {amount}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn facts(amounts: [i64; 5], code: &str, tier: Tier) -> Facts {
        let [paid, refunded, pending, used, left] = amounts;
        Facts {
            currency: code.parse().unwrap(),
            paid_micros: paid,
            refunded_micros: refunded,
            pending_micros: pending,
            tier,
            customer_refunded_30d_micros: used,
            day_left_micros: left,
        }
    }

    #[test]
    fn equal_bounds_are_held_by_the_first() {
        let all = facts([50_000_000, 0, 0, 50_000_000, 50_000_000], "EUR", Tier::Low);
        let ceiling = refund_ceiling(&Caps::default(), &all);
        assert_eq!(ceiling.held_by, Bound::OrderRest);
        assert_eq!(ceiling.amount.amount_micros, 50_000_000);
    }

    #[test]
    fn a_currency_without_cents_is_paid_in_whole_units() {
        let yen = facts([7_900_000, 0, 0, 0, i64::MAX], "JPY", Tier::Mid);
        assert_eq!(
            refund_ceiling(&Caps::default(), &yen).amount.amount_micros,
            3_000_000
        );
    }

    proptest! {
        #[test]
        fn the_ceiling_is_the_least_bound_whatever_the_numbers(
            amounts in prop::array::uniform5(prop_oneof![any::<i64>(), 0_i64..100_000_000, Just(i64::MIN), Just(i64::MAX)]),
            tier in prop::sample::select(vec![Tier::Low, Tier::Mid, Tier::High]),
        ) {
            let ceiling = refund_ceiling(&Caps::default(), &facts(amounts, "EUR", tier));
            let least = ceiling.bounds.iter().map(|(_, micros)| *micros).min().unwrap();
            prop_assert!((0..10_000).contains(&(least - ceiling.amount.amount_micros)));
            prop_assert!(ceiling.bounds.contains(&(ceiling.held_by, least)));
            prop_assert!(tier != Tier::High || ceiling.amount.amount_micros == 0);
        }
    }
}
