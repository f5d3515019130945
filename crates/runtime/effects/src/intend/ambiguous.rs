//! Resolving an intent whose commit got no answer.
//!
//! The transaction had locked its decision's row, so locking it again waits for its end, whatever
//! that was. The effect's id came from a sequence: no other transaction can have used it, so finding
//! it under the key proves that this very commit was written. No permit was made, so no request can
//! have left: the effect is marked *unsent* and recovery sends it by the rules.

use homeostat_model::EffectId;
use homeostat_store::{PgConnection, Stamp, transact};

use crate::{Ambiguous, Ctx, EffectView, EffectsError, decision, read};

/// What was found under the key.
#[derive(Debug)]
pub enum AmbiguousFound {
    /// The commit was not written: the same decision may be intended again.
    NotWritten,
    /// The commit was written; the effect waits, unsent, for recovery to send it.
    Written(Box<EffectView>),
    /// Another intent for the key has written its effect.
    ByAnother(Box<EffectView>),
}

/// Looks, conclusively, whether an ambiguous intent was written.
///
/// # Errors
/// When the database does not answer.
pub async fn resolve_ambiguous(
    ctx: &Ctx,
    ambiguous: &Ambiguous,
) -> Result<AmbiguousFound, EffectsError> {
    transact!(ctx.db, |tx| -> Result<AmbiguousFound, EffectsError> {
        decision::lock(tx, ambiguous.decision).await?;
        let Some(found) = read::effect_by_key(tx, &ambiguous.key).await? else {
            return Ok(AmbiguousFound::NotWritten);
        };
        if Some(found.id) != ambiguous.effect {
            return Ok(AmbiguousFound::ByAnother(Box::new(found)));
        }
        mark_unsent(tx, found.id, ctx).await?;
        let found = read::effect_in(tx, found.id)
            .await?
            .ok_or(EffectsError::NoEffect(found.id))?;
        Ok(AmbiguousFound::Written(Box::new(found)))
    })
}

/// Hands a never sent effect to recovery. Only its own epoch's first call: later it was adopted.
async fn mark_unsent(
    connection: &mut PgConnection,
    effect: EffectId,
    ctx: &Ctx,
) -> Result<(), EffectsError> {
    sqlx::query!(
        "UPDATE homeostat.effect SET unsent = true, owner = NULL, call_deadline = NULL,
             next_probe_at = coalesce($3, clock_timestamp())
         WHERE id = $1 AND state = 'sending' AND calls = 1 AND owner = $2",
        effect.0,
        ctx.owner.0,
        ctx.now() as Option<Stamp>,
    )
    .execute(connection)
    .await?;
    Ok(())
}
