//! A person's last word about an effect nobody can tell about.

use homeostat_model::{EffectId, Money};
use homeostat_store::{PgConnection, Stamp};
use serde_json::json;

use crate::{
    Ctx, EffectView, EffectsError, Provenance, Registry, VendorReceipt, read,
    settle::{self, Outcome, Recorded, Ticket},
};

/// What a person found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// It happened, at this cost; `None`: what was held.
    Happened(Option<Money>),
    /// It did not happen and will not.
    Absent,
}

/// Closes an open effect on a person's word (provenance `manual`): settled, or void with its holds
/// released. Whoever calls or probes it at the moment is fenced. `ctx` names the epoch that types the
/// word in; an actuator found in `registry` changes the domain as a settle does.
///
/// # Errors
/// When the effect does not exist or is closed, `reason` or `who` is empty, or the database.
pub async fn resolve(
    ctx: &Ctx,
    registry: &Registry,
    effect: EffectId,
    resolution: Resolution,
    reason: &str,
    who: &str,
) -> Result<EffectView, EffectsError> {
    for (field, text) in [("reason", reason), ("who", who)] {
        if text.is_empty() {
            return Err(EffectsError::Empty(field));
        }
    }
    let outcome = match resolution {
        Resolution::Happened(actual) => {
            let word = json!({ "said_by": who, "reason": reason });
            let receipt = VendorReceipt {
                actual,
                ..VendorReceipt::done(word)
            };
            Outcome::Happened {
                receipt,
                provenance: Provenance::Manual,
            }
        }
        Resolution::Absent => Outcome::Void {
            reason: format!("{who}: {reason}"),
        },
    };
    let (ticket, kind) = seize(ctx, effect).await?;
    let actuator = registry.get(&kind);
    match settle::by_hand(ctx, actuator.as_deref(), ticket, &outcome).await? {
        Recorded::Moved(effect) => Ok(*effect),
        Recorded::Fenced => already_closed(ctx, effect).await,
    }
}

/// Takes the effect out of anybody's hands. Should this process stop here, recovery takes it again.
async fn seize(ctx: &Ctx, effect: EffectId) -> Result<(Ticket, String), EffectsError> {
    let mut connection = ctx.db.pool().acquire().await?;
    let seized = sqlx::query!(
        "UPDATE homeostat.effect SET owner = $2, calls = calls + 1, next_probe_at = NULL,
             call_deadline = coalesce($3, clock_timestamp()) + interval '1 minute'
         WHERE id = $1 AND finished_at IS NULL RETURNING calls, kind",
        effect.0,
        ctx.owner.0,
        ctx.now() as Option<Stamp>,
    )
    .fetch_optional(&mut *connection)
    .await?;
    match seized {
        Some(row) => Ok((
            Ticket {
                effect,
                call: row.calls,
                owner: ctx.owner,
            },
            row.kind,
        )),
        None => Err(closed(&mut connection, effect).await?),
    }
}

async fn already_closed<T>(ctx: &Ctx, effect: EffectId) -> Result<T, EffectsError> {
    let mut connection = ctx.db.pool().acquire().await?;
    Err(closed(&mut connection, effect).await?)
}

async fn closed(
    connection: &mut PgConnection,
    effect: EffectId,
) -> Result<EffectsError, EffectsError> {
    Ok(match read::effect_in(connection, effect).await? {
        Some(found) => EffectsError::AlreadyClosed {
            effect,
            state: found.state.to_string(),
        },
        None => EffectsError::NoEffect(effect),
    })
}
