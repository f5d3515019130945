//! `act.*`: carry one decision out, through the envelope and one call. One mechanism for every act;
//! each [`Deed`] has its own kind of job.
//!
//! The decision is fixed before this job exists, so a retry cannot decide anew; the effect's key makes
//! a second attempt find the first one's effect. What a call left open is recovery's, not this job's.
//! A decision that waits for a person ends its job; the approval enqueues another.

use std::{fmt, marker::PhantomData, sync::Arc, time::Duration};

use homeostat_effects::{
    Acted, Ctx, EffectsError, Performed, act, approve_in, decision, resolve_ambiguous,
};
use homeostat_model::{BrandId, DecisionId, RuntimeTime};
use homeostat_queue::{
    Context, Enqueue, Enqueued, Failure, Job, KindDefaults, Outcome, Worker, enqueue_raw_in,
};
use homeostat_store::{Db, PgConnection, transact};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::LoopError;
use crate::{
    Operator,
    actuators::{Deed, job_of},
    limits,
};

/// A decision that waits for a breaker is not tried again sooner.
const WAIT_MIN: Duration = Duration::from_millis(250);

/// Act on one decision.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct ActOn<D> {
    /// The decision.
    pub decision: DecisionId,
    #[serde(skip)]
    deed: PhantomData<fn() -> D>,
}

impl<D> fmt::Debug for ActOn<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ActOn")
            .field("decision", &self.decision)
            .finish_non_exhaustive()
    }
}

impl<D: Deed> Job for ActOn<D> {
    const KIND: &'static str = D::JOB;

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

/// The wish to act on a decision, in the transaction that stores it: neither exists alone. `what` is
/// the policy and its proposal.
///
/// # Errors
/// When the policy proposes no act, or the database does not answer.
pub(crate) async fn wish_in(
    connection: &mut PgConnection,
    decision: DecisionId,
    brand: &BrandId,
    what: (&str, &str),
) -> Result<Enqueued, LoopError> {
    enqueue_act(connection, decision, brand, what, "decision").await
}

/// Approves a suggestion, by name, and enqueues the act on it, in one transaction. False when the
/// decision no longer waits; then nothing is enqueued.
///
/// # Errors
/// When the database does not answer, or `who` is empty.
pub async fn approve(db: &Db, id: DecisionId, who: &str) -> Result<bool, LoopError> {
    let Some(found) = decision(db, id).await? else {
        return Ok(false);
    };
    transact!(db, |tx| -> Result<bool, LoopError> {
        let Some(brand) = approve_in(&mut *tx, id, who).await? else {
            return Ok(false);
        };
        let what = (found.policy.as_str(), found.proposal.as_str());
        // The key of the decision's first job outlives that job.
        enqueue_act(&mut *tx, id, &brand, what, "approved").await?;
        Ok(true)
    })
}

async fn enqueue_act(
    connection: &mut PgConnection,
    decision: DecisionId,
    brand: &BrandId,
    (policy, proposal): (&str, &str),
    occasion: &str,
) -> Result<Enqueued, LoopError> {
    let kind = job_of(policy, proposal)?;
    let how = Enqueue {
        brand: Some(brand.clone()),
        dedup_key: Some(format!("{kind}:{occasion}-{decision}")),
        ..Enqueue::default()
    };
    let args = json!({ "decision": decision });
    Ok(enqueue_raw_in(connection, kind, args, &how).await?)
}

/// The worker of one act.
pub struct Act<D> {
    operator: Operator,
    effects: Ctx,
    actuator: Arc<D>,
}

impl<D: Deed> Act<D> {
    /// Acts for the epoch of `effects`.
    pub fn new(operator: &Operator, effects: &Ctx) -> Self {
        Self {
            operator: operator.clone(),
            effects: effects.clone(),
            actuator: Arc::new(D::new(operator)),
        }
    }
}

impl<D> fmt::Debug for Act<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Act").finish_non_exhaustive()
    }
}

#[async_trait::async_trait]
impl<D: Deed> Worker for Act<D> {
    type Job = ActOn<D>;

    async fn work(&self, job: ActOn<D>, _: &Context) -> Result<Outcome, Failure> {
        let found = decision(&self.operator.db, job.decision).await?;
        let Some(found) = found else {
            return Err(Failure::permanent(format!(
                "args.decision: there is no decision {}",
                job.decision
            )));
        };
        let brand = super::brand(&self.operator, &found.brand)?;
        let planned = self.actuator.plan(&self.operator, brand, &found).await?;
        let acted = act(
            &self.effects,
            self.actuator.clone(),
            &planned.spec,
            found.id,
            &planned.intent,
            &limits(brand),
        )
        .await;
        match acted {
            Ok(Acted::Called(done)) => Ok(Outcome::Done(told(&done))),
            Ok(Acted::Refused(verdict)) => {
                let by: Vec<&str> = verdict.refusals().map(|i| i.name.as_str()).collect();
                Ok(Outcome::Done(json!({ "refused_by": by })))
            }
            Ok(Acted::Waits { until, verdict }) => {
                let by: Vec<&str> = verdict.refusals().map(|i| i.reason.as_str()).collect();
                Ok(waits(until, self.operator.db.now().await?, by.join("; ")))
            }
            Ok(Acted::Existing(effect)) => Ok(Outcome::Done(
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
    use crate::actuators::pause_campaign::PauseCampaign;

    /// Makes the kind known.
    struct Nobody;

    #[async_trait::async_trait]
    impl Worker for Nobody {
        type Job = ActOn<PauseCampaign>;

        async fn work(&self, _: Self::Job, _: &Context) -> Result<Outcome, Failure> {
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
            proposal: r#"{"act":"pause"}"#.into(),
            decided_at: at,
            data_as_of: at,
        };
        let decision = decide(&db, &draft).await.unwrap();
        let mut connection = db.pool().acquire().await.unwrap();
        wish_in(
            &mut connection,
            decision,
            &draft.brand,
            ("kill", &draft.proposal),
        )
        .await
        .unwrap();
        drop(connection);
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
