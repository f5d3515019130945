//! How much money the acts of one kind have moved to one target.

use homeostat_model::BrandId;
use homeostat_store::{Db, StoreError};

/// Sums over all acts of a kind on a target, micro-units of their currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Moved {
    /// What the settled ones cost.
    pub settled_micros: i64,
    /// What is held for those that are not closed, unknown outcomes included.
    pub open_micros: i64,
}

/// What the acts of a kind have moved, since ever, without those that were done under `undone` of the vendor's keys:
/// what they cost came back. Both sums are of one instant: an act that settles meanwhile is in one of them.
///
/// # Errors
/// When the database does not answer.
pub async fn moved(
    db: &Db,
    brand: &BrandId,
    kind: &str,
    target: &str,
    undone: &[String],
) -> Result<Moved, StoreError> {
    Ok(sqlx::query_as!(
        Moved,
        r#"SELECT coalesce(sum(actual_micros) FILTER (WHERE state = 'settled'), 0)::bigint AS "settled_micros!",
               coalesce(sum(amount_micros) FILTER (WHERE finished_at IS NULL), 0)::bigint AS "open_micros!"
           FROM homeostat.effect
           WHERE brand = $1 AND kind = $2 AND target = $3 AND (vendor_key IS NULL OR vendor_key <> ALL ($4))"#,
        brand.as_str(),
        kind,
        target,
        undone,
    )
    .fetch_one(db.pool())
    .await?)
}
