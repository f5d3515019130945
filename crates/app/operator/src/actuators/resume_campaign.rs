//! `meta.resume_campaign`: let a paused campaign spend again.
//!
//! Class *idempotent*, like a pause. It does not reduce risk, so SAFE stops it. What it can cost is
//! the campaign's budget for the rest of the day: that much must have room in every window. Resuming
//! itself costs nothing: the act settles at 0, and the room that this gives back is taken in the same
//! transaction by the standing hold of what the campaign spends from now on. Undo: pause it.

use async_trait::async_trait;
use homeostat_control::{
    Policy,
    portfolio::Portfolio,
    request::{Request as ByPerson, Wish},
    scale::{Proposal, Scale},
};
use homeostat_effects::{
    Actuator, ActuatorSpec, CallError, Class, DecisionView, EffectView, EffectsError, Intent,
    Permit, Probe, Request, VendorReceipt, standing,
};
use homeostat_model::Money;
use homeostat_queue::Failure;
use homeostat_store::PgConnection;
use homeostat_vendors::meta::Status;
use serde_json::{Value, json};

use super::{
    Deed, Planned, Words, another_act, at_meta, brand_of,
    pause_campaign::{PauseCampaign, read_back, target},
    stored, undo,
    vendor_errors::{sort, unanswered, unusable},
};
use crate::{
    Operator,
    config::{Brand, Config},
    limits,
    records::campaign,
};

/// The actuator.
#[derive(Debug)]
pub struct ResumeCampaign {
    spec: ActuatorSpec,
    operator: Operator,
}

#[async_trait]
impl Deed for ResumeCampaign {
    const KIND: &'static str = "meta.resume_campaign";
    const JOB: &'static str = "act.resume";
    const CARRIES_OUT: &'static [(&'static str, &'static str)] = &[
        (ByPerson::NAME, "resume"),
        (Portfolio::NAME, "resume"),
        (Scale::NAME, "resume"),
    ];
    const WORDS: Words = Words {
        subject: "Campaign",
        done: "resumed",
        lowers_risk: false,
    };

    fn declare(config: &Config) -> ActuatorSpec {
        ActuatorSpec {
            undo: undo("pause the campaign", PauseCampaign::KIND),
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
        let daily_budget = if decided.policy != Scale::NAME {
            let Wish::Resume { daily_budget, .. } = stored("proposal", &decided.proposal)? else {
                return Err(another_act(decided));
            };
            daily_budget
        } else {
            let Proposal::Resume {
                daily_budget_micros,
            } = stored("proposal", &decided.proposal)?
            else {
                return Err(another_act(decided));
            };
            Money::from_micros(daily_budget_micros, brand.currency)
        };
        let request = json!({ "status": "ACTIVE" }).to_string();
        Ok(Planned {
            spec: self.spec.clone(),
            intent: Intent::new(operator.clock.now(), request, daily_budget),
        })
    }
}

#[async_trait]
impl Actuator for ResumeCampaign {
    fn spec(&self) -> &ActuatorSpec {
        &self.spec
    }

    async fn call(&self, permit: Permit, request: &Request) -> Result<VendorReceipt, CallError> {
        let id = target(&request.target).map_err(|problem| unusable("target", problem))?;
        let reference = format!("effect-{}", permit.effect());
        match self
            .operator
            .meta
            .set_status(&id, Status::Active, &reference)
            .await
        {
            Ok(_) => Ok(receipt(
                json!({ "success": true, "status": "ACTIVE" }),
                request.worst_case,
            )),
            Err(error) => Err(sort(&error)),
        }
    }

    async fn probe(&self, effect: &EffectView) -> Probe {
        let id = match target(&effect.target) {
            Ok(id) => id,
            Err(reason) => return Probe::CannotTell(reason),
        };
        match self
            .operator
            .meta
            .campaign(&id, effect.worst_case.currency)
            .await
        {
            Ok(reply) if reply.value.status == Status::Active => {
                Probe::Happened(receipt(read_back(&reply.value), effect.worst_case))
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
        let (brand, at) = (brand_of(effect)?, self.operator.clock.now());
        // From here on it spends by itself. A brand that has left the configuration since has no limits
        // to hold it in; its next look finds the campaign.
        if let Some(known) = self.operator.config.brand(brand.as_str()) {
            let (per_day, by) = (effect.worst_case, Some(effect.id));
            let limits = limits(known);
            standing::begin_in(connection, &brand, &effect.target, per_day, by, &limits, at)
                .await?;
        }
        campaign::confirmed(connection, &effect.target, "ACTIVE", at).await?;
        Ok(())
    }
}

/// Resuming costs nothing; what the campaign spends from now on is another matter.
fn receipt(body: Value, worst_case: Money) -> VendorReceipt {
    VendorReceipt {
        actual: Some(Money::zero(worst_case.currency)),
        ..VendorReceipt::done(body)
    }
}
