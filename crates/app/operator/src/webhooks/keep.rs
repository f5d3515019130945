//! The row of a delivery, and the look that it asks for.

use std::time::Duration;

use homeostat_model::{BrandId, RuntimeTime};
use homeostat_queue::{Enqueue, enqueue_raw_in, job_state_in};
use homeostat_store::{Db, PgConnection, Stamp, StoreError};
use serde_json::json;

use super::{Delivery, News, Vendor, digest};
use crate::{config::is_kind, jobs::LoopError};

/// Between a delivery and its look; those that come meanwhile share it. Longer than [`KEY_LIFE`], so that a look whose
/// key is taken has not begun.
const GATHER: Duration = Duration::from_secs(2);
const KEY_LIFE: Duration = Duration::from_secs(1);
/// Looks of one brand that have begun or failed, beyond which no other is put behind them.
const BEHIND_MAX: usize = 8;

/// The database's time of a new delivery; `None` when it is known. Of two at once, the later one waits here.
pub(super) async fn keep(
    tx: &mut PgConnection,
    delivery: Delivery<'_>,
    news: &News,
) -> Result<Option<RuntimeTime>, StoreError> {
    let brands: Vec<String> = news.brands.iter().map(BrandId::to_string).collect();
    let body = digest(delivery.body);
    let name = news.name.as_ref().map(|name| digest(name.as_bytes()));
    let at = sqlx::query_scalar!(
        "INSERT INTO homeostat.webhook (vendor, body_hash, name_hash, body_bytes, brands) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT DO NOTHING RETURNING received_at",
        delivery.vendor.id(),
        body.as_slice(),
        name.as_ref().map(<[u8; 32]>::as_slice),
        i32::try_from(delivery.body.len()).unwrap_or(i32::MAX),
        &brands,
    )
    .fetch_optional(tx)
    .await?;
    Ok(at.map(Stamp::runtime))
}

/// Asks for a look that begins after `at`: at one parcel, or at everything that is due.
pub(super) async fn look(
    tx: &mut PgConnection,
    vendor: Vendor,
    kind: &'static str,
    (brand, parcel): (&BrandId, Option<&str>),
    at: RuntimeTime,
) -> Result<(), LoopError> {
    if !is_kind(kind) {
        tracing::warn!(vendor = vendor.id(), %brand, kind, "nobody here looks at this: the hint is left");
        return Ok(());
    }
    let vendor = vendor.id();
    let mut args = json!({ "brand": brand.as_str() });
    let mut begins = format!("webhook:{vendor}:{brand}");
    if let Some(number) = parcel {
        args["number"] = json!(number);
        begins += &format!(":{number}");
    }
    let mut key = begins.clone();
    for _ in 0..BEHIND_MAX {
        let how = Enqueue {
            brand: Some(brand.clone()),
            run_at: Some(RuntimeTime(at.0 + GATHER)),
            dedup_key: Some(key),
            dedup_for: Some(KEY_LIFE),
            ..Enqueue::default()
        };
        let wanted = enqueue_raw_in(&mut *tx, kind, args.clone(), &how).await?;
        let state = job_state_in(&mut *tx, wanted.job).await?;
        if wanted.fresh || state.as_deref() == Some("ready") {
            return Ok(());
        }
        key = format!("{begins}:after-{}", wanted.job);
    }
    tracing::warn!(vendor, %brand, "its looks fail or do not end: this hint is left to the loop");
    Ok(())
}

/// Forgets up to 1,000 deliveries that came longer ago than `age`. A repetition of them is a new one, and costs a look.
pub(crate) async fn forget(db: &Db, age: Duration) -> Result<u64, StoreError> {
    let gone = sqlx::query!(
        r#"WITH old AS MATERIALIZED (
               SELECT id FROM homeostat.webhook
               WHERE received_at < clock_timestamp() - make_interval(secs => $1)
               ORDER BY received_at LIMIT 1000 FOR UPDATE SKIP LOCKED
           ), said AS MATERIALIZED (
               SELECT set_config('homeostat.outcome', coalesce(
                   (SELECT jsonb_object_agg(id, '{"state": "forgotten"}'::jsonb)::text FROM old), ''), true) AS x
           )
           DELETE FROM homeostat.webhook w USING old, said WHERE w.id = old.id AND said.x IS NOT NULL"#,
        age.as_secs_f64(),
    )
    .execute(db.pool())
    .await?;
    Ok(gone.rows_affected())
}
