//! `meta.set_daily_budget`: another budget a day for a campaign.
//!
//! Class *idempotent*: Meta takes no key, and setting a budget twice leaves the same state. The probe reads the
//! budget, which changes at once. Undo: set the budget that was there before.
//!
//! What a raise may cost beyond the day's standing hold is held with the act, and taken over by the standing
//! hold in the transaction that settles it. Lowering costs nothing and can only lower what is at risk.

use async_trait::async_trait;
use homeostat_control::{
    Policy,
    scale::{Inputs, Proposal, Scale},
};
use homeostat_effects::{
    Actuator, ActuatorSpec, CallError, Class, DecisionView, EffectView, EffectsError, Intent,
    Permit, Probe, Request, Undo, VendorReceipt, standing,
};
use homeostat_envelope::Action;
use homeostat_model::Money;
use homeostat_queue::Failure;
use homeostat_store::{PgConnection, StoreError};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    Deed, Planned, Words, another_act, at_meta, brand_of,
    pause_campaign::target,
    stored,
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
pub struct SetDailyBudget {
    spec: ActuatorSpec,
    operator: Operator,
}

/// What is stored with the effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// The budget that is wanted.
    pub daily_budget: Money,
    /// The budget that was there when it was decided.
    pub before: Money,
}

#[async_trait]
impl Deed for SetDailyBudget {
    const KIND: &'static str = "meta.set_daily_budget";
    const JOB: &'static str = "act.budget";
    const CARRIES_OUT: &'static [(&'static str, &'static str)] = &[(Scale::NAME, "set_budget")];
    const WORDS: Words = Words {
        subject: "Budget of campaign",
        done: "changed",
        lowers_risk: false,
    };

    fn declare(config: &Config) -> ActuatorSpec {
        ActuatorSpec {
            action: Action::Adjust,
            undo: Some(Undo::from("set the budget that was there before")),
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
        let Proposal::SetBudget {
            daily_budget_micros,
            ..
        } = stored("proposal", &decided.proposal)?
        else {
            return Err(another_act(decided));
        };
        let inputs: Inputs = stored("inputs", &decided.inputs)?;
        let money = |micros| Money::from_micros(micros, brand.currency);
        let known = campaign::find(&operator.db, &decided.target).await?;
        let there = known.and_then(|known| known.daily_budget);
        if there != Some(money(inputs.daily_budget_micros)) {
            // What the change may cost was reckoned from another budget.
            let (before, now) = (
                money(inputs.daily_budget_micros),
                there.map(|m| m.to_string()),
            );
            let now = now.unwrap_or_else(|| "none".to_owned());
            return Err(Failure::permanent(format!(
                "the budget was {before} when it was decided, and is {now}"
            )));
        }
        let more = (daily_budget_micros - inputs.daily_budget_micros).max(0);
        let body = Body {
            daily_budget: money(daily_budget_micros),
            before: money(inputs.daily_budget_micros),
        };
        let request = serde_json::to_string(&body).map_err(Failure::permanent)?;
        Ok(Planned {
            spec: ActuatorSpec {
                risk_reducing: more == 0,
                ..self.spec.clone()
            },
            intent: Intent::new(operator.clock.now(), request, money(more)),
        })
    }
}

#[async_trait]
impl Actuator for SetDailyBudget {
    fn spec(&self) -> &ActuatorSpec {
        &self.spec
    }

    async fn call(&self, permit: Permit, request: &Request) -> Result<VendorReceipt, CallError> {
        let id = target(&request.target).map_err(|problem| unusable("target", problem))?;
        let body: Body =
            serde_json::from_str(&request.body).map_err(|problem| unusable("request", problem))?;
        let reference = format!("effect-{}", permit.effect());
        let meta = &self.operator.meta;
        match meta
            .set_daily_budget(&id, body.daily_budget, &reference)
            .await
        {
            Ok(_) => Ok(receipt(json!({ "success": true }), request.worst_case)),
            Err(error) => Err(sort(&error)),
        }
    }

    async fn probe(&self, effect: &EffectView) -> Probe {
        let (id, body) = match (target(&effect.target), body(effect)) {
            (Ok(id), Ok(body)) => (id, body),
            (Err(reason), _) => return Probe::CannotTell(reason),
            (_, Err(error)) => return Probe::CannotTell(error.to_string()),
        };
        let meta = &self.operator.meta;
        match meta.campaign(&id, body.daily_budget.currency).await {
            Ok(reply) if reply.value.daily_budget == Some(body.daily_budget) => {
                let found = json!({ "read_back": { "daily_budget": reply.value.daily_budget } });
                Probe::Happened(receipt(found, effect.worst_case))
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
        let per_day = body(effect)?.daily_budget;
        // A brand that has left the configuration has no limits to hold it in; its next look finds the budget.
        if let Some(known) = self.operator.config.brand(brand.as_str()) {
            let limits = limits(known);
            standing::change_in(connection, &brand, &effect.target, per_day, &limits, at).await?;
        }
        campaign::budget_confirmed(connection, &effect.target, per_day, at).await?;
        Ok(())
    }
}

/// What was asked of the vendor with an effect of this kind.
pub(crate) fn body(effect: &EffectView) -> Result<Body, StoreError> {
    serde_json::from_str(&effect.request)
        .map_err(|error| StoreError::corrupt("effect.request", error))
}

/// The change costs nothing; what the campaign spends from now on is another matter.
fn receipt(body: serde_json::Value, worst_case: Money) -> VendorReceipt {
    VendorReceipt {
        actual: Some(Money::zero(worst_case.currency)),
        ..VendorReceipt::done(body)
    }
}
