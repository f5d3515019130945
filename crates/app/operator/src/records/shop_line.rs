//! `shop_line`: how many of what was ordered, one row per line of an order.

use homeostat_model::WorldTime;
use homeostat_store::{PgConnection, Stamp, StoreError};
use homeostat_vendors::shopify::Order;

/// A line as read from its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The number in the shop's id of the line.
    number: u64,
    /// The number in the shop's id of the order.
    order: u64,
    /// The shop's own number of the article.
    sku: Option<String>,
    /// How many; none of a cancelled order.
    quantity: u32,
    /// When the order was placed.
    placed_at: WorldTime,
}

/// The lines of an order, the first twenty where it came in a list.
pub fn of(order: &Order) -> impl Iterator<Item = Reading> + '_ {
    let is_cancelled = order.cancelled_at.is_some();
    order.line_items.iter().map(move |line| Reading {
        number: line.id.number(),
        order: order.id.number(),
        sku: line.sku.clone(),
        quantity: if is_cancelled { 0 } else { line.quantity },
        placed_at: order.created_at,
    })
}

/// Writes lines. Orders are only ever cancelled, and their lines only ever shortened, so the smaller number wins.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn record(
    tx: &mut PgConnection,
    brand: &str,
    readings: &[Reading],
) -> Result<(), StoreError> {
    let ids: Vec<String> = readings
        .iter()
        .map(|one| format!("{brand}:{}", one.number))
        .collect();
    let orders: Vec<String> = readings
        .iter()
        .map(|one| format!("{brand}:{}", one.order))
        .collect();
    let skus: Vec<Option<String>> = readings.iter().map(|one| one.sku.clone()).collect();
    let quantities: Vec<i32> = readings
        .iter()
        .map(|one| i32::try_from(one.quantity).unwrap_or(i32::MAX))
        .collect();
    let placed: Vec<Stamp> = readings.iter().map(|one| one.placed_at.into()).collect();
    sqlx::query!(
        "INSERT INTO homeostat.shop_line AS known (id, brand, shop_order, sku, quantity, placed_at)
         SELECT DISTINCT ON (id) u.id, $1, u.shop_order, u.sku, u.quantity, u.placed_at
         FROM unnest($2::text[], $3::text[], $4::text[], $5::int[], $6::timestamptz[])
             AS u (id, shop_order, sku, quantity, placed_at)
         ORDER BY id, u.quantity
         ON CONFLICT (id) DO UPDATE SET quantity = excluded.quantity
         WHERE known.quantity > excluded.quantity",
        brand,
        &ids,
        &orders,
        &skus as &[Option<String>],
        &quantities,
        &placed as &[Stamp],
    )
    .execute(tx)
    .await?;
    Ok(())
}
