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
    let written = sqlx::query!(
        "INSERT INTO homeostat.observation
             (brand, campaign, day, opens_at, closes_at, spend_micros, currency, sales, is_correction, read_at)
         SELECT $1, r.campaign, r.day::date, r.opens_at, r.closes_at, r.spend, r.currency, r.sales,
                coalesce(r.spend < known.spend_micros, false), $2
         FROM unnest($3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::bigint[], $8::text[], $9::bigint[])
             AS r (campaign, day, opens_at, closes_at, spend, currency, sales)
         LEFT JOIN LATERAL (
             SELECT o.spend_micros, o.sales FROM homeostat.observation o
             WHERE o.brand = $1 AND o.campaign = r.campaign AND o.day = r.day::date
             ORDER BY o.id DESC LIMIT 1
         ) known ON true
         WHERE (known.spend_micros, known.sales) IS DISTINCT FROM (r.spend, r.sales)",
        brand,
        Stamp::from(read_at),
        &readings.iter().map(|r| r.campaign.clone()).collect::<Vec<_>>(),
        &days,
        &opens as &[Stamp],
        &closes as &[Stamp],
        &readings.iter().map(|r| r.spend.amount_micros).collect::<Vec<_>>(),
        &readings.iter().map(|r| r.spend.currency.to_string()).collect::<Vec<_>>(),
        &readings.iter().map(|r| r.sales).collect::<Vec<_>>(),
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
    /// Sales more.
    pub sales: i64,
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
        r#"SELECT read_at AS "read_at!: Stamp", spend_micros AS "spend_micros!", sales AS "sales!"
           FROM (SELECT o.read_at, o.id,
                     o.spend_micros - coalesce(lag(o.spend_micros) OVER w, 0) AS spend_micros,
                     o.sales - coalesce(lag(o.sales) OVER w, 0) AS sales
                 FROM homeostat.observation o
                 WHERE o.brand = $1 AND o.day >= ($2::timestamptz - interval '1 day')::date
                 WINDOW w AS (PARTITION BY o.campaign, o.day ORDER BY o.id)) told
           WHERE read_at >= $2 ORDER BY id"#,
        brand,
        Stamp::from(since) as Stamp,
    )
    .fetch_all(db.pool())
    .await?;
    let rows = rows.into_iter().map(|row| Increment {
        read_at: row.read_at.world(),
        spend_micros: row.spend_micros,
        sales: row.sales,
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
