//! The statements that move an effect. Each is fenced by (id, calls, owner).

use std::time::Duration;

use homeostat_store::{PgConnection, Stamp, StoreError};

use super::{Outcome, Ticket};
use crate::{Ctx, EffectState, Provenance, VendorReceipt, ctx::millis};

/// It happened, at this cost in the hold's currency; absent: at what was held.
pub(super) async fn settle(
    connection: &mut PgConnection,
    ctx: &Ctx,
    ticket: Ticket,
    text: &str,
    receipt: &VendorReceipt,
    provenance: Provenance,
    actual_micros: Option<i64>,
) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE homeostat.effect SET state = 'settled', receipt = $4, vendor_ref = $5,
             provenance = CASE WHEN $6 = 'manual' THEN $6 WHEN $7 THEN 'deduplicated'
                               WHEN crashed THEN 'recovered' ELSE $6 END,
             actual_micros = coalesce($8, amount_micros), reason = NULL, unknown_since = NULL,
             owner = NULL, call_deadline = NULL, next_probe_at = NULL,
             finished_at = coalesce($9, clock_timestamp())
         WHERE id = $1 AND calls = $2 AND owner = $3 AND finished_at IS NULL",
        ticket.effect.0,
        ticket.call,
        ticket.owner.0,
        text,
        receipt.vendor_ref,
        provenance.as_str(),
        receipt.deduplicated,
        actual_micros,
        ctx.now() as Option<Stamp>,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A fenced sender says that the last call sent is over: its request is then as old as it can be. Moves
/// nothing; recovery concludes.
pub(super) async fn note_call_over(
    connection: &mut PgConnection,
    ctx: &Ctx,
    ticket: Ticket,
    outcome: &Outcome,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE homeostat.effect SET call_ended_at = coalesce($3, clock_timestamp()), unsent = unsent OR $4
         WHERE id = $1 AND sent_call = $2 AND call_ended_at IS NULL AND finished_at IS NULL",
        ticket.effect.0,
        ticket.call,
        ctx.now() as Option<Stamp>,
        matches!(outcome, Outcome::Unsent { .. }),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The vendor took it and finishes later: polled, hold kept.
pub(super) async fn accept(
    connection: &mut PgConnection,
    ctx: &Ctx,
    ticket: Ticket,
    text: &str,
    receipt: &VendorReceipt,
    provenance: Provenance,
) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE homeostat.effect SET state = 'accepted', receipt = $4, vendor_ref = $5,
             provenance = CASE WHEN $6 THEN 'deduplicated' WHEN crashed THEN 'recovered' ELSE $7 END,
             reason = NULL, unknown_since = NULL, owner = NULL, call_deadline = NULL,
             next_probe_at = coalesce($8, clock_timestamp()) + $9 * interval '1 millisecond'
         WHERE id = $1 AND calls = $2 AND owner = $3 AND finished_at IS NULL",
        ticket.effect.0,
        ticket.call,
        ticket.owner.0,
        text,
        receipt.vendor_ref,
        receipt.deduplicated,
        provenance.as_str(),
        ctx.now() as Option<Stamp>,
        millis(ctx.settings.accepted_poll) as f64,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// It did not happen and will not: `refused` or `void`.
pub(super) async fn close(
    connection: &mut PgConnection,
    ctx: &Ctx,
    ticket: Ticket,
    state: EffectState,
    reason: &str,
) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE homeostat.effect SET state = $4, reason = $5, unknown_since = NULL, owner = NULL,
             call_deadline = NULL, next_probe_at = NULL, finished_at = coalesce($6, clock_timestamp())
         WHERE id = $1 AND calls = $2 AND owner = $3 AND finished_at IS NULL",
        ticket.effect.0,
        ticket.call,
        ticket.owner.0,
        state.as_str(),
        reason,
        ctx.now() as Option<Stamp>,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The request never took effect: to be sent again by recovery.
pub(crate) async fn unsent(
    connection: &mut PgConnection,
    ctx: &Ctx,
    ticket: Ticket,
    reason: &str,
    wait: Duration,
) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE homeostat.effect SET state = 'sending', unsent = true, reason = $4, unknown_since = NULL,
             call_ended_at = coalesce($5, clock_timestamp()), owner = NULL, call_deadline = NULL,
             next_probe_at = coalesce($5, clock_timestamp()) + $6 * interval '1 millisecond'
         WHERE id = $1 AND calls = $2 AND owner = $3 AND finished_at IS NULL",
        ticket.effect.0,
        ticket.call,
        ticket.owner.0,
        reason,
        ctx.now() as Option<Stamp>,
        millis(wait) as f64,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Nobody can tell: the hold is kept and the next probe scheduled.
pub(super) async fn unknown(
    connection: &mut PgConnection,
    ctx: &Ctx,
    ticket: Ticket,
    reason: &str,
    wait: Duration,
    by_sender: bool,
) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE homeostat.effect SET state = 'unknown', reason = $4,
             unknown_since = coalesce(unknown_since, $5, clock_timestamp()),
             call_ended_at = CASE WHEN $7 THEN coalesce($5, clock_timestamp()) ELSE call_ended_at END,
             probes = probes + (NOT $7)::int, owner = NULL, call_deadline = NULL,
             next_probe_at = coalesce($5, clock_timestamp()) + $6 * interval '1 millisecond'
         WHERE id = $1 AND calls = $2 AND owner = $3 AND finished_at IS NULL",
        ticket.effect.0,
        ticket.call,
        ticket.owner.0,
        reason,
        ctx.now() as Option<Stamp>,
        millis(wait) as f64,
        by_sender,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Nothing new: looked at again after a wait.
pub(super) async fn park(
    connection: &mut PgConnection,
    ctx: &Ctx,
    ticket: Ticket,
    wait: Duration,
) -> Result<bool, StoreError> {
    let done = sqlx::query!(
        "UPDATE homeostat.effect SET probes = probes + 1, owner = NULL, call_deadline = NULL,
             next_probe_at = coalesce($4, clock_timestamp()) + $5 * interval '1 millisecond'
         WHERE id = $1 AND calls = $2 AND owner = $3 AND finished_at IS NULL",
        ticket.effect.0,
        ticket.call,
        ticket.owner.0,
        ctx.now() as Option<Stamp>,
        millis(wait) as f64,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}
