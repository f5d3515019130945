//! Decisions to leave something alone, kept with one row for each change of what they rest on.

use homeostat_control::{Policy, Record};
use homeostat_effects::{KeptDraft, keep_in};
use homeostat_model::WorldTime;
use homeostat_store::transact;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::LoopError;
use crate::{Operator, config::Brand};

/// What is stored of a decision to leave `target` alone. `figures` are what it rests on, without the time of the look.
pub(super) fn left_alone<P: Policy>(
    target: &str,
    (decided, seed): (&Record<P>, u64),
    figures: &impl Serialize,
    (decided_at, data_as_of): (WorldTime, WorldTime),
) -> Result<KeptDraft, LoopError> {
    let figures = serde_json::to_vec(figures).map_err(|e| LoopError::NoAct(e.to_string()))?;
    Ok(KeptDraft {
        target: target.to_owned(),
        policy: P::NAME,
        version: P::VERSION,
        seed: i64::try_from(seed).ok(),
        inputs: decided.inputs_json.clone(),
        belief: decided.belief_json.clone(),
        proposal: decided.proposal_json.clone(),
        evidence: Sha256::digest(figures).into(),
        decided_at,
        data_as_of,
    })
}

/// Stores them, as far as what they rest on is new. Returns how many that were.
pub(super) async fn store(
    operator: &Operator,
    brand: &Brand,
    kept: &[KeptDraft],
) -> Result<u64, LoopError> {
    if kept.is_empty() {
        return Ok(0);
    }
    transact!(operator.db, |tx| -> Result<u64, LoopError> {
        Ok(keep_in(&mut *tx, &brand.id, kept).await?)
    })
}
