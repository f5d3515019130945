//! The mistake `call_before_intent`: the vendor is called from within the transaction of the intent, which
//! is committed when the call is over.

use std::sync::Arc;

use homeostat_envelope::Limits;
use homeostat_model::DecisionId;
use homeostat_store::transact;

use super::{Intent, Outcome, attempt, prepare};
use crate::{
    Acted, Actuator, ActuatorSpec, Ctx, EffectsError, Performed,
    perform::{conclude, make_call},
    settle::Recorded,
};

pub(crate) async fn call_before_intent(
    ctx: &Ctx,
    actuator: Arc<dyn Actuator>,
    spec: &ActuatorSpec,
    decision: DecisionId,
    intent: &Intent,
    limits: &Limits,
) -> Result<Acted, EffectsError> {
    prepare(ctx, spec, decision, intent, limits).await?;
    let mut made = None;
    let stopped = transact!(ctx.db, |tx| -> Result<Option<Outcome>, EffectsError> {
        match attempt(tx, ctx, spec, decision, intent, limits, &mut None).await? {
            Outcome::Written(written) => {
                made = Some(make_call(ctx, &actuator, written.permit(ctx)).await);
                Ok(None)
            }
            other => Ok(Some(other)),
        }
    })?;
    if let Some(made) = made {
        return Ok(Acted::Called(
            match conclude(ctx, &*actuator, made).await? {
                Recorded::Moved(effect) => Performed::Recorded(effect),
                Recorded::Fenced => Performed::Fenced,
            },
        ));
    }
    match stopped {
        Some(Outcome::Refused(verdict)) => Ok(Acted::Refused(verdict)),
        Some(Outcome::Waits { until, verdict }) => Ok(Acted::Waits { until, verdict }),
        Some(Outcome::Existing(effect)) => Ok(Acted::Existing(effect)),
        Some(Outcome::Written(_)) | None => Ok(Acted::Called(Performed::Lost)),
    }
}
