//! The statements of an intent.

use homeostat_envelope::Ask;
use homeostat_model::{DecisionId, EffectId, ProcessId, RuntimeTime};
use homeostat_store::{PgConnection, Stamp, StoreError};

use crate::{ActuatorSpec, Ctx, EffectsError, Request, ctx::millis};

/// Holds the epoch alive until the transaction ends, or says that it is over or too old to act.
pub(crate) async fn epoch_is_live(
    connection: &mut PgConnection,
    owner: ProcessId,
) -> Result<(), EffectsError> {
    let current = sqlx::query_scalar!(
        r#"SELECT homeostat.is_current(p.version) AS "current!" FROM homeostat.process p
           WHERE p.id = $1 AND p.state = 'live' FOR SHARE"#,
        owner.0,
    )
    .fetch_optional(connection)
    .await?;
    match current {
        Some(true) => Ok(()),
        Some(false) => Err(EffectsError::Outdated(owner)),
        None => Err(EffectsError::EpochEnded(owner)),
    }
}

/// Writes the effect, in the state `sending`.
pub(super) async fn insert(
    connection: &mut PgConnection,
    ctx: &Ctx,
    spec: &ActuatorSpec,
    decision: DecisionId,
    ask: &Ask,
    request: &Request,
) -> Result<EffectId, StoreError> {
    let ttl_ms = millis(ctx.settings.permit_ttl);
    let id = sqlx::query_scalar!(
        "INSERT INTO homeostat.effect (key, decision_id, kind, vendor, class, brand, target, request, request_hash,
             amount_micros, currency, risk_reducing, vendor_key, vendor_key_expires_at, owner, sender,
             call_deadline, horizon_at, created_at)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
             CASE WHEN $13::text IS NOT NULL THEN t.now + $14 * interval '1 millisecond' END, $15, $15,
             t.now + $16 * interval '1 millisecond', t.now + $17 * interval '1 millisecond', t.now
         FROM (SELECT coalesce($18, clock_timestamp()) AS now) t
         RETURNING id",
        ask.effect_key,
        decision.0,
        spec.kind,
        spec.vendor,
        spec.class.as_str(),
        ask.brand.as_str(),
        ask.target,
        request.body,
        ask.request_hash,
        ask.worst_case.amount_micros,
        ask.worst_case.currency.as_str(),
        spec.risk_reducing,
        request.vendor_key,
        millis(spec.key_life) as f64,
        ctx.owner.0,
        (ttl_ms + millis(spec.call_timeout)) as f64,
        (ttl_ms + millis(spec.horizon)) as f64,
        ctx.now() as Option<Stamp>,
    )
    .fetch_one(connection)
    .await?;
    Ok(EffectId(id))
}

/// The effect may have been called before, by an intent that was lost: it is probed first, as one
/// whose call got no answer.
pub(super) async fn doubt(
    connection: &mut PgConnection,
    ctx: &Ctx,
    effect: EffectId,
    lands_by: RuntimeTime,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE homeostat.effect SET owner = NULL, call_deadline = NULL,
             next_probe_at = coalesce($2, clock_timestamp()), call_ended_at = coalesce($2, clock_timestamp()),
             horizon_at = $3
         WHERE id = $1",
        effect.0,
        ctx.now() as Option<Stamp>,
        Stamp::from(lands_by) as Stamp,
    )
    .execute(connection)
    .await?;
    Ok(())
}
