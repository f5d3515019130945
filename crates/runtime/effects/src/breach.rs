//! A breach: a vendor took more than was held. The fact is recorded by the caller; here the purse that it
//! was taken from is frozen, the mode goes SAFE and an incident opens. Only a person lifts what this puts.

use homeostat_model::{EffectId, Mode};
use homeostat_store::PgConnection;

use crate::{Author, Cause, EffectsError, RestraintKind, incident, mode, restraint};

/// Freezes the purse, a scope of money windows such as `brand:acme`, and tells why; `about` is the entity
/// that took more than was held.
pub(crate) async fn record(
    connection: &mut PgConnection,
    brand: &str,
    purse: &str,
    about: (&str, String),
    reason: &str,
) -> Result<(), EffectsError> {
    let lowered = mode::set_mode_in(
        connection,
        Mode::Safe,
        Cause::Breach,
        &Author::System,
        reason,
    )
    .await;
    match lowered {
        // HALT is stricter already.
        Ok(_) | Err(EffectsError::NeedsPerson { .. }) => {}
        Err(error) => return Err(error),
    }
    restraint::put(
        connection,
        brand,
        RestraintKind::Freeze,
        purse,
        "system",
        reason,
    )
    .await?;
    incident::open(connection, "overspend", Some(brand), about, reason).await?;
    Ok(())
}

/// The purse that an effect's money was held in; the brand's own where none was.
pub(crate) async fn purse_of(
    connection: &mut PgConnection,
    brand: &str,
    effect: EffectId,
) -> Result<String, EffectsError> {
    // Whatever is held is held in a day, and only once.
    let scope = sqlx::query_scalar!(
        "SELECT w.scope FROM homeostat.hold h JOIN homeostat.budget_window w ON w.id = h.window_id
         WHERE h.effect_id = $1 AND w.interlock = 'daily_budget' ORDER BY h.id LIMIT 1",
        effect.0,
    )
    .fetch_optional(connection)
    .await?;
    Ok(scope.unwrap_or_else(|| format!("brand:{brand}")))
}
