//! `decide.service`: what to do about one letter.
//!
//! What the stores know of the customer, of the order and of its parcel becomes the inputs of the policy; what was
//! written only says what is wanted. The decision, the wish to act on it and the letter's new state are one
//! transaction. A letter is locked in it, so it is decided once, however often its job runs.
//!
//! An order is only ever looked at for whoever bought it: the digests of order and letter must agree.

mod case;
mod past;
mod profile;
mod propose;
#[cfg(test)]
mod tests;
pub(super) mod unserved;
mod wait;

use std::{sync::Arc, time::Duration};

use homeostat_control::refund::Proposal;
use homeostat_effects::{DecisionDraft, decide_in};
use homeostat_model::{DecisionId, WorldTime};
use homeostat_queue::{Context, Failure, Job, KindDefaults, Outcome, Worker};
use homeostat_store::transact;
use serde::{Deserialize, Serialize};

pub use propose::{ByRule, Proposed, Proposer};

use super::{LoopError, act::wish_in};
use crate::{
    Operator,
    config::Brand,
    records::{
        letter::{self, Letter, State},
        sensor,
    },
    sensors::{row_id, shopify_orders::ShopifyOrders},
};
use case::Case;

/// Decide what to do about a letter.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecideService {
    /// The letter.
    pub letter: String,
}

impl Job for DecideService {
    const KIND: &'static str = "decide.service";

    fn defaults() -> KindDefaults {
        KindDefaults {
            // Somebody waits for an answer.
            priority: -5,
            backoff: Duration::from_millis(500),
            give_up_after: Duration::from_secs(3_600),
            ..KindDefaults::default()
        }
    }
}

/// The worker.
#[derive(Debug, Clone)]
pub struct Serve {
    operator: Operator,
    proposer: Arc<dyn Proposer>,
}

impl Serve {
    /// Decides by the rule of the house.
    pub fn new(operator: &Operator) -> Self {
        Self::by(operator, Arc::new(ByRule))
    }

    /// Has somebody else propose.
    pub fn by(operator: &Operator, proposer: Arc<dyn Proposer>) -> Self {
        Self {
            operator: operator.clone(),
            proposer,
        }
    }
}

#[async_trait::async_trait]
impl Worker for Serve {
    type Job = DecideService;

    async fn work(&self, job: DecideService, context: &Context) -> Result<Outcome, Failure> {
        let operator = &self.operator;
        let letter = letter::find(&operator.db, &job.letter).await?;
        let letter = letter.ok_or_else(|| {
            Failure::permanent(format!("args.letter: there is no letter {}", job.letter))
        })?;
        let brand = super::brand(operator, &letter.brand)?;
        if letter.state != State::Read {
            return Ok(Outcome::Done(serde_json::json!({ "is": letter.state })));
        }
        let Some(service) = &brand.service else {
            let problem = format!("brand {}: service is not configured any more", brand.id);
            return Err(Failure::permanent(problem));
        };
        let case = Case::read(operator, brand, service, &letter, operator.clock.now()).await?;
        if let Some(wait) = wait::for_facts(operator, brand, (&letter, &case), context).await? {
            return Ok(wait);
        }
        let proposed = match case.is_a_loop {
            true => None,
            false => Some(self.proposer.propose(&case.inputs).await?),
        };
        let (decision, state) = self
            .decide(brand, (&letter, &case, proposed), context)
            .await?;
        Ok(Outcome::Done(
            serde_json::json!({ "decision": decision, "is": state }),
        ))
    }
}

impl Serve {
    async fn decide(
        &self,
        brand: &Brand,
        (letter, case, proposed): (&Letter, &Case, Option<Proposed>),
        context: &Context,
    ) -> Result<(Option<DecisionId>, State), Failure> {
        let operator = &self.operator;
        let now = case.inputs.now;
        let read_at = sensor::as_of(&operator.db, &row_id::<ShopifyOrders>(brand)).await?;
        let draft = proposed.map(|proposed| {
            let key = super::decision_key(proposed.policy, &letter.id, context);
            let as_of = read_at.unwrap_or(letter.received_at).min(now);
            (draft(brand, letter, key, &proposed, (now, as_of)), proposed)
        });
        let state = draft
            .as_ref()
            .map_or(State::HandedOver, |(_, proposed)| next(&proposed.proposal));
        let order = case.order.as_ref().map(|order| order.id.as_str());
        let decision = transact!(operator.db, |tx| -> Result<Option<DecisionId>, LoopError> {
            if !letter::waits_in(&mut *tx, &letter.id).await? {
                return Ok(None);
            }
            let mut decision = None;
            if let Some((draft, proposed)) = &draft {
                let id = decide_in(&mut *tx, draft).await?;
                let what = (draft.policy.as_str(), draft.proposal.as_str());
                if is_act(&proposed.proposal) {
                    wish_in(&mut *tx, id, &brand.id, what).await?;
                }
                decision = Some(id);
            }
            letter::decided_in(&mut *tx, &letter.id, decision, order, state).await?;
            Ok(decision)
        })?;
        Ok((decision, state))
    }
}

fn draft(
    brand: &Brand,
    letter: &Letter,
    key: String,
    proposed: &Proposed,
    (now, data_as_of): (WorldTime, WorldTime),
) -> DecisionDraft {
    DecisionDraft {
        key,
        brand: brand.id.clone(),
        target: letter.id.clone(),
        policy: proposed.policy.to_owned(),
        version: proposed.version.to_owned(),
        seed: proposed.seed,
        inputs: proposed.inputs_json.clone(),
        belief: proposed.belief_json.clone(),
        proposal: proposed.proposal_json.clone(),
        decided_at: now,
        data_as_of,
    }
}

/// What becomes of a letter. Who is handed over is told so.
fn next(proposal: &Proposal) -> State {
    match proposal {
        Proposal::Refund { .. } | Proposal::Answer { .. } | Proposal::AskForEvidence { .. } => {
            State::Decided
        }
        Proposal::Human { .. } => State::HandedOver,
        Proposal::Nothing => State::Ignored,
    }
}

fn is_act(proposal: &Proposal) -> bool {
    match proposal {
        Proposal::Refund { .. }
        | Proposal::Answer { .. }
        | Proposal::AskForEvidence { .. }
        | Proposal::Human { .. } => true,
        Proposal::Nothing => false,
    }
}
