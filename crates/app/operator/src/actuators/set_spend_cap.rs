//! `meta.set_spend_cap`: the account's own limit, which holds when all our servers are dead.
//!
//! Class *idempotent*: setting an amount twice leaves the same state. Nobody documents whether Meta
//! reads the amount in major or minor units, so it is read back at once. What differs is recorded as
//! it is, the account's limit counts as missing, and the mode goes SAFE until a later reading is the
//! intended one. Written again it is not: the same write would be misread again, and a day has ten.
//!
//! It bounds what can be spent, so SAFE lets it through. Undo: the next day's start sets it anew.

use async_trait::async_trait;
use homeostat_control::{
    Policy,
    request::{Request as ByPerson, Wish},
    spend_cap::{Proposal, SpendCap},
};
use homeostat_effects::{
    Actuator, ActuatorSpec, Author, CallError, Cause, Class, DecisionView, EffectView,
    EffectsError, Intent, Permit, Probe, Request, Undo, VendorReceipt, set_mode_in,
};
use homeostat_model::{Mode, Money};
use homeostat_queue::Failure;
use homeostat_store::{PgConnection, StoreError};
use homeostat_vendors::meta::{self, AccountId};
use serde::{Deserialize, Serialize};

use super::{
    Deed, Planned, Words, another_act, at_meta, stored,
    vendor_errors::{sort, unanswered, unusable},
};
use crate::{
    Operator,
    config::{Brand, Config},
    records::spend_cap::{self, Written},
};

/// The code and subcode of "changed ten times today". Waiting for it would close the tap for a day.
const TOO_OFTEN: (i64, Option<i64>) = (17, Some(1_885_172));

/// The actuator.
#[derive(Debug)]
pub struct SetSpendCap {
    spec: ActuatorSpec,
    operator: Operator,
}

/// What is stored with the effect.
#[derive(Debug, Serialize, Deserialize)]
struct Body {
    spend_cap: Money,
}

/// What is kept of the answer.
#[derive(Debug, Serialize, Deserialize)]
struct Answer {
    /// What the account said after the write; `None`: no limit.
    read_back: Option<Money>,
    /// Why it could not be read.
    unread: Option<String>,
}

#[async_trait]
impl Deed for SetSpendCap {
    const KIND: &'static str = "meta.set_spend_cap";
    const JOB: &'static str = "act.spend_cap";
    const CARRIES_OUT: &'static [(&'static str, &'static str)] = &[
        (SpendCap::NAME, "set_spend_cap"),
        (ByPerson::NAME, "spend_cap"),
    ];
    const WORDS: Words = Words {
        subject: "Limit of account",
        done: "set",
        lowers_risk: true,
    };

    fn declare(config: &Config) -> ActuatorSpec {
        ActuatorSpec {
            risk_reducing: true,
            undo: Some(Undo::from(
                "set another limit, or wait for the next day's start",
            )),
            ..at_meta(Self::KIND, Class::Idempotent, config)
        }
    }

    fn new(operator: &Operator) -> Self {
        Self {
            spec: Self::declare(&operator.config),
            operator: operator.clone(),
        }
    }

    async fn plan(
        &self,
        operator: &Operator,
        brand: &Brand,
        decided: &DecisionView,
    ) -> Result<Planned, Failure> {
        let spend_cap = if decided.policy == ByPerson::NAME {
            let Wish::SpendCap { cap, .. } = stored("proposal", &decided.proposal)? else {
                return Err(another_act(decided));
            };
            cap
        } else {
            let Proposal::SetSpendCap { cap_micros } = stored("proposal", &decided.proposal)?;
            Money::from_micros(cap_micros, brand.currency)
        };
        let request = serde_json::to_string(&Body { spend_cap }).map_err(Failure::permanent)?;
        let free = Money::zero(brand.currency);
        Ok(Planned {
            spec: self.spec.clone(),
            intent: Intent::new(operator.clock.now(), request, free),
        })
    }
}

#[async_trait]
impl Actuator for SetSpendCap {
    fn spec(&self) -> &ActuatorSpec {
        &self.spec
    }

    async fn call(&self, permit: Permit, request: &Request) -> Result<VendorReceipt, CallError> {
        let id: AccountId = (request.target.parse())
            .map_err(|problem: meta::InvalidId| unusable("target", problem))?;
        let body: Body =
            serde_json::from_str(&request.body).map_err(|problem| unusable("request", problem))?;
        let reference = format!("effect-{}", permit.effect());
        let client = &self.operator.meta;
        if let Err(error) = client.set_spend_cap(&id, body.spend_cap, &reference).await {
            return Err(match &error {
                meta::Error::Refused { refusal, .. }
                    if (refusal.code, refusal.subcode) == TOO_OFTEN =>
                {
                    unusable("17/1885172", refusal)
                }
                _ => sort(&error),
            });
        }
        Ok(receipt(&match client.account(&id).await {
            Ok(reply) => Answer {
                read_back: reply.value.spend_cap,
                unread: None,
            },
            Err(error) => Answer {
                read_back: None,
                unread: Some(error.to_string()),
            },
        }))
    }

    async fn probe(&self, effect: &EffectView) -> Probe {
        let asked = serde_json::from_str::<Body>(&effect.request).map_err(|e| e.to_string());
        let id = effect
            .target
            .parse()
            .map_err(|e: meta::InvalidId| e.to_string());
        let (asked, id): (Body, AccountId) = match (asked, id) {
            (Ok(asked), Ok(id)) => (asked, id),
            (Err(reason), _) | (_, Err(reason)) => return Probe::CannotTell(reason),
        };
        match self.operator.meta.account(&id).await {
            Ok(reply) if reply.value.spend_cap == Some(asked.spend_cap) => {
                Probe::Happened(receipt(&Answer {
                    read_back: reply.value.spend_cap,
                    unread: None,
                }))
            }
            Ok(_) => Probe::Absent,
            Err(error) => unanswered(&error),
        }
    }

    async fn on_settled(
        &self,
        connection: &mut PgConnection,
        effect: &EffectView,
    ) -> Result<(), EffectsError> {
        let asked: Body = serde_json::from_str(&effect.request)
            .map_err(|error| StoreError::corrupt("effect.request", error))?;
        // A person's word brings no reading: the next look at the account does.
        let answer = answer_of(effect).unwrap_or(Answer {
            read_back: None,
            unread: Some("nobody has read it back yet".into()),
        });
        let cap = Written {
            account: &effect.target,
            brand: &effect.brand,
            intended: asked.spend_cap,
            read_back: answer.read_back,
        };
        let at = self.operator.clock.now();
        let failed = answer.unread.as_deref();
        match spend_cap::written(connection, &cap, failed, at).await? {
            Some(fault) => lower(connection, &effect.target, &fault).await,
            None => Ok(()),
        }
    }
}

/// SAFE until the limit is read back as it was intended.
pub(crate) async fn lower(
    connection: &mut PgConnection,
    account: &str,
    fault: &str,
) -> Result<(), EffectsError> {
    let reason = format!("the limit of {account} is not there: {fault}");
    let (mode, cause) = (Mode::Safe, Cause::ReadBackMissing);
    match set_mode_in(connection, mode, cause, &Author::System, &reason).await {
        // HALT is stricter.
        Ok(_) | Err(EffectsError::NeedsPerson { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

fn receipt(answer: &Answer) -> VendorReceipt {
    VendorReceipt::done(serde_json::json!(answer))
}

fn answer_of(effect: &EffectView) -> Option<Answer> {
    let receipt: VendorReceipt = serde_json::from_str(effect.receipt.as_deref()?).ok()?;
    serde_json::from_value(receipt.body).ok()
}
