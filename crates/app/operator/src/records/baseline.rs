//! `store_baseline`: what is normal for each brand's store, and whether it has fallen silent.
//!
//! A store that fell silent is an incident, which closes by itself with the next order.

use homeostat_control::baseline::Order;
use homeostat_effects::{open_incident_in, settle_incident_in};
use homeostat_model::{Currency, WorldTime};
use homeostat_store::{Db, PgConnection, Stamp, StoreError};
use serde::Serialize;

/// The incident's kind.
pub const INCIDENT: &str = "store_silent";

/// Whether a store sells as it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Too few orders to say.
    Unjudged,
    /// Nothing is missing.
    Usual,
    /// Too long without an order to be chance.
    Silent,
}

impl State {
    /// Its word in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unjudged => "unjudged",
            Self::Usual => "usual",
            Self::Silent => "silent",
        }
    }

    fn read(word: &str) -> Result<Self, StoreError> {
        let all = [Self::Unjudged, Self::Usual, Self::Silent];
        let known = all.into_iter().find(|state| state.as_str() == word);
        known.ok_or_else(|| StoreError::corrupt("store_baseline.state", format!("{word:?}")))
    }
}

/// What is normal for a store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Baseline {
    /// The brand.
    pub brand: String,
    /// Whether it sells as it does.
    pub state: State,
    /// Of the amounts.
    pub currency: Currency,
    /// From when on orders were counted.
    pub counted_from: WorldTime,
    /// World time of the reading that they were counted until.
    pub counted_to: WorldTime,
    /// How many there were.
    pub orders: u32,
    /// Average order value, micro-units; none without an order.
    pub aov_micros: Option<i64>,
    /// Orders over visits in millionths; none as long as nobody counts visits.
    pub conversion_ppm: Option<u32>,
    /// Orders an hour, in millionths.
    pub orders_per_hour_micro: u64,
    /// Orders that the delay from click to order was measured on.
    pub delays_measured: u32,
    /// The last order by then, however long ago.
    pub last_order_at: Option<WorldTime>,
}

/// The first and the last order of a brand until an instant; `None` when there is none. Orders in another currency are
/// none of its own, and one that came to nothing is none.
///
/// # Errors
/// When the database does not answer.
pub async fn ends(
    db: &Db,
    brand: &str,
    currency: Currency,
    until: WorldTime,
) -> Result<Option<(WorldTime, WorldTime)>, StoreError> {
    let row = sqlx::query!(
        r#"SELECT min(placed_at) AS "first: Stamp", max(placed_at) AS "last: Stamp" FROM homeostat.shop_order
           WHERE brand = $1 AND currency = $2 AND placed_at <= $3 AND state NOT IN ('VOIDED', 'EXPIRED')"#,
        brand,
        currency.as_str(),
        Stamp::from(until) as Stamp,
    )
    .fetch_one(db.pool())
    .await?;
    Ok(row.first.zip(row.last).map(|(a, b)| (a.world(), b.world())))
}

/// The same orders, those that were placed from `from` to `until`, newest first; at most `limit`. One that is not paid
/// yet came all the same. When it was clicked is not read.
///
/// # Errors
/// When the database does not answer.
pub async fn orders(
    db: &Db,
    brand: &str,
    currency: Currency,
    (from, until): (WorldTime, WorldTime),
    limit: u32,
) -> Result<Vec<Order>, StoreError> {
    let rows = sqlx::query!(
        "SELECT placed_at, total_micros FROM homeostat.shop_order
         WHERE brand = $1 AND currency = $2 AND placed_at >= $3 AND placed_at <= $4
           AND state NOT IN ('VOIDED', 'EXPIRED')
         ORDER BY placed_at DESC LIMIT $5",
        brand,
        currency.as_str(),
        Stamp::from(from) as Stamp,
        Stamp::from(until) as Stamp,
        i64::from(limit),
    )
    .fetch_all(db.pool())
    .await?;
    let orders = rows.into_iter().map(|row| Order {
        at: row.placed_at.world(),
        clicked_at: None,
        total_micros: row.total_micros,
    });
    Ok(orders.collect())
}

/// What is known of a brand's store. The row is locked as long as the caller's transaction lasts.
///
/// # Errors
/// When the database does not answer, or a row holds what cannot be read.
pub async fn known(tx: &mut PgConnection, brand: &str) -> Result<Option<Baseline>, StoreError> {
    let row = sqlx::query!(
        "SELECT brand, state, currency, counted_from, counted_to, orders, aov_micros, conversion_ppm,
                orders_per_hour_micro, delays_measured, last_order_at
         FROM homeostat.store_baseline WHERE id = $1 FOR UPDATE",
        brand,
    )
    .fetch_optional(tx)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let currency = row.currency.parse();
    let count = |n: i32| u32::try_from(n).unwrap_or_default();
    Ok(Some(Baseline {
        brand: row.brand,
        state: State::read(&row.state)?,
        currency: currency.map_err(|e| StoreError::corrupt("store_baseline.currency", e))?,
        counted_from: row.counted_from.world(),
        counted_to: row.counted_to.world(),
        orders: count(row.orders),
        aov_micros: row.aov_micros,
        conversion_ppm: row.conversion_ppm.map(count),
        orders_per_hour_micro: u64::try_from(row.orders_per_hour_micro).unwrap_or_default(),
        delays_measured: count(row.delays_measured),
        last_order_at: row.last_order_at.map(Stamp::world),
    }))
}

/// Writes what is normal. What rests on a newer reading is left alone, and so is what says the same already. Returns
/// whether anything changed.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn record(
    tx: &mut PgConnection,
    one: &Baseline,
    at: WorldTime,
) -> Result<bool, StoreError> {
    let count = |n: u32| i32::try_from(n).unwrap_or(i32::MAX);
    let written = sqlx::query!(
        "INSERT INTO homeostat.store_baseline AS known
             (id, brand, state, currency, counted_from, counted_to, orders, aov_micros, conversion_ppm,
              orders_per_hour_micro, delays_measured, last_order_at, updated_at)
         VALUES ($1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (id) DO UPDATE SET
             state = excluded.state, currency = excluded.currency, counted_from = excluded.counted_from,
             counted_to = excluded.counted_to, orders = excluded.orders, aov_micros = excluded.aov_micros,
             conversion_ppm = excluded.conversion_ppm, orders_per_hour_micro = excluded.orders_per_hour_micro,
             delays_measured = excluded.delays_measured, last_order_at = excluded.last_order_at,
             updated_at = excluded.updated_at
         WHERE known.counted_to <= excluded.counted_to
           AND (known.state, known.currency, known.counted_from, known.counted_to, known.orders, known.aov_micros,
                known.conversion_ppm, known.orders_per_hour_micro, known.delays_measured, known.last_order_at)
               IS DISTINCT FROM
               (excluded.state, excluded.currency, excluded.counted_from, excluded.counted_to, excluded.orders,
                excluded.aov_micros, excluded.conversion_ppm, excluded.orders_per_hour_micro,
                excluded.delays_measured, excluded.last_order_at)",
        one.brand,
        one.state.as_str(),
        one.currency.as_str(),
        Stamp::from(one.counted_from) as Stamp,
        Stamp::from(one.counted_to) as Stamp,
        count(one.orders),
        one.aov_micros,
        one.conversion_ppm.map(count),
        i64::try_from(one.orders_per_hour_micro).unwrap_or(i64::MAX),
        count(one.delays_measured),
        one.last_order_at.map(Stamp::from) as Option<Stamp>,
        Stamp::from(at) as Stamp,
    )
    .execute(tx)
    .await?;
    Ok(written.rows_affected() > 0)
}

/// The store has fallen silent: a person must look.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn fell_silent(
    tx: &mut PgConnection,
    brand: &str,
    reason: &str,
) -> Result<(), StoreError> {
    let entity = ("store_baseline", brand.to_owned());
    open_incident_in(tx, INCIDENT, Some(brand), entity, reason).await?;
    Ok(())
}

/// It sells again.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn sells_again(tx: &mut PgConnection, brand: &str) -> Result<(), StoreError> {
    settle_incident_in(tx, INCIDENT, ("store_baseline", brand.to_owned())).await
}
