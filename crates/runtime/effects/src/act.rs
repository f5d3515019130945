//! An act from its decision to its outcome: intended, and called once that is committed.

use std::sync::Arc;

use homeostat_envelope::{Limits, Verdict};
use homeostat_model::{DecisionId, RuntimeTime};
use homeostat_mutants::mutant;

use crate::{
    Actuator, ActuatorSpec, Ctx, EffectView, EffectsError, Intended, Intent, Performed,
    intend::{call_before_intent, intend},
    perform,
};

/// What became of an act.
#[derive(Debug)]
pub enum Acted {
    /// It was permitted, and called.
    Called(Performed),
    /// As [`Intended::Refused`].
    Refused(Verdict),
    /// As [`Intended::Waits`].
    Waits {
        /// When it is worth trying again; `None`: when a person approved.
        until: Option<RuntimeTime>,
        /// What the interlocks said.
        verdict: Verdict,
    },
    /// As [`Intended::Existing`].
    Existing(Box<EffectView>),
}

/// Intends, and calls when that is permitted.
///
/// # Errors
/// As [`intend`] and [`perform`].
pub async fn act(
    ctx: &Ctx,
    actuator: Arc<dyn Actuator>,
    spec: &ActuatorSpec,
    decision: DecisionId,
    intent: &Intent,
    limits: &Limits,
) -> Result<Acted, EffectsError> {
    if mutant!("call_before_intent") {
        return call_before_intent(ctx, actuator, spec, decision, intent, limits).await;
    }
    match intend(ctx, spec, decision, intent, limits).await? {
        Intended::Permitted(permit) => perform(ctx, actuator, permit).await.map(Acted::Called),
        Intended::Refused(verdict) => Ok(Acted::Refused(verdict)),
        Intended::Waits { until, verdict } => Ok(Acted::Waits { until, verdict }),
        Intended::Existing(effect) => Ok(Acted::Existing(effect)),
    }
}
