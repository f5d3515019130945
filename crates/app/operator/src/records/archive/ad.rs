//! `ad`: the ads of competitors as last read, and how long each has run.

use homeostat_model::{RunId, WorldTime};
use homeostat_store::{Db, PgConnection, Stamp, StoreError};
use homeostat_vendors::ad_library::Ad;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A running ad as a report weighs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    /// Its library id.
    pub library_id: String,
    /// Whose it is.
    pub page_name: String,
    /// Its first day.
    pub started_on: Date,
    /// Where it is shown.
    pub platforms: Vec<String>,
    /// Its headline.
    pub title: String,
    /// Its text.
    pub body: String,
    /// People reached in the EU, where the archive says.
    pub reach: Option<i64>,
    /// World time at which it was seen last.
    pub last_seen_at: WorldTime,
}

/// What the ads of one run say about the archive's own quality.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Quality {
    /// Ads that the run has seen.
    pub seen: i64,
    /// Listed as running, with an end in the past.
    pub ended_but_listed: Vec<String>,
    /// With a first day in the future.
    pub begun_tomorrow: Vec<String>,
    /// Without headline and text.
    pub without_text: i64,
}

/// Writes ads as they are listed to be running at `at`. One whose end has come is written as ended
/// all the same. The same page of ads twice is as once; an older run's reading changes nothing.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn record(
    tx: &mut PgConnection,
    run: RunId,
    brand: &str,
    ads: &[Ad],
    today: Date,
    at: WorldTime,
) -> Result<(), StoreError> {
    let column = |f: &dyn Fn(&Ad) -> String| ads.iter().map(f).collect::<Vec<_>>();
    let first = |texts: &[String]| texts.first().cloned().unwrap_or_default();
    let stopped: Vec<Option<String>> = ads
        .iter()
        .map(|ad| ad.stopped_on.map(|day| day.to_string()))
        .collect();
    let reach: Vec<Option<i64>> = ads
        .iter()
        .map(|ad| {
            ad.eu_total_reach
                .map(|n| i64::try_from(n).unwrap_or(i64::MAX))
        })
        .collect();
    let platforms: Vec<serde_json::Value> = ads
        .iter()
        .map(|ad| serde_json::json!(ad.platforms))
        .collect();
    sqlx::query!(
        "INSERT INTO homeostat.ad AS known
             (id, brand, library_id, page_id, state, started_on, stopped_on, platforms, title, body, reach,
              first_seen_at, last_seen_at, seen_in)
         SELECT $2 || ':' || a.id, $2, a.id, a.page_id,
                CASE WHEN a.stopped_on::date <= $4::text::date THEN 'ended' ELSE 'running' END,
                a.started_on::date, a.stopped_on::date, ARRAY(SELECT jsonb_array_elements_text(a.platforms)),
                a.title, a.body, a.reach, $3, $3, $1
         FROM unnest($5::text[], $6::text[], $7::text[], $8::text[], $9::jsonb[], $10::text[], $11::text[],
                     $12::bigint[])
              AS a (id, page_id, started_on, stopped_on, platforms, title, body, reach)
         ON CONFLICT (id) DO UPDATE SET
             page_id = excluded.page_id, state = excluded.state, started_on = excluded.started_on,
             stopped_on = excluded.stopped_on, platforms = excluded.platforms, title = excluded.title,
             body = excluded.body, reach = excluded.reach, last_seen_at = excluded.last_seen_at,
             seen_in = excluded.seen_in
         WHERE known.seen_in <= excluded.seen_in",
        run.0,
        brand,
        Stamp::from(at),
        today.to_string(),
        &column(&|ad| ad.id.to_string()),
        &column(&|ad| ad.page_id.to_string()),
        &column(&|ad| ad.started_on.to_string()),
        &stopped as &[Option<String>],
        &platforms,
        &column(&|ad| first(&ad.titles)),
        &column(&|ad| first(&ad.bodies)),
        &reach as &[Option<i64>],
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// All running ads of these pages have been seen by `run`: the others have ended.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn end_unseen(
    tx: &mut PgConnection,
    run: RunId,
    brand: &str,
    pages: &[String],
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE homeostat.ad SET state = 'ended'
         WHERE brand = $2 AND page_id = ANY($3::text[]) AND state = 'running' AND seen_in < $1",
        run.0,
        brand,
        pages,
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// The brand's competitors' running ads, the oldest first.
///
/// # Errors
/// When the database does not answer.
pub async fn running(
    tx: &mut PgConnection,
    brand: &str,
    limit: i64,
) -> Result<Vec<Running>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT a.library_id, c.name, a.started_on::text AS "started_on!", a.platforms, a.title, a.body,
                  a.reach, a.last_seen_at
           FROM homeostat.ad a
           JOIN homeostat.competitor c ON c.brand = a.brand AND c.page_id = a.page_id
           WHERE a.brand = $1 AND a.state = 'running' AND c.state = 'watched'
           ORDER BY a.started_on, a.library_id LIMIT $2"#,
        brand,
        limit,
    )
    .fetch_all(tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Running {
            library_id: r.library_id,
            page_name: r.name,
            // The database's own text of a date.
            started_on: r.started_on.parse().unwrap_or(Date::ZERO),
            platforms: r.platforms,
            title: r.title,
            body: r.body,
            reach: r.reach,
            last_seen_at: r.last_seen_at.world(),
        })
        .collect())
}

/// How many ads run, and how many of them were first seen at `since` or later.
///
/// # Errors
/// When the database does not answer.
pub async fn counts(
    tx: &mut PgConnection,
    brand: &str,
    since: Option<WorldTime>,
) -> Result<(i64, i64), StoreError> {
    let row = sqlx::query!(
        r#"SELECT count(*) AS "running!",
                  count(*) FILTER (WHERE ($2::timestamptz < first_seen_at) IS NOT FALSE) AS "new!"
           FROM homeostat.ad WHERE brand = $1 AND state = 'running'"#,
        brand,
        since.map(Stamp::from) as Option<Stamp>,
    )
    .fetch_one(tx)
    .await?;
    Ok((row.running, row.new))
}

/// What is wrong with the ads that a run has seen.
///
/// # Errors
/// When the database does not answer.
pub async fn quality(db: &Db, run: RunId, brand: &str, today: Date) -> Result<Quality, StoreError> {
    let row = sqlx::query!(
        r#"SELECT count(*) AS "seen!",
                  count(*) FILTER (WHERE title = '' AND body = '') AS "without_text!",
                  coalesce(array_agg(library_id ORDER BY library_id)
                           FILTER (WHERE stopped_on <= $3::text::date), '{}') AS "ended!",
                  coalesce(array_agg(library_id ORDER BY library_id)
                           FILTER (WHERE started_on > $3::text::date), '{}') AS "tomorrow!"
           FROM homeostat.ad WHERE brand = $2 AND seen_in = $1"#,
        run.0,
        brand,
        today.to_string(),
    )
    .fetch_one(db.pool())
    .await?;
    Ok(Quality {
        seen: row.seen,
        ended_but_listed: row.ended,
        begun_tomorrow: row.tomorrow,
        without_text: row.without_text,
    })
}
