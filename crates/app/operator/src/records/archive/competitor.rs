//! `competitor`: pages that advertise for what a brand sells.

use homeostat_model::WorldTime;
use homeostat_store::{Db, PgConnection, Stamp, StoreError};
use serde::{Deserialize, Serialize};

/// A page that no complete search has brought for so long is not watched any more.
const DAYS_TO_DROP: i32 = 30;
/// More pages are not watched at once.
const WATCHED_MAX: i64 = 50;

/// A page that a search found to the point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Match {
    /// The page.
    pub page_id: String,
    /// Its name.
    pub name: String,
    /// How many of its ads were to the point.
    pub ads: u32,
}

/// Watches the pages that were found. `is_complete`: the search has seen everything, so that a page
/// which was not found for long may be dropped.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn watch(
    tx: &mut PgConnection,
    brand: &str,
    matches: &[Match],
    is_complete: bool,
    at: WorldTime,
) -> Result<(), StoreError> {
    let column = |f: fn(&Match) -> &String| matches.iter().map(f).cloned().collect::<Vec<_>>();
    sqlx::query!(
        "INSERT INTO homeostat.competitor AS known (id, brand, page_id, name, state, matched_at)
         SELECT $1 || ':' || m.page_id, $1, m.page_id, m.name, 'watched', $2
         FROM unnest($3::text[], $4::text[]) AS m (page_id, name)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, state = 'watched',
             matched_at = greatest(known.matched_at, excluded.matched_at)",
        brand,
        Stamp::from(at),
        &column(|m| &m.page_id),
        &column(|m| &m.name),
    )
    .execute(&mut *tx)
    .await?;
    if is_complete {
        sqlx::query!(
            "UPDATE homeostat.competitor SET state = 'dropped'
             WHERE brand = $1 AND state = 'watched'
               AND matched_at < $2::timestamptz - make_interval(days => $3)",
            brand,
            Stamp::from(at),
            DAYS_TO_DROP,
        )
        .execute(tx)
        .await?;
    }
    Ok(())
}

/// Ids of the pages that are watched, those found last first, then in the order of their ids.
///
/// # Errors
/// When the database does not answer.
pub async fn watched(tx: &mut PgConnection, brand: &str) -> Result<Vec<String>, StoreError> {
    let pages = sqlx::query_scalar!(
        "SELECT page_id FROM homeostat.competitor WHERE brand = $1 AND state = 'watched'
         ORDER BY matched_at DESC, length(page_id), page_id LIMIT $2",
        brand,
        WATCHED_MAX,
    )
    .fetch_all(tx)
    .await?;
    Ok(pages)
}

/// All ads of these pages have been seen, by a look that began at `at`.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn looked_at(
    tx: &mut PgConnection,
    brand: &str,
    pages: &[String],
    at: WorldTime,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE homeostat.competitor SET looked_at = $3
         WHERE brand = $1 AND page_id = ANY($2::text[]) AND (looked_at < $3) IS NOT FALSE",
        brand,
        pages,
        Stamp::from(at),
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// How many pages are watched.
///
/// # Errors
/// When the database does not answer.
pub async fn count(db: &Db, brand: &str) -> Result<i64, StoreError> {
    let n = sqlx::query_scalar!(
        r#"SELECT count(*) AS "n!" FROM homeostat.competitor
           WHERE brand = $1 AND state = 'watched'"#,
        brand,
    )
    .fetch_one(db.pool())
    .await?;
    Ok(n)
}
