//! A breach: a vendor took more than was held. The fact is recorded by the caller; here the brand's
//! money is frozen, the mode goes SAFE and an incident opens. Only a person lifts what this puts.

use homeostat_model::Mode;
use homeostat_store::PgConnection;

use crate::{Author, Cause, EffectsError, RestraintKind, incident, mode, restraint};

/// Freezes the brand and tells why; `about` is the entity that took more than was held.
pub(crate) async fn record(
    connection: &mut PgConnection,
    brand: &str,
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
    let scope = format!("brand:{brand}");
    restraint::put(
        connection,
        brand,
        RestraintKind::Freeze,
        &scope,
        "system",
        reason,
    )
    .await?;
    incident::open(connection, "overspend", Some(brand), about, reason).await?;
    Ok(())
}
