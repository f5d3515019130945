//! `meta.pause_campaign`: stop paying for a campaign.
//!
//! Class *idempotent*: Meta takes no key, and setting PAUSED twice leaves the same state. The probe
//! reads the configured status, which changes at once; `effective_status` may lag and proves
//! nothing. Undo: resume it; a later decision may then pause it again.
//!
//! A pause by the kill rule is a kill and brings its evidence. A pause that a person asks for is none.

use std::time::Duration;

use async_trait::async_trait;
use homeostat_clock::WorldClock;
use homeostat_control::{
    Policy,
    campaign::Belief,
    kill::{Inputs, Kill, Proposal, Rule},
    request::{Request as ByPerson, Wish},
};
use homeostat_effects::{
    Actuator, ActuatorSpec, CallError, Class, DecisionView, EffectView, EffectsError, Intent,
    Permit, Probe, Request, VendorReceipt, standing,
};
use homeostat_envelope::{Action, Grounds, KillEvidence, KillRule};
use homeostat_model::Money;
use homeostat_queue::Failure;
use homeostat_store::PgConnection;
use homeostat_vendors::meta::{self, CampaignId, Status};
use serde_json::json;

use super::{
    Deed, Planned, Words, another_act, at_meta, brand_of,
    resume_campaign::ResumeCampaign,
    stored, undo,
    vendor_errors::{sort, unanswered, unusable},
};
use crate::{
    Operator,
    config::{Brand, Config},
    records::{campaign, sensor},
    sensors::{meta_campaigns::MetaCampaigns, meta_insights::MetaInsights, row_id},
};

/// Figures older than this are no ground for a kill.
const FIGURES_AGE_MAX: Duration = Duration::from_secs(2 * 3_600);

/// The actuator.
#[derive(Debug)]
pub struct PauseCampaign {
    spec: ActuatorSpec,
    client: meta::Client,
    clock: WorldClock,
}

#[async_trait]
impl Deed for PauseCampaign {
    const KIND: &'static str = "meta.pause_campaign";
    const JOB: &'static str = "act.pause";
    const CARRIES_OUT: &'static [(&'static str, &'static str)] =
        &[(Kill::NAME, "pause"), (ByPerson::NAME, "pause")];
    const WORDS: Words = Words {
        subject: "Campaign",
        done: "paused",
        lowers_risk: true,
    };

    fn declare(config: &Config) -> ActuatorSpec {
        ActuatorSpec {
            action: Action::Kill,
            risk_reducing: true,
            undo: undo("resume the campaign", ResumeCampaign::KIND),
            ..at_meta(Self::KIND, Class::Idempotent, config)
        }
    }

    fn new(operator: &Operator) -> Self {
        Self {
            spec: Self::declare(&operator.config),
            client: operator.meta.clone(),
            clock: operator.clock.clone(),
        }
    }

    async fn plan(
        &self,
        operator: &Operator,
        brand: &Brand,
        decided: &DecisionView,
    ) -> Result<Planned, Failure> {
        let request = json!({ "status": "PAUSED" }).to_string();
        let free = Money::zero(brand.currency);
        let intent = Intent::new(operator.clock.now(), request, free);
        if decided.policy == ByPerson::NAME {
            let Wish::Pause { .. } = stored("proposal", &decided.proposal)? else {
                return Err(another_act(decided));
            };
            let spec = ActuatorSpec {
                action: Action::Other,
                ..self.spec.clone()
            };
            return Ok(Planned { spec, intent });
        }
        let behind = [
            row_id::<MetaCampaigns>(brand),
            row_id::<MetaInsights>(brand),
        ];
        let sensors = sensor::grounds(&operator.db, &behind, FIGURES_AGE_MAX).await?;
        let live = campaign::in_state(&operator.db, brand.id.as_str(), "ACTIVE").await?;
        Ok(Planned {
            spec: self.spec.clone(),
            intent: Intent {
                evidence: Some(evidence(decided)?),
                grounds: Grounds {
                    sensors,
                    ..Grounds::default()
                },
                live_campaigns: u32::try_from(live.len()).unwrap_or(u32::MAX),
                ..intent
            },
        })
    }
}

#[async_trait]
impl Actuator for PauseCampaign {
    fn spec(&self) -> &ActuatorSpec {
        &self.spec
    }

    async fn call(&self, permit: Permit, request: &Request) -> Result<VendorReceipt, CallError> {
        let id = target(&request.target).map_err(|problem| unusable("target", problem))?;
        let reference = format!("effect-{}", permit.effect());
        match self
            .client
            .set_status(&id, Status::Paused, &reference)
            .await
        {
            Ok(_) => Ok(VendorReceipt::done(
                json!({ "success": true, "status": "PAUSED" }),
            )),
            Err(error) => Err(sort(&error)),
        }
    }

    async fn probe(&self, effect: &EffectView) -> Probe {
        let id = match target(&effect.target) {
            Ok(id) => id,
            Err(reason) => return Probe::CannotTell(reason),
        };
        // The currency only shapes budgets, which are not read here.
        match self.client.campaign(&id, effect.worst_case.currency).await {
            Ok(reply) if reply.value.status == Status::Active => Probe::Absent,
            Ok(reply) => Probe::Happened(VendorReceipt::done(read_back(&reply.value))),
            Err(error) => unanswered(&error),
        }
    }

    async fn on_settled(
        &self,
        connection: &mut PgConnection,
        effect: &EffectView,
    ) -> Result<(), EffectsError> {
        let at = self.clock.now();
        campaign::confirmed(connection, &effect.target, "PAUSED", at).await?;
        standing::end_in(connection, &brand_of(effect)?, &effect.target, at).await?;
        Ok(())
    }
}

/// The campaign that an effect is about.
pub(super) fn target(id: &str) -> Result<CampaignId, String> {
    id.parse()
        .map_err(|error: meta::InvalidId| error.to_string())
}

/// What a probe found.
pub(super) fn read_back(campaign: &meta::Campaign) -> serde_json::Value {
    json!({
        "read_back": { "status": campaign.status.as_str(),
                       "effective_status": campaign.effective_status.as_str() }
    })
}

/// What the stored decision rests on, for the envelope's own look at it.
fn evidence(decided: &DecisionView) -> Result<KillEvidence, Failure> {
    let inputs: Inputs = stored("inputs", &decided.inputs)?;
    let belief: Belief = stored("belief", &decided.belief)?;
    let rule = match stored("proposal", &decided.proposal)? {
        Proposal::Pause { rule: Rule::A, .. } => KillRule::A,
        Proposal::Pause { rule: Rule::B, .. } => KillRule::B,
        Proposal::Pause { rule: Rule::C, .. } => KillRule::C,
        Proposal::Keep { .. } => return Err(another_act(decided)),
    };
    Ok(KillEvidence {
        rule,
        raw_spend_micros: belief.raw_spend_micros,
        matured_spend_micros: belief.matured_spend_micros,
        target_cpa_micros: belief.target_cpa_micros,
        sales: belief.sales,
        conversions_30d: inputs.conversions_30d,
        first_fired_at: inputs.flagged_at,
    })
}
