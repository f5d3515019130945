//! Idle: what an idle system asks of its database: a scheduler and three workers, as `up` starts them.

use std::time::Duration;

use homeostat_clock::{Stopwatch, pause};
use homeostat_queue::Job as _;

use super::{kinds::Stamp, plant::Plant};
use crate::failure::Failure;

const WORKERS: usize = 3;
/// Connections settle and statistics arrive.
const SETTLE: Duration = Duration::from_secs(3);
const WINDOW: Duration = Duration::from_secs(15);

/// Transactions per second by the server's own count; nearly each is one statement.
pub(super) async fn measure(plant: &Plant) -> Result<f64, Failure> {
    let mut processes = vec![plant.scheduler().await?];
    for _ in 0..WORKERS {
        let mut worker = plant.worker(Stamp::KIND, None, &[]).await?;
        worker.go().await?;
        processes.push(worker);
    }
    pause(SETTLE).await;
    let (before, watch) = (transactions(plant).await?, Stopwatch::start());
    pause(WINDOW).await;
    let (after, elapsed) = (transactions(plant).await?, watch.elapsed());
    for process in &mut processes {
        process.stop().await?;
    }
    Ok((after - before) as f64 / elapsed.as_secs_f64())
}

async fn transactions(plant: &Plant) -> Result<i64, Failure> {
    sqlx::query_scalar!(
        r#"SELECT xact_commit + xact_rollback AS "n!" FROM pg_stat_database WHERE datname = current_database()"#
    )
    .fetch_one(plant.db.pool())
    .await
    .map_err(|e| Failure::environment(&e))
}
