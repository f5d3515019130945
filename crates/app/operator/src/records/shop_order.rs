//! `shop_order`: one row per order, as the shop last showed it. No word about a person but keyed digests.

use homeostat_model::{Money, WorldTime};
use homeostat_store::{Db, PgConnection, Stamp, StoreError};

/// An order as read from its shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The number in the shop's id.
    pub number: u64,
    /// The shop's id.
    pub vendor_id: String,
    /// What people call it.
    pub name: String,
    /// How far it is paid; `UNKNOWN` for a word that this build does not know.
    pub state: String,
    /// The word as it was sent.
    pub state_raw: String,
    /// How far it is sent.
    pub fulfillment: String,
    /// What it cost.
    pub total: Money,
    /// What was given back.
    pub refunded: Money,
    /// Who bought, as a keyed digest.
    pub customer: Option<String>,
    /// Where it went, as a keyed digest.
    pub household: Option<String>,
    /// The payment that a refund gives back.
    pub payment: Option<String>,
    /// Through whom it was paid.
    pub gateway: Option<String>,
    /// Numbers at carriers.
    pub parcels: Vec<String>,
    /// How many things were bought.
    pub units: u32,
    /// How far a dispute is.
    pub dispute: Option<String>,
    /// When it was placed.
    pub placed_at: WorldTime,
    /// When anything of it last changed.
    pub updated_at: WorldTime,
}

/// Writes orders that a look, begun at `read_at`, has shown. What is known newer is left alone: pages overlap, and
/// the index behind them trails. Returns how many were new or had changed.
///
/// # Errors
/// When the database refuses or does not answer.
#[expect(
    clippy::too_many_lines,
    reason = "one statement with a column for each field"
)]
pub async fn record(
    tx: &mut PgConnection,
    brand: &str,
    readings: &[Reading],
    read_at: WorldTime,
) -> Result<u64, StoreError> {
    let text = |of: fn(&Reading) -> &String| readings.iter().map(of).cloned().collect::<Vec<_>>();
    let maybe = |of: fn(&Reading) -> &Option<String>| -> Vec<Option<String>> {
        readings.iter().map(of).cloned().collect()
    };
    let at = |of: fn(&Reading) -> WorldTime| -> Vec<Stamp> {
        readings.iter().map(|one| of(one).into()).collect()
    };
    let micros = |of: fn(&Reading) -> Money| -> Vec<i64> {
        readings.iter().map(|one| of(one).amount_micros).collect()
    };
    let ids: Vec<String> = readings
        .iter()
        .map(|one| format!("{brand}:{}", one.number))
        .collect();
    // Lists within a list do not travel: one text, whose parts hold no line end.
    let parcels: Vec<String> = readings.iter().map(|one| one.parcels.join("\n")).collect();
    let units: Vec<i32> = readings
        .iter()
        .map(|one| i32::try_from(one.units).unwrap_or(i32::MAX))
        .collect();
    let currencies: Vec<String> = readings
        .iter()
        .map(|one| one.total.currency.to_string())
        .collect();
    let written = sqlx::query!(
        "INSERT INTO homeostat.shop_order AS known
             (id, brand, vendor_id, name, state, state_raw, fulfillment, currency, total_micros, refunded_micros,
              customer, household, payment, gateway, parcels, units, dispute, placed_at, updated_at, read_at)
         SELECT r.id, $1, r.vendor_id, r.name, r.state, r.state_raw, r.fulfillment, r.currency, r.total, r.refunded,
                r.customer, r.household, r.payment, r.gateway, coalesce(string_to_array(nullif(r.parcels, ''), E'\\n'), '{}'), r.units,
                r.dispute, r.placed_at, r.updated_at, $2
         FROM (SELECT DISTINCT ON (id) u.id, u.vendor_id, u.name, u.state, u.state_raw, u.fulfillment, u.currency,
                      u.total, u.refunded, u.customer, u.household, u.payment, u.gateway,
                      coalesce(u.parcels, '') AS parcels, u.units, u.dispute, u.placed_at, u.updated_at
               FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
                           $10::bigint[], $11::bigint[], $12::text[], $13::text[], $14::text[], $15::text[],
                           $16::text[], $17::int[], $18::text[], $19::timestamptz[], $20::timestamptz[])
                    AS u (id, vendor_id, name, state, state_raw, fulfillment, currency, total, refunded, customer,
                          household, payment, gateway, parcels, units, dispute, placed_at, updated_at)
               ORDER BY id, u.updated_at DESC) r
         ON CONFLICT (id) DO UPDATE SET
             name = excluded.name, state = excluded.state, state_raw = excluded.state_raw,
             fulfillment = excluded.fulfillment, total_micros = excluded.total_micros,
             refunded_micros = excluded.refunded_micros, customer = coalesce(excluded.customer, known.customer),
             household = coalesce(excluded.household, known.household), payment = excluded.payment,
             gateway = excluded.gateway, parcels = excluded.parcels, units = excluded.units,
             dispute = excluded.dispute, updated_at = excluded.updated_at, read_at = excluded.read_at
         WHERE known.updated_at < excluded.updated_at
            OR (known.updated_at = excluded.updated_at AND known.read_at <= excluded.read_at
                AND (known.state, known.refunded_micros, known.fulfillment, known.dispute, known.parcels)
                    IS DISTINCT FROM
                    (excluded.state, excluded.refunded_micros, excluded.fulfillment, excluded.dispute, excluded.parcels))",
        brand,
        Stamp::from(read_at),
        &ids,
        &text(|one| &one.vendor_id),
        &text(|one| &one.name),
        &text(|one| &one.state),
        &text(|one| &one.state_raw),
        &text(|one| &one.fulfillment),
        &currencies,
        &micros(|one| one.total),
        &micros(|one| one.refunded),
        &maybe(|one| &one.customer) as &[Option<String>],
        &maybe(|one| &one.household) as &[Option<String>],
        &maybe(|one| &one.payment) as &[Option<String>],
        &maybe(|one| &one.gateway) as &[Option<String>],
        &parcels,
        &units,
        &maybe(|one| &one.dispute) as &[Option<String>],
        &at(|one| one.placed_at) as &[Stamp],
        &at(|one| one.updated_at) as &[Stamp],
    )
    .execute(tx)
    .await?;
    Ok(written.rows_affected())
}

/// When the order of the brand that changed last did so; `None` when none is known.
///
/// # Errors
/// When the database does not answer.
pub async fn newest(db: &Db, brand: &str) -> Result<Option<WorldTime>, StoreError> {
    let at = sqlx::query_scalar!(
        r#"SELECT max(updated_at) AS "at: Stamp" FROM homeostat.shop_order WHERE brand = $1"#,
        brand,
    )
    .fetch_one(db.pool())
    .await?;
    Ok(at.map(Stamp::world))
}

#[cfg(test)]
mod tests {
    use homeostat_testkit::Database;
    use jiff::SignedDuration;

    use super::*;

    fn at(hour: i64) -> WorldTime {
        let start = WorldTime("2026-01-01T00:00:00Z".parse().unwrap());
        start.plus(SignedDuration::from_hours(hour))
    }

    fn order(number: u64, state: &str, refunded: i64, hour: i64) -> Reading {
        let money = |micros| Money::from_micros(micros, "EUR".parse().unwrap());
        Reading {
            number,
            vendor_id: format!("gid://shopify/Order/{number}"),
            name: format!("#{number}"),
            state: state.into(),
            state_raw: state.into(),
            fulfillment: "FULFILLED".into(),
            total: money(60_000_000),
            refunded: money(refunded),
            customer: Some("email:1:aa".into()),
            household: None,
            payment: Some("gid://shopify/OrderTransaction/1".into()),
            gateway: Some("bogus".into()),
            parcels: vec!["HX1".into(), "HX2".into()],
            units: 2,
            dispute: None,
            placed_at: at(0),
            updated_at: at(hour),
        }
    }

    async fn kept(db: &Db) -> (String, i64, Vec<String>) {
        let row = sqlx::query!("SELECT state, refunded_micros, parcels FROM homeostat.shop_order")
            .fetch_one(db.pool())
            .await
            .unwrap();
        (row.state, row.refunded_micros, row.parcels)
    }

    #[tokio::test]
    async fn an_older_page_changes_nothing_and_a_newer_one_does() {
        let base = Database::fresh().await;
        let db = base.db();
        let mut connection = db.pool().acquire().await.unwrap();
        let page = [order(1, "PAID", 0, 3), order(1, "PENDING", 0, 2)];
        assert_eq!(
            record(&mut connection, "acme", &page, at(4)).await.unwrap(),
            1
        );
        let parcels = vec!["HX1".to_owned(), "HX2".to_owned()];
        assert_eq!(kept(&db).await, ("PAID".into(), 0, parcels.clone()));
        let older = [order(1, "PENDING", 0, 2)];
        assert_eq!(
            record(&mut connection, "acme", &older, at(5))
                .await
                .unwrap(),
            0
        );
        let newer = [order(1, "PARTIALLY_REFUNDED", 20_000_000, 6)];
        assert_eq!(
            record(&mut connection, "acme", &newer, at(7))
                .await
                .unwrap(),
            1
        );
        assert_eq!(
            kept(&db).await,
            ("PARTIALLY_REFUNDED".into(), 20_000_000, parcels)
        );
        assert_eq!(newest(&db, "acme").await.unwrap(), Some(at(6)));
        assert_eq!(newest(&db, "other").await.unwrap(), None);
    }

    #[tokio::test]
    async fn an_order_that_nothing_else_is_known_of_is_kept() {
        let base = Database::fresh().await;
        let db = base.db();
        let mut connection = db.pool().acquire().await.unwrap();
        let bare = Reading {
            customer: None,
            payment: None,
            gateway: None,
            parcels: Vec::new(),
            units: 0,
            ..order(1, "UNKNOWN", 0, 3)
        };
        record(&mut connection, "acme", &[bare], at(4))
            .await
            .unwrap();
        assert_eq!(kept(&db).await, ("UNKNOWN".into(), 0, Vec::new()));
    }

    #[tokio::test]
    async fn the_same_page_twice_is_one_row_and_one_event() {
        let base = Database::fresh().await;
        let db = base.db();
        let mut connection = db.pool().acquire().await.unwrap();
        let page = [order(1, "PAID", 0, 3)];
        for hour in 4..8 {
            record(&mut connection, "acme", &page, at(hour))
                .await
                .unwrap();
        }
        let events = sqlx::query_scalar!(
            r#"SELECT count(*) AS "n!" FROM homeostat.event WHERE entity = 'shop_order'"#
        )
        .fetch_one(db.pool())
        .await
        .unwrap();
        assert_eq!(events, 1);
    }
}
