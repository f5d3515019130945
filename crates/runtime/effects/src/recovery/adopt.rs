//! Adopting: taking over what has no live hands, by compare-and-set on the fence.

use std::time::Duration;

use homeostat_model::{EffectId, RuntimeTime};
use homeostat_store::{PgConnection, Stamp, transact};
use jiff::SignedDuration;

use super::plan::Absence;
use crate::{
    Class, Ctx, EffectView, EffectsError, ctx::millis, incident, intend::epoch_is_live, read,
    settle::Ticket,
};

/// How long a probe and its bookkeeping may take before somebody else takes over.
const PROBE_LIFE: Duration = Duration::from_secs(60);
/// A key is no longer counted on so long before it expires: the vendor's clock is not ours.
const KEY_SLACK: SignedDuration = SignedDuration::from_mins(1);

/// An effect in this process's hands.
#[derive(Debug)]
pub(super) struct Adopted {
    pub(super) view: EffectView,
    pub(super) ticket: Ticket,
    pub(super) unsent: bool,
    taken_at: RuntimeTime,
    horizon_at: RuntimeTime,
    key_expires_at: Option<RuntimeTime>,
    sender_gone: bool,
    superseded: bool,
    stale: bool,
}

impl Adopted {
    /// The vendor took it once, whatever was heard since: it is never sent again.
    pub(super) fn was_accepted(&self) -> bool {
        self.view.receipt.is_some()
    }

    /// The key is what allows the resend, and the vendor may forget it before the call has ended.
    pub(super) fn key_is_running_out(&self, now: RuntimeTime) -> bool {
        let absence = self.absence();
        let by_key = self.view.class == Class::Keyed && !absence.is_conclusive();
        by_key
            && self
                .key_expires_at
                .is_none_or(|at| at.since(now) <= KEY_SLACK)
    }

    /// It was intended too long ago to be sent again.
    pub(super) fn is_stale(&self) -> bool {
        self.stale
    }

    /// It was sent more than once, and what the vendor says of one request may not be the last word.
    pub(super) fn earlier_may_land(&self) -> bool {
        self.view.sends > 1 && self.absence().horizon_in.is_some()
    }

    /// The facts that decide what "no trace" means. The probe began after `taken_at`.
    pub(super) fn absence(&self) -> Absence {
        let missing = Duration::try_from(self.horizon_at.since(self.taken_at)).unwrap_or_default();
        Absence {
            class: self.view.class,
            unsent: self.unsent && self.view.sends == 1,
            sender_gone: self.sender_gone,
            horizon_in: (!missing.is_zero()).then_some(missing),
            key_alive: self
                .key_expires_at
                .is_some_and(|at| at.since(self.taken_at) > KEY_SLACK),
            superseded: self.superseded,
            stale: self.stale,
        }
    }
}

/// Adopts what is due; with `only`, that effect whatever its schedule says.
pub(super) async fn due(
    ctx: &Ctx,
    kinds: &[String],
    only: Option<EffectId>,
) -> Result<Vec<Adopted>, EffectsError> {
    transact!(ctx.db, |tx| -> Result<Vec<Adopted>, EffectsError> {
        epoch_is_live(tx, ctx.owner).await?;
        let ids = take(tx, ctx, kinds, only).await?;
        let mut adopted = Vec::with_capacity(ids.len());
        for id in ids {
            adopted.push(describe(tx, ctx, id).await?);
        }
        Ok(adopted)
    })
}

/// Raises an incident for an effect that has been unknown for too long. Once.
pub(super) async fn alarm(ctx: &Ctx, effect: EffectId) -> Result<(), EffectsError> {
    transact!(ctx.db, |tx| -> Result<(), EffectsError> {
        let row = sqlx::query!(
            "UPDATE homeostat.effect SET alarmed_at = coalesce($2, clock_timestamp())
             WHERE id = $1 AND state = 'unknown' AND alarmed_at IS NULL
               AND unknown_since <= coalesce($2, clock_timestamp()) - $3 * interval '1 millisecond'
             RETURNING brand, key",
            effect.0,
            ctx.now() as Option<Stamp>,
            millis(ctx.settings.unknown_alarm_after) as f64,
        )
        .fetch_optional(&mut *tx)
        .await?;
        if let Some(row) = row {
            let reason = format!("nobody can tell whether {} happened", row.key);
            let about = ("effect", effect.to_string());
            incident::open(tx, "effect_unknown", Some(&row.brand), about, &reason).await?;
        }
        Ok(())
    })
}

async fn take(
    tx: &mut PgConnection,
    ctx: &Ctx,
    kinds: &[String],
    only: Option<EffectId>,
) -> Result<Vec<EffectId>, EffectsError> {
    let ids = sqlx::query_scalar!(
        "WITH t AS (SELECT coalesce($1, clock_timestamp()) AS now),
         due AS (
             SELECT e.id, coalesce(p.ended_by <> 'planned', false) OR coalesce(s.ended_by <> 'planned', false)
                 AS crashed
             FROM t, homeostat.effect e LEFT JOIN homeostat.process p ON p.id = e.owner
                 LEFT JOIN homeostat.process s ON s.id = e.sender
             WHERE e.finished_at IS NULL AND e.kind = ANY($2) AND ($3::bigint IS NULL OR e.id = $3)
               AND CASE WHEN e.owner IS NULL THEN $3 IS NOT NULL OR e.next_probe_at <= t.now
                        ELSE p.state IS DISTINCT FROM 'live' OR e.call_deadline <= t.now END
             ORDER BY e.id LIMIT $4 FOR UPDATE OF e SKIP LOCKED)
         UPDATE homeostat.effect e SET owner = $5, calls = e.calls + 1, next_probe_at = NULL,
             call_deadline = t.now + $6 * interval '1 millisecond', crashed = e.crashed OR due.crashed
         FROM due, t WHERE e.id = due.id
         RETURNING e.id",
        ctx.now() as Option<Stamp>,
        kinds,
        only.map(|id| id.0),
        i64::from(ctx.settings.recovery_batch_max),
        ctx.owner.0,
        millis(PROBE_LIFE) as f64,
    )
    .fetch_all(tx)
    .await?;
    Ok(ids.into_iter().map(EffectId).collect())
}

async fn describe(tx: &mut PgConnection, ctx: &Ctx, id: EffectId) -> Result<Adopted, EffectsError> {
    let view = read::effect_in(tx, id)
        .await?
        .ok_or(EffectsError::NoEffect(id))?;
    // The sender is gone when it said that its call is over, or when its death is more than a guess.
    let row = sqlx::query!(
        r#"SELECT e.unsent, e.horizon_at, e.vendor_key_expires_at, t.now AS "now!: Stamp",
               (e.call_ended_at IS NOT NULL OR coalesce(p.state = 'ended' AND p.ended_by <> 'guess', false))
                   AS "sender_gone!",
               e.created_at < t.now - $2 * interval '1 millisecond' AS "stale!",
               EXISTS (SELECT FROM homeostat.decision d
                       WHERE d.brand = e.brand AND d.target = e.target AND d.id > e.decision_id
                         AND d.state = 'permitted') AS "superseded!"
           FROM homeostat.effect e LEFT JOIN homeostat.process p ON p.id = e.sender,
                (SELECT coalesce($3, clock_timestamp()) AS now) t
           WHERE e.id = $1"#,
        id.0,
        millis(ctx.settings.resend_within) as f64,
        ctx.now() as Option<Stamp>,
    )
    .fetch_one(tx)
    .await?;
    Ok(Adopted {
        ticket: Ticket {
            effect: id,
            call: view.calls,
            owner: ctx.owner,
        },
        view,
        unsent: row.unsent,
        taken_at: row.now.runtime(),
        horizon_at: row.horizon_at.runtime(),
        key_expires_at: row.vendor_key_expires_at.map(Stamp::runtime),
        sender_gone: row.sender_gone,
        superseded: row.superseded,
        stale: row.stale,
    })
}
