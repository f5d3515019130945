//! The dead-man lease: the parent of all processes renews it; when it lapses, the effective mode is
//! SAFE, computed wherever money is held, so that nobody has to be alive to say so.

use std::time::Duration;

use homeostat_model::{ProcessId, RuntimeTime};
use homeostat_store::{Db, Stamp, StoreError};

use crate::ctx::millis;

/// How long one renewal lasts.
pub const LEASE_LIFE: Duration = Duration::from_secs(60);
/// How often it is renewed.
pub const LEASE_RENEWAL: Duration = Duration::from_secs(15);

/// Renews the lease for 60 s. Called by the parent every 15 s.
///
/// # Errors
/// When the database does not answer.
pub async fn renew_lease(
    db: &Db,
    holder: ProcessId,
    now: Option<RuntimeTime>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO homeostat.lease AS l (id, holder, renewed_at, expires_at)
         SELECT 'dead_man', $1, t.now, t.now + $2 * interval '1 millisecond'
         FROM (SELECT coalesce($3, clock_timestamp()) AS now) t
         ON CONFLICT (id) DO UPDATE SET holder = excluded.holder, renewed_at = excluded.renewed_at,
             expires_at = excluded.expires_at",
        holder.0,
        millis(LEASE_LIFE) as f64,
        now.map(Stamp::from) as Option<Stamp>,
    )
    .execute(db.pool())
    .await?;
    Ok(())
}
