//! `dispute`: what banks take back or ask about, one row per dispute, as the shop last showed it.

use homeostat_control::dispute::{Dispute, State};
use homeostat_model::{Money, WorldTime};
use homeostat_store::{Db, PgConnection, Stamp, StoreError};

/// A dispute as read from its shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The number in the shop's id.
    pub number: u64,
    /// The number in the shop's id of the order; `None` where the shop does not know.
    pub order: Option<u64>,
    /// Whether money is taken or only asked about.
    pub kind: String,
    /// How far it is; `UNKNOWN` for a word that this build does not know.
    pub state: String,
    /// The word as it was sent.
    pub state_raw: String,
    /// What the bank says.
    pub reason: String,
    /// What it is about.
    pub amount: Money,
    /// When it began.
    pub opened_at: WorldTime,
    /// Until when evidence is taken.
    pub due_at: Option<WorldTime>,
    /// When it was decided.
    pub ended_at: Option<WorldTime>,
}

/// Writes disputes that a look, begun at `read_at`, has shown. What is known newer is left alone.
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
            "INSERT INTO homeostat.dispute AS known
                 (id, brand, shop_order, kind, state, state_raw, reason, currency, amount_micros, opened_at, due_at,
                  ended_at, read_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
             ON CONFLICT (id) DO UPDATE SET
                 shop_order = excluded.shop_order, kind = excluded.kind, state = excluded.state,
                 state_raw = excluded.state_raw, reason = excluded.reason, amount_micros = excluded.amount_micros,
                 due_at = excluded.due_at, ended_at = excluded.ended_at, read_at = excluded.read_at
             WHERE known.read_at <= excluded.read_at",
            format!("{brand}:{}", one.number),
            brand,
            one.order.map(|order| format!("{brand}:{order}")),
            one.kind,
            one.state,
            one.state_raw,
            one.reason,
            one.amount.currency.to_string(),
            one.amount.amount_micros,
            Stamp::from(one.opened_at),
            one.due_at.map(Stamp::from) as Option<Stamp>,
            one.ended_at.map(Stamp::from) as Option<Stamp>,
            Stamp::from(read_at),
        )
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}

/// Every dispute about an order of a customer, over all shops, as the estimator takes them.
///
/// # Errors
/// When the database does not answer.
pub async fn of_customer(db: &Db, customer: &str) -> Result<Vec<Dispute>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT d.id, d.state_raw, d.opened_at AS "opened_at: Stamp", d.read_at AS "read_at: Stamp", o.vendor_id
           FROM homeostat.dispute d JOIN homeostat.shop_order o ON o.id = d.shop_order
           WHERE o.customer = $1 ORDER BY d.id"#,
        customer,
    )
    .fetch_all(db.pool())
    .await?;
    let each = rows.into_iter().map(|row| Dispute {
        id: row.id,
        read_at: row.read_at.world(),
        state: State::from_raw(&row.state_raw),
        opened_at: row.opened_at.world(),
        order: Some(row.vendor_id),
    });
    Ok(each.collect())
}
