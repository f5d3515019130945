//! `product`: one row per item of a shop, with its price, its stock and whether it is on sale.
//!
//! The shop is authoritative. A row is as new as its reading; what an act of ours has changed counts as read at the
//! time of the act, so a look that began before cannot undo it.

use homeostat_model::{Money, WorldTime};
use homeostat_store::{Db, PgConnection, Stamp, StoreError};
use homeostat_vendors::shopify::InventoryItemId;
use jiff::SignedDuration;

/// An item as read from its shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The shop's id of what is counted.
    pub item: InventoryItemId,
    /// The shop's id of the product.
    pub product: String,
    /// The shop's id of the variant.
    pub variant: String,
    /// Where it is counted; `None` where that is in several places or none.
    pub location: Option<String>,
    /// The product's title, short.
    pub title: String,
    /// The shop's own number of the article.
    pub sku: Option<String>,
    /// It is all that the product comes in.
    pub is_only: bool,
    /// Whether the product is on sale; `UNKNOWN` for a word that this build does not know.
    pub state: String,
    /// The word as it was sent.
    pub state_raw: String,
    /// Its price.
    pub price: Money,
    /// What can be sold; `None` where nobody counts.
    pub available: Option<i64>,
    /// When that last changed, where the shop says.
    pub available_at: Option<WorldTime>,
}

/// An item as it is known, with what was ordered of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The shop's id of what is counted.
    pub item: String,
    /// The shop's id of the product.
    pub product: String,
    /// Where it is counted.
    pub location: Option<String>,
    /// It is all that the product comes in.
    pub is_only: bool,
    /// Whether the product is on sale.
    pub state: String,
    /// It is a draft because we made it one.
    pub is_draft_by_us: bool,
    /// What can be sold, as the shop says; `None` where nobody counts.
    pub available: Option<i64>,
    /// Units of orders that came after the shop's number last changed. `None` when its article number is missing or
    /// stands for several items, so that orders do not tell.
    pub ordered_since: Option<i64>,
    /// When it was read.
    pub read_at: WorldTime,
}

/// Writes items that a look, begun at `read_at`, has shown. What is known newer is left alone.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn record(
    tx: &mut PgConnection,
    brand: &str,
    readings: &[Reading],
    read_at: WorldTime,
) -> Result<(), StoreError> {
    for one in readings {
        sqlx::query!(
            "INSERT INTO homeostat.product AS known
                 (id, brand, product, variant, item, location, title, sku, is_only, state, state_raw, currency,
                  price_micros, available, available_at, read_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
             ON CONFLICT (id) DO UPDATE SET
                 product = excluded.product, variant = excluded.variant, location = excluded.location,
                 title = excluded.title, sku = excluded.sku, is_only = excluded.is_only, state = excluded.state,
                 state_raw = excluded.state_raw, currency = excluded.currency, price_micros = excluded.price_micros,
                 is_draft_by_us = known.is_draft_by_us AND excluded.state = 'DRAFT',
                 available = excluded.available, available_at = excluded.available_at, read_at = excluded.read_at
             WHERE known.read_at <= excluded.read_at",
            format!("{brand}:{}", one.item.number()),
            brand,
            one.product,
            one.variant,
            one.item.to_string(),
            one.location,
            one.title,
            one.sku,
            one.is_only,
            one.state,
            one.state_raw,
            one.price.currency.to_string(),
            one.price.amount_micros,
            one.available,
            one.available_at.map(Stamp::from) as Option<Stamp>,
            Stamp::from(read_at),
        )
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}

/// The items of a brand. An order counts as one that came after the shop's number changed when it did so by `margin`
/// at least, and by as much before the number was read: the shop's clocks need not agree to the second.
///
/// # Errors
/// When the database does not answer.
pub async fn items(db: &Db, brand: &str, margin: SignedDuration) -> Result<Vec<Item>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT p.item, p.product, p.location, p.is_only, p.state, p.is_draft_by_us, p.available,
                  p.read_at AS "read_at: Stamp", (p.sku IS NOT NULL AND alike.items = 1) AS "tells!",
                  coalesce(since.units, 0) AS "units!"
           FROM homeostat.product p
           CROSS JOIN LATERAL (
               SELECT count(*) AS items FROM homeostat.product q WHERE q.brand = p.brand AND q.sku = p.sku
           ) alike
           CROSS JOIN LATERAL (
               SELECT sum(l.quantity) AS units FROM homeostat.shop_line l
               WHERE l.brand = p.brand AND l.sku = p.sku
                 AND l.placed_at > p.available_at + make_interval(secs => $2)
                 AND l.placed_at < p.read_at - make_interval(secs => $2)
           ) since
           WHERE p.brand = $1 ORDER BY p.item"#,
        brand,
        margin.as_secs_f64(),
    )
    .fetch_all(db.pool())
    .await?;
    let each = rows.into_iter().map(|row| Item {
        item: row.item,
        product: row.product,
        location: row.location,
        is_only: row.is_only,
        state: row.state,
        is_draft_by_us: row.is_draft_by_us,
        available: row.available,
        ordered_since: row.tells.then_some(row.units),
        read_at: row.read_at.world(),
    });
    Ok(each.collect())
}

/// Where an item of a brand is counted; `None` when it is not known, or not counted in one place.
///
/// # Errors
/// When the database does not answer.
pub async fn location(db: &Db, brand: &str, item: &str) -> Result<Option<String>, StoreError> {
    let found = sqlx::query_scalar!(
        "SELECT location FROM homeostat.product WHERE brand = $1 AND item = $2",
        brand,
        item,
    )
    .fetch_optional(db.pool())
    .await?;
    Ok(found.flatten())
}

/// Notes a quantity that the shop has confirmed to us at `at`.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn quantity_confirmed(
    connection: &mut PgConnection,
    brand: &str,
    item: &str,
    quantity: i64,
    at: WorldTime,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE homeostat.product SET available = $3, available_at = $4, read_at = $4
         WHERE brand = $1 AND item = $2 AND read_at <= $4",
        brand,
        item,
        quantity,
        Stamp::from(at),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes that a product was taken off sale by us, or put on sale again, at `at`.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn shelf_confirmed(
    connection: &mut PgConnection,
    brand: &str,
    product: &str,
    state: &str,
    at: WorldTime,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE homeostat.product
         SET state = $3, state_raw = $3, is_draft_by_us = ($3 = 'DRAFT'), read_at = greatest(read_at, $4)
         WHERE brand = $1 AND product = $2",
        brand,
        product,
        state,
        Stamp::from(at),
    )
    .execute(connection)
    .await?;
    Ok(())
}
