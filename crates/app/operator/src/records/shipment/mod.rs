//! `shipment`: one row per parcel, as its carriers last told of it.
//!
//! *Who is authoritative.* The tracker for what carriers say, and the shop for which parcels an order has. Readings are
//! kept in the order in which they were told, each dated by its carrier: an answer that comes late changes nothing that
//! is known from a later look. Where nobody has a word of a parcel no reading is kept, so silence is never a status.

use homeostat_control::delivery::{Inputs, Params, Reading, State, estimate};
use homeostat_model::WorldTime;
use homeostat_store::{Db, PgConnection, Stamp, StoreError};
use serde_json::Value;

mod awaited;
mod due;

pub use awaited::{awaited, awaited_unfollowed, awaits_news};
pub use due::{Followed, Newest, Sampled, Wanted, due, find, longest_unread, unregistered, wanted};

/// Readings of one parcel that are kept; the oldest go first.
const READINGS_MAX: usize = 32;

/// What one answer says about one parcel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// Its number.
    pub number: String,
    /// What was said.
    pub told: Told,
}

/// What can be said about a parcel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// It is followed from now on, or was already.
    Registered {
        /// The order that it belongs to.
        order_id: String,
        /// The carrier's key, where the vendor found it out.
        carrier: Option<u32>,
    },
    /// It will not be followed as it is.
    Refused {
        /// The order that it belongs to.
        order_id: String,
        /// Why, in the vendor's words.
        reason: String,
    },
    /// The vendor does not follow it, and must be asked to once more.
    NotRegistered,
    /// Nothing is known yet.
    NotYet,
    /// This is where it is.
    Seen(Seen),
}

/// Where a parcel is, as a carrier tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The main status, as written.
    pub status: String,
    /// The sub status, as written.
    pub sub_status: Option<String>,
    /// When it came to be, where the carrier gives a time that can be placed.
    pub at: Option<WorldTime>,
    /// The carrier's key.
    pub carrier: Option<u32>,
    /// When it was handed over.
    pub shipped_at: Option<WorldTime>,
    /// By when the carrier wants to deliver it.
    pub promised_by: Option<WorldTime>,
}

/// A row as it is before the news.
struct Row {
    state_raw: String,
    sub_status: Option<String>,
    carrier: Option<i32>,
    shipped_at: Option<WorldTime>,
    promised_by: Option<WorldTime>,
    readings: Vec<Reading>,
    updated_at: WorldTime,
}

/// Writes what a call, begun at `at`, has brought. What is known from a later one is left alone. Returns how many rows
/// were written.
///
/// # Errors
/// When the database refuses or does not answer, or a row holds what cannot be read.
pub async fn record(
    tx: &mut PgConnection,
    brand: &str,
    news: &[News],
    at: WorldTime,
) -> Result<u64, StoreError> {
    let mut written = 0;
    for one in news {
        let id = format!("{brand}:{}", one.number);
        match &one.told {
            Told::Registered { order_id, carrier } => {
                let carrier = carrier.and_then(key);
                written +=
                    registered(tx, (brand, &one.number), order_id, carrier, None, at).await?;
            }
            Told::Refused { order_id, reason } => {
                let refused = Some(reason.as_str());
                written +=
                    registered(tx, (brand, &one.number), order_id, None, refused, at).await?;
            }
            Told::NotRegistered => {
                let done = sqlx::query!(
                    "UPDATE homeostat.shipment SET registered_at = NULL, read_at = $2
                     WHERE id = $1 AND registered_at < $2 AND coalesce(read_at <= $2, true)",
                    id,
                    Stamp::from(at),
                )
                .execute(&mut *tx)
                .await?;
                written += done.rows_affected();
            }
            Told::NotYet => {
                let done = sqlx::query!(
                    "UPDATE homeostat.shipment SET read_at = $2 WHERE id = $1 AND coalesce(read_at <= $2, true)",
                    id,
                    Stamp::from(at),
                )
                .execute(&mut *tx)
                .await?;
                written += done.rows_affected();
            }
            Told::Seen(seen) => {
                if let Some(row) = before(tx, &id, at).await? {
                    write(tx, &id, &after(row, seen, at), at).await?;
                    written += 1;
                }
            }
        }
    }
    Ok(written)
}

/// One that is registered again keeps what is known of it.
async fn registered(
    tx: &mut PgConnection,
    (brand, number): (&str, &str),
    order_id: &str,
    carrier: Option<i32>,
    refused: Option<&str>,
    at: WorldTime,
) -> Result<u64, StoreError> {
    let done = sqlx::query!(
        "INSERT INTO homeostat.shipment AS known
             (id, brand, number, carrier, order_id, state, state_raw, registered_at, refused, updated_at)
         VALUES ($1 || ':' || $2, $1, $2, $3, $4, 'not_seen', '', CASE WHEN $5::text IS NULL THEN $6::timestamptz END,
                 $5, $6)
         ON CONFLICT (id) DO UPDATE SET
             carrier = coalesce(excluded.carrier, known.carrier), registered_at = excluded.registered_at,
             refused = excluded.refused, updated_at = excluded.updated_at
         WHERE known.registered_at IS NULL",
        brand,
        number,
        carrier,
        order_id,
        refused,
        Stamp::from(at),
    )
    .execute(tx)
    .await?;
    Ok(done.rows_affected())
}

/// The row, locked; `None` when there is none, or what it holds is newer.
async fn before(tx: &mut PgConnection, id: &str, at: WorldTime) -> Result<Option<Row>, StoreError> {
    let row = sqlx::query!(
        "SELECT state_raw, sub_status, carrier, shipped_at, promised_by, readings, updated_at
         FROM homeostat.shipment WHERE id = $1 AND coalesce(read_at <= $2, true) FOR UPDATE",
        id,
        Stamp::from(at),
    )
    .fetch_optional(tx)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    Ok(Some(Row {
        state_raw: row.state_raw,
        sub_status: row.sub_status,
        carrier: row.carrier,
        shipped_at: row.shipped_at.map(Stamp::world),
        promised_by: row.promised_by.map(Stamp::world),
        readings: readings(row.readings)?,
        updated_at: row.updated_at.world(),
    }))
}

/// The row once the news is in it.
fn after(row: Row, seen: &Seen, at: WorldTime) -> Row {
    let state = State::from_raw(&seen.status, seen.sub_status.as_deref());
    let mut readings = row.readings;
    let is_news = (&row.state_raw, &row.sub_status) != (&seen.status, &seen.sub_status);
    if state != State::NotSeen {
        let dated = seen.at.map(|told| told.min(at));
        let reading = |at| Reading {
            at,
            status: seen.status.clone(),
            sub_status: seen.sub_status.clone(),
        };
        let said =
            |one: &Reading| (&one.status, &one.sub_status) == (&seen.status, &seen.sub_status);
        let is_same = readings.last().is_some_and(said);
        // Of a status that lasts its first word is kept, for since when, and its last, for how long ago.
        let lasts = readings.iter().rev().nth(1).is_some_and(said);
        match (dated, readings.last_mut()) {
            (None, Some(_)) if is_same => {}
            (Some(told), Some(last)) if is_same && lasts => last.at = last.at.max(told),
            (Some(told), Some(last)) if is_same && told <= last.at => {}
            _ => readings.push(reading(dated.unwrap_or(at))),
        }
        let over = readings.len().saturating_sub(READINGS_MAX);
        readings.drain(..over);
    }
    let handed_over = readings.iter().find(|one| {
        let state = State::from_raw(&one.status, one.sub_status.as_deref());
        !matches!(
            state,
            State::NotSeen | State::Announced | State::Expired | State::Unknown { .. }
        )
    });
    Row {
        shipped_at: (seen.shipped_at.or(row.shipped_at)).or_else(|| handed_over.map(|one| one.at)),
        promised_by: seen.promised_by.or(row.promised_by),
        carrier: seen.carrier.and_then(key).or(row.carrier),
        updated_at: if is_news { at } else { row.updated_at },
        state_raw: seen.status.clone(),
        sub_status: seen.sub_status.clone(),
        readings,
    }
}

async fn write(
    tx: &mut PgConnection,
    id: &str,
    row: &Row,
    at: WorldTime,
) -> Result<(), StoreError> {
    let readings = serde_json::to_value(&row.readings)
        .map_err(|error| StoreError::corrupt("shipment.readings", error))?;
    sqlx::query!(
        "UPDATE homeostat.shipment SET state = $2, state_raw = $3, sub_status = $4, carrier = $5, shipped_at = $6,
             promised_by = $7, readings = $8, updated_at = $9, read_at = $10,
             registered_at = coalesce(registered_at, $10), refused = NULL
         WHERE id = $1",
        id,
        word(&State::from_raw(
            &row.state_raw,
            row.sub_status.as_deref()
        )),
        row.state_raw,
        row.sub_status,
        row.carrier,
        row.shipped_at.map(Stamp::from) as Option<Stamp>,
        row.promised_by.map(Stamp::from) as Option<Stamp>,
        readings,
        Stamp::from(row.updated_at),
        Stamp::from(at),
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// What is known of an order's parcel at `now`; `None` when it has none that is followed. Of several the one counts
/// that is least far: an order has arrived when all of it has.
///
/// # Errors
/// When the database does not answer, or a row holds what cannot be read.
pub async fn of_order(
    db: &Db,
    brand: &str,
    order_id: &str,
    now: WorldTime,
) -> Result<Option<Inputs>, StoreError> {
    let rows = sqlx::query!(
        "SELECT s.readings, s.shipped_at, s.promised_by
         FROM homeostat.shop_order o
         JOIN homeostat.shipment s ON s.brand = o.brand
             AND s.number IN (SELECT upper(btrim(p.number)) FROM unnest(o.parcels) AS p (number))
         WHERE o.id = $2 AND o.brand = $1 AND s.refused IS NULL
         ORDER BY s.id LIMIT 100",
        brand,
        order_id,
    )
    .fetch_all(db.pool())
    .await?;
    let each = rows.into_iter().map(|row| {
        Ok(Inputs {
            params: Params::default(),
            now,
            shipped_at: row.shipped_at.map(Stamp::world),
            promised_by: row.promised_by.map(Stamp::world),
            readings: readings(row.readings)?,
        })
    });
    let all = each.collect::<Result<Vec<Inputs>, StoreError>>()?;
    Ok(all.into_iter().min_by_key(|inputs| estimate(inputs).state))
}

fn readings(stored: Value) -> Result<Vec<Reading>, StoreError> {
    serde_json::from_value(stored).map_err(|error| StoreError::corrupt("shipment.readings", error))
}

/// The carrier's key as it is stored.
fn carrier(key: Option<i32>) -> Option<u32> {
    key.and_then(|key| u32::try_from(key).ok())
}

fn key(carrier: u32) -> Option<i32> {
    i32::try_from(carrier).ok()
}

/// The word of a state, as the table has it.
pub fn word(state: &State) -> &'static str {
    match state {
        State::NotSeen => "not_seen",
        State::Announced => "announced",
        State::Moving => "moving",
        State::Expired => "expired",
        State::Exception => "exception",
        State::Failed => "failed",
        State::OutForDelivery => "out_for_delivery",
        State::AwaitsPickup => "awaits_pickup",
        State::Unknown { .. } => "unknown",
        State::ComingBack => "coming_back",
        State::Returned => "returned",
        State::Lost => "lost",
        State::Delivered => "delivered",
    }
}

#[cfg(test)]
mod tests;
