//! Decisions to leave something alone, kept with one row for each change of what they rest on.

use homeostat_control::{Policy, Record};
use homeostat_effects::KeptDraft;
use homeostat_model::WorldTime;
use serde::Serialize;

use super::{LoopError, decide::evidence};

/// What is stored of a decision to leave `target` alone. `figures` are what it rests on, without the time of the look.
pub(super) fn left_alone<P: Policy>(
    target: &str,
    (decided, seed): (&Record<P>, u64),
    figures: &impl Serialize,
    (decided_at, data_as_of): (WorldTime, WorldTime),
) -> Result<KeptDraft, LoopError> {
    Ok(KeptDraft {
        target: target.to_owned(),
        policy: P::NAME,
        version: P::VERSION,
        seed: i64::try_from(seed).ok(),
        inputs: decided.inputs_json.clone(),
        belief: decided.belief_json.clone(),
        proposal: decided.proposal_json.clone(),
        evidence: evidence(figures)?,
        decided_at,
        data_as_of,
    })
}
