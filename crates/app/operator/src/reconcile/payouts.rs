//! Payouts: whether the bank still shows each payment as we have it.
//!
//! A payment that was completed may come back days later, and then our books say too much was paid. That is for a
//! person: whom to pay once more is not ours to say. One that the bank has only taken is asked about by the recovery
//! loop, so here it counts only that it is there, with its amount.

use std::time::Duration;

use homeostat_clock::wall;
use homeostat_effects::{EffectState, EffectView, taken};
use homeostat_model::WorldTime;
use homeostat_store::{PgConnection, StoreError};
use homeostat_vendors::revolut::{Error, PaymentState, Transaction, TransactionId};

use super::{Compared, Differs, Look, Reconciled, TRAILS, turn};
use crate::{Operator, config::Brand, records::drift, sensors::ReadError};

/// The actuator's kind.
const ACT: &str = "revolut.pay";
/// Older ones are not looked at any more.
const SINCE: Duration = Duration::from_secs(30 * 24 * 3_600);
/// Payments of one pass; each is one call.
const PAYMENTS: usize = 4;
/// The bank has no such transaction.
const NOT_THERE: &str = "3006";

/// Payments at the bank.
#[derive(Debug)]
pub struct Payouts;

#[async_trait::async_trait]
impl Reconciled for Payouts {
    const KIND: &'static str = "payout";
    const VENDOR: &'static str = "revolut";
    /// Nothing of it is a copy of ours.
    type Seen = ();

    async fn look(
        operator: &Operator,
        brand: &Brand,
        _: WorldTime,
    ) -> Result<Look<()>, StoreError> {
        let mut look = Look::default();
        let Some(bank) = &operator.partners.bank else {
            return Ok(look);
        };
        let db = &operator.db;
        let mut acts = taken(db, &brand.id, ACT, SINCE, TRAILS).await?;
        // Without an id the payment is still looked for by its key, which is recovery's.
        acts.retain(|act| payment_of(act).is_some());
        let checks = drift::checks(db, brand.id.as_str(), Self::KIND).await?;
        for act in turn(acts, subject, &checks, PAYMENTS) {
            let Some(payment) = payment_of(&act) else {
                continue;
            };
            let differs = match bank.transaction(&payment, wall()).await {
                Ok(there) => compare(&act, &there),
                Err(Error::Refused { refusal, .. }) if refusal.code == NOT_THERE => {
                    differs(&act, "the bank has no such payment")
                }
                Err(error) => {
                    look.unanswered = Some(ReadError::from(error));
                    break;
                }
            };
            look.compared.push(Compared {
                subject: subject(&act),
                differs,
                seen: None,
            });
        }
        Ok(look)
    }

    async fn mend(
        _: &mut PgConnection,
        _: &Brand,
        (): &(),
        _: WorldTime,
    ) -> Result<bool, StoreError> {
        Ok(false)
    }
}

fn subject(act: &EffectView) -> String {
    format!("effect {}", act.id)
}

fn payment_of(act: &EffectView) -> Option<TransactionId> {
    act.vendor_ref.as_deref()?.parse().ok()
}

fn differs(act: &EffectView, seen: impl Into<String>) -> Option<Differs> {
    Some(Differs {
        believed: format!("{} paid, {}", act.worst_case, act.state),
        seen: seen.into(),
        is_ours_to_mend: false,
    })
}

fn compare(act: &EffectView, there: &Transaction) -> Option<Differs> {
    let is_settled = act.state == EffectState::Settled;
    match &there.state {
        PaymentState::Completed => {}
        PaymentState::Created | PaymentState::Pending | PaymentState::Unknown(_) if !is_settled => {
        }
        // Recovery hears the same, and gives back what was held.
        PaymentState::Declined | PaymentState::Failed | PaymentState::Reverted if !is_settled => {
            return None;
        }
        PaymentState::Created
        | PaymentState::Pending
        | PaymentState::Declined
        | PaymentState::Failed
        | PaymentState::Reverted
        | PaymentState::Unknown(_) => {
            let reason = there.reason_code.as_deref();
            let why = reason.map(|reason| format!(" ({reason})"));
            let seen = format!("{}{}", there.state.as_str(), why.unwrap_or_default());
            return differs(act, seen);
        }
    }
    let out: i64 = (there.legs.iter())
        .filter(|leg| leg.amount.currency == act.worst_case.currency)
        .map(|leg| leg.amount.amount_micros.min(0))
        .fold(0, i64::saturating_sub);
    let ours = act.actual_micros.unwrap_or(act.worst_case.amount_micros);
    if out == ours {
        return None;
    }
    let mut paid = act.worst_case;
    paid.amount_micros = out;
    differs(act, format!("{paid} paid"))
}

#[cfg(test)]
mod tests {
    use homeostat_model::Money;
    use homeostat_vendors::revolut::Leg;

    use super::{super::refunds::tests::act, *};

    const ID: &str = "6a1f0c52-d9e8-4b37-a05c-7e19f2b8463d";

    fn there(state: &str, amount_micros: i64) -> Transaction {
        let at = WorldTime("2026-01-01T00:00:00Z".parse().unwrap());
        Transaction {
            id: ID.parse().unwrap(),
            kind: "transfer".into(),
            request_id: None,
            state: state.into(),
            reason_code: None,
            created_at: at,
            updated_at: None,
            completed_at: None,
            reference: None,
            related: None,
            legs: vec![Leg {
                account: ID.parse().unwrap(),
                amount: Money::from_micros(amount_micros, "EUR".parse().unwrap()),
                fee: None,
                balance: None,
                counterparty: None,
                counterparty_account: None,
            }],
        }
    }

    #[test]
    fn what_came_back_after_it_was_settled_is_for_a_person() {
        let settled = act(ACT, "supplier", "{}", ID);
        let accepted = EffectView {
            state: EffectState::Accepted,
            ..settled.clone()
        };
        let paid = -20_000_000;
        for (state, is_settled_ok, is_accepted_ok) in [
            ("completed", true, true),
            ("pending", false, true),
            ("created", false, true),
            ("failed", false, true),
            ("reverted", false, true),
            ("teleported", false, true),
        ] {
            let there = there(state, paid);
            let found = compare(&settled, &there);
            assert_eq!(found.is_none(), is_settled_ok, "{state}");
            assert_eq!(
                compare(&accepted, &there).is_none(),
                is_accepted_ok,
                "{state}"
            );
            assert!(found.is_none_or(|found| !found.is_ours_to_mend && found.seen == state));
        }
        let seen = compare(&settled, &there("completed", -19_000_000))
            .unwrap()
            .seen;
        assert!(seen.contains("19"), "{seen}");
        assert_eq!(payment_of(&act(ACT, "supplier", "{}", "none")), None);
    }
}
