//! Reruns: how many jobs run a second time when a worker is killed under drain load.

use std::{collections::HashMap, path::Path, time::Duration};

use homeostat_clock::pause;
use homeostat_queue::{Enqueue, Job as _, enqueue_all};

use super::{kinds::Mark, plant::Plant};
use crate::failure::{Failure, chain};

const JOBS: usize = 20_000;
const BATCH: usize = 1_000;
/// Marks that the first worker leaves before it is killed, differing from round to round.
const KILL_AFTER: [usize; 5] = [2_000, 3_700, 5_100, 7_900, 9_300];

/// The most reruns of one kill.
pub(super) async fn measure(plant: &Plant) -> Result<usize, Failure> {
    let mut scheduler = plant.scheduler().await?;
    let mut most = 0;
    for (round, kill_after) in KILL_AFTER.into_iter().enumerate() {
        most = most.max(one_kill(plant, round, kill_after).await?);
    }
    scheduler.stop().await?;
    Ok(most)
}

async fn one_kill(plant: &Plant, round: usize, kill_after: usize) -> Result<usize, Failure> {
    let how = Enqueue {
        quiet: true,
        ..Enqueue::default()
    };
    for _ in 0..JOBS / BATCH {
        enqueue_all(&plant.db, &[Mark {}; BATCH], &[], &how)
            .await
            .map_err(|e| Failure::Environment(chain(&e)))?;
    }
    let marks = plant.path(&format!("marks.{round}"));
    let more = ["--marks".to_owned(), marks.to_string_lossy().into_owned()];
    let mut victim = plant.worker(Mark::KIND, None, &more).await?;
    victim.go().await?;
    while runs(&marks)?.values().sum::<usize>() < kill_after {
        pause(Duration::from_millis(2)).await;
    }
    victim.kill().await?;
    let mut heir = plant.worker(Mark::KIND, None, &more).await?;
    heir.go().await?;
    while left(plant).await? > 0 {
        pause(Duration::from_millis(100)).await;
    }
    heir.stop().await?;
    let runs = runs(&marks)?;
    if runs.len() != JOBS {
        return Err(Failure::Law(format!("{} of {JOBS} jobs ran", runs.len())));
    }
    Ok(runs.values().filter(|&&n| n > 1).count())
}

/// How often each job ran.
fn runs(marks: &Path) -> Result<HashMap<String, usize>, Failure> {
    let text = std::fs::read_to_string(marks).map_err(|e| Failure::environment(&e))?;
    let mut runs = HashMap::new();
    for id in text.lines() {
        *runs.entry(id.to_owned()).or_default() += 1;
    }
    Ok(runs)
}

async fn left(plant: &Plant) -> Result<i64, Failure> {
    sqlx::query_scalar!(r#"SELECT count(*) AS "n!" FROM homeostat.job WHERE kind = 'bench.mark'"#)
        .fetch_one(plant.db.pool())
        .await
        .map_err(|e| Failure::environment(&e))
}
