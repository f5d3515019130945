//! `meta.pause_campaign`: stop paying for a campaign.
//!
//! Class *idempotent*: Meta takes no key, and setting PAUSED twice leaves the same state. The probe
//! reads the configured status, which changes at once; `effective_status` may lag and proves
//! nothing. Undo: a person resumes the campaign; a later decision may then pause it again.

use std::time::Duration;

use async_trait::async_trait;
use homeostat_clock::WorldClock;
use homeostat_effects::{
    Actuator, ActuatorSpec, CallError, Class, EffectView, EffectsError, Permit, Probe, Request,
    VendorReceipt, standing,
};
use homeostat_envelope::Action;
use homeostat_model::{Classify, Currency, Fault};
use homeostat_store::{PgConnection, StoreError};
use homeostat_vendors::meta::{self, CampaignId, Status};
use serde_json::json;

use crate::{Operator, records::campaign};

/// The effect's kind.
pub const KIND: &str = "meta.pause_campaign";

/// The actuator.
#[derive(Debug)]
pub struct PauseCampaign {
    spec: ActuatorSpec,
    client: meta::Client,
    clock: WorldClock,
}

impl PauseCampaign {
    /// Speaks through the operator's client.
    pub fn new(operator: &Operator) -> Self {
        let settings = &operator.config.settings.meta;
        Self {
            spec: ActuatorSpec {
                kind: KIND.into(),
                vendor: "meta".into(),
                class: Class::Idempotent,
                action: Action::Kill,
                risk_reducing: true,
                call_timeout: Duration::from_millis(settings.call_timeout_ms),
                horizon: Duration::from_millis(settings.horizon_ms),
                key_life: Duration::ZERO,
                undo: Some("resume the campaign by hand in Ads Manager".into()),
            },
            client: operator.meta.clone(),
            clock: operator.clock.clone(),
        }
    }
}

#[async_trait]
impl Actuator for PauseCampaign {
    fn spec(&self) -> &ActuatorSpec {
        &self.spec
    }

    async fn call(&self, permit: Permit, request: &Request) -> Result<VendorReceipt, CallError> {
        let id = target(&request.target).map_err(|reason| CallError::Refused {
            code: "target".into(),
            reason,
        })?;
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
        match self.client.campaign(&id, currency(effect)).await {
            Ok(reply) if reply.value.status == Status::Active => Probe::Absent,
            Ok(reply) => Probe::Happened(VendorReceipt::done(json!({
                "read_back": { "status": reply.value.status.as_str(),
                               "effective_status": reply.value.effective_status.as_str() }
            }))),
            Err(error) => Probe::CannotTell(error.to_string()),
        }
    }

    async fn on_settled(
        &self,
        connection: &mut PgConnection,
        effect: &EffectView,
    ) -> Result<(), EffectsError> {
        let at = self.clock.now();
        let brand = effect
            .brand
            .parse()
            .map_err(|error| StoreError::corrupt("effect.brand", error))?;
        campaign::confirmed(connection, &effect.target, "PAUSED", at).await?;
        standing::end_in(connection, &brand, &effect.target, at).await?;
        Ok(())
    }
}

fn target(id: &str) -> Result<CampaignId, String> {
    id.parse()
        .map_err(|error: meta::InvalidId| error.to_string())
}

/// The probe asks for no amount; the currency only shapes budgets that are not read.
fn currency(effect: &EffectView) -> Currency {
    effect.worst_case.currency
}

/// What the failure of a write says about the act.
fn sort(error: &meta::Error) -> CallError {
    if let Some(wait) = error.wait() {
        return CallError::Throttled { wait };
    }
    let reason = error.to_string();
    match error.fault() {
        Fault::Permanent => CallError::Refused {
            code: code(error),
            reason,
        },
        Fault::Transient => CallError::NotSent { reason },
        Fault::UnknownOutcome => CallError::Unknown { reason },
    }
}

fn code(error: &meta::Error) -> String {
    match error {
        meta::Error::Refused { refusal, .. } => refusal.code.to_string(),
        meta::Error::Request { field, .. } => (*field).to_owned(),
        meta::Error::Unreachable(_)
        | meta::Error::Unanswered { .. }
        | meta::Error::Unreadable { .. }
        | meta::Error::Unexpected { .. } => "none".to_owned(),
    }
}
