//! Intents after a database failover.
//!
//! A standby that lags behind may have lost the newest commits, an intent among them, whose call was
//! made all the same. The decision is still there, so its job asks again, and nothing here knows of the
//! first call. A keyed vendor does, by the key. Every other vendor is asked before the first call:
//!
//! ```text
//!   the server is another one, or on another timeline ─▶ noticed: failed_over_at = now
//!   intent, not keyed, and (decided before it was noticed, or noticed within the horizon)
//!      └─▶ effect 'sending', no permit, a probe due: as if a call had been made and lost
//!            recovery: happened ▶ settled · absent after the horizon ▶ sent · cannot be asked ▶ unknown
//! ```
//! *Who is authoritative.* The server about itself: its identity and its timeline, compared with the
//! row `server`, which is replicated with everything else.
//!
//! *Crash points.* Noticing is part of the intent's transaction. An intent that is rolled back leaves
//! it to the next one; noticed later only means probed longer.
//!
//! *Limits.* Where the decision was lost too, its successor is bound to another key: only the state of
//! the target, which sensors read, tells of the first call.

use homeostat_model::{DecisionId, RuntimeTime};
use homeostat_store::{PgConnection, Stamp, StoreError};

use crate::{ActuatorSpec, Class, Ctx, ctx::millis};

/// When a request of a lost intent has certainly landed, if this intent may have had one.
pub(super) async fn lands_by(
    connection: &mut PgConnection,
    ctx: &Ctx,
    spec: &ActuatorSpec,
    decision: DecisionId,
) -> Result<Option<RuntimeTime>, StoreError> {
    notice(connection, ctx).await?;
    if spec.class == Class::Keyed {
        return Ok(None);
    }
    let lands_by = sqlx::query_scalar!(
        r#"SELECT l.at AS "at!: Stamp"
           FROM homeostat.server s, homeostat.decision d,
                LATERAL (SELECT s.failed_over_at + $2 * interval '1 millisecond' AS at) l
           WHERE d.id = $1 AND (d.created_at <= s.failed_over_at OR coalesce($3, clock_timestamp()) < l.at)"#,
        decision.0,
        (millis(ctx.settings.permit_ttl) + millis(spec.horizon)) as f64,
        ctx.now() as Option<Stamp>,
    )
    .fetch_optional(connection)
    .await?;
    Ok(lands_by.map(Stamp::runtime))
}

/// Compares the server with the one that answered last. Writes only when it is another one.
async fn notice(connection: &mut PgConnection, ctx: &Ctx) -> Result<(), StoreError> {
    let here = sqlx::query!(
        r#"SELECT now.identity AS "identity!", now.timeline AS "timeline!",
               s.id IS NOT NULL AND (s.identity, s.timeline) = (now.identity, now.timeline) AS "is_known!"
           FROM (SELECT system_identifier::text AS identity,
                     -- The first eight hex digits of the log being written: also right before the first checkpoint.
                     ('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::bigint AS timeline
                 FROM pg_control_system()) now
           LEFT JOIN homeostat.server s ON s.id = 'server'"#
    )
    .fetch_one(&mut *connection)
    .await?;
    if here.is_known {
        return Ok(());
    }
    sqlx::query!(
        "INSERT INTO homeostat.server AS s (identity, timeline) VALUES ($1, $2)
         ON CONFLICT (id) DO UPDATE SET identity = excluded.identity, timeline = excluded.timeline,
             failed_over_at = coalesce($3, clock_timestamp())
         WHERE (s.identity, s.timeline) <> (excluded.identity, excluded.timeline)",
        here.identity,
        here.timeline,
        ctx.now() as Option<Stamp>,
    )
    .execute(connection)
    .await?;
    Ok(())
}
