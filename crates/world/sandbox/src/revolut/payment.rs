//! A payment as the bank keeps it, with all that will become of it.

use homeostat_clock::Entropy;
use homeostat_model::{Currency, Money, WorldTime};
use homeostat_vendors::revolut::PaymentState;
use jiff::SignedDuration;
use rand::RngExt;
use serde::{Deserialize, Serialize};

use crate::faults::Fault;

/// How long a payment is pending when nothing is wrong, in seconds of the world.
const PENDING_S: (i64, i64) = (30, 600);
/// From its completion to its return, when it comes back.
const BACK_AFTER: SignedDuration = SignedDuration::from_hours(26);

/// An accepted payment. Stored in the books as it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Payment {
    pub(super) id: String,
    pub(super) request_id: String,
    pub(super) account_id: String,
    pub(super) counterparty_id: String,
    pub(super) counterparty_account_id: String,
    pub(super) amount_micros: i64,
    pub(super) currency: Currency,
    pub(super) reference: String,
    pub(super) created_at: WorldTime,
    pub(super) fate: Fate,
}

/// What becomes of it, and when.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Fate {
    /// In time order; the first holds from the beginning.
    steps: Vec<(WorldTime, PaymentState)>,
    pub(super) reason_code: Option<String>,
}

impl Payment {
    pub(super) fn amount(&self) -> Money {
        Money::from_micros(self.amount_micros, self.currency)
    }

    /// Its state at an instant, and since when.
    pub(super) fn state(&self, now: WorldTime) -> (PaymentState, WorldTime) {
        let reached = self.fate.steps.iter().rev().find(|(at, _)| *at <= now);
        let reached = reached.or(self.fate.steps.first());
        reached.map_or((PaymentState::Created, self.created_at), |(at, state)| {
            (state.clone(), *at)
        })
    }

    /// Each change of its state that is known of: when, from what, to what.
    pub(super) fn changes(
        &self,
    ) -> impl Iterator<Item = (WorldTime, &PaymentState, &PaymentState)> {
        let steps = &self.fate.steps;
        let pairs = steps.iter().zip(steps.iter().skip(1));
        pairs.map(|((_, before), (at, after))| (*at, before, after))
    }

    /// Ends it in another state than was written down with it.
    pub(super) fn settle(&mut self, at: WorldTime, state: PaymentState) {
        self.fate.steps.retain(|(planned, _)| *planned <= at);
        self.fate.steps.push((at, state));
    }

    /// When it was completed, if it was by that instant.
    pub(super) fn completed_at(&self, now: WorldTime) -> Option<WorldTime> {
        let mut steps = self.fate.steps.iter();
        let step = steps.find(|(at, state)| *state == PaymentState::Completed && *at <= now);
        step.map(|(at, _)| *at)
    }

    /// What it takes from its account at an instant, in micro-units.
    pub(super) fn held_micros(&self, now: WorldTime) -> i64 {
        if self.state(now).0.holds_money() {
            self.amount_micros
        } else {
            0
        }
    }
}

impl Fate {
    /// Refused at once, for lack of money.
    pub(super) fn without_funds(now: WorldTime) -> Self {
        Self {
            steps: vec![(now, PaymentState::Declined)],
            reason_code: Some("insufficient_balance".to_owned()),
        }
    }

    /// What becomes of the `n`th payment. `late` is how much longer its end takes, by the fault that
    /// befell it. Those that end badly are in turn declined, stopped, and sent back.
    pub(super) fn draw(n: u64, now: WorldTime, fault: Option<Fault>, late: SignedDuration) -> Self {
        let mut rng = Entropy::from_seed(n).child("settle").rng();
        let seconds = rng.random_range(PENDING_S.0..=PENDING_S.1);
        let end = now.plus(SignedDuration::from_secs(seconds));
        let mut steps = vec![(now, PaymentState::Pending)];
        let mut reason = None;
        match fault {
            Some(Fault::SettleLater) => steps.push((end.plus(late), PaymentState::Completed)),
            Some(Fault::SettleBadly) => match n % 3 {
                0 => {
                    steps.push((end.plus(late), PaymentState::Declined));
                    reason = Some("receiver_account_closed");
                }
                1 => {
                    steps.push((end.plus(late), PaymentState::Failed));
                    reason = Some("compliance");
                }
                _ => {
                    let completed = end.plus(late);
                    steps.push((completed, PaymentState::Completed));
                    steps.push((completed.plus(BACK_AFTER), PaymentState::Reverted));
                }
            },
            _ => steps.push((end, PaymentState::Completed)),
        }
        Self {
            steps,
            reason_code: reason.map(str::to_owned),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::ORIGIN;

    fn payment(n: u64, fault: Option<Fault>) -> Payment {
        let late = SignedDuration::from_hours(1);
        Payment {
            id: String::new(),
            request_id: String::new(),
            account_id: String::new(),
            counterparty_id: String::new(),
            counterparty_account_id: String::new(),
            amount_micros: 5,
            currency: "EUR".parse().unwrap(),
            reference: String::new(),
            created_at: ORIGIN,
            fate: Fate::draw(n, ORIGIN, fault, late),
        }
    }

    #[test]
    fn a_payment_goes_through_its_states_and_holds_its_money_until_it_is_back() {
        let at = |payment: &Payment, minutes| {
            let now = ORIGIN.plus(SignedDuration::from_mins(minutes));
            (payment.state(now).0, payment.held_micros(now))
        };
        let good = payment(1, None);
        assert_eq!(at(&good, 0), (PaymentState::Pending, 5));
        assert_eq!(at(&good, 10), (PaymentState::Completed, 5));
        let late = payment(1, Some(Fault::SettleLater));
        assert_eq!(at(&late, 60), (PaymentState::Pending, 5));
        assert_eq!(at(&late, 70), (PaymentState::Completed, 5));
        for (n, state) in [(3, PaymentState::Declined), (4, PaymentState::Failed)] {
            let bad = payment(n, Some(Fault::SettleBadly));
            assert_eq!(at(&bad, 60).0, PaymentState::Pending);
            assert_eq!(at(&bad, 70), (state, 0));
            assert!(bad.fate.reason_code.is_some());
        }
        let back = payment(2, Some(Fault::SettleBadly));
        assert_eq!(at(&back, 70), (PaymentState::Completed, 5));
        assert_eq!(at(&back, 28 * 60), (PaymentState::Reverted, 0));
        let completed = back.completed_at(ORIGIN.plus(SignedDuration::from_hours(48)));
        assert!(completed.is_some());
    }

    #[test]
    fn every_payment_comes_to_an_end_in_time_order_and_is_the_same_when_drawn_again() {
        for n in 1..300 {
            for fault in [None, Some(Fault::SettleLater), Some(Fault::SettleBadly)] {
                let drawn = payment(n, fault).fate;
                assert!(drawn.steps.is_sorted_by_key(|(at, _)| *at), "{drawn:?}");
                assert!(drawn.steps.last().unwrap().1.is_final(), "{drawn:?}");
                assert_eq!(drawn.steps, payment(n, fault).fate.steps);
                let text = serde_json::to_string(&drawn).unwrap();
                assert_eq!(
                    serde_json::from_str::<Fate>(&text).unwrap().steps,
                    drawn.steps
                );
            }
        }
    }
}
