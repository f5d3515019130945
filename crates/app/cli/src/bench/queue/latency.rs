//! Latency: an idle worker with the default options, from just before the enqueue call to the first
//! statement of the job's work.

use std::{collections::HashMap, time::Duration};

use homeostat_clock::{Entropy, pause};
use homeostat_queue::{Enqueue, Job as _, enqueue};
use rand::Rng as _;

use super::{
    kinds::{Stamp, now_micros},
    plant::Plant,
};
use crate::{
    bench::quantile::Quantiles,
    failure::{Failure, chain},
};

const SAMPLES: usize = 1_000;
/// Thrown away: connections are opened and plans are made.
const WARM_UP: usize = 50;
/// The system is idle between two jobs: a wait that no timer of ours divides.
const GAP_MS: std::ops::Range<u64> = 4..16;

/// One job at a time.
pub(super) async fn measure(plant: &Plant, entropy: &Entropy) -> Result<Quantiles, Failure> {
    let mut worker = plant.worker(Stamp::KIND, None, &[]).await?;
    worker.go().await?;
    let mut rng = entropy.child("bench.latency").rng();
    let mut asked = HashMap::new();
    for n in 0..WARM_UP + SAMPLES {
        let gap = GAP_MS.start + rng.next_u64() % (GAP_MS.end - GAP_MS.start);
        pause(Duration::from_millis(gap)).await;
        let before = now_micros();
        let job = enqueue(&plant.db, &Stamp {}, &Enqueue::default())
            .await
            .map_err(|e| Failure::Environment(chain(&e)))?
            .job;
        if n >= WARM_UP {
            asked.insert(job.to_string(), before);
        }
    }
    let started = started(plant, &asked).await?;
    worker.stop().await?;
    let waits = started
        .iter()
        .filter_map(|(job, at)| Some((at - asked.get(job)?) as f64 / 1_000.0));
    Quantiles::of(waits.collect(), SAMPLES)
}

/// What the jobs said in their results, once all have.
async fn started(
    plant: &Plant,
    asked: &HashMap<String, i64>,
) -> Result<Vec<(String, i64)>, Failure> {
    let jobs: Vec<String> = asked.keys().cloned().collect();
    loop {
        let rows = sqlx::query!(
            r#"SELECT entity_id, (data -> 'result' ->> 'started_micros')::bigint AS "started!"
               FROM homeostat.event
               WHERE entity = 'job' AND entity_id = ANY($1) AND to_state = 'done'"#,
            &jobs
        )
        .fetch_all(plant.db.pool())
        .await
        .map_err(|e| Failure::environment(&e))?;
        if rows.len() == jobs.len() {
            return Ok(rows.into_iter().map(|r| (r.entity_id, r.started)).collect());
        }
        pause(Duration::from_millis(20)).await;
    }
}
