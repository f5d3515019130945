//! A resend: a new permit on the same hold and the same decision, from a transaction that asks again
//! whether anything may act at all.

use std::time::Duration;

use homeostat_clock::Stopwatch;
use homeostat_envelope::{Breaker, Scope, may_act};
use homeostat_model::Autonomy;
use homeostat_store::{PgConnection, Stamp, StoreError, transact};

use super::{SOON, adopt::Adopted};
use crate::{
    ActuatorSpec, Ctx, EffectsError, Permit, Request, breaker,
    ctx::millis,
    intend::epoch_is_live,
    mode, restraint,
    settle::{self, Ticket},
};

/// What became of a request to send again.
pub(super) enum Answer {
    /// Committed: call now.
    Permitted(Permit),
    /// Mode, breaker or a restraint stands in the way.
    Stopped { wait: Duration },
    /// Somebody else holds the effect.
    Fenced,
}

/// Asks for a permit to send an adopted effect again. An ambiguous commit yields none: nothing can have
/// left, which is written down, and recovery looks at the effect again.
pub(super) async fn permit(
    ctx: &Ctx,
    spec: &ActuatorSpec,
    adopted: &Adopted,
) -> Result<Answer, EffectsError> {
    let mut issued = None;
    let call = transact!(ctx.db, |tx| -> Result<Result<i32, Answer>, EffectsError> {
        epoch_is_live(tx, ctx.owner).await?;
        if let Some(wait) = stopped(tx, ctx, spec, adopted).await? {
            return Ok(Err(Answer::Stopped { wait }));
        }
        breaker::pass(tx, &spec.vendor, ctx.now()).await?;
        let call = write(tx, ctx, spec, adopted).await?;
        issued = Some(Stopwatch::start());
        Ok(call.ok_or(Answer::Fenced))
    });
    let call = match call {
        Err(EffectsError::Store(StoreError::AmbiguousCommit(_))) => {
            return call_back(ctx, adopted).await;
        }
        other => other?,
    };
    Ok(match (call, issued) {
        (Ok(call), Some(issued)) => Answer::Permitted(Permit::issue(
            adopted.view.id,
            call,
            adopted.view.kind.clone(),
            request_of(adopted),
            adopted.absence().is_conclusive(),
            (issued, ctx.settings.permit_ttl),
        )),
        (Ok(_), None) => Answer::Fenced,
        (Err(answer), _) => answer,
    })
}

/// The commit got no answer. If it was written, the effect waits for a call that nobody will make.
async fn call_back(ctx: &Ctx, adopted: &Adopted) -> Result<Answer, EffectsError> {
    let ticket = Ticket {
        call: adopted.ticket.call + 1,
        ..adopted.ticket
    };
    let reason = "the answer to the commit of a resend was lost";
    transact!(ctx.db, |tx| -> Result<bool, EffectsError> {
        Ok(settle::unsent(tx, ctx, ticket, reason, SOON).await?)
    })?;
    Ok(Answer::Stopped { wait: SOON })
}

/// Everything that stops an act, except the policy's autonomy: the decision was permitted already.
async fn stopped(
    tx: &mut PgConnection,
    ctx: &Ctx,
    spec: &ActuatorSpec,
    adopted: &Adopted,
) -> Result<Option<Duration>, EffectsError> {
    let mode = mode::read(tx, ctx.now()).await?;
    let restraints = restraint::read(tx, &adopted.view.brand, &adopted.view.target).await?;
    let scope = Scope {
        mode: mode.effective,
        mode_cause: mode.reason,
        autonomy: Autonomy::Full,
        approved: true,
        risk_reducing: spec.risk_reducing,
        breaker: breaker::lock(tx, &spec.vendor, ctx.now()).await?,
        quarantine: restraints.quarantine,
        pin: restraints.pin,
        schedule_disabled: None,
    };
    let answer = may_act(&scope);
    if answer.allowed() {
        // The probe, or a lock, may have taken long: the key has to live until the call has ended.
        let now = database_now(tx, ctx).await?.runtime();
        return Ok(adopted.key_is_running_out(now).then_some(SOON));
    }
    tracing::info!(effect = %adopted.view.id, reason = answer.reason, "a resend waits");
    let until = match scope.breaker {
        Breaker::Open { until, .. } => until,
        Breaker::Closed | Breaker::Trial => return Ok(Some(SOON)),
    };
    let now = database_now(tx, ctx).await?;
    Ok(Some(
        Duration::try_from(until.since(now.runtime()))
            .unwrap_or_default()
            .max(SOON),
    ))
}

async fn database_now(tx: &mut PgConnection, ctx: &Ctx) -> Result<Stamp, EffectsError> {
    Ok(sqlx::query_scalar!(
        r#"SELECT coalesce($1, clock_timestamp()) AS "now!: Stamp""#,
        ctx.now() as Option<Stamp>,
    )
    .fetch_one(tx)
    .await?)
}

async fn write(
    tx: &mut PgConnection,
    ctx: &Ctx,
    spec: &ActuatorSpec,
    adopted: &Adopted,
) -> Result<Option<i32>, EffectsError> {
    let ttl_ms = millis(ctx.settings.permit_ttl);
    Ok(sqlx::query_scalar!(
        "UPDATE homeostat.effect e SET state = 'sending', calls = e.calls + 1, sent_call = e.calls + 1, sends = e.sends + 1, sender = $3,
             unsent = false, call_ended_at = NULL, unknown_since = NULL, reason = NULL,
             call_deadline = t.now + $4 * interval '1 millisecond',
             horizon_at = t.now + $5 * interval '1 millisecond'
         FROM (SELECT coalesce($6, clock_timestamp()) AS now) t
         WHERE e.id = $1 AND e.calls = $2 AND e.owner = $3 AND e.finished_at IS NULL
         RETURNING e.calls",
        adopted.ticket.effect.0,
        adopted.ticket.call,
        ctx.owner.0,
        (ttl_ms + millis(spec.call_timeout)) as f64,
        (ttl_ms + millis(spec.horizon)) as f64,
        ctx.now() as Option<Stamp>,
    )
    .fetch_optional(tx)
    .await?)
}

fn request_of(adopted: &Adopted) -> Request {
    Request {
        key: adopted.view.key.clone(),
        target: adopted.view.target.clone(),
        body: adopted.view.request.clone(),
        vendor_key: adopted.view.vendor_key.clone(),
        worst_case: adopted.view.worst_case,
    }
}
