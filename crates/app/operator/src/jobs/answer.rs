//! `decide.answer`: what a customer is told once it is known what became of a refund.
//!
//! ```text
//!   refund settles ── one transaction: order's row, this job ──▶ reply quotes the receipt
//!   anything else  ── the sweep, every minute ────────────────▶ 'being processed' | 'a person takes over'
//! ```
//! *Who is authoritative.* The refund's effect. A letter is `decided` until its last word is sent, so what is owed
//! follows from the rows, and a job that is lost is made up for by the next sweep.
//!
//! *Once.* The decision's key is the letter and the word: whoever comes second finds it said. "Being processed" is
//! said once and is no last word.
//!
//! *Limit.* When a word could not be sent, nobody tries another one: the letter is a person's.

use std::time::Duration;

use homeostat_control::{
    Policy,
    answer::{Answer, Inputs, Outcome as Became, Proposal, Word},
    record,
    refund::{Proposal as Refunding, Refund},
};
use homeostat_effects::{
    DecisionDraft, DecisionFilter, DecisionView, EffectState, EffectView, EffectsError, act_of,
    decide_in, decision, decisions,
};
use homeostat_envelope::{Case, Stop, may_act};
use homeostat_model::{BrandId, DecisionId, RuntimeTime};
use homeostat_queue::{
    Context, Enqueue, Error as QueueError, Failure, Job, KindDefaults, Outcome, Worker, enqueue_in,
};
use homeostat_store::{PgConnection, StoreError, transact};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::{LoopError, act, serve::unserved};
use crate::{
    Operator,
    actuators::{agentmail_reply::amount_of, stored},
    config::Brand,
    records::letter::{self, Letter},
};

/// The policy draws nothing.
const SEED: u64 = 0;
/// An act that began a moment ago is not told of: most settle within it. Real time, as the act's own.
const PATIENCE: SignedDuration = SignedDuration::from_secs(20);
/// A proposal that was not judged by then has an act that cannot be planned. Real time too.
const UNJUDGED_MAX: SignedDuration = SignedDuration::from_secs(120);
/// Letters that one sweep looks at.
const LETTERS_MAX: u32 = 500;
/// Decisions about one letter: its own, and one for each word.
const DECISIONS_MAX: u32 = 20;

/// Answer what a brand's customers are owed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecideAnswer {
    /// The brand.
    pub brand: String,
    /// The decision to refund that has settled; absent: every letter that waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund: Option<DecisionId>,
}

impl Job for DecideAnswer {
    const KIND: &'static str = "decide.answer";

    fn defaults() -> KindDefaults {
        KindDefaults {
            give_up_after: Duration::from_secs(3_600),
            ..KindDefaults::default()
        }
    }
}

/// The wish to answer, in the transaction that settles the refund.
///
/// # Errors
/// When the database refuses or does not answer.
pub(crate) async fn wish_in(
    connection: &mut PgConnection,
    brand: &BrandId,
    refund: DecisionId,
) -> Result<(), EffectsError> {
    let job = DecideAnswer {
        brand: brand.to_string(),
        refund: Some(refund),
    };
    let how = Enqueue {
        brand: Some(brand.clone()),
        dedup_key: Some(format!("{}:decision-{refund}", DecideAnswer::KIND)),
        ..Enqueue::default()
    };
    match enqueue_in(connection, &job, &how).await {
        Ok(_) => Ok(()),
        Err(QueueError::Store(error)) => Err(error.into()),
        Err(other) => Err(StoreError::corrupt("job", other).into()),
    }
}

/// The worker.
#[derive(Debug, Clone)]
pub struct Answers(pub Operator);

#[async_trait::async_trait]
impl Worker for Answers {
    type Job = DecideAnswer;

    async fn work(&self, job: DecideAnswer, _: &Context) -> Result<Outcome, Failure> {
        let operator = &self.0;
        let brand = super::brand(operator, &job.brand)?;
        let letters = match job.refund {
            None => letter::unanswered(&operator.db, brand.id.as_str(), LETTERS_MAX).await?,
            Some(refund) => asking(operator, refund).await?,
        };
        let (mut answered, mut handed_over) = (0, 0);
        if job.refund.is_none() {
            handed_over += unserved::hand_over(operator, brand).await?;
        }
        for letter in &letters {
            match look(operator, brand, letter).await? {
                Step::Rest => {}
                Step::Said => answered += 1,
                Step::HandedOver => handed_over += 1,
            }
        }
        Ok(Outcome::Done(serde_json::json!({
            "looked_at": letters.len(), "answered": answered, "handed_over": handed_over
        })))
    }
}

/// The letter that asked for a refund.
async fn asking(operator: &Operator, refund: DecisionId) -> Result<Vec<Letter>, Failure> {
    let found = decision(&operator.db, refund).await?;
    let found = found
        .ok_or_else(|| Failure::permanent(format!("args.refund: there is no decision {refund}")))?;
    let letter = letter::find(&operator.db, &found.target).await?;
    Ok(letter.into_iter().collect())
}

/// What was done about a letter.
enum Step {
    /// Nothing is owed now.
    Rest,
    /// An answer was decided.
    Said,
    /// No answer could be given.
    HandedOver,
}

async fn look(operator: &Operator, brand: &Brand, letter: &Letter) -> Result<Step, Failure> {
    let which = DecisionFilter {
        brand: Some(brand.id.clone()),
        target: Some(letter.id.clone()),
        limit: DECISIONS_MAX,
        ..DecisionFilter::default()
    };
    let all = decisions(&operator.db, &which).await?;
    let Some(first) = all.iter().find(|one| Some(one.id) == letter.decision) else {
        return Ok(Step::Rest);
    };
    let now = operator.db.now().await?;
    if !is_refund(first)? {
        // It is answered by its own decision.
        return conclude(operator, letter, first, now).await;
    }
    let act = act_of(&operator.db, first.id).await?;
    let Some(outcome) = became(first, act.as_ref(), now) else {
        return Ok(Step::Rest);
    };
    let answers: Vec<&DecisionView> = all
        .iter()
        .filter(|one| one.policy == Answer::NAME)
        .collect();
    let mut said = Vec::new();
    for one in &answers {
        said.extend(word(&stored("proposal", &one.proposal)?));
    }
    said.sort_unstable();
    said.dedup();
    let inputs = Inputs {
        letter: letter.id.clone(),
        language: letter.language.code().to_owned(),
        decision: first.id,
        outcome,
        said,
    };
    let decided = record::<Answer>(&inputs, SEED).map_err(Failure::permanent)?;
    let Some(word) = word(&decided.proposal) else {
        // The newest answer is the one that is waited for.
        return match answers.first() {
            Some(last) if outcome != Became::UnderWay => {
                conclude(operator, letter, last, now).await
            }
            Some(_) | None => Ok(Step::Rest),
        };
    };
    let at = operator.clock.now();
    let draft = DecisionDraft {
        key: format!("{}:{}:{}", Answer::NAME, letter.id, word.as_str()),
        brand: brand.id.clone(),
        target: letter.id.clone(),
        policy: Answer::NAME.to_owned(),
        version: Answer::VERSION.to_owned(),
        seed: i64::try_from(SEED).ok(),
        inputs: decided.inputs_json,
        belief: decided.belief_json,
        proposal: decided.proposal_json,
        decided_at: at,
        data_as_of: at,
    };
    transact!(operator.db, |tx| -> Result<(), LoopError> {
        let decision = decide_in(&mut *tx, &draft).await?;
        let what = (draft.policy.as_str(), draft.proposal.as_str());
        act::wish_in(&mut *tx, decision, &brand.id, what).await?;
        Ok(())
    })?;
    Ok(Step::Said)
}

/// A letter whose answer ended: sent, or a person's.
async fn conclude(
    operator: &Operator,
    letter: &Letter,
    answer: &DecisionView,
    now: RuntimeTime,
) -> Result<Step, Failure> {
    let act = act_of(&operator.db, answer.id).await?;
    match became(answer, act.as_ref(), now) {
        None | Some(Became::UnderWay) => Ok(Step::Rest),
        Some(Became::Settled { .. }) => {
            transact!(operator.db, |tx| -> Result<(), LoopError> {
                Ok(letter::replied_in(&mut *tx, &letter.id).await?)
            })?;
            Ok(Step::Rest)
        }
        // It may still be approved; the letter is a person's until then.
        Some(Became::Refused | Became::Waits | Became::NotDone) => {
            transact!(operator.db, |tx| -> Result<(), LoopError> {
                Ok(letter::handed_over_in(&mut *tx, &letter.id).await?)
            })?;
            Ok(Step::HandedOver)
        }
    }
}

fn is_refund(decided: &DecisionView) -> Result<bool, Failure> {
    if decided.policy != Refund::NAME {
        return Ok(false);
    }
    let proposal: Refunding = stored("proposal", &decided.proposal)?;
    Ok(matches!(proposal, Refunding::Refund { .. }))
}

/// What became of a decision; `None`: it is too early to say, or nobody is to be told.
fn became(decided: &DecisionView, act: Option<&EffectView>, now: RuntimeTime) -> Option<Became> {
    let Some(act) = act else {
        return match decided.state.as_str() {
            "proposed" => waits_for_person(decided, now).then_some(Became::Waits),
            "refused" => Some(Became::Refused),
            "expired" | "vetoed" => Some(Became::NotDone),
            // A policy that only watches tells nobody.
            _ => None,
        };
    };
    match act.state {
        EffectState::Settled => Some(Became::Settled {
            paid: amount_of(act),
        }),
        EffectState::Accepted => Some(Became::UnderWay),
        EffectState::Sending | EffectState::Unknown => {
            (now.since(act.created_at) >= PATIENCE).then_some(Became::UnderWay)
        }
        EffectState::Refused => Some(Became::Refused),
        EffectState::Void => Some(Became::NotDone),
    }
}

/// Whether nothing but a person brings a proposal on. A breaker passes by itself; an act that could not even be
/// planned does not.
fn waits_for_person(decided: &DecisionView, now: RuntimeTime) -> bool {
    let Some(judged) = &decided.judged else {
        return now.since(decided.created_at) >= UNJUDGED_MAX;
    };
    let case: Option<Case> = serde_json::from_str(judged).ok();
    let stop = case.and_then(|case| may_act(&case.position.scope).stop);
    stop == Some(Stop::Suggest) && decided.approved_by.is_none()
}

/// The word that a proposal says.
fn word(proposal: &Proposal) -> Option<Word> {
    match proposal {
        Proposal::ReplySettled { .. } => Some(Word::Settled),
        Proposal::ReplyProcessing => Some(Word::Processing),
        Proposal::ReplyPerson => Some(Word::Person),
        Proposal::Nothing => None,
    }
}

#[cfg(test)]
mod tests {
    use homeostat_model::WorldTime;

    use super::*;

    fn at(second: i64) -> RuntimeTime {
        let start = RuntimeTime("2026-01-01T00:00:00Z".parse().unwrap());
        start.plus(SignedDuration::from_secs(second))
    }

    fn decided(state: &str) -> DecisionView {
        DecisionView {
            id: DecisionId(1),
            key: "k".into(),
            brand: "acme".into(),
            target: "acme:<1@mail.example>".into(),
            policy: Refund::NAME.into(),
            version: Refund::VERSION.into(),
            seed: None,
            inputs: "{}".into(),
            belief: "{}".into(),
            proposal: "{}".into(),
            judged: None,
            verdict: None,
            state: state.into(),
            approved_by: None,
            decided_at: WorldTime(at(0).0),
            data_as_of: WorldTime(at(0).0),
            created_at: at(0),
        }
    }

    #[test]
    fn a_decision_is_told_of_when_it_has_ended_or_waits_for_long() {
        let table = [
            ("proposed", 119, None),
            ("proposed", 120, Some(Became::Waits)),
            ("refused", 0, Some(Became::Refused)),
            ("expired", 0, Some(Became::NotDone)),
            ("vetoed", 0, Some(Became::NotDone)),
            ("shadowed", 9_999, None),
            ("permitted", 9_999, None),
        ];
        for (state, age_s, expected) in table {
            assert_eq!(
                became(&decided(state), None, at(age_s)),
                expected,
                "{state} {age_s}"
            );
        }
    }

    #[test]
    fn a_job_of_the_sweep_names_its_brand_alone() {
        let swept = serde_json::json!({ "brand": "acme" });
        let job: DecideAnswer = serde_json::from_value(swept.clone()).unwrap();
        assert_eq!(job.refund, None);
        assert_eq!(serde_json::to_value(&job).unwrap(), swept);
    }
}
