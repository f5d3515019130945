//! What the shops' own records say of a customer, as counts. Nothing is kept: it is counted when it is asked for.

use homeostat_control::customer::Profile;
use homeostat_model::WorldTime;
use homeostat_store::{Db, Stamp, StoreError};
use jiff::SignedDuration;

/// An order that was sent and not given back is kept once it is this old.
const KEPT_AFTER: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Who bought an order of a brand, by the shop's id of the order; `None` where nobody is known.
///
/// # Errors
/// When the database does not answer.
pub async fn buyer(db: &Db, brand: &str, order: &str) -> Result<Option<String>, StoreError> {
    let found = sqlx::query_scalar!(
        "SELECT customer FROM homeostat.shop_order WHERE brand = $1 AND vendor_id = $2",
        brand,
        order,
    )
    .fetch_optional(db.pool())
    .await?;
    Ok(found.flatten())
}

/// The customer over all shops.
///
/// # Errors
/// When the database does not answer.
pub async fn profile(db: &Db, customer: &str, now: WorldTime) -> Result<Profile, StoreError> {
    let row = sqlx::query!(
        r#"SELECT count(*) AS "orders!",
                  count(*) FILTER (WHERE o.refunded_micros > 0) AS "refunds!",
                  count(*) FILTER (WHERE o.refunded_micros = 0 AND o.fulfillment = 'FULFILLED' AND o.dispute IS NULL
                                     AND o.placed_at < $2) AS "kept!",
                  count(*) FILTER (WHERE o.dispute IS NOT NULL
                                      OR EXISTS (SELECT FROM homeostat.dispute d WHERE d.shop_order = o.id)) AS "disputes!",
                  (SELECT count(DISTINCT n.customer) FROM homeostat.shop_order n
                   WHERE n.household IN (SELECT m.household FROM homeostat.shop_order m WHERE m.customer = $1)) AS "accounts!"
           FROM homeostat.shop_order o WHERE o.customer = $1"#,
        customer,
        Stamp::from(now.plus(-KEPT_AFTER)),
    )
    .fetch_one(db.pool())
    .await?;
    let count = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(Profile {
        orders: count(row.orders),
        refunds: count(row.refunds),
        disputes: count(row.disputes),
        accounts_on_address: count(row.accounts),
        kept_orders: count(row.kept),
        ..Profile::default()
    })
}
