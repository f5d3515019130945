//! `observation`: what was read of each campaign's day. Append-only; a reading is a fact.

use homeostat_model::{Money, WorldTime};
use homeostat_store::{Db, PgConnection, Stamp, StoreError};
use jiff::{civil::Date, tz::TimeZone};

/// Days older than this no longer weigh in any estimate.
const DAYS_KEPT_IN_VIEW: i32 = 90;

/// One campaign's day as an insights sensor read it. Figures are cumulative for the day.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The vendor's campaign id.
    pub campaign: String,
    /// The day in the account's zone.
    pub day: Date,
    /// Spent that day so far.
    pub spend: Money,
    /// Sales attributed to that day so far.
    pub sales: i64,
    /// What they are worth as the ads report it; absent where they do not.
    pub value: Option<Money>,
}

/// One campaign's day as last read, with the instants it spans.
#[derive(Debug, Clone)]
pub struct Day {
    /// The vendor's campaign id.
    pub campaign: String,
    /// Local midnight.
    pub opens_at: WorldTime,
    /// The next local midnight; 23 to 25 hours later.
    pub closes_at: WorldTime,
    /// Spent that day so far, micro-units of the brand's currency.
    pub spend_micros: i64,
    /// Sales attributed to that day so far.
    pub sales: i64,
}

/// Appends the readings that differ from what is known, and says how many did.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn record(
    tx: &mut PgConnection,
    brand: &str,
    zone: &TimeZone,
    readings: &[Reading],
    read_at: WorldTime,
) -> Result<u64, StoreError> {
    let days: Vec<String> = readings.iter().map(|r| r.day.to_string()).collect();
    let opens: Vec<Stamp> = readings.iter().map(|r| midnight(zone, r.day)).collect();
    let closes: Vec<Stamp> = readings
        .iter()
        .map(|r| midnight(zone, r.day.saturating_add(jiff::Span::new().days(1))))
        .collect();
    let values: Vec<Option<i64>> = readings
        .iter()
        .map(|r| r.value.map(|value| value.amount_micros))
        .collect();
    let written = sqlx::query!(
        "INSERT INTO homeostat.observation
             (brand, campaign, day, opens_at, closes_at, spend_micros, currency, sales, value_micros, is_correction,
              read_at)
         SELECT $1, r.campaign, r.day::date, r.opens_at, r.closes_at, r.spend, r.currency, r.sales, r.value,
                coalesce(r.spend < known.spend_micros, false), $2
         FROM unnest($3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::bigint[], $8::text[], $9::bigint[],
                     $10::bigint[])
             AS r (campaign, day, opens_at, closes_at, spend, currency, sales, value)
         LEFT JOIN LATERAL (
             SELECT o.spend_micros, o.sales, o.value_micros FROM homeostat.observation o
             WHERE o.brand = $1 AND o.campaign = r.campaign AND o.day = r.day::date
             ORDER BY o.id DESC LIMIT 1
         ) known ON true
         WHERE (known.spend_micros, known.sales, known.value_micros) IS DISTINCT FROM (r.spend, r.sales, r.value)",
        brand,
        Stamp::from(read_at),
        &readings.iter().map(|r| r.campaign.clone()).collect::<Vec<_>>(),
        &days,
        &opens as &[Stamp],
        &closes as &[Stamp],
        &readings.iter().map(|r| r.spend.amount_micros).collect::<Vec<_>>(),
        &readings.iter().map(|r| r.spend.currency.to_string()).collect::<Vec<_>>(),
        &readings.iter().map(|r| r.sales).collect::<Vec<_>>(),
        &values as &[Option<i64>],
    )
    .execute(tx)
    .await?;
    Ok(written.rows_affected())
}

/// Every day of the brand's campaigns as last read, oldest first within a campaign.
///
/// # Errors
/// When the database does not answer.
pub async fn days(db: &Db, brand: &str, now: WorldTime) -> Result<Vec<Day>, StoreError> {
    let rows = sqlx::query!(
        "SELECT DISTINCT ON (campaign, day) campaign, opens_at, closes_at, spend_micros, sales
         FROM homeostat.observation
         WHERE brand = $1 AND day >= ($2::timestamptz - make_interval(days => $3))::date
         ORDER BY campaign, day, id DESC",
        brand,
        Stamp::from(now),
        DAYS_KEPT_IN_VIEW,
    )
    .fetch_all(db.pool())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Day {
            campaign: r.campaign,
            opens_at: r.opens_at.world(),
            closes_at: r.closes_at.world(),
            spend_micros: r.spend_micros,
            sales: r.sales,
        })
        .collect())
}

/// What one reading told that the one before had not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Increment {
    /// World time of the reading.
    pub read_at: WorldTime,
    /// Spent more, micro-units of the brand's currency; less after a correction.
    pub spend_micros: i64,
    /// Sales more; fewer after a correction.
    pub sales: i64,
    /// Worth more, as the ads report, micro-units of the brand's currency; absent where this or the reading before does not
    /// tell, so that what was worth something all along is no news of this hour.
    pub value_micros: Option<i64>,
}

/// What the readings since then added, oldest first. Two days of figures are looked at: later corrections of older days
/// are no news of this hour.
///
/// # Errors
/// When the database does not answer.
pub async fn increments(
    db: &Db,
    brand: &str,
    since: WorldTime,
) -> Result<Vec<Increment>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT o.read_at AS "read_at: Stamp", o.spend_micros - coalesce(known.spend_micros, 0) AS "spend_micros!",
               o.sales - coalesce(known.sales, 0) AS "sales!",
               CASE WHEN known.id IS NULL THEN o.value_micros ELSE o.value_micros - known.value_micros END AS value_micros
           FROM homeostat.observation o
           LEFT JOIN LATERAL (
               SELECT b.id, b.spend_micros, b.sales, b.value_micros FROM homeostat.observation b
               WHERE b.brand = o.brand AND b.campaign = o.campaign AND b.day = o.day AND b.id < o.id
               ORDER BY b.id DESC LIMIT 1
           ) known ON true
           WHERE o.brand = $1 AND o.read_at >= $2 AND o.day >= ($2::timestamptz - interval '1 day')::date
           ORDER BY o.id"#,
        brand,
        Stamp::from(since) as Stamp,
    )
    .fetch_all(db.pool())
    .await?;
    let rows = rows.into_iter().map(|row| Increment {
        read_at: row.read_at.world(),
        spend_micros: row.spend_micros,
        sales: row.sales,
        value_micros: row.value_micros,
    });
    Ok(rows.collect())
}

/// Local midnight; where it does not exist, the first instant of the day.
fn midnight(zone: &TimeZone, day: Date) -> Stamp {
    let start = zone
        .to_zoned(day.at(0, 0, 0, 0))
        .and_then(|z| z.start_of_day());
    Stamp(start.map_or(jiff::Timestamp::MIN, |z| z.timestamp()))
}

#[cfg(test)]
mod tests {
    use homeostat_testkit::Database;
    use jiff::SignedDuration;

    use super::*;

    fn reading(euros: i64, sales: i64, value: Option<i64>) -> Reading {
        let money = |euros: i64| Money::from_micros(euros * 1_000_000, "EUR".parse().unwrap());
        Reading {
            campaign: "1".into(),
            day: "2026-06-20".parse().unwrap(),
            spend: money(euros),
            sales,
            value: value.map(money),
        }
    }

    #[tokio::test]
    async fn a_changed_worth_is_a_new_row_and_adds_only_what_both_readings_tell() {
        let base = Database::fresh().await;
        let db = base.db();
        let noon = WorldTime("2026-06-20T12:00:00Z".parse().unwrap());
        let mut connection = db.pool().acquire().await.unwrap();
        let readings = [
            (reading(7, 1, None), 1),
            (reading(7, 1, Some(50)), 1),
            (reading(7, 1, Some(50)), 0),
            (reading(7, 1, Some(45)), 1),
            (reading(9, 3, Some(145)), 1),
        ];
        for (minute, (reading, wanted)) in readings.iter().enumerate() {
            let at = noon.plus(SignedDuration::from_mins(minute as i64));
            let one = std::slice::from_ref(reading);
            let written = record(&mut connection, "aurora", &TimeZone::UTC, one, at).await;
            assert_eq!(written.unwrap(), *wanted, "{minute}");
        }
        let told = |since| increments(&db, "aurora", since);
        let all = told(noon).await.unwrap();
        let values: Vec<_> = all.iter().map(|one| one.value_micros).collect();
        let wanted = [None, None, Some(-5_000_000), Some(100_000_000)];
        assert_eq!(values, wanted);
        let rest = told(noon.plus(SignedDuration::from_mins(4))).await.unwrap();
        assert_eq!(
            rest,
            all[3..],
            "what came before is compared with, not told"
        );
        assert_eq!((rest[0].sales, rest[0].spend_micros), (2, 2_000_000));
    }
}
