//! Which parcels are to be registered, and which are to be asked for.
//!
//! A parcel is asked for as often as news of its state may matter. One that has arrived, came back or is lost is asked
//! for once a day for a week, since a delivered one may still be reported broken; after that it is left alone, as is
//! one that was registered long ago: by then its tracker does not ask its carrier any more either.

use homeostat_model::WorldTime;
use homeostat_store::{Db, Stamp, StoreError};
use serde::{Deserialize, Serialize};

use super::carrier;

/// A parcel that should be followed, and is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Its number as the shop has it, in capitals.
    pub number: String,
    /// The order that it belongs to.
    pub order_id: String,
    /// When that was placed.
    pub placed_at: WorldTime,
    /// The carrier that it was followed under before.
    pub carrier: Option<u32>,
}

/// A place among the parcels that should be followed: those of newer orders come first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Newest {
    /// When the order of the last parcel was placed.
    pub placed_at: WorldTime,
    /// Its number.
    pub number: String,
}

/// A parcel that is followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    /// Its number.
    pub number: String,
    /// The carrier's key.
    pub carrier: Option<u32>,
}

/// Up to `limit` parcels of orders of the last 60 days that nobody follows yet, those of the newest orders first: whoever
/// asks, asks about these. What was refused is tried again after a day: a carrier may be found out later.
///
/// # Errors
/// When the database does not answer.
pub async fn unregistered(
    db: &Db,
    brand: &str,
    now: WorldTime,
    after: Option<&Newest>,
    limit: i64,
) -> Result<Vec<Wanted>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT w.number AS "number!", w.order_id AS "order_id!", w.placed_at AS "placed_at!: Stamp",
                  s.carrier AS "carrier?"
           FROM (SELECT upper(btrim(p.number)) AS number, min(o.id) AS order_id, max(o.placed_at) AS placed_at
                 FROM homeostat.shop_order o, unnest(o.parcels) AS p (number)
                 WHERE o.brand = $1 AND o.placed_at > $2::timestamptz - interval '60 days'
                 GROUP BY 1) w
           LEFT JOIN homeostat.shipment s ON s.id = $1 || ':' || w.number
           WHERE ($3::timestamptz IS NULL OR (w.placed_at, w.number COLLATE "C") < ($3, $4)) AND w.number <> ''
             AND (s.id IS NULL
                  OR (s.registered_at IS NULL
                      AND (s.refused IS NULL OR s.updated_at <= $2::timestamptz - interval '1 day')))
           ORDER BY w.placed_at DESC, w.number COLLATE "C" DESC LIMIT $5"#,
        brand,
        Stamp::from(now) as Stamp,
        after.map(|after| Stamp::from(after.placed_at)) as Option<Stamp>,
        after.map_or("", |after| after.number.as_str()),
        limit,
    )
    .fetch_all(db.pool())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Wanted {
            number: row.number,
            order_id: row.order_id,
            placed_at: row.placed_at.world(),
            carrier: carrier(row.carrier),
        })
        .collect())
}

/// A parcel of one of the brand's orders, whether it is followed or not.
///
/// # Errors
/// When the database does not answer.
pub async fn wanted(db: &Db, brand: &str, number: &str) -> Result<Option<Wanted>, StoreError> {
    let row = sqlx::query!(
        r#"SELECT o.id, o.placed_at AS "placed_at: Stamp", s.carrier AS "carrier?"
           FROM homeostat.shop_order o
           LEFT JOIN homeostat.shipment s ON s.id = $1 || ':' || $2::text
           WHERE o.brand = $1
             AND EXISTS (SELECT FROM unnest(o.parcels) AS p (number) WHERE upper(btrim(p.number)) = $2)
           ORDER BY o.id LIMIT 1"#,
        brand,
        number,
    )
    .fetch_optional(db.pool())
    .await?;
    Ok(row.map(|row| Wanted {
        number: number.to_owned(),
        order_id: row.id,
        placed_at: row.placed_at.world(),
        carrier: carrier(row.carrier),
    }))
}

/// A parcel that is followed.
///
/// # Errors
/// When the database does not answer.
pub async fn find(db: &Db, brand: &str, number: &str) -> Result<Option<Followed>, StoreError> {
    let row = sqlx::query!(
        "SELECT number, carrier FROM homeostat.shipment
         WHERE brand = $1 AND number = $2 AND registered_at IS NOT NULL",
        brand,
        number,
    )
    .fetch_optional(db.pool())
    .await?;
    Ok(row.map(|row| Followed {
        number: row.number,
        carrier: carrier(row.carrier),
    }))
}

/// Up to `limit` parcels, after `after` in the order of their numbers, that are to be asked for at `now`.
///
/// # Errors
/// When the database does not answer.
pub async fn due(
    db: &Db,
    brand: &str,
    now: WorldTime,
    after: &str,
    limit: i64,
) -> Result<Vec<Followed>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT number, carrier FROM homeostat.shipment
           WHERE brand = $1 AND number COLLATE "C" > $3
             AND registered_at > $2::timestamptz - interval '120 days'
             AND CASE WHEN read_at IS NULL THEN registered_at <= $2::timestamptz - interval '5 minutes'
                 ELSE read_at <= $2::timestamptz - CASE state
                     WHEN 'not_seen' THEN
                         CASE WHEN registered_at > $2::timestamptz - interval '1 hour'
                             THEN interval '5 minutes' ELSE interval '1 hour' END
                     WHEN 'out_for_delivery' THEN interval '2 hours'
                     WHEN 'announced' THEN interval '6 hours'
                     WHEN 'moving' THEN interval '6 hours'
                     WHEN 'exception' THEN interval '6 hours'
                     WHEN 'failed' THEN interval '6 hours'
                     WHEN 'awaits_pickup' THEN interval '6 hours'
                     WHEN 'unknown' THEN interval '6 hours'
                     WHEN 'coming_back' THEN interval '12 hours'
                     ELSE interval '24 hours' END
                 END
             AND (state NOT IN ('delivered', 'returned', 'lost')
                  OR updated_at > $2::timestamptz - interval '7 days')
           ORDER BY number COLLATE "C" LIMIT $4"#,
        brand,
        Stamp::from(now) as Stamp,
        after,
        limit,
    )
    .fetch_all(db.pool())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Followed {
            number: row.number,
            carrier: carrier(row.carrier),
        })
        .collect())
}

/// A parcel that is followed, and what is believed of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sampled {
    /// The parcel.
    pub parcel: Followed,
    /// Our word for where it is.
    pub state: String,
}

/// The parcels that were asked for longest ago, and not after `read_before`. What is left alone is left alone here too.
///
/// # Errors
/// When the database does not answer.
pub async fn longest_unread(
    db: &Db,
    brand: &str,
    read_before: WorldTime,
    limit: i64,
) -> Result<Vec<Sampled>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT number, carrier, state FROM homeostat.shipment
           WHERE brand = $1 AND registered_at > $2::timestamptz - interval '120 days'
             AND coalesce(read_at, registered_at) <= $2::timestamptz
             AND (state NOT IN ('delivered', 'returned', 'lost')
                  OR updated_at > $2::timestamptz - interval '7 days')
           ORDER BY coalesce(read_at, registered_at), id LIMIT $3"#,
        brand,
        Stamp::from(read_before) as Stamp,
        limit,
    )
    .fetch_all(db.pool())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Sampled {
            parcel: Followed {
                number: row.number,
                carrier: carrier(row.carrier),
            },
            state: row.state,
        })
        .collect())
}
