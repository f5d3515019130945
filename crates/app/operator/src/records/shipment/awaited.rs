//! Parcels whose first word a letter waits for. Whoever looks at them brings it for all letters at once: forty share a
//! call of the tracker, and one call for each would take minutes on a bad day.

use homeostat_model::WorldTime;
use homeostat_store::{Db, Stamp, StoreError};

use super::{Followed, Wanted, carrier};

/// Whether a look at a parcel may bring its first word: it was not read since it is followed, or that was just now. One
/// that was refused brings none.
///
/// # Errors
/// When the database does not answer.
pub async fn awaits_news(
    db: &Db,
    brand: &str,
    number: &str,
    now: WorldTime,
) -> Result<bool, StoreError> {
    let found = sqlx::query_scalar!(
        r#"SELECT refused IS NULL
                  AND (registered_at IS NULL OR read_at IS NULL
                       OR registered_at > $3::timestamptz - interval '10 minutes') AS "awaits!"
           FROM homeostat.shipment WHERE brand = $1 AND number = $2"#,
        brand,
        number,
        Stamp::from(now) as Stamp,
    )
    .fetch_optional(db.pool())
    .await?;
    Ok(found.unwrap_or(true))
}

/// Up to `limit` parcels that letters wait for and nobody follows yet; those of the newest orders first.
///
/// # Errors
/// When the database does not answer.
pub async fn awaited_unfollowed(
    db: &Db,
    brand: &str,
    limit: i64,
) -> Result<Vec<Wanted>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT l.awaits AS "number!", min(o.id) AS "order_id!", max(o.placed_at) AS "placed_at!: Stamp",
                  max(s.carrier) AS carrier
           FROM homeostat.letter l
           JOIN homeostat.shop_order o ON o.customer = l.customer AND o.brand = l.brand
               AND l.awaits IN (SELECT upper(btrim(p.number)) FROM unnest(o.parcels) AS p (number))
           LEFT JOIN homeostat.shipment s ON s.id = l.brand || ':' || l.awaits
           WHERE l.brand = $1 AND l.state = 'read' AND l.awaits IS NOT NULL
             AND s.registered_at IS NULL AND s.refused IS NULL
           GROUP BY l.awaits ORDER BY max(o.placed_at) DESC, l.awaits LIMIT $2"#,
        brand,
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

/// Up to `limit` parcels that letters wait for and that are followed; those that were asked for longest ago first.
///
/// # Errors
/// When the database does not answer.
pub async fn awaited(db: &Db, brand: &str, limit: i64) -> Result<Vec<Followed>, StoreError> {
    let rows = sqlx::query!(
        "SELECT s.number, s.carrier FROM homeostat.shipment s
         WHERE s.registered_at IS NOT NULL AND s.id IN (
             SELECT l.brand || ':' || l.awaits FROM homeostat.letter l
             WHERE l.brand = $1 AND l.state = 'read' AND l.awaits IS NOT NULL)
         ORDER BY s.read_at NULLS FIRST, s.number LIMIT $2",
        brand,
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

#[cfg(test)]
mod tests {
    use homeostat_control::refund::Intent;
    use homeostat_language::Language;
    use homeostat_testkit::Database;

    use super::*;
    use crate::records::{
        letter::{self, Reading, State},
        shipment::{News, Told, record},
    };

    const CUSTOMER: &str = "email:1:aa";

    fn at() -> WorldTime {
        WorldTime("2026-01-01T00:00:00Z".parse().unwrap())
    }

    /// An order with a parcel, and a letter of its customer that waits for it.
    async fn awaiting(db: &Db, nth: i64, parcel: &str) -> String {
        let message = format!("<{nth}@m>");
        let reading = Reading {
            inbox: "support@acme.example".into(),
            message: message.clone(),
            thread: message.clone(),
            received_at: at(),
            customer: Some(CUSTOMER.into()),
            language: Language::English,
            language_told: true,
            intents: Vec::new(),
            wants: Intent::Track,
            claim: None,
            orders_said: Vec::new(),
            parcels_said: Vec::new(),
            asked: None,
            has_evidence: false,
            wants_person: false,
            flags: Vec::new(),
            said: None,
            is_automatic: false,
        };
        let mut connection = db.pool().acquire().await.unwrap();
        letter::record(&mut connection, "acme", &reading, at())
            .await
            .unwrap();
        let id = letter::id_of("acme", &message);
        let known = letter::find(db, &id).await.unwrap().unwrap();
        sqlx::query!(
            "INSERT INTO homeostat.shop_order (id, brand, vendor_id, name, state, state_raw, fulfillment, currency, total_micros,
                 refunded_micros, customer, parcels, units, placed_at, updated_at, read_at)
             VALUES ('acme:' || $1::bigint, 'acme', 'gid' || $1::bigint, '#1', 'PAID', 'PAID', 'FULFILLED', 'EUR', 5, 0,
                     $2, $3, 1, $4, $4, $4)",
            nth,
            known.customer,
            &[format!(" {} ", parcel.to_lowercase())],
            Stamp::from(at()) as Stamp,
        )
        .execute(db.pool())
        .await
        .unwrap();
        letter::awaits(db, &id, parcel).await.unwrap();
        id
    }

    async fn told(db: &Db, number: &str, told: Told) {
        let number = number.to_owned();
        let mut connection = db.pool().acquire().await.unwrap();
        record(&mut connection, "acme", &[News { number, told }], at())
            .await
            .unwrap();
    }

    /// Red when each letter's parcel is looked at alone, or when one that was decided is waited for.
    #[tokio::test]
    async fn one_look_brings_what_all_letters_wait_for() {
        let base = Database::fresh().await;
        let db = base.db();
        let first = awaiting(&db, 1, "HX1").await;
        for (nth, parcel) in [(2, "HX2"), (3, "HX3"), (4, "HX4")] {
            awaiting(&db, nth, parcel).await;
        }
        let numbers = async || {
            let unfollowed = awaited_unfollowed(&db, "acme", 40).await.unwrap();
            let followed = awaited(&db, "acme", 40).await.unwrap();
            let unfollowed: Vec<_> = unfollowed.into_iter().map(|one| one.number).collect();
            let followed: Vec<_> = followed.into_iter().map(|one| one.number).collect();
            (unfollowed.join(" "), followed.join(" "))
        };
        assert_eq!(numbers().await, ("HX1 HX2 HX3 HX4".into(), String::new()));
        for number in ["HX1", "HX2"] {
            let order_id = "acme:1".to_owned();
            let carrier = None;
            told(&db, number, Told::Registered { order_id, carrier }).await;
        }
        let (order_id, reason) = ("acme:3".to_owned(), "too short".to_owned());
        told(&db, "HX3", Told::Refused { order_id, reason }).await;
        assert_eq!(numbers().await, ("HX4".into(), "HX1 HX2".into()));
        told(&db, "HX1", Told::NotYet).await;
        assert_eq!(numbers().await.1, "HX2 HX1", "the longest unread first");
        let mut connection = db.pool().acquire().await.unwrap();
        letter::decided_in(&mut connection, &first, None, None, State::HandedOver)
            .await
            .unwrap();
        assert_eq!(numbers().await.1, "HX2");
        // One call takes forty.
        let some = awaited_unfollowed(&db, "acme", 0).await.unwrap();
        assert!(some.is_empty());
    }
}
