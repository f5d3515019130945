//! Results on their way to the database, in batches.
//!
//! Whatever has gathered while one batch was written is the next batch: a short queue waits for
//! nothing, a long one fills its batches by itself. Results are kept until they are written, and an
//! outage only makes them wait; a process that dies with them is rescued, and the work runs again.

use std::{
    collections::BTreeSet,
    sync::{Arc, PoisonError},
    time::Duration,
};

use homeostat_clock::{Entropy, pause};
use homeostat_liveness::{Begun, Epoch};
use homeostat_model::{Classify, Fault, Fence, JobId};
use homeostat_mutants::mutant;
use homeostat_store::{Db, transact};
use serde_json::Value;
use tokio::{
    sync::{Mutex, Notify, mpsc},
    task::JoinSet,
};

use crate::{
    Error, Notifier,
    held::hold_own,
    pool::PoolSignals,
    settle::{self, Done, Finished, settle, storable},
    verdict::Ending,
};

const OUTAGE_PAUSE: Duration = Duration::from_millis(200);
/// Larger results are refused.
const RESULT_BYTES_MAX: usize = 64 * 1024;

/// What one attempt came to.
#[derive(Debug, Clone)]
pub(crate) struct Report {
    pub(crate) id: JobId,
    pub(crate) fence: Fence,
    pub(crate) duration_ms: i64,
    /// The kind is limited, so its end makes room for another claim.
    pub(crate) makes_room: bool,
    pub(crate) is_phase: bool,
    /// A schedule counts its end.
    pub(crate) is_scheduled: bool,
    pub(crate) what: What,
}

/// Done, or something else.
#[derive(Debug, Clone)]
pub(crate) enum What {
    Done(Value),
    Not(Ending),
}

/// Results that are not written yet. A process that dies now runs these jobs again, so the pool begins
/// no others while they are too many.
#[derive(Debug, Clone, Default)]
pub(crate) struct Backlog(Arc<Unwritten>);

#[derive(Debug, Default)]
struct Unwritten {
    claims: std::sync::Mutex<BTreeSet<Begun>>,
    /// No result of these could be stored. Their work is done all the same, so they are not begun anew: their
    /// deadline ends them.
    given_up: std::sync::Mutex<BTreeSet<Begun>>,
    shrank: Notify,
}

impl Backlog {
    /// How many.
    pub(crate) fn len(&self) -> usize {
        self.lock().len()
    }

    /// Under which claims they were made, and those whose result could not be stored.
    pub(crate) fn claims(&self) -> Vec<Begun> {
        let mut claims: Vec<Begun> = self.lock().iter().copied().collect();
        claims.extend(self.given_up().iter());
        claims
    }

    /// One more.
    pub(crate) fn grow(&self, claim: Begun) {
        self.lock().insert(claim);
    }

    /// Returns when some were written since the last call.
    pub(crate) async fn shrank(&self) {
        self.0.shrank.notified().await;
    }

    fn shrink(&self, batch: &[Report]) {
        let mut claims = self.lock();
        for report in batch {
            claims.remove(&(report.id, report.fence));
        }
        drop(claims);
        self.0.shrank.notify_one();
    }

    fn give_up(&self, report: &Report) {
        self.given_up().insert((report.id, report.fence));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeSet<Begun>> {
        self.0.claims.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn given_up(&self) -> std::sync::MutexGuard<'_, BTreeSet<Begun>> {
        let given_up = self.0.given_up.lock();
        given_up.unwrap_or_else(PoisonError::into_inner)
    }
}

/// The task that writes results.
#[derive(Debug, Clone)]
pub(crate) struct Finisher {
    pub(crate) db: Db,
    pub(crate) epoch: Epoch,
    pub(crate) entropy: Entropy,
    pub(crate) batch_max: usize,
    pub(crate) signals: PoolSignals,
    pub(crate) room: Arc<Notify>,
    /// Tells other processes of next phases; our own pool is told by `room`.
    pub(crate) notifier: Notifier,
    pub(crate) backlog: Backlog,
}

impl Finisher {
    /// Writes until the channel closes, in so many lanes at once.
    pub(crate) async fn run(self, reports: mpsc::UnboundedReceiver<Report>, lanes: usize) {
        let reports = Arc::new(Mutex::new(reports));
        let mut writing = JoinSet::new();
        for _ in 0..lanes {
            writing.spawn(self.clone().lane(reports.clone()));
        }
        writing.join_all().await;
    }

    async fn lane(self, reports: Arc<Mutex<mpsc::UnboundedReceiver<Report>>>) {
        let mut batch = Vec::new();
        while next_batch(&reports, &mut batch, self.batch_max).await > 0 {
            for report in &mut batch {
                bound_result(report);
            }
            self.write(&batch).await;
            self.forget(&batch);
            if batch.iter().any(|report| report.makes_room) {
                self.room.notify_one();
            }
            self.signals.finished.add(batch.len());
            self.backlog.shrink(&batch);
            batch.clear();
        }
    }

    /// Writes a batch, however long that takes. A batch that the database refuses is written one
    /// by one, so that a single bad result does not take the others with it.
    async fn write(&self, batch: &[Report]) {
        let Err(error) = self.write_patiently(batch).await else {
            return;
        };
        tracing::warn!(%error, jobs = batch.len(), "a batch of results was refused; writing them one by one");
        for report in batch {
            let Err(error) = self.write_patiently(std::slice::from_ref(report)).await else {
                continue;
            };
            let message = format!("its result cannot be stored: {error}");
            let what = What::Not(Ending::Permanent(storable(&message)));
            let instead = Report {
                what,
                ..report.clone()
            };
            if let Err(error) = self.write_patiently(&[instead]).await {
                tracing::error!(job = %report.id, %error, "no result could be stored; the deadline will end the job");
                self.backlog.give_up(report);
            }
        }
    }

    /// Waits out outages. An ambiguous commit is written again: what it had written is stale then.
    async fn write_patiently(&self, batch: &[Report]) -> Result<(), Error> {
        loop {
            let error = match self.try_write(batch).await {
                Ok(written) => {
                    self.signals.stale.add(batch.len() - written.ids.len());
                    if written.next > 0 {
                        self.room.notify_one();
                        self.notifier.poke();
                    }
                    return Ok(());
                }
                Err(error) => error,
            };
            if mutant!("results_dropped") {
                return Ok(());
            }
            match error.fault() {
                Fault::Permanent => return Err(error),
                Fault::Transient | Fault::UnknownOutcome => {
                    tracing::warn!(%error, "results wait for the database");
                    pause(OUTAGE_PAUSE).await;
                }
            }
        }
    }

    /// One transaction. Gives back which results were not stale.
    async fn try_write(&self, batch: &[Report]) -> Result<Finished, Error> {
        let owner = self.epoch.id();
        let done: Vec<Done> = batch.iter().filter_map(as_done).collect();
        let rest: Vec<&Report> = batch
            .iter()
            .filter(|r| matches!(r.what, What::Not(_)))
            .collect();
        let written = if batch.iter().all(ends_alone) {
            // One statement is a transaction by itself, without the way there and back to open one.
            let mut connection = self.db.pool().acquire().await?;
            settle::finish(&mut connection, owner, &done).await?
        } else {
            self.try_write_all(&done, &rest).await?
        };
        let current: BTreeSet<JobId> = written.ids.iter().copied().collect();
        for report in batch.iter().filter(|r| !current.contains(&r.id)) {
            tracing::warn!(job = %report.id, fence = %report.fence, "a stale result changed nothing");
        }
        Ok(written)
    }

    async fn try_write_all(&self, done: &[Done], rest: &[&Report]) -> Result<Finished, Error> {
        let owner = self.epoch.id();
        let ids: Vec<i64> = rest.iter().map(|r| r.id.0).collect();
        let fences: Vec<i64> = rest.iter().map(|r| r.fence.0).collect();
        transact!(self.db, |tx| -> Result<Finished, Error> {
            let mut written = Finished::default();
            if !done.is_empty() {
                written = settle::finish(&mut *tx, owner, done).await?;
            }
            if !rest.is_empty() {
                let held = hold_own(&mut *tx, owner, &ids, &fences, None).await?;
                written.ids.extend(held.iter().map(|job| job.id));
                let jobs: Vec<_> = held
                    .into_iter()
                    .filter_map(|job| {
                        let report = rest.iter().find(|r| r.id == job.id)?;
                        Some((job, as_ending(report)?))
                    })
                    .collect();
                settle(&mut *tx, &jobs, &self.entropy).await?;
            }
            Ok(written)
        })
    }

    fn forget(&self, batch: &[Report]) {
        let attempts: Vec<Begun> = batch.iter().map(|r| (r.id, r.fence)).collect();
        if let Err(error) = self.epoch.running().done(&attempts) {
            tracing::warn!(%error, "the running file falls behind");
        }
    }
}

/// The lock is let go of before the batch is written, for the next lane.
async fn next_batch(
    reports: &Mutex<mpsc::UnboundedReceiver<Report>>,
    batch: &mut Vec<Report>,
    most: usize,
) -> usize {
    reports.lock().await.recv_many(batch, most).await
}

/// Nothing follows from its end: no next phase, no count of a schedule, no decision.
fn ends_alone(report: &Report) -> bool {
    matches!(report.what, What::Done(_)) && !report.is_phase && !report.is_scheduled
}

fn as_done(report: &Report) -> Option<Done> {
    match &report.what {
        What::Done(result) => Some(Done {
            id: report.id,
            fence: report.fence,
            result: result.clone(),
            duration_ms: report.duration_ms,
            is_phase: report.is_phase,
        }),
        What::Not(_) => None,
    }
}

fn as_ending(report: &Report) -> Option<Ending> {
    match &report.what {
        What::Done(_) => None,
        What::Not(ending) => Some(ending.clone()),
    }
}

/// A result that is too large fails its job by name instead of filling the journal. As a checkpoint it
/// is poison: the same work would leave the same again.
fn bound_result(report: &mut Report) {
    if let What::Done(result) = &report.what
        && !result.is_null()
    {
        let bytes = result.to_string().len();
        if bytes > RESULT_BYTES_MAX {
            let over = format!(
                "{bytes} bytes are over {RESULT_BYTES_MAX}; store the data in a table and return its id"
            );
            report.what = What::Not(if report.is_phase {
                Ending::Poison(format!("output: {over}"))
            } else {
                Ending::Permanent(format!("result: {over}"))
            });
        }
    }
}
