//! What can be done to the world, one file per act. A new one adds its file and a line below.

pub mod agentmail_reply;
mod at_shop;
pub mod create_campaign;
pub mod offer_code;

pub mod pause_campaign;
pub mod resume_campaign;
pub mod revolut_pay;
pub mod set_daily_budget;
pub mod set_quantity;
pub mod set_shelf;
pub mod set_spend_cap;
pub mod shopify_refund;
mod vendor_errors;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use homeostat_effects::{
    Actuator, ActuatorSpec, Class, DecisionView, EffectView, Intent, Registry, Undo,
};
use homeostat_model::BrandId;
use homeostat_queue::Failure;
use homeostat_store::StoreError;
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    Operator,
    config::{Brand, Config, VendorSettings},
    jobs::{LoopError, act::Act},
};
use agentmail_reply::AgentmailReply;
use create_campaign::CreateCampaign;
use offer_code::OfferCode;
use pause_campaign::PauseCampaign;
use resume_campaign::ResumeCampaign;
use revolut_pay::RevolutPay;
use set_daily_budget::SetDailyBudget;
use set_quantity::SetQuantity;
use set_shelf::SetShelf;
use set_spend_cap::SetSpendCap;
use shopify_refund::ShopifyRefund;

/// An actuator of the house: an act at a vendor, and how a stored decision becomes an intent of it.
#[async_trait]
pub trait Deed: Actuator + Sized + 'static {
    /// The kind of its effects, `vendor.act`.
    const KIND: &'static str;
    /// The kind of the job that carries a decision out with it, `act.word`.
    const JOB: &'static str;
    /// Which proposals it carries out: the policy, and its word for the act.
    const CARRIES_OUT: &'static [(&'static str, &'static str)];
    /// What a person reads of it.
    const WORDS: Words;

    /// What it declares about itself.
    fn declare(config: &Config) -> ActuatorSpec;

    /// Speaks through the operator's client.
    fn new(operator: &Operator) -> Self;

    /// What is asked of the envelope for a decision. What the actuator declares holds, unless this
    /// case is another.
    ///
    /// # Errors
    /// When the decision is about another act, or the database does not answer.
    async fn plan(
        &self,
        operator: &Operator,
        brand: &Brand,
        decided: &DecisionView,
    ) -> Result<Planned, Failure>;
}

/// An act in words: `Campaign` `linen-suit-eu` `paused`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words {
    /// What it is done to.
    pub subject: &'static str,
    /// What it is then.
    pub done: &'static str,
    /// It can only lower what is at risk.
    pub lowers_risk: bool,
}

/// What is asked of the envelope.
#[derive(Debug, Clone)]
pub struct Planned {
    /// What the actuator declares, for this case.
    pub spec: ActuatorSpec,
    /// The ask.
    pub intent: Intent,
}

macro_rules! house {
    ($($deed:ty),+ $(,)?) => {
        /// The kinds of job that act.
        pub(crate) const JOBS: &[&str] = &[$(<$deed as Deed>::JOB),+];

        /// Every actuator of the house.
        pub fn registry(operator: &Operator) -> Registry {
            Registry::new()$(.with(Arc::new(<$deed as Deed>::new(operator))))+
        }

        /// What every actuator of the house declares about itself.
        pub fn specs(config: &Config) -> Vec<ActuatorSpec> {
            vec![$(<$deed as Deed>::declare(config)),+]
        }

        /// What a person reads of an act of this kind; of a kind that is gone, the plainest.
        pub fn words(kind: &str) -> Words {
            $(if kind == <$deed as Deed>::KIND {
                return <$deed as Deed>::WORDS;
            })+
            Words { subject: "Act on", done: "done", lowers_risk: false }
        }

        /// Who carries out which proposals.
        const CARRIERS: &[(&str, &[(&str, &str)])] = &[$((<$deed as Deed>::JOB, <$deed as Deed>::CARRIES_OUT)),+];

        /// The workers that act.
        pub(crate) fn workers(
            registry: &mut homeostat_queue::Registry,
            operator: &Operator,
            effects: &homeostat_effects::Ctx,
        ) -> Result<(), homeostat_queue::Error> {
            $(registry.add(Act::<$deed>::new(operator, effects))?;)+
            Ok(())
        }
    };
}

house!(
    AgentmailReply,
    CreateCampaign,
    OfferCode,
    PauseCampaign,
    ResumeCampaign,
    RevolutPay,
    SetDailyBudget,
    SetQuantity,
    SetShelf,
    SetSpendCap,
    ShopifyRefund
);

/// The kind of the job that carries out what a policy proposed.
///
/// # Errors
/// When the policy proposes no act, or its proposal cannot be read.
pub(crate) fn job_of(policy: &str, proposal: &str) -> Result<&'static str, LoopError> {
    #[derive(Deserialize)]
    struct Wanted {
        act: String,
    }
    let wanted: Wanted = serde_json::from_str(proposal)
        .map_err(|error| LoopError::NoAct(format!("proposal: {error}")))?;
    let asked = (policy, wanted.act.as_str());
    let carrier = CARRIERS.iter().find(|(_, acts)| acts.contains(&asked));
    carrier.map(|(job, _)| *job).ok_or_else(|| {
        LoopError::NoAct(format!(
            "policy {policy} proposes {:?}, which no actuator does",
            wanted.act
        ))
    })
}

/// A part of a stored decision.
pub(crate) fn stored<T: DeserializeOwned>(what: &str, text: &str) -> Result<T, Failure> {
    serde_json::from_str(text).map_err(|e| Failure::permanent(format!("decision.{what}: {e}")))
}

/// The decision asks for another act than its job does.
fn another_act(decided: &DecisionView) -> Failure {
    let (id, proposal) = (decided.id, &decided.proposal);
    Failure::permanent(format!("decision {id} proposes another act: {proposal}"))
}

/// A spec of an act at Meta, with the owner's times; what differs is changed by the actuator.
fn at_meta(kind: &str, class: Class, config: &Config) -> ActuatorSpec {
    let settings = &config.settings.meta;
    ActuatorSpec {
        call_timeout: Duration::from_millis(settings.call_timeout_ms),
        horizon: Duration::from_millis(settings.horizon_ms),
        // Meta takes no keys.
        key_life: Duration::ZERO,
        ..ActuatorSpec::new(kind, "meta", class)
    }
}

/// A spec of an act at a vendor beside Meta, with the owner's times.
fn at_vendor(kind: &str, vendor: &str, class: Class, settings: &VendorSettings) -> ActuatorSpec {
    ActuatorSpec {
        call_timeout: settings.call_timeout(),
        horizon: settings.horizon(),
        ..ActuatorSpec::new(kind, vendor, class)
    }
}

/// A vendor counts the life of a key on its own clock, which a sandbox runs faster.
fn in_real_time(spec: ActuatorSpec, operator: &Operator) -> ActuatorSpec {
    ActuatorSpec {
        key_life: spec.key_life / operator.clock.speed().max(1),
        ..spec
    }
}

/// Undone by an act of this kind.
fn undo(words: &str, kind: &str) -> Option<Undo> {
    Some(Undo {
        words: words.to_owned(),
        kind: Some(kind.to_owned()),
    })
}

/// The brand that an effect acts for.
fn brand_of(effect: &EffectView) -> Result<BrandId, StoreError> {
    let parsed = effect.brand.parse();
    parsed.map_err(|error| StoreError::corrupt("effect.brand", error))
}
