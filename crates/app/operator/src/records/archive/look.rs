//! `competitor_look`: the looks at pages, as planned and as made. They are what a budget of looks is
//! used up by, failed ones too.

use homeostat_model::{RunId, WorldTime};
use homeostat_store::{PgConnection, Stamp, StoreError};

/// Looks are kept for so long.
const DAYS_KEPT: i32 = 90;

/// Plans a run's looks, and forgets those of long ago.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn plan(
    tx: &mut PgConnection,
    run: RunId,
    brand: &str,
    pages: &[String],
    at: WorldTime,
) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO homeostat.competitor_look (run_id, brand, page_id)
         SELECT $1, $2, page FROM unnest($3::text[]) page ON CONFLICT (run_id, page_id) DO NOTHING",
        run.0,
        brand,
        pages,
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "DELETE FROM homeostat.competitor_look
         WHERE brand = $1 AND run_id < $2
           AND (made_at IS NULL OR made_at < $3::timestamptz - make_interval(days => $4))",
        brand,
        run.0,
        Stamp::from(at),
        DAYS_KEPT,
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// The pages that a run has planned, in the order of their ids.
///
/// # Errors
/// When the database does not answer.
pub async fn of_run(tx: &mut PgConnection, run: RunId) -> Result<Vec<String>, StoreError> {
    let pages = sqlx::query_scalar!(
        "SELECT page_id FROM homeostat.competitor_look WHERE run_id = $1 ORDER BY page_id",
        run.0,
    )
    .fetch_all(tx)
    .await?;
    Ok(pages)
}

/// These looks of a run were made at `at`. Once more of the same run is as once.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn made(
    tx: &mut PgConnection,
    (run, brand): (RunId, &str),
    pages: &[String],
    is_complete: bool,
    at: WorldTime,
) -> Result<(), StoreError> {
    // Its plan may have been cleared away by a run that began later.
    sqlx::query!(
        "INSERT INTO homeostat.competitor_look AS known (run_id, brand, page_id, made_at, is_complete)
         SELECT $1, $2, page, $5, $4 FROM unnest($3::text[]) page
         ON CONFLICT (run_id, page_id) DO UPDATE SET made_at = coalesce(known.made_at, excluded.made_at),
             is_complete = known.is_complete OR excluded.is_complete",
        run.0,
        brand,
        pages,
        is_complete,
        Stamp::from(at),
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// When the brand's looks since a full hour were made, each as of its full hour.
///
/// # Errors
/// When the database does not answer.
pub async fn since(
    tx: &mut PgConnection,
    brand: &str,
    hour: WorldTime,
) -> Result<Vec<WorldTime>, StoreError> {
    let hours = sqlx::query_scalar!(
        r#"SELECT date_trunc('hour', made_at, 'UTC') AS "hour!: Stamp"
           FROM homeostat.competitor_look WHERE brand = $1 AND made_at >= $2 ORDER BY made_at"#,
        brand,
        Stamp::from(hour),
    )
    .fetch_all(tx)
    .await?;
    Ok(hours.into_iter().map(Stamp::world).collect())
}
