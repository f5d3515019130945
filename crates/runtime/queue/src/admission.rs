//! Kinds that are known by name only, and kinds whose jobs are claimed only when there is room for them.
//!
//! ```text
//!   ready job of the kind? ─ room? ─no──▶ the job stays in the queue, others are claimed as before
//!                              └─yes─▶ claim one ─ nothing left ▶ the room is given back
//!                                          └─▶ the room goes with the job, to its attempt
//! ```
//! Room is for one job. Wherever the job goes, to its attempt or back to the queue, its room is dropped
//! with it, and dropping gives it back.

use std::{
    any::Any,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use homeostat_model::ProcessId;
use homeostat_store::Db;
use serde_json::Value;

use crate::{
    Context, Error, Failure, Outcome,
    claim::{self, Claimed},
    registry::{Erased, Given, Poison},
};

/// Does the jobs of a kind whose name is known only when the program runs.
#[async_trait::async_trait]
pub trait NamedWorker: Send + Sync + 'static {
    /// Does one job, as [`Worker::work`](crate::Worker::work).
    async fn work(&self, args: Value, context: &Context) -> Result<Outcome, Failure>;
}

/// Says whether a job of a kind can be done now, before it is claimed.
#[async_trait::async_trait]
pub trait Admission: Send + Sync + 'static {
    /// Room for one job of this kind. It is held until the job's attempt drops it.
    async fn room(&self, kind: &str) -> Result<Room, NoRoom>;
}

/// Room for one job. Dropping it gives it back.
pub struct Room(Box<dyn Any + Send>);

impl Room {
    /// Room that is given back when `held` is dropped. The worker finds it with
    /// [`Context::take_room`].
    pub fn new(held: impl Any + Send) -> Self {
        Self(Box::new(held))
    }
}

impl fmt::Debug for Room {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Room")
    }
}

/// Why there is no room now.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NoRoom(pub String);

/// Where a claimed job's room lies until its attempt takes it.
#[derive(Debug, Clone, Default)]
pub(crate) struct RoomSlot(Option<Arc<Mutex<Option<Room>>>>);

impl RoomSlot {
    fn of(room: Room) -> Self {
        Self(Some(Arc::new(Mutex::new(Some(room)))))
    }

    /// Takes it out, if it is of this type.
    pub(crate) fn take<T: Any>(&self) -> Option<T> {
        let mut slot = self
            .0
            .as_ref()?
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match slot.take()?.0.downcast::<T>() {
            Ok(held) => Some(*held),
            Err(other) => {
                *slot = Some(Room(other));
                None
            }
        }
    }
}

/// How jobs of a kind are claimed.
#[derive(Clone)]
pub(crate) struct Gate {
    pub(crate) kind: String,
    /// The kind is limited over all processes.
    pub(crate) is_limited: bool,
    /// Whom to ask first.
    pub(crate) admission: Option<Arc<dyn Admission>>,
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// A kind whose jobs may be claimed now.
pub(crate) enum Asked {
    /// As many as there are.
    Free,
    /// One, into this room.
    Room(Room),
    /// None.
    Not,
}

impl Gate {
    /// Claims up to `n` jobs, if there is room for any. Says whether there may be more.
    pub(crate) async fn claim(
        &self,
        db: &Db,
        owner: ProcessId,
        n: usize,
    ) -> Result<(Vec<Claimed>, bool), Error> {
        let Some(admission) = &self.admission else {
            let claimed = self.claim_up_to(db, owner, n).await?;
            let is_full = claimed.len() == n;
            return Ok((claimed, is_full));
        };
        let Asked::Room(room) = self.ask(&**admission, db, false).await? else {
            return Ok((Vec::new(), false));
        };
        let mut claimed = self.claim_up_to(db, owner, 1).await?;
        if let Some(job) = claimed.first_mut() {
            job.room = RoomSlot::of(room);
        }
        let is_full = !claimed.is_empty();
        Ok((claimed, is_full))
    }

    /// Claims one job that is to run alone, if there is room for it.
    pub(crate) async fn claim_alone(
        &self,
        db: &Db,
        owner: ProcessId,
    ) -> Result<Option<Claimed>, Error> {
        let asked = match &self.admission {
            None => Asked::Free,
            Some(admission) => self.ask(&**admission, db, true).await?,
        };
        if matches!(asked, Asked::Not) {
            return Ok(None);
        }
        let mut claimed = claim::claim_alone(db, owner, &self.kind, None).await?;
        if let (Some(job), Asked::Room(room)) = (&mut claimed, asked) {
            job.room = RoomSlot::of(room);
        }
        Ok(claimed)
    }

    async fn claim_up_to(
        &self,
        db: &Db,
        owner: ProcessId,
        n: usize,
    ) -> Result<Vec<Claimed>, Error> {
        if self.is_limited {
            claim::claim_limited(db, owner, &self.kind, n, None).await
        } else {
            claim::claim(db, owner, &self.kind, n, None).await
        }
    }

    /// Room is asked for only when a job waits for it: an empty queue must take none from others.
    async fn ask(&self, admission: &dyn Admission, db: &Db, alone: bool) -> Result<Asked, Error> {
        if !claim::is_waiting(db, &self.kind, alone).await? {
            return Ok(Asked::Not);
        }
        Ok(match admission.room(&self.kind).await {
            Ok(room) => Asked::Room(room),
            Err(NoRoom(reason)) => {
                tracing::debug!(kind = self.kind, reason, "left in the queue");
                Asked::Not
            }
        })
    }
}

/// A worker by name, as the pool runs it.
pub(crate) struct Named(pub(crate) Arc<dyn NamedWorker>);

#[async_trait::async_trait]
impl Erased for Named {
    async fn run(
        &self,
        given: Given,
        context: &Context,
    ) -> Result<Result<Outcome, Failure>, Poison> {
        Ok(self.0.work(given.args, context).await)
    }
}
