//! What a worker knows about the job it does.

use homeostat_liveness::Epoch;
use homeostat_model::{BrandId, Fence, JobId, WorldTime};
use tokio_util::sync::CancellationToken;

/// Handed to [`Worker::work`](crate::Worker::work).
#[derive(Debug, Clone)]
pub struct Context {
    pub(crate) job: JobId,
    pub(crate) fence: Fence,
    pub(crate) attempt: u16,
    pub(crate) attempts_max: u16,
    pub(crate) brand: Option<BrandId>,
    pub(crate) due_at: Option<WorldTime>,
    pub(crate) epoch: Epoch,
    pub(crate) cancel: CancellationToken,
    pub(crate) stop: CancellationToken,
}

impl Context {
    /// The job.
    pub fn job(&self) -> JobId {
        self.job
    }

    /// The fence of this claim.
    pub fn fence(&self) -> Fence {
        self.fence
    }

    /// Which attempt this is, from 1.
    pub fn attempt(&self) -> u16 {
        self.attempt
    }

    /// Whether a failure of this attempt fails the job for good.
    pub fn is_last_attempt(&self) -> bool {
        self.attempt >= self.attempts_max
    }

    /// The brand the job belongs to.
    pub fn brand(&self) -> Option<&BrandId> {
        self.brand.as_ref()
    }

    /// The world time a schedule fired this job for.
    pub fn due_at(&self) -> Option<WorldTime> {
        self.due_at
    }

    /// The life of the process that does the job.
    pub fn epoch(&self) -> &Epoch {
        &self.epoch
    }

    /// Whether a person asked to call the job off. Return
    /// [`Outcome::Cancel`](crate::Outcome::Cancel) at the next safe point.
    pub fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }

    /// Returns once a person asks to call the job off.
    pub async fn cancelled(&self) {
        self.cancel.cancelled().await;
    }

    /// Returns once the process wants to stop. What still runs when its grace is over is dropped
    /// and given back, which costs no attempt.
    pub async fn stopping(&self) {
        self.stop.cancelled().await;
    }
}
