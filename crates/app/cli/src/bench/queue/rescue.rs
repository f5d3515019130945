//! Rescue: from the SIGKILL of a worker to its job running in another, with the default options and
//! without a parent that could tell of the death.

use homeostat_queue::{Enqueue, Job as _, enqueue};
use tokio::select;

use super::{
    kinds::{Hold, now_micros},
    plant::{Plant, Process},
};
use crate::{
    bench::quantile::Quantiles,
    failure::{Failure, chain},
};

/// Two workers and a scheduler; whichever worker has the job is killed, and a fresh one takes its
/// place.
pub(super) async fn measure(plant: &Plant, kills: usize) -> Result<Quantiles, Failure> {
    let mut scheduler = plant.scheduler().await?;
    let mut workers = [worker(plant).await?, worker(plant).await?];
    let mut waits = Vec::with_capacity(kills);
    for _ in 0..kills {
        let job = enqueue(&plant.db, &Hold {}, &Enqueue::default())
            .await
            .map_err(|e| Failure::Environment(chain(&e)))?
            .job
            .to_string();
        let [one, other] = &mut workers;
        let victim = select! {
            held = holds(one, &job) => held.map(|_| 0)?,
            held = holds(other, &job) => held.map(|_| 1)?,
        };
        let killed = now_micros();
        workers[victim].kill().await?;
        let started = holds(&mut workers[1 - victim], &job).await?;
        waits.push((started - killed) as f64 / 1_000.0);
        workers[victim] = worker(plant).await?;
    }
    for worker in &mut workers {
        worker.stop().await?;
    }
    scheduler.stop().await?;
    Quantiles::of(waits, kills)
}

async fn worker(plant: &Plant) -> Result<Process, Failure> {
    let mut worker = plant.worker(Hold::KIND, None, &[]).await?;
    worker.go().await?;
    Ok(worker)
}

/// When this worker began this job.
async fn holds(worker: &mut Process, job: &str) -> Result<i64, Failure> {
    loop {
        let said = worker.hear("hold").await?;
        if let Some((held, micros)) = said.split_once(' ')
            && held == job
        {
            return micros
                .parse()
                .map_err(|_| Failure::Law(format!("a worker said {said:?}")));
        }
    }
}
