//! Drain: this many no-op jobs through one worker process, each with its full row of events.

use homeostat_clock::Stopwatch;
use homeostat_queue::{Enqueue, Job as _, PoolOptions, enqueue_all};

use super::{
    kinds::Noop,
    log::Log,
    plant::{Plant, Process},
};
use crate::failure::{Failure, chain};

/// Jobs in one statement of an enqueue.
const ENQUEUE_BATCH: usize = 1_000;

/// How one drain went.
#[derive(Debug, Clone, Copy)]
pub(super) struct Drained {
    pub(super) enqueue_per_s: f64,
    pub(super) drain_per_s: f64,
    pub(super) rss_mb: f64,
}

/// Enqueues, then lets one fresh worker loose, from its word to begin until its last result is
/// committed. The log must tell the whole life of every job.
pub(super) async fn measure(
    plant: &Plant,
    jobs: usize,
    pool: Option<&PoolOptions>,
) -> Result<Drained, Failure> {
    let log = Log::now(&plant.db).await?;
    let enqueue_per_s = enqueue(plant, jobs).await?;
    let until = ["--until".to_owned(), jobs.to_string()];
    let mut worker = plant.worker(Noop::KIND, pool, &until).await?;
    let drain_per_s = drain(&mut worker, jobs).await?;
    let rss_mb = worker.rss_mb()?;
    worker.stop().await?;
    log.must_have_told(&plant.db, jobs).await?;
    Ok(Drained {
        enqueue_per_s,
        drain_per_s,
        rss_mb,
    })
}

/// Fills the queue by the ordinary road, without waking anybody.
pub(super) async fn enqueue(plant: &Plant, jobs: usize) -> Result<f64, Failure> {
    let how = Enqueue {
        quiet: true,
        ..Enqueue::default()
    };
    let batch = [Noop {}; ENQUEUE_BATCH];
    let watch = Stopwatch::start();
    let mut left = jobs;
    while left > 0 {
        let some = &batch[..left.min(ENQUEUE_BATCH)];
        enqueue_all(&plant.db, some, &[], &how)
            .await
            .map_err(|e| Failure::Environment(chain(&e)))?;
        left -= some.len();
    }
    Ok(jobs as f64 / watch.elapsed().as_secs_f64())
}

async fn drain(worker: &mut Process, jobs: usize) -> Result<f64, Failure> {
    let watch = Stopwatch::start();
    worker.go().await?;
    worker.hear("finished").await?;
    Ok(jobs as f64 / watch.elapsed().as_secs_f64())
}
