//! `competitor_watch`: how lively each watched page is, how often it is looked at, and when next.
//!
//! A look that came to its end moves what is known of a page; one that failed leaves its time alone, so
//! that a block is never taken for silence.

use homeostat_control::{
    activity::{Activity, Look, Memory, Outcome},
    cadence::{Competitor, Interval, Plan},
    freshness::{Find, Watched},
};
use homeostat_model::WorldTime;
use homeostat_store::{Db, PgConnection, Stamp, StoreError};
use jiff::{civil::Date, tz::TimeZone};

/// Begins to watch these pages, where they are not watched yet.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn begin(
    tx: &mut PgConnection,
    brand: &str,
    pages: &[String],
    at: WorldTime,
) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO homeostat.competitor_watch (id, brand, page_id, watched_since, next_at)
         SELECT $1 || ':' || page, $1, page, $3, $3 FROM unnest($2::text[]) page
         ON CONFLICT (id) DO NOTHING",
        brand,
        pages,
        Stamp::from(at),
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// These pages as the cadence knows them, in the order of their ids.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    tx: &mut PgConnection,
    brand: &str,
    pages: &[String],
) -> Result<Vec<Competitor>, StoreError> {
    let rows = sqlx::query!(
        "SELECT page_id, every, wanted, doubted_at, watched_since, tried_at, seen_until, ads_micros,
                observed_ms, quiet_ms
         FROM homeostat.competitor_watch WHERE brand = $1 AND page_id = ANY($2::text[]) ORDER BY page_id",
        brand,
        pages,
    )
    .fetch_all(tx)
    .await?;
    let each = rows.into_iter().map(|r| Competitor {
        activity: activity(r.seen_until, [r.ads_micros, r.observed_ms, r.quiet_ms]),
        id: r.page_id,
        watched_since: r.watched_since.world(),
        tried_at: r.tried_at.map(Stamp::world),
        wanted: interval(&r.wanted),
        every: interval(&r.every),
        doubted_at: r.doubted_at.map(Stamp::world),
    });
    Ok(each.collect())
}

/// Writes what was planned. A change of the interval is an event.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn plan(tx: &mut PgConnection, brand: &str, plans: &[Plan]) -> Result<(), StoreError> {
    let doubts: Vec<Option<Stamp>> = plans
        .iter()
        .map(|plan| plan.doubted_at.map(Stamp::from))
        .collect();
    sqlx::query!(
        "UPDATE homeostat.competitor_watch w
         SET every = p.every, wanted = p.wanted, doubted_at = p.doubted_at, next_at = p.next_at
         FROM unnest($2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[])
              AS p (page_id, every, wanted, doubted_at, next_at)
         WHERE w.brand = $1 AND w.page_id = p.page_id",
        brand,
        &plans.iter().map(|p| p.id.clone()).collect::<Vec<_>>(),
        &plans
            .iter()
            .map(|p| p.every.as_str().to_owned())
            .collect::<Vec<_>>(),
        &plans
            .iter()
            .map(|p| p.wanted.as_str().to_owned())
            .collect::<Vec<_>>(),
        &doubts as &[Option<Stamp>],
        &plans
            .iter()
            .map(|p| Stamp::from(p.next_at))
            .collect::<Vec<_>>() as &[Stamp],
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// A look at these pages was tried at `at`, whatever came of it.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn tried(
    tx: &mut PgConnection,
    brand: &str,
    pages: &[String],
    at: WorldTime,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE homeostat.competitor_watch SET tried_at = $3
         WHERE brand = $1 AND page_id = ANY($2::text[]) AND (tried_at < $3) IS NOT FALSE",
        brand,
        pages,
        Stamp::from(at),
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// All running ads of these pages have been seen and written, by a look from `began_at` to `ended_at`.
/// The same look twice is as once.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn saw(
    tx: &mut PgConnection,
    brand: &str,
    pages: &[String],
    (began_at, ended_at): (WorldTime, WorldTime),
) -> Result<(), StoreError> {
    tried(&mut *tx, brand, pages, began_at).await?;
    // New is what no complete look before has seen, and what began since. The archive tells days only.
    let rows = sqlx::query!(
        r#"SELECT w.id, w.seen_until, w.ads_micros, w.observed_ms, w.quiet_ms,
                  (SELECT count(*) FROM homeostat.ad a
                   WHERE a.brand = w.brand AND a.page_id = w.page_id AND a.first_seen_at > w.seen_at
                     AND a.started_on >= (w.seen_until AT TIME ZONE 'UTC')::date) AS "new_ads!"
           FROM homeostat.competitor_watch w
           WHERE w.brand = $1 AND w.page_id = ANY($2::text[]) ORDER BY w.id FOR UPDATE OF w"#,
        brand,
        pages,
    )
    .fetch_all(&mut *tx)
    .await?;
    for row in rows {
        let known = activity(
            row.seen_until,
            [row.ads_micros, row.observed_ms, row.quiet_ms],
        );
        let Some(next) = after(known, began_at, row.new_ads) else {
            continue;
        };
        let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        sqlx::query!(
            "UPDATE homeostat.competitor_watch
             SET seen_from = coalesce(seen_from, $2), seen_until = $2, seen_at = $3, ads_micros = $4,
                 observed_ms = $5, quiet_ms = $6
             WHERE id = $1",
            row.id,
            Stamp::from(next.seen_until),
            Stamp::from(ended_at),
            number(next.ads_micros),
            number(next.observed_ms),
            number(next.quiet_ms),
        )
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}

/// Names of watched pages that were not seen completely for two of their intervals, or never.
///
/// # Errors
/// When the database does not answer.
pub async fn overdue(db: &Db, brand: &str, now: WorldTime) -> Result<Vec<String>, StoreError> {
    let names = sqlx::query_scalar!(
        "SELECT c.name FROM homeostat.competitor c LEFT JOIN homeostat.competitor_watch w USING (id)
         WHERE c.brand = $1 AND c.state = 'watched'
           AND (w.seen_until >= $2::timestamptz - make_interval(days => 2 *
                    CASE w.every WHEN 'daily' THEN 1 WHEN 'three_days' THEN 3 ELSE 7 END)) IS NOT TRUE
         ORDER BY c.page_id",
        brand,
        Stamp::from(now),
    )
    .fetch_all(db.pool())
    .await?;
    Ok(names)
}

/// How many watched pages are looked at daily, every three days and weekly.
///
/// # Errors
/// When the database does not answer.
pub async fn shares(tx: &mut PgConnection, brand: &str) -> Result<[i64; 3], StoreError> {
    let row = sqlx::query!(
        r#"SELECT count(*) FILTER (WHERE w.every = 'daily') AS "daily!",
                  count(*) FILTER (WHERE w.every = 'three_days') AS "three_days!",
                  count(*) FILTER (WHERE w.every = 'weekly') AS "weekly!"
           FROM homeostat.competitor_watch w JOIN homeostat.competitor c USING (id)
           WHERE w.brand = $1 AND c.state = 'watched'"#,
        brand,
    )
    .fetch_one(tx)
    .await?;
    Ok([row.daily, row.three_days, row.weekly])
}

/// What the figures of a period that ends now are made of: the watched pages that were seen at least
/// once, their looks since `from`, and the ads first seen since then.
///
/// # Errors
/// When the database does not answer.
pub async fn period(
    tx: &mut PgConnection,
    brand: &str,
    from: WorldTime,
) -> Result<Vec<Watched>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT w.page_id, w.seen_from AS "seen_from!", w.seen_until AS "seen_until!",
                  (SELECT count(*) FROM homeostat.competitor_look l
                   WHERE l.brand = w.brand AND l.page_id = w.page_id AND l.made_at >= $2) AS "looks!"
           FROM homeostat.competitor_watch w JOIN homeostat.competitor c USING (id)
           WHERE w.brand = $1 AND c.state = 'watched' AND w.seen_until IS NOT NULL ORDER BY w.page_id"#,
        brand,
        Stamp::from(from),
    )
    .fetch_all(&mut *tx)
    .await?;
    let ads = sqlx::query!(
        r#"SELECT page_id, started_on::text AS "started_on!", first_seen_at FROM homeostat.ad
           WHERE brand = $1 AND first_seen_at >= $2"#,
        brand,
        Stamp::from(from),
    )
    .fetch_all(tx)
    .await?;
    let finds = |page: &str| {
        let own = ads.iter().filter(|ad| ad.page_id == page);
        own.filter_map(|ad| {
            let day: Date = ad.started_on.parse().ok()?;
            let began = day.to_zoned(TimeZone::UTC).ok()?;
            Some(Find {
                started_at: WorldTime(began.timestamp()),
                first_seen_at: ad.first_seen_at.world(),
            })
        })
        .collect()
    };
    let each = rows.iter().map(|row| Watched {
        watched_from: row.seen_from.world(),
        seen_until: row.seen_until.world(),
        looks: u32::try_from(row.looks).unwrap_or(u32::MAX),
        finds: finds(&row.page_id),
    });
    Ok(each.collect())
}

/// What is known after a complete look; `None` when that adds nothing.
fn after(known: Option<Activity>, began_at: WorldTime, new_ads: i64) -> Option<Activity> {
    let Some(known) = known else {
        return Some(Activity::begin(began_at));
    };
    if began_at <= known.seen_until {
        return None;
    }
    let look = Look {
        from: known.seen_until,
        to: began_at,
        outcome: Outcome::Seen {
            new_ads: u32::try_from(new_ads).unwrap_or(u32::MAX),
        },
    };
    known.after(&look, Memory::default()).ok()
}

/// The columns hold all of it or nothing.
fn activity(seen_until: Option<Stamp>, numbers: [Option<i64>; 3]) -> Option<Activity> {
    let [ads_micros, observed_ms, quiet_ms] = numbers.map(|n| n.and_then(|n| n.try_into().ok()));
    Some(Activity {
        seen_until: seen_until?.world(),
        ads_micros: ads_micros?,
        observed_ms: observed_ms?,
        quiet_ms: quiet_ms?,
    })
}

/// The table holds nothing else.
fn interval(text: &str) -> Interval {
    match text {
        "daily" => Interval::Daily,
        "weekly" => Interval::Weekly,
        _ => Interval::ThreeDays,
    }
}
