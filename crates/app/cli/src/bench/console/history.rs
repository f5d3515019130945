//! The past that the pages are asked about.

use homeostat_store::Db;
use sqlx::AssertSqlSafe;

use crate::failure::Failure;

/// See there what it holds.
const HISTORY: &str = include_str!("history.sql");

/// Writes it, and gives back how many events there are.
pub(super) async fn write(db: &Db, events: i64) -> Result<i64, Failure> {
    let mut connection = db
        .pool()
        .acquire()
        .await
        .map_err(|e| Failure::environment(&e))?;
    let sql = HISTORY.replace(":events", &events.to_string());
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(&mut *connection)
        .await
        .map_err(|e| Failure::environment(&e))?;
    sqlx::query_scalar!(r#"SELECT count(*) AS "n!" FROM homeostat.event"#)
        .fetch_one(db.pool())
        .await
        .map_err(|e| Failure::environment(&e))
}

/// The pages: each of the console's, the lists also filtered, and far back as well as at their beginning.
pub(super) async fn paths(db: &Db) -> Result<Vec<String>, Failure> {
    let middle = sqlx::query!(
        r#"SELECT (SELECT id FROM homeostat.event ORDER BY id DESC LIMIT 1) / 2 AS "event!",
                  (SELECT max(id) FROM homeostat.effect) - 1000 AS "effect!",
                  (SELECT max(id) FROM homeostat.run) - 100 AS "run!",
                  (SELECT max(id) FROM homeostat.process) AS "process!",
                  (SELECT max(id) FROM homeostat.posting) / 2 AS "posting!""#
    )
    .fetch_one(db.pool())
    .await
    .map_err(|e| Failure::environment(&e))?;
    let (event, effect, run) = (middle.event, middle.effect, middle.run);
    let mut paths: Vec<String> = [
        "/",
        "/brief",
        "/money",
        "/money?by=model&days=30",
        "/receipts",
        "/receipts?state=unknown",
        "/receipts?target=bench-7",
        "/decisions",
        "/decisions?state=refused",
        "/incidents",
        "/jobs",
        "/jobs?state=failed",
        "/runs",
        "/runs?state=failed",
        "/schedules",
        "/processes",
        "/events",
        "/events?entity=effect",
        "/events?entity=mode",
        "/events?brand=aurora",
        "/events?entity=job&id=1000000007",
        "/controls",
        "/replay",
        "/metrics",
    ]
    .map(str::to_owned)
    .to_vec();
    paths.extend([
        format!("/events?before={event}"),
        format!("/events?entity=effect&before={event}"),
        format!("/receipts/{effect}"),
        format!("/receipts?before={effect}"),
        format!("/runs/{run}"),
        format!("/runs?before={run}"),
        format!("/money?before={}", middle.posting),
        format!("/incidents/{}", middle.process),
        format!("/jobs/{}", 1_000_000_007),
        format!("/replay?entity=effect&id={effect}"),
    ]);
    Ok(paths)
}
