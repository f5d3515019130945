//! `act.pause`: carry one decision out, through the envelope and one call.
//!
//! The decision is fixed before this job exists, so a retry cannot decide anew; the effect's key makes
//! a second attempt find the first one's effect. What a call left open is recovery's, not this job's.
//! A decision that waits for a person ends its job; the approval enqueues another.

use std::{sync::Arc, time::Duration};

use homeostat_control::{
    campaign::Belief,
    kill::{Inputs, Proposal, Rule},
};
use homeostat_effects::{
    Actuator, Ctx, DecisionView, EffectsError, Intended, Intent, Performed, approve_in, decision,
    intend, perform, resolve_ambiguous,
};
use homeostat_envelope::{KillEvidence, KillRule};
use homeostat_model::{DecisionId, Money, RuntimeTime};
use homeostat_queue::{Context, Enqueue, Failure, Job, KindDefaults, Outcome, Worker, enqueue_in};
use homeostat_store::{Db, transact};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::json;

use super::LoopError;
use crate::{
    Operator, actuators::pause_campaign::PauseCampaign, config::Brand, limits, records::campaign,
};

/// A decision that waits for a breaker is not tried again sooner.
const WAIT_MIN: Duration = Duration::from_millis(250);

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

/// Approves a suggestion, by name, and enqueues the act on it, in one transaction. False when the
/// decision no longer waits; then nothing is enqueued.
///
/// # Errors
/// When the database does not answer, or `who` is empty.
pub async fn approve(db: &Db, decision: DecisionId, who: &str) -> Result<bool, LoopError> {
    transact!(db, |tx| -> Result<bool, LoopError> {
        let Some(brand) = approve_in(&mut *tx, decision, who).await? else {
            return Ok(false);
        };
        let how = Enqueue {
            brand: Some(brand),
            // The key of the decision's first job outlives that job.
            dedup_key: Some(format!("act.pause:approved-{decision}")),
            ..Enqueue::default()
        };
        enqueue_in(&mut *tx, &ActPause { decision }, &how).await?;
        Ok(true)
    })
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
            Ok(Intended::Waits { until, verdict }) => {
                let by: Vec<&str> = verdict.refusals().map(|i| i.reason.as_str()).collect();
                Ok(waits(until, self.operator.db.now().await?, by.join("; ")))
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

/// A breaker passes by itself. A person does not: the approval brings a job of its own.
fn waits(until: Option<RuntimeTime>, now: RuntimeTime, reason: String) -> Outcome {
    let Some(until) = until else {
        return Outcome::Done(json!({ "waits_for": "approval" }));
    };
    let left = Duration::try_from(until.since(now)).unwrap_or_default();
    Outcome::Snooze {
        wait: left.max(WAIT_MIN),
        reason,
    }
}

fn told(done: &Performed) -> serde_json::Value {
    match done {
        Performed::Recorded(effect) => json!({ "effect": effect.id, "state": effect.state }),
        Performed::Fenced => json!({ "effect": "somebody else looks after it" }),
        Performed::Lost => json!({ "effect": "the call was lost; recovery asks the vendor" }),
    }
}

#[cfg(test)]
mod tests {
    use homeostat_effects::{DecisionDraft, decide};
    use homeostat_model::WorldTime;
    use homeostat_queue::Registry;
    use homeostat_testkit::Database;

    use super::*;

    /// Makes the kind known.
    struct Nobody;

    #[async_trait::async_trait]
    impl Worker for Nobody {
        type Job = ActPause;

        async fn work(&self, _: ActPause, _: &Context) -> Result<Outcome, Failure> {
            Ok(Outcome::done())
        }
    }

    const AT: &str = "2026-01-01T00:00:00Z";

    #[test]
    fn a_breaker_is_waited_for_and_a_person_is_not() {
        let now = RuntimeTime(AT.parse().unwrap());
        let wait = |ms| {
            let until = now.plus(jiff::SignedDuration::from_millis(ms));
            match waits(Some(until), now, String::new()) {
                Outcome::Snooze { wait, .. } => wait,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(wait(30_000), Duration::from_secs(30));
        assert_eq!((wait(1), wait(-1)), (WAIT_MIN, WAIT_MIN));
        assert!(matches!(waits(None, now, String::new()), Outcome::Done(_)));
    }

    /// The key of the first job is still taken: the approval must not lose its job to it.
    #[tokio::test]
    async fn an_approval_brings_one_more_job_and_only_once() {
        let base = Database::fresh().await;
        let db = base.db();
        let mut registry = Registry::new();
        registry.add(Nobody).unwrap();
        registry.register(&db).await.unwrap();
        let at = WorldTime(AT.parse().unwrap());
        let draft = DecisionDraft {
            key: "k".into(),
            brand: "acme".parse().unwrap(),
            target: "c-1".into(),
            policy: "kill".into(),
            version: "1".into(),
            seed: None,
            inputs: "{}".into(),
            belief: "{}".into(),
            proposal: "{}".into(),
            decided_at: at,
            data_as_of: at,
        };
        let decision = decide(&db, &draft).await.unwrap();
        let first = Enqueue {
            dedup_key: Some(format!("act.pause:decision-{decision}")),
            ..Enqueue::default()
        };
        homeostat_queue::enqueue(&db, &ActPause { decision }, &first)
            .await
            .unwrap();
        assert!(approve(&db, decision, "").await.is_err());
        assert!(approve(&db, decision, "ada").await.unwrap());
        assert!(!approve(&db, decision, "eve").await.unwrap());
        let jobs = sqlx::query_scalar!(
            r#"SELECT count(*) AS "n!" FROM homeostat.job WHERE (args ->> 'decision')::bigint = $1"#,
            decision.0
        )
        .fetch_one(db.pool())
        .await
        .unwrap();
        assert_eq!(jobs, 2, "the decision's own and the approval's");
    }
}
