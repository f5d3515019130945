//! `revolut.pay`: a supplier is paid from the brand's account.
//!
//! *Who is authoritative.* The bank. It takes a payment at once and carries it out later, so an answer that it was
//! taken settles nothing: the effect is `accepted`, its money stays held, and the bank is asked until it says
//! `completed` (settled) or `declined`, `failed`, `reverted` (refused, and what was held is free again).
//!
//! *How it is done once.* Class *keyed*: the bank knows a `request_id` for 14 days and makes no second payment under
//! it. Ours is derived from the effect's key, which names the supplier, the start of the period and how many
//! payments of that period came to nothing; so two decisions about one period make one payment, also when a
//! database was lost in between. A duplicate is an unknown outcome: the payment is looked for.
//!
//! *Crash points.* Before the call: sent once the bank shows nothing. After it, or when the answer is lost: found by
//! its `request_id`, by its own id once that is known.
//!
//! *Limits.* When the key's life is over and the bank shows no trace, nobody can tell and a person decides: it is
//! never sent again. A payment that was completed and comes back later stays settled; the sensor of the account sees
//! it, and what came back is owed again with the next period. The bank's fee is not a part of the payout. Undo: none by the bank's interface.

use std::time::Duration;

use async_trait::async_trait;
use homeostat_clock::wall;
use homeostat_control::{
    Policy,
    payout::{Belief, Payout, Proposal},
};
use homeostat_effects::{
    Actuator, ActuatorSpec, CallError, Class, DecisionView, EffectFilter, EffectState, EffectView,
    Intent, Permit, Probe, Request, Undo, VendorReceipt, effects,
};
use homeostat_envelope::{Action, Grounds, PayoutGrounds};
use homeostat_model::{BrandId, DecisionId, Money, WorldTime};
use homeostat_queue::Failure;
use homeostat_store::StoreError;
use homeostat_vendors::revolut::{
    AccountId, Client, CounterpartyAccountId, Error, Payment, PaymentState, REQUEST_ID_DAYS,
    Receiver, RequestId, Transaction, TransactionId,
};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    Deed, Planned, Words, another_act, stored,
    vendor_errors::{sort, unanswered, unusable},
};
use crate::{
    Operator,
    config::{Brand, Config},
    records::sensor,
    sensors::{revolut_account::RevolutAccount, row_id, shopify_orders::ShopifyOrders},
};

/// How long the bank knows a key.
const KEY_LIFE: SignedDuration = SignedDuration::from_hours(24 * REQUEST_ID_DAYS);
/// How far the bank's clock may be from ours.
const SLACK: SignedDuration = SignedDuration::from_mins(1);
/// The readings behind a payout may be this old. The account is read every hour.
const READING_AGE_MAX: Duration = Duration::from_secs(3 * 3_600);
/// So many acts on a supplier are looked at.
const PAST_MAX: u32 = 100;

/// The actuator.
#[derive(Debug)]
pub struct RevolutPay {
    spec: ActuatorSpec,
    operator: Operator,
}

/// What is stored with the effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// The account that is paid from.
    pub account: AccountId,
    /// The supplier's account; absent when the supplier has left the configuration, and then nobody is paid.
    pub to: Option<CounterpartyAccountId>,
    /// What the supplier reads.
    pub reference: String,
    /// Start of the period that is paid.
    pub from: WorldTime,
    /// Its end.
    pub until: WorldTime,
    /// No request was sent before this.
    pub not_before: WorldTime,
}

/// What was paid to a supplier before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Past {
    /// End of the last period that is paid, or is being paid.
    pub(crate) paid_until: Option<WorldTime>,
    /// Payments since then that came to nothing.
    came_to_nothing: usize,
}

impl Past {
    /// From the acts on a supplier, but for those of one decision.
    pub(crate) async fn read(
        operator: &Operator,
        brand: &BrandId,
        target: &str,
        except: Option<DecisionId>,
    ) -> Result<Self, StoreError> {
        let which = EffectFilter {
            brand: Some(brand.clone()),
            target: Some(target.to_owned()),
            limit: PAST_MAX,
            ..EffectFilter::default()
        };
        let acts = effects(&operator.db, &which).await?;
        let mut past = Self::default();
        for act in &acts {
            if act.kind != RevolutPay::KIND || Some(act.decision) == except {
                continue;
            }
            match act.state {
                EffectState::Refused | EffectState::Void => past.came_to_nothing += 1,
                EffectState::Sending
                | EffectState::Accepted
                | EffectState::Settled
                | EffectState::Unknown => {
                    past.paid_until = Some(body(act)?.until);
                    break;
                }
            }
        }
        Ok(past)
    }
}

#[async_trait]
impl Deed for RevolutPay {
    const KIND: &'static str = "revolut.pay";
    const JOB: &'static str = "act.payout";
    const CARRIES_OUT: &'static [(&'static str, &'static str)] = &[(Payout::NAME, "pay")];
    const WORDS: Words = Words {
        subject: "Supplier",
        done: "paid",
        lowers_risk: false,
    };

    fn declare(config: &Config) -> ActuatorSpec {
        let settings = &config.settings.revolut;
        ActuatorSpec {
            action: Action::Payout,
            call_timeout: Duration::from_millis(settings.call_timeout_ms),
            horizon: Duration::from_millis(settings.horizon_ms),
            key_life: KEY_LIFE.unsigned_abs(),
            undo: Some(Undo::from(
                "ask the supplier to send it back: the bank's interface takes nothing back",
            )),
            ..ActuatorSpec::new(Self::KIND, RevolutPay::VENDOR, Class::Keyed)
        }
    }

    fn new(operator: &Operator) -> Self {
        let declared = Self::declare(&operator.config);
        Self {
            spec: ActuatorSpec {
                // The bank's days pass at the world's speed.
                key_life: declared.key_life / operator.clock.speed().max(1),
                ..declared
            },
            operator: operator.clone(),
        }
    }

    async fn plan(
        &self,
        operator: &Operator,
        brand: &Brand,
        decided: &DecisionView,
    ) -> Result<Planned, Failure> {
        let Proposal::Pay {
            supplier,
            amount,
            from,
            until,
        } = stored("proposal", &decided.proposal)?
        else {
            return Err(another_act(decided));
        };
        let belief: Belief = stored("belief", &decided.belief)?;
        let Some(payouts) = &brand.payouts else {
            return Err(Failure::permanent(format!("{} pays nobody", brand.id)));
        };
        let past = Past::read(operator, &brand.id, &supplier, Some(decided.id)).await?;
        if past.paid_until.is_some_and(|paid| paid != from) {
            // What is owed was reckoned before another payment.
            return Err(Failure::permanent(format!(
                "the period from {from} is paid by another act on {supplier}"
            )));
        }
        let known = payouts.suppliers.iter();
        let own = known
            .clone()
            .find(|one| one.counterparty.as_str() == supplier);
        let day = |at: WorldTime| at.0.to_zoned(brand.zone.clone()).date();
        let body = Body {
            account: payouts.account.clone(),
            to: own.map(|own| own.account.clone()),
            reference: format!("{} {} to {}", brand.id, day(from), day(until)),
            from,
            until,
            not_before: decided.decided_at,
        };
        let behind = [
            row_id::<ShopifyOrders>(brand),
            row_id::<RevolutAccount>(brand),
        ];
        let sensors = sensor::grounds(&operator.db, &behind, READING_AGE_MAX).await?;
        let request = serde_json::to_string(&body).map_err(Failure::permanent)?;
        let nth = past.came_to_nothing;
        Ok(Planned {
            spec: self.spec.clone(),
            intent: Intent {
                grounds: Grounds {
                    payout: Some(PayoutGrounds {
                        payee: supplier,
                        known_payees: known.map(|one| one.counterparty.to_string()).collect(),
                        owed_micros: belief.balance_micros,
                    }),
                    sensors,
                    ..Grounds::default()
                },
                bound_to: Some(format!("from-{from}-{nth}")),
                ..Intent::new(operator.clock.now(), request, amount)
            },
        })
    }
}

impl RevolutPay {
    /// Whose breaker it shares with the sensor.
    const VENDOR: &'static str = "revolut";

    /// A brand that pays nobody any more has no client; what it has paid is asked about once it has one again.
    fn bank(&self) -> Result<&Client, &'static str> {
        let bank = self.operator.partners.bank.as_ref();
        bank.ok_or("no brand of the configuration pays anybody, so the bank cannot be asked")
    }

    /// The payments that the bank shows under a key.
    async fn find(&self, bank: &Client, key: &RequestId, body: &Body) -> Result<Found, Error> {
        let now = self.operator.clock.now();
        let from = body.not_before.plus(-SLACK);
        let last = from.plus(KEY_LIFE);
        let to = last.min(now.plus(SLACK));
        Ok(Found {
            payments: bank.find_by_request_id(key, from, to, wall()).await?,
            is_whole_life: now <= last,
        })
    }
}

/// What the bank's list shows.
struct Found {
    payments: Vec<Transaction>,
    /// The list reaches from before the first request to now.
    is_whole_life: bool,
}

#[async_trait]
impl Actuator for RevolutPay {
    fn spec(&self) -> &ActuatorSpec {
        &self.spec
    }

    async fn call(&self, _: Permit, request: &Request) -> Result<VendorReceipt, CallError> {
        let bank = self.bank().map_err(|reason| CallError::NotSent {
            reason: reason.to_owned(),
        })?;
        let payment = payment(request)?;
        match bank.pay(&payment, wall()).await {
            Ok(paid) => told(&paid.id, &paid.state, None, request.worst_case).map_err(|reason| {
                let code = paid.state.as_str().to_owned();
                CallError::Refused { code, reason }
            }),
            Err(error) => Err(sort(&error)),
        }
    }

    async fn probe(&self, effect: &EffectView) -> Probe {
        let (bank, body) = match (self.bank(), body(effect)) {
            (Ok(bank), Ok(body)) => (bank, body),
            (Err(reason), _) => return Probe::CannotTell(reason.to_owned()),
            (_, Err(error)) => return Probe::CannotTell(error.to_string()),
        };
        let by_id = effect.vendor_ref.as_deref().and_then(|id| id.parse().ok());
        if let Some(id) = by_id {
            return match bank.transaction(&id, wall()).await {
                Ok(found) => judge(&found, effect, &body),
                Err(error) => unanswered(&error),
            };
        }
        let key = effect.vendor_key.as_deref().map(str::parse);
        let Some(Ok(key)) = key else {
            return Probe::CannotTell(format!("effect {} has no usable key", effect.id));
        };
        let found = match self.find(bank, &key, &body).await {
            Ok(found) => found,
            Err(error) => return unanswered(&error),
        };
        match (found.payments.as_slice(), found.is_whole_life) {
            ([one], _) => judge(one, effect, &body),
            ([], true) => Probe::Absent,
            ([], false) => Probe::CannotTell(
                "the bank no longer knows the key, and shows no payment under it".to_owned(),
            ),
            (several, _) => Probe::CannotTell(format!(
                "the bank shows {} payments under one key",
                several.len()
            )),
        }
    }
}

/// What is asked of the bank with a request.
fn payment(request: &Request) -> Result<Payment, CallError> {
    let body: Body =
        serde_json::from_str(&request.body).map_err(|problem| unusable("request", problem))?;
    let key = request.vendor_key.as_deref().unwrap_or_default();
    let Some(to) = body.to else {
        return Err(unusable("to", "the supplier is not in the configuration"));
    };
    Ok(Payment {
        request_id: key.parse().map_err(|problem| unusable("key", problem))?,
        from: body.account,
        receiver: Receiver {
            counterparty: (request.target.parse())
                .map_err(|problem| unusable("target", problem))?,
            account: Some(to),
        },
        amount: request.worst_case,
        reference: body.reference,
    })
}

/// What a payment at the bank says about the act.
fn judge(found: &Transaction, effect: &EffectView, body: &Body) -> Probe {
    let leg = found.legs.iter().find(|leg| leg.account == body.account);
    let leg = leg.filter(|leg| {
        let receiver = leg.counterparty.as_deref();
        receiver.is_none_or(|id| id.eq_ignore_ascii_case(&effect.target))
    });
    let Some(leg) = leg else {
        let id = &found.id;
        return Probe::CannotTell(format!("payment {id} under its key is to somebody else"));
    };
    let went = Money {
        amount_micros: leg.amount.amount_micros.saturating_neg(),
        ..leg.amount
    };
    let why = found.reason_code.as_deref();
    told(&found.id, &found.state, why, went).map_or_else(Probe::Refused, Probe::Happened)
}

/// The receipt of a payment in a state; the reason when nothing was paid.
fn told(
    id: &TransactionId,
    state: &PaymentState,
    why: Option<&str>,
    amount: Money,
) -> Result<VendorReceipt, String> {
    let receipt = VendorReceipt {
        vendor_ref: Some(id.to_string()),
        actual: Some(amount),
        finished: *state == PaymentState::Completed,
        ..VendorReceipt::done(json!({ "id": id, "state": state }))
    };
    match state {
        PaymentState::Completed
        | PaymentState::Created
        | PaymentState::Pending
        | PaymentState::Unknown(_) => Ok(receipt),
        PaymentState::Declined | PaymentState::Failed | PaymentState::Reverted => {
            let why = why.map_or_else(String::new, |why| format!(" ({why})"));
            Err(format!("payment {id} is {state}{why}"))
        }
    }
}

/// What is stored with an effect of this kind.
pub(crate) fn body(effect: &EffectView) -> Result<Body, StoreError> {
    serde_json::from_str(&effect.request)
        .map_err(|error| StoreError::corrupt("effect.request", error))
}
