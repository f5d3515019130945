//! The mistake `hold_after_call`: what the intent should have held is held when the call is over.

use homeostat_envelope::{Case, windows_for};
use homeostat_model::EffectId;
use homeostat_store::{StoreError, transact};

use super::{place, read};
use crate::{Ctx, EffectsError};

pub(crate) async fn hold_after_call(ctx: &Ctx, effect: EffectId) -> Result<(), EffectsError> {
    let view = crate::read::effect(&ctx.db, effect)
        .await?
        .ok_or(EffectsError::NoEffect(effect))?;
    let decided = crate::read::decision(&ctx.db, view.decision)
        .await?
        .ok_or(EffectsError::NoDecision(view.decision))?;
    let judged = decided.judged.unwrap_or_default();
    let case: Case = serde_json::from_str(&judged)
        .map_err(|error| StoreError::corrupt("decision.judged", error))?;
    let specs = windows_for(&case.limits, &case.ask, case.position.live_campaigns)?;
    transact!(ctx.db, |tx| -> Result<(), EffectsError> {
        let drawn = read(tx, specs.clone(), case.ask.at).await?;
        place(tx, &case.ask.brand, case.limits.currency, effect, &drawn).await
    })
}
