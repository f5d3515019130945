//! What was done lately, for whoever compares it with what the vendors say.

use std::{collections::BTreeSet, time::Duration};

use homeostat_model::{BrandId, EffectId};
use homeostat_store::{Db, StoreError};

use super::{EffectView, effects_of};
use crate::ctx::millis;

/// Newest acts that are looked at.
const ACTS_MAX: i64 = 1_000;

/// What a brand acts on now, or has acted on within a time: what a vendor says of it may be older than the act. Among
/// the brand's newest 1,000 acts.
///
/// # Errors
/// When the database does not answer.
pub async fn touched(
    db: &Db,
    brand: &BrandId,
    within: Duration,
) -> Result<BTreeSet<String>, StoreError> {
    let targets = sqlx::query_scalar!(
        "SELECT DISTINCT lately.target FROM (
             SELECT target, finished_at FROM homeostat.effect WHERE brand = $1 ORDER BY id DESC LIMIT $3) lately
         WHERE lately.finished_at IS NULL OR lately.finished_at > clock_timestamp() - $2 * interval '1 millisecond'",
        brand.as_str(),
        millis(within) as f64,
        ACTS_MAX,
    )
    .fetch_all(db.pool())
    .await?;
    Ok(targets.into_iter().collect())
}

/// A brand's acts of a kind that the vendor took, intended within `since` and quiet for `until`, newest first. Among
/// the brand's newest 1,000 acts.
///
/// # Errors
/// When the database does not answer.
pub async fn taken(
    db: &Db,
    brand: &BrandId,
    kind: &str,
    since: Duration,
    until: Duration,
) -> Result<Vec<EffectView>, StoreError> {
    let ids = sqlx::query_scalar!(
        "SELECT lately.id FROM (
             SELECT id, kind, state, created_at, finished_at FROM homeostat.effect
             WHERE brand = $1 ORDER BY id DESC LIMIT $5) lately
         WHERE lately.kind = $2 AND lately.state IN ('accepted', 'settled')
           AND lately.created_at > clock_timestamp() - $3 * interval '1 millisecond'
           AND coalesce(lately.finished_at, lately.created_at)
               < clock_timestamp() - $4 * interval '1 millisecond'",
        brand.as_str(),
        kind,
        millis(since) as f64,
        millis(until) as f64,
        ACTS_MAX,
    )
    .fetch_all(db.pool())
    .await?;
    let ids: Vec<EffectId> = ids.into_iter().map(EffectId).collect();
    let mut acts = effects_of(db, &ids).await?;
    acts.sort_by_key(|act| std::cmp::Reverse(act.id.0));
    Ok(acts)
}
