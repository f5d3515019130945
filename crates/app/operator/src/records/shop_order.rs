//! `shop_order`: one row per order, as the shop last showed it. No word about a person but numbers of subjects.

use homeostat_model::{Currency, Money, WorldTime};
use homeostat_store::{Db, PgConnection, Stamp, StoreError};

use super::identity;
use crate::people::Sight;

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
    /// Who bought.
    pub customer: Option<Sight>,
    /// Where it went.
    pub household: Option<Sight>,
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
    let seen = readings
        .iter()
        .flat_map(|one| one.customer.iter().chain(&one.household));
    let seen: Vec<Sight> = seen.cloned().collect();
    let subjects = identity::subjects_in(&mut *tx, &seen, read_at).await?;
    let whose = |of: fn(&Reading) -> &Option<Sight>| -> Vec<Option<String>> {
        let each = readings.iter().map(|one| of(one).as_ref());
        each.map(|sight| subjects.get(sight?.newest()).cloned())
            .collect()
    };
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
        &whose(|one| &one.customer) as &[Option<String>],
        &whose(|one| &one.household) as &[Option<String>],
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

/// What was given back of an order, by the shop's id; `None` when it is not known.
///
/// # Errors
/// When the database does not answer, or a row holds what cannot be read.
pub async fn given_back(
    db: &Db,
    brand: &str,
    vendor_id: &str,
) -> Result<Option<Money>, StoreError> {
    let row = sqlx::query!(
        "SELECT refunded_micros, currency FROM homeostat.shop_order WHERE brand = $1 AND vendor_id = $2",
        brand,
        vendor_id,
    )
    .fetch_optional(db.pool())
    .await?;
    row.map(|row| {
        let currency = row
            .currency
            .parse()
            .map_err(|error| StoreError::corrupt("shop_order.currency", error))?;
        Ok(Money::from_micros(row.refunded_micros, currency))
    })
    .transpose()
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

/// What the orders of some time have brought, micro-units of the brand's currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sales {
    /// Paid by customers. An order whose dispute is not decided is not counted yet.
    pub settled_micros: i64,
    /// Of that, given back; a dispute that was lost takes all of its order.
    pub refunded_micros: i64,
}

/// The sums over the orders that were placed from `from` until before `until`, as the shop last showed them. Orders
/// in another currency are none of the brand's sales.
///
/// # Errors
/// When the database does not answer.
pub async fn sales(
    db: &Db,
    brand: &str,
    currency: Currency,
    from: WorldTime,
    until: WorldTime,
) -> Result<Sales, StoreError> {
    Ok(sqlx::query_as!(
        Sales,
        r#"SELECT coalesce(sum(total_micros), 0)::bigint AS "settled_micros!",
               coalesce(sum(CASE WHEN dispute IN ('LOST', 'ACCEPTED', 'CHARGE_REFUNDED') THEN total_micros
                                 ELSE least(refunded_micros, total_micros) END), 0)::bigint AS "refunded_micros!"
           FROM homeostat.shop_order
           WHERE brand = $1 AND currency = $2 AND placed_at >= $3 AND placed_at < $4
             AND state IN ('PAID', 'PARTIALLY_REFUNDED', 'REFUNDED')
             AND (dispute IS NULL OR dispute IN ('LOST', 'ACCEPTED', 'CHARGE_REFUNDED', 'WON', 'PREVENTED'))"#,
        brand,
        currency.as_str(),
        Stamp::from(from) as Stamp,
        Stamp::from(until) as Stamp,
    )
    .fetch_one(db.pool())
    .await?)
}

/// An order as a refund of it needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refundable {
    /// The shop's id.
    pub vendor_id: String,
    /// What people call it.
    pub name: String,
    /// How far it is paid, see [`Reading::state`].
    pub state: String,
    /// What it cost.
    pub total: Money,
    /// What was given back.
    pub refunded: Money,
    /// Who bought, as a keyed digest.
    pub customer: Option<String>,
    /// The payment that a refund gives back.
    pub payment: Option<String>,
    /// Through whom it was paid.
    pub gateway: Option<String>,
}

impl Refundable {
    /// What was certainly paid for it, micro-units; nothing where the shop does not say that it is paid.
    pub fn paid_micros(&self) -> i64 {
        match self.state.as_str() {
            "PAID" | "PARTIALLY_REFUNDED" | "REFUNDED" => self.total.amount_micros,
            _ => 0,
        }
    }
}

/// An order by our id of it.
///
/// # Errors
/// When the database does not answer.
pub async fn refundable(db: &Db, id: &str) -> Result<Option<Refundable>, StoreError> {
    let row = sqlx::query!(
        "SELECT vendor_id, name, state, currency, total_micros, refunded_micros, customer, payment, gateway
         FROM homeostat.shop_order WHERE id = $1",
        id,
    )
    .fetch_optional(db.pool())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let currency = row.currency.parse();
    let currency = currency.map_err(|e| StoreError::corrupt("shop_order.currency", e))?;
    Ok(Some(Refundable {
        vendor_id: row.vendor_id,
        name: row.name,
        state: row.state,
        total: Money::from_micros(row.total_micros, currency),
        refunded: Money::from_micros(row.refunded_micros, currency),
        customer: row.customer,
        payment: row.payment,
        gateway: row.gateway,
    }))
}

/// A refund of an order has settled: at least so much was given back of it by now. The next look at the shop,
/// which is dated later, has the last word.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn refunded_in(
    tx: &mut PgConnection,
    brand: &str,
    vendor_id: &str,
    refunded_micros: i64,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE homeostat.shop_order SET refunded_micros = $3, state = w.word, state_raw = w.word
         FROM (SELECT id, CASE WHEN $3 >= total_micros THEN 'REFUNDED' ELSE 'PARTIALLY_REFUNDED' END AS word
               FROM homeostat.shop_order WHERE brand = $1 AND vendor_id = $2) w
         WHERE shop_order.id = w.id AND refunded_micros < $3",
        brand,
        vendor_id,
        refunded_micros,
    )
    .execute(tx)
    .await?;
    Ok(())
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

    #[tokio::test]
    async fn a_refund_that_was_seen_already_is_not_counted_twice() {
        let base = Database::fresh().await;
        let db = base.db();
        let mut connection = db.pool().acquire().await.unwrap();
        let page = [order(1, "PAID", 0, 3)];
        record(&mut connection, "acme", &page, at(4)).await.unwrap();
        let id = "gid://shopify/Order/1";
        for (micros, state, refunded) in [
            (20_000_000, "PARTIALLY_REFUNDED", 20_000_000),
            (20_000_000, "PARTIALLY_REFUNDED", 20_000_000),
            (60_000_000, "REFUNDED", 60_000_000),
            (10_000_000, "REFUNDED", 60_000_000),
        ] {
            refunded_in(&mut connection, "acme", id, micros)
                .await
                .unwrap();
            let known = refundable(&db, "acme:1").await.unwrap().unwrap();
            assert_eq!(
                (known.state.as_str(), known.refunded.amount_micros),
                (state, refunded)
            );
            assert_eq!(known.paid_micros(), 60_000_000);
        }
        assert_eq!(refundable(&db, "acme:2").await.unwrap(), None);
        let newer = [order(1, "PARTIALLY_REFUNDED", 40_000_000, 6)];
        record(&mut connection, "acme", &newer, at(7))
            .await
            .unwrap();
        let known = refundable(&db, "acme:1").await.unwrap().unwrap();
        assert_eq!(known.refunded.amount_micros, 40_000_000);
    }

    #[tokio::test]
    async fn sales_count_what_was_paid_and_is_not_disputed_less_what_was_given_back() {
        let base = Database::fresh().await;
        let db = base.db();
        let mut connection = db.pool().acquire().await.unwrap();
        let disputed = |number, dispute: &str| Reading {
            dispute: Some(dispute.into()),
            ..order(number, "PAID", 0, 1)
        };
        let orders = [
            order(1, "PAID", 0, 1),
            order(2, "PARTIALLY_REFUNDED", 4_000_000, 1),
            order(3, "PENDING", 0, 1),
            disputed(4, "LOST"),
            disputed(5, "WON"),
            disputed(6, "NEEDS_RESPONSE"),
            disputed(7, "a new word"),
        ];
        let one = orders[0].total.amount_micros;
        record(&mut connection, "aurora", &orders, at(2))
            .await
            .unwrap();
        let sold = async |from, until| {
            let currency = "EUR".parse().unwrap();
            sales(&db, "aurora", currency, from, until).await.unwrap()
        };
        let placed = orders[0].placed_at;
        let after = placed.plus(SignedDuration::from_secs(1));
        // Orders 1, 2, 4 and 5 are settled; of them 4 is lost as a whole.
        let all = Sales {
            settled_micros: 4 * one,
            refunded_micros: 4_000_000 + one,
        };
        assert_eq!(sold(placed, after).await, all);
        assert_eq!(sold(at(-100), placed).await, Sales::default());
        assert_eq!(sold(after, at(1_000)).await, Sales::default());
    }
}
