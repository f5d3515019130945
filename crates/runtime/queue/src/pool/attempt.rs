//! One attempt of one job.

use std::{sync::Arc, time::Duration};

use homeostat_clock::Stopwatch;
use homeostat_liveness::Epoch;
use homeostat_store::Db;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::{
    Context, Outcome,
    claim::Claimed,
    finish::{Report, What},
    registry::{Erased, Given, Poison},
    verdict::Ending,
};

pub(super) fn context(
    job: &Claimed,
    db: &Db,
    epoch: &Epoch,
    cancel: &CancellationToken,
    stop: &CancellationToken,
) -> Context {
    Context {
        job: job.id,
        fence: job.fence,
        attempt: job.attempts_used.unsigned_abs() + 1,
        attempts_max: job.attempts_max.unsigned_abs(),
        brand: job.brand.clone(),
        due_at: job.due_at,
        phase: job.phase.clone(),
        progress: job.progress.clone(),
        room: job.room.clone(),
        db: db.clone(),
        epoch: epoch.clone(),
        cancel: cancel.clone(),
        stop: stop.clone(),
    }
}

/// How long one attempt of it may take.
pub(super) fn limit(job: &Claimed) -> Duration {
    Duration::from_millis(u64::from(job.timeout_ms.unsigned_abs()))
}

/// Runs the work within its time.
pub(super) async fn attempt(
    worker: Option<Arc<dyn Erased>>,
    job: Claimed,
    context: Context,
    makes_room: bool,
) -> Report {
    let clock = Stopwatch::start();
    let (id, fence) = (job.id, job.fence);
    let (is_phase, is_scheduled) = (job.phase.is_some(), job.due_at.is_some());
    let what = run(worker, job, &context).await;
    let duration_ms = i64::try_from(clock.elapsed().as_millis()).unwrap_or(i64::MAX);
    Report {
        id,
        fence,
        duration_ms,
        makes_room,
        is_phase,
        is_scheduled,
        what,
    }
}

async fn run(worker: Option<Arc<dyn Erased>>, job: Claimed, context: &Context) -> What {
    let Some(worker) = worker else {
        return What::Not(Ending::Unbegun(format!(
            "no worker for kind {:?} here",
            job.kind
        )));
    };
    let limit = limit(&job);
    let given = Given {
        args: job.args,
        input: job.phase.map(|phase| phase.input).unwrap_or_default(),
    };
    let ending = match timeout(limit, worker.run(given, context)).await {
        Ok(Ok(Ok(Outcome::Done(result)))) => return What::Done(result),
        Ok(Ok(Ok(Outcome::Snooze { wait, reason }))) => Ending::Snooze { wait, reason },
        Ok(Ok(Ok(Outcome::Cancel { reason }))) => Ending::Cancelled(reason),
        Ok(Ok(Err(failure))) => failure.into(),
        Ok(Err(Poison(message))) => Ending::Poison(message),
        Err(_) => Ending::Timeout(format!("took longer than {} ms", limit.as_millis())),
    };
    What::Not(ending)
}
