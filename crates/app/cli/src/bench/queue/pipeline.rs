//! Pipelines: runs of five phases that do nothing, through one worker process with the default options.

use homeostat_clock::Stopwatch;
use homeostat_queue::{Enqueue, enqueue_raw};
use serde_json::json;

use super::{kinds::FIVE, plant::Plant};
use crate::failure::{Failure, chain};

const PHASES: usize = 5;

/// Runs per second, from the word to begin until the last phase's result is committed. Each run must
/// have left its five checkpoints.
pub(super) async fn measure(plant: &Plant, runs: usize) -> Result<f64, Failure> {
    let before = done(plant).await?;
    let how = Enqueue {
        quiet: true,
        ..Enqueue::default()
    };
    for _ in 0..runs {
        enqueue_raw(&plant.db, FIVE, json!({}), &how)
            .await
            .map_err(|e| Failure::Environment(chain(&e)))?;
    }
    let until = ["--until".to_owned(), (runs * PHASES).to_string()];
    let mut worker = plant.worker(FIVE, None, &until).await?;
    let watch = Stopwatch::start();
    worker.go().await?;
    worker.hear("finished").await?;
    let elapsed = watch.elapsed();
    worker.stop().await?;
    let expected = i64::try_from(runs).unwrap_or(i64::MAX);
    let now = done(plant).await?;
    if (now.0 - before.0, now.1 - before.1) != (expected, expected * 5) {
        return Err(Failure::Law(format!(
            "{runs} runs were asked for; {} are done, with {} checkpoints",
            now.0 - before.0,
            now.1 - before.1
        )));
    }
    Ok(runs as f64 / elapsed.as_secs_f64())
}

/// Runs that are done, and checkpoints.
async fn done(plant: &Plant) -> Result<(i64, i64), Failure> {
    let row = sqlx::query!(
        r#"SELECT (SELECT count(*) FROM homeostat.run WHERE state = 'done') AS "runs!",
                  (SELECT count(*) FROM homeostat.phase) AS "phases!""#
    )
    .fetch_one(plant.db.pool())
    .await
    .map_err(|e| Failure::environment(&e))?;
    Ok((row.runs, row.phases))
}
