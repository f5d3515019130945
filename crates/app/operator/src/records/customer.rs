//! A customer as the stores know one: orders under one keyed digest, over all stores of the owner.

use std::collections::BTreeSet;

use homeostat_model::{Money, WorldTime};
use homeostat_store::{Db, Stamp, StoreError};

/// More orders of one customer are not looked at.
const MOST: i64 = 500;

/// An order as a customer's profile needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The brand and the number in the shop's id.
    pub id: String,
    /// The store.
    pub brand: String,
    /// What people call it, such as `#1001`.
    pub name: String,
    /// How far it is paid.
    pub state: String,
    /// How far it is sent.
    pub fulfillment: String,
    /// What it cost.
    pub total: Money,
    /// What was given back, in micro-units of the same currency.
    pub refunded_micros: i64,
    /// Where it went, as a keyed digest.
    pub household: Option<String>,
    /// Numbers at carriers.
    pub parcels: Vec<String>,
    /// How far a dispute is.
    pub dispute: Option<String>,
    /// When it was placed.
    pub placed_at: WorldTime,
    /// When anything of it last changed.
    pub updated_at: WorldTime,
    /// When it was last read.
    pub read_at: WorldTime,
}

/// What somebody bought in all stores, the newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn orders(db: &Db, customer: &str) -> Result<Vec<Order>, StoreError> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT id, brand, name, state, fulfillment, currency, total_micros, refunded_micros, household, parcels,
             dispute, placed_at, updated_at, read_at
         FROM homeostat.shop_order WHERE customer = $1 ORDER BY placed_at DESC, id LIMIT $2",
        customer,
        MOST,
    )
    .fetch_all(db.pool())
    .await?;
    rows.into_iter().map(Row::order).collect()
}

/// How many customers of all stores have had something sent to an address.
///
/// # Errors
/// When the database does not answer.
pub async fn on_address(db: &Db, household: &str) -> Result<u32, StoreError> {
    let n = sqlx::query_scalar!(
        r#"SELECT count(DISTINCT customer) AS "n!" FROM homeostat.shop_order WHERE household = $1"#,
        household,
    )
    .fetch_one(db.pool())
    .await?;
    Ok(u32::try_from(n).unwrap_or(u32::MAX))
}

/// Which of these are numbers of the brand's orders and parcels, whoever bought.
///
/// # Errors
/// When the database does not answer.
pub async fn numbers(
    db: &Db,
    brand: &str,
    orders: &[String],
    parcels: &[String],
) -> Result<BTreeSet<String>, StoreError> {
    let mut known = BTreeSet::new();
    if !orders.is_empty() {
        let names: Vec<String> = orders.iter().map(|one| format!("#{one}")).collect();
        let found = sqlx::query_scalar!(
            "SELECT name FROM homeostat.shop_order WHERE brand = $1 AND (name = ANY ($2) OR name = ANY ($3))",
            brand,
            &names,
            orders,
        )
        .fetch_all(db.pool())
        .await?;
        known.extend(found.iter().map(|name| number_of(name).to_owned()));
    }
    if !parcels.is_empty() {
        let found = sqlx::query_scalar!(
            r#"SELECT parcel AS "parcel!" FROM homeostat.shop_order, unnest(parcels) AS parcel
               WHERE brand = $1 AND parcels && $2 AND parcel = ANY ($2)"#,
            brand,
            parcels,
        )
        .fetch_all(db.pool())
        .await?;
        known.extend(found);
    }
    Ok(known)
}

/// The number in what people call an order.
pub fn number_of(name: &str) -> &str {
    name.strip_prefix('#').unwrap_or(name)
}

struct Row {
    id: String,
    brand: String,
    name: String,
    state: String,
    fulfillment: String,
    currency: String,
    total_micros: i64,
    refunded_micros: i64,
    household: Option<String>,
    parcels: Vec<String>,
    dispute: Option<String>,
    placed_at: Stamp,
    updated_at: Stamp,
    read_at: Stamp,
}

impl Row {
    fn order(self) -> Result<Order, StoreError> {
        let currency = self.currency.parse();
        let currency = currency.map_err(|e| StoreError::corrupt("shop_order.currency", e))?;
        Ok(Order {
            total: Money::from_micros(self.total_micros, currency),
            placed_at: self.placed_at.world(),
            updated_at: self.updated_at.world(),
            read_at: self.read_at.world(),
            id: self.id,
            brand: self.brand,
            name: self.name,
            state: self.state,
            fulfillment: self.fulfillment,
            refunded_micros: self.refunded_micros,
            household: self.household,
            parcels: self.parcels,
            dispute: self.dispute,
        })
    }
}

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
