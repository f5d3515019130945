//! The floor: claims and deletes of 500 rows in plain SQL, on two connections, without a log. No
//! queue on this machine and this server can be faster.

use homeostat_clock::Stopwatch;
use sqlx::PgConnection;

use super::plant::Plant;
use crate::failure::Failure;

const BATCH: i64 = 500;
const CONNECTIONS: usize = 2;

/// A table with what a claim needs and nothing else.
const CREATE: [&str; 3] = [
    "DROP TABLE IF EXISTS bench_floor",
    "CREATE TABLE bench_floor (
         id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, kind text NOT NULL, args jsonb NOT NULL,
         state text NOT NULL DEFAULT 'ready', priority smallint NOT NULL DEFAULT 0,
         run_at timestamptz NOT NULL DEFAULT clock_timestamp(), fence bigint NOT NULL DEFAULT 0, owner bigint)",
    "CREATE INDEX bench_floor_ready ON bench_floor (kind, priority, run_at, id) WHERE state = 'ready'",
];
const FILL: &str =
    "INSERT INTO bench_floor (kind, args) SELECT 'bench.noop', '{}' FROM generate_series(1, $1)";
const CLAIM: &str = "UPDATE bench_floor f SET state = 'running', fence = fence + 1, owner = 1
     WHERE f.ctid = ANY(ARRAY(
         SELECT p.ctid FROM bench_floor p WHERE p.kind = 'bench.noop' AND p.state = 'ready'
         ORDER BY p.priority, p.run_at, p.id LIMIT $1 FOR UPDATE SKIP LOCKED))
     RETURNING f.id";
const DELETE: &str =
    "DELETE FROM bench_floor WHERE id = ANY($1) AND owner = 1 AND state = 'running'";

/// Rows per second.
pub(super) async fn measure(plant: &Plant, rows: usize) -> Result<f64, Failure> {
    let broken = |e: sqlx::Error| Failure::environment(&e);
    for statement in CREATE {
        sqlx::query(statement)
            .execute(plant.db.pool())
            .await
            .map_err(broken)?;
    }
    sqlx::query(FILL)
        .bind(i64::try_from(rows).unwrap_or(i64::MAX))
        .execute(plant.db.pool())
        .await
        .map_err(broken)?;
    let mut takers = tokio::task::JoinSet::new();
    let mut connections = Vec::new();
    for _ in 0..CONNECTIONS {
        connections.push(plant.db.session(&[]).await?);
    }
    let watch = Stopwatch::start();
    for connection in connections {
        takers.spawn(take_all(connection));
    }
    let mut taken = 0;
    while let Some(done) = takers.join_next().await {
        taken += done
            .map_err(|e| Failure::environment(&e))?
            .map_err(broken)?;
    }
    let elapsed = watch.elapsed();
    if taken != rows {
        return Err(Failure::Law(format!("{taken} of {rows} rows were taken")));
    }
    Ok(rows as f64 / elapsed.as_secs_f64())
}

/// Each claim and each delete is a transaction of its own.
async fn take_all(mut connection: PgConnection) -> Result<usize, sqlx::Error> {
    let mut taken = 0;
    loop {
        let ids: Vec<i64> = sqlx::query_scalar(CLAIM)
            .bind(BATCH)
            .fetch_all(&mut connection)
            .await?;
        if ids.is_empty() {
            return Ok(taken);
        }
        let gone = sqlx::query(DELETE)
            .bind(&ids)
            .execute(&mut connection)
            .await?;
        taken += usize::try_from(gone.rows_affected()).unwrap_or(usize::MAX);
    }
}
