//! Runs of a span of time, counted by pipeline.

use homeostat_model::RuntimeTime;
use homeostat_store::{Db, Stamp};
use serde::Serialize;

use crate::Error;

/// There are a few pipelines.
const PIPELINES_MAX: i64 = 200;

/// Runs of one pipeline that were asked for in a span of time, as they stand now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunsOfDay {
    /// The pipeline.
    pub pipeline: String,
    /// How many.
    pub all: i64,
    /// Done by now.
    pub done: i64,
    /// Given up.
    pub failed: i64,
    /// Called off.
    pub cancelled: i64,
    /// Interrupted by a crash and gone on with.
    pub resumed: i64,
}

/// Runs for a brand, or for none in particular, that were asked for in a span of time.
///
/// # Errors
/// The database's.
pub async fn runs_of_day(
    db: &Db,
    brand: &str,
    (from, until): (RuntimeTime, RuntimeTime),
) -> Result<Vec<RunsOfDay>, Error> {
    Ok(sqlx::query_as!(
        RunsOfDay,
        r#"SELECT pipeline, count(*) AS "all!",
                  count(*) FILTER (WHERE state = 'done') AS "done!",
                  count(*) FILTER (WHERE state = 'failed') AS "failed!",
                  count(*) FILTER (WHERE state = 'cancelled') AS "cancelled!",
                  count(*) FILTER (WHERE resumes > 0) AS "resumed!"
           FROM homeostat.run WHERE created_at >= $2 AND created_at < $3 AND (brand = $1 OR brand IS NULL)
           GROUP BY pipeline ORDER BY pipeline LIMIT $4"#,
        brand,
        Stamp::from(from) as Stamp,
        Stamp::from(until) as Stamp,
        PIPELINES_MAX,
    )
    .fetch_all(db.pool())
    .await?)
}
