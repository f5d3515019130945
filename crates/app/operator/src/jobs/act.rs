//! `act.pause`: carry one decision out, through the envelope and one call.
//!
//! The decision is fixed before this job exists, so a retry cannot decide anew; the effect's key makes
//! a second attempt find the first one's effect. What a call left open is recovery's, not this job's.

use std::{sync::Arc, time::Duration};

use homeostat_control::{
    campaign::Belief,
    kill::{Inputs, Proposal, Rule},
};
use homeostat_effects::{
    Actuator, Ctx, DecisionView, EffectsError, Intended, Intent, Performed, decision, intend,
    perform, resolve_ambiguous,
};
use homeostat_envelope::{KillEvidence, KillRule};
use homeostat_model::{DecisionId, Money};
use homeostat_queue::{Context, Failure, Job, KindDefaults, Outcome, Worker};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::json;

use crate::{
    Operator, actuators::pause_campaign::PauseCampaign, config::Brand, limits, records::campaign,
};

/// How long a decision that waits for a breaker or a person rests between two tries.
const WAIT: Duration = Duration::from_secs(2);

/// Act on one decision.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActPause {
    /// The decision.
    pub decision: DecisionId,
}

impl Job for ActPause {
    const KIND: &'static str = "act.pause";

    fn defaults() -> KindDefaults {
        KindDefaults {
            priority: -10,
            backoff: Duration::from_millis(500),
            give_up_after: Duration::from_secs(3_600),
            snoozes_max: 2_000,
            ..KindDefaults::default()
        }
    }
}

/// The worker.
#[derive(Debug)]
pub struct Act {
    operator: Operator,
    effects: Ctx,
    actuator: Arc<PauseCampaign>,
}

impl Act {
    /// Acts for the epoch of `effects`.
    pub fn new(operator: &Operator, effects: &Ctx) -> Self {
        let actuator = Arc::new(PauseCampaign::new(operator));
        Self {
            operator: operator.clone(),
            effects: effects.clone(),
            actuator,
        }
    }
}

#[async_trait::async_trait]
impl Worker for Act {
    type Job = ActPause;

    async fn work(&self, job: ActPause, _: &Context) -> Result<Outcome, Failure> {
        let found = decision(&self.operator.db, job.decision).await?;
        let Some(found) = found else {
            return Err(Failure::permanent(format!(
                "args.decision: there is no decision {}",
                job.decision
            )));
        };
        let brand = super::brand(&self.operator, &found.brand)?;
        let intent = self.intent(brand, &found).await?;
        let intended = intend(
            &self.effects,
            self.actuator.spec(),
            found.id,
            &intent,
            &limits(brand),
        )
        .await;
        match intended {
            Ok(Intended::Permitted(permit)) => {
                let done = perform(&self.effects, self.actuator.clone(), permit).await?;
                Ok(Outcome::Done(told(&done)))
            }
            Ok(Intended::Refused(verdict)) => {
                let by: Vec<&str> = verdict.refusals().map(|i| i.name.as_str()).collect();
                Ok(Outcome::Done(json!({ "refused_by": by })))
            }
            Ok(Intended::Waits { verdict, .. }) => {
                let by: Vec<&str> = verdict.refusals().map(|i| i.reason.as_str()).collect();
                Ok(Outcome::Snooze {
                    wait: WAIT,
                    reason: by.join("; "),
                })
            }
            Ok(Intended::Existing(effect)) => Ok(Outcome::Done(
                json!({ "effect": effect.id, "state": effect.state }),
            )),
            Err(EffectsError::Ambiguous(ambiguous)) => {
                // Written or not, the next attempt meets a settled question.
                resolve_ambiguous(&self.effects, &ambiguous).await?;
                Ok(Outcome::Snooze {
                    wait: Duration::ZERO,
                    reason: "the commit's answer was lost".into(),
                })
            }
            Err(error) => Err(error.into()),
        }
    }
}

impl Act {
    async fn intent(&self, brand: &Brand, decided: &DecisionView) -> Result<Intent, Failure> {
        let live = campaign::in_state(&self.operator.db, brand.id.as_str(), "ACTIVE").await?;
        Ok(Intent {
            at: self.operator.clock.now(),
            request: json!({ "status": "PAUSED" }).to_string(),
            worst_case: Money::zero(brand.currency),
            evidence: Some(evidence(decided)?),
            live_campaigns: u32::try_from(live.len()).unwrap_or(u32::MAX),
            bound_to: None,
            schedule_disabled: None,
        })
    }
}

/// What the stored decision rests on, for the envelope's own look at it.
fn evidence(decided: &DecisionView) -> Result<KillEvidence, Failure> {
    let inputs: Inputs = stored("inputs", &decided.inputs)?;
    let belief: Belief = stored("belief", &decided.belief)?;
    let rule = match stored("proposal", &decided.proposal)? {
        Proposal::Pause { rule: Rule::A, .. } => KillRule::A,
        Proposal::Pause { rule: Rule::B, .. } => KillRule::B,
        Proposal::Pause { rule: Rule::C, .. } => KillRule::C,
        Proposal::Keep { .. } => {
            return Err(Failure::permanent(format!(
                "decision {} keeps its campaign",
                decided.id
            )));
        }
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

fn stored<T: DeserializeOwned>(what: &str, text: &str) -> Result<T, Failure> {
    serde_json::from_str(text).map_err(|e| Failure::permanent(format!("decision.{what}: {e}")))
}

fn told(done: &Performed) -> serde_json::Value {
    match done {
        Performed::Recorded(effect) => json!({ "effect": effect.id, "state": effect.state }),
        Performed::Fenced => json!({ "effect": "somebody else looks after it" }),
        Performed::Lost => json!({ "effect": "the call was lost; recovery asks the vendor" }),
    }
}
