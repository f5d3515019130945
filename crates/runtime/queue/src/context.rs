//! What a worker knows about the job it does.

use std::any::Any;

use homeostat_liveness::Epoch;
use homeostat_model::{BrandId, Fence, JobId, RunId, WorldTime};
use homeostat_store::Db;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::{Error, Failure, admission::RoomSlot, pipeline::PhaseOf, progress};

/// Handed to [`Worker::work`](crate::Worker::work).
#[derive(Debug, Clone)]
pub struct Context {
    pub(crate) job: JobId,
    pub(crate) fence: Fence,
    pub(crate) attempt: u16,
    pub(crate) attempts_max: u16,
    pub(crate) brand: Option<BrandId>,
    pub(crate) due_at: Option<WorldTime>,
    pub(crate) phase: Option<PhaseOf>,
    pub(crate) progress: Option<Value>,
    pub(crate) room: RoomSlot,
    pub(crate) db: Db,
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

    /// The run this phase is part of.
    pub fn run(&self) -> Option<RunId> {
        self.phase.as_ref().map(|phase| phase.run)
    }

    /// The phase's short name.
    pub fn phase(&self) -> Option<&str> {
        self.phase.as_ref().map(|phase| phase.name.as_str())
    }

    /// How often this phase went on after a crash since its last progress.
    pub fn resumes(&self) -> u16 {
        self.phase
            .as_ref()
            .map_or(0, |phase| phase.resumes.unsigned_abs())
    }

    /// What an earlier attempt of this job has saved, as its type.
    ///
    /// # Errors
    /// A permanent failure that names the field, when it does not fit the type.
    pub fn progress<T: DeserializeOwned>(&self) -> Result<Option<T>, Failure> {
        let Some(saved) = &self.progress else {
            return Ok(None);
        };
        serde_path_to_error::deserialize(saved)
            .map(Some)
            .map_err(|error| {
                Failure::permanent(format!("progress.{}: {}", error.path(), error.inner()))
            })
    }

    /// Saves how far the work has come, in a transaction of its own. The next attempt of the job
    /// reads it with [`Context::progress`]. Progress gives a phase its resumes back; the same value
    /// again is no progress.
    ///
    /// # Errors
    /// [`Error::Stale`] when the job was taken from this process: stop. [`Error::Input`] when the
    /// value is over 64 KiB or is no JSON; else the database's.
    pub async fn save_progress<T: Serialize + Sync>(&self, value: &T) -> Result<(), Error> {
        progress::save(&self.db, self.epoch.id(), self.job, self.fence, value).await
    }

    /// A sign of life, for work that others do while the worker only looks after it. With it the worker
    /// learns whether the job is still this process's. Life is no progress: `progressed` says whether
    /// there was any since the last sign.
    ///
    /// # Errors
    /// [`Error::Stale`] when the job was taken from this process: stop. Else the database's.
    pub async fn beat(&self, progressed: bool) -> Result<(), Error> {
        progress::beat(&self.db, self.epoch.id(), self.job, self.fence, progressed).await
    }

    /// What the kind's [`Admission`](crate::Admission) has reserved for this job, once, by its type. What
    /// is not taken is given back when the attempt is over.
    pub fn take_room<T: Any>(&self) -> Option<T> {
        self.room.take()
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
