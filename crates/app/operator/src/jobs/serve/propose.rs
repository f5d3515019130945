//! Who proposes what to do about a letter. Whoever it is sees the facts and no text, and is bounded by the envelope.

use std::fmt;

use async_trait::async_trait;
use homeostat_control::{
    Policy, record,
    refund::{Inputs, Proposal, Refund},
};

use crate::jobs::LoopError;

/// The rule draws nothing.
const SEED: u64 = 0;

/// Proposes. What comes of it can be decided again from its bytes.
#[async_trait]
pub trait Proposer: fmt::Debug + Send + Sync {
    /// A proposal on these facts.
    ///
    /// # Errors
    /// When they make no sense; the field is named.
    async fn propose(&self, inputs: &Inputs) -> Result<Proposed, LoopError>;
}

/// A proposal with the exact bytes to store.
#[derive(Debug, Clone)]
pub struct Proposed {
    /// The policy in the decision's row.
    pub policy: &'static str,
    /// Its version.
    pub version: &'static str,
    /// What its chance was drawn from.
    pub seed: Option<i64>,
    /// What was looked at.
    pub inputs_json: String,
    /// What it says.
    pub belief_json: String,
    /// What should be done.
    pub proposal_json: String,
    /// The same, read.
    pub proposal: Proposal,
}

/// The rule of the house.
#[derive(Debug, Clone, Copy)]
pub struct ByRule;

#[async_trait]
impl Proposer for ByRule {
    async fn propose(&self, inputs: &Inputs) -> Result<Proposed, LoopError> {
        let decided = record::<Refund>(inputs, SEED)
            .map_err(|e| LoopError::NoAct(homeostat_model::chain(&e)))?;
        Ok(Proposed {
            policy: Refund::NAME,
            version: Refund::VERSION,
            seed: i64::try_from(SEED).ok(),
            inputs_json: decided.inputs_json,
            belief_json: decided.belief_json,
            proposal_json: decided.proposal_json,
            proposal: decided.proposal,
        })
    }
}
