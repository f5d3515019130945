//! What we gave a customer before, letter by letter: what was proposed, and what became of it.
//!
//! A refund counts as under way from its decision on until its outcome is known. So two letters about one order do
//! not each get its money.

use std::collections::HashMap;

use homeostat_control::{
    Policy,
    refund::{Claim, Proposal, Refund, Template},
};
use homeostat_effects::{DecisionView, EffectState, EffectView, acts_of, decisions_of};
use homeostat_model::{Currency, DecisionId, WorldTime};

use crate::{Operator, jobs::LoopError, records::letter::Letter};

/// What was given because of one letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Given {
    /// The order.
    pub(super) order: Option<String>,
    /// What was said to be wrong with it.
    pub(super) claim: Option<Claim>,
    /// The currency of the amounts.
    pub(super) currency: Currency,
    /// Paid, in micro-units.
    pub(super) paid_micros: i64,
    /// Under way, its outcome unknown included, in micro-units.
    pub(super) pending_micros: i64,
    /// When it was decided.
    pub(super) decided_at: WorldTime,
}

/// What was decided about a customer's letters.
#[derive(Debug, Default)]
pub(super) struct Past {
    /// Refunds that were made or are under way.
    pub(super) given: Vec<Given>,
    /// Letters whose writer was asked which order is meant.
    pub(super) asked_for_order: Vec<String>,
}

impl Past {
    /// Reads it.
    pub(super) async fn read(operator: &Operator, letters: &[Letter]) -> Result<Self, LoopError> {
        let ids: Vec<DecisionId> = letters.iter().filter_map(|one| one.decision).collect();
        if ids.is_empty() {
            return Ok(Self::default());
        }
        let decided = decisions_of(&operator.db, &ids).await?;
        let money = decided.iter().filter(|one| is_money(one));
        let money: Vec<DecisionId> = money.map(|one| one.id).collect();
        let acts = acts_of(&operator.db, &money).await?;
        let acts: HashMap<DecisionId, EffectView> =
            acts.into_iter().map(|act| (act.decision, act)).collect();
        let mut past = Self::default();
        for letter in letters {
            let found = decided.iter().find(|one| Some(one.id) == letter.decision);
            if let Some(decision) = found {
                past.add(letter, decision, acts.get(&decision.id));
            }
        }
        Ok(past)
    }

    fn add(&mut self, letter: &Letter, decision: &DecisionView, act: Option<&EffectView>) {
        match proposed(decision) {
            Some(Proposal::Refund { amount, .. }) => {
                let (paid_micros, pending_micros) = outcome(decision, act, amount.amount_micros);
                self.given.push(Given {
                    order: letter.order.clone(),
                    claim: letter.claim,
                    currency: amount.currency,
                    paid_micros,
                    pending_micros,
                    decided_at: decision.decided_at,
                });
            }
            Some(Proposal::Answer {
                template: Template::OrderNeeded,
            }) => self.asked_for_order.push(letter.id.clone()),
            Some(
                Proposal::Answer { .. }
                | Proposal::AskForEvidence { .. }
                | Proposal::Human { .. }
                | Proposal::Nothing,
            )
            | None => {}
        }
    }
}

fn proposed(decision: &DecisionView) -> Option<Proposal> {
    (decision.policy == Refund::NAME)
        .then(|| serde_json::from_str(&decision.proposal).ok())
        .flatten()
}

fn is_money(decision: &DecisionView) -> bool {
    matches!(proposed(decision), Some(Proposal::Refund { .. }))
}

/// Paid and under way.
fn outcome(decision: &DecisionView, act: Option<&EffectView>, proposed_micros: i64) -> (i64, i64) {
    match act {
        Some(act) => match act.state {
            EffectState::Settled => {
                let paid = act.actual_micros.unwrap_or(act.worst_case.amount_micros);
                (paid.max(0), 0)
            }
            EffectState::Sending | EffectState::Accepted | EffectState::Unknown => {
                (0, act.worst_case.amount_micros.max(0))
            }
            EffectState::Refused | EffectState::Void => (0, 0),
        },
        None if matches!(decision.state.as_str(), "proposed" | "permitted") => (0, proposed_micros),
        None => (0, 0),
    }
}
