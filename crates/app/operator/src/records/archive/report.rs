//! `ads_report`: what a run came to, written once.

use homeostat_model::{RunId, WorldTime};
use homeostat_store::{Db, PgConnection, Stamp, StoreError};
use serde_json::Value;

/// Keeps a run's report; `false` when it is there already, and then nothing was written.
///
/// # Errors
/// When the database refuses or does not answer.
pub async fn keep(
    tx: &mut PgConnection,
    run: RunId,
    brand: &str,
    made_at: WorldTime,
    report: &Value,
) -> Result<bool, StoreError> {
    let written = sqlx::query!(
        "INSERT INTO homeostat.ads_report (id, brand, made_at, report) VALUES ($1, $2, $3, $4)
         ON CONFLICT (id) DO NOTHING",
        run.0,
        brand,
        Stamp::from(made_at),
        report,
    )
    .execute(tx)
    .await?;
    Ok(written.rows_affected() > 0)
}

/// A run's report.
///
/// # Errors
/// When the database does not answer.
pub async fn of_run(tx: &mut PgConnection, run: RunId) -> Result<Option<Value>, StoreError> {
    let report = sqlx::query_scalar!(
        "SELECT report FROM homeostat.ads_report WHERE id = $1",
        run.0
    )
    .fetch_optional(tx)
    .await?;
    Ok(report)
}

/// World time of the brand's report before this run's.
///
/// # Errors
/// When the database does not answer.
pub async fn before(
    tx: &mut PgConnection,
    run: RunId,
    brand: &str,
) -> Result<Option<WorldTime>, StoreError> {
    let at = sqlx::query_scalar!(
        "SELECT made_at FROM homeostat.ads_report WHERE brand = $2 AND id < $1
         ORDER BY id DESC LIMIT 1",
        run.0,
        brand,
    )
    .fetch_optional(tx)
    .await?;
    Ok(at.map(Stamp::world))
}

/// The latest report of each brand, or of one.
///
/// # Errors
/// When the database does not answer.
pub async fn latest(db: &Db, brand: Option<&str>) -> Result<Vec<Value>, StoreError> {
    let reports = sqlx::query_scalar!(
        "SELECT DISTINCT ON (brand) report FROM homeostat.ads_report
         WHERE ($1::text IS NULL OR brand = $1) ORDER BY brand, id DESC",
        brand,
    )
    .fetch_all(db.pool())
    .await?;
    Ok(reports)
}
