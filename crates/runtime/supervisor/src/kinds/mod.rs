//! Kinds that are kept running: each has one task of its own, which starts, awaits, judges and stops it.
//!
//! ```text
//!              ┌──── wait, or quarantine ◀── judged ◀── leaf empty ◀── ended ◀─┐
//!              ▼                                                               │
//!   [wanted] ─ due ─ gate open ─ resolved, preflight ─ spawned ─▶ [running] ───┘
//!      ▲  │ stopped by a person                                     │ ready, signs of life
//!      └──┘                                                         └─ silent: ABRT, 2 s, KILL
//! ```
//! *Who is authoritative.* Of what lives, the kernel; of how often a kind may be started, its
//! [`Record`](crate::crash_loop::Record); of whether it should run at all, the last order. What one kind
//! does never waits for another. *Signs of life.* A kind that talks the `sd_notify` protocol says that it
//! is ready and, from the loop that does its work, that it still is; of one that does not, only its uptime
//! is known. *The gate.* A kind may need something that is not there yet (the database): it is not
//! started meanwhile, and an end of those moments is not held against it.
//! *Crash points.* A start is remembered before it is made, and an end before the next start; the
//! supervisor killed in between leaves a leaf, which its guard empties before the next supervisor.
//! *What local time is for.* Waits, silence and uptime; a clock that jumps moves none of them.

mod ground;
mod keeper;
mod life;
mod spec;
mod view;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
};

pub use ground::{Event, Ground, Options};
pub use spec::{Gate, Repeat, Spec, Talks};
pub use view::{State, View};

use crate::{Error, budget::over_reservation};
use keeper::{Keeper, Order};

/// All kinds of a supervisor. Cheap to clone; all clones are the same.
#[derive(Debug, Clone)]
pub struct Kinds {
    ground: Ground,
    kept: Arc<Mutex<BTreeMap<String, Kept>>>,
}

#[derive(Debug)]
struct Kept {
    orders: mpsc::UnboundedSender<Order>,
    view: watch::Receiver<View>,
    task: JoinHandle<()>,
    spec: Spec,
}

/// What a person asks of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    /// End it and start it again.
    Restart,
    /// End it, and leave it so.
    Stop,
    /// Start it, whatever its record says.
    Start,
    /// Forget its record.
    Unquarantine,
}

/// There is no such kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("name: there is no kind {name:?}; there are {}", .known.join(", "))]
pub struct Unknown {
    /// What was named.
    pub name: String,
    /// What could have been.
    pub known: Vec<String>,
}

impl Kinds {
    /// None yet.
    pub fn new(ground: Ground) -> Self {
        Self {
            ground,
            kept: Arc::default(),
        }
    }

    /// Keeps one more from now on. One of the same name that is still kept stays, and this one is not
    /// begun.
    pub fn add(&self, spec: Spec) {
        let name = spec.kind.name.clone();
        let mut kept = self.lock();
        if kept.get(&name).is_some_and(|kept| !kept.task.is_finished()) {
            return tracing::warn!(name, "is kept already");
        }
        let (orders, inbox) = mpsc::unbounded_channel();
        let (said, view) = watch::channel(View::new(&name, self.ground.record(&name).as_ref()));
        let keeper = Keeper::new(spec.clone(), self.ground.clone(), inbox, said);
        let task = tokio::spawn(keeper.keep());
        let kind = Kept {
            orders,
            view,
            task,
            spec,
        };
        kept.insert(name, kind);
    }

    /// What a kind is.
    pub fn spec(&self, name: &str) -> Option<Spec> {
        self.lock().get(name).map(|kept| kept.spec.clone())
    }

    /// Forgets the crashes of a kind that is not kept yet.
    pub fn pardon(&self, name: &str) {
        self.ground.pardon(name);
    }

    /// Forgets the crashes of those that are kept no longer, and says that their troubles are over.
    pub fn forget_others(&self) {
        let kept = self.lock().keys().cloned().collect();
        self.ground.forget_all_but(&kept);
    }

    /// Tells a kind what a person wants of it.
    ///
    /// # Errors
    /// When there is none of this name.
    pub fn wish(&self, name: &str, wish: Wish) -> Result<(), Unknown> {
        let kept = self.lock();
        let kind = find(&kept, name)?;
        // A task that has ended keeps nothing any more, so there is nobody to tell.
        let _ = kind.orders.send(Order::Wish(wish));
        Ok(())
    }

    /// How one of them is.
    ///
    /// # Errors
    /// When there is none of this name.
    pub fn view(&self, name: &str) -> Result<View, Unknown> {
        let kept = self.lock();
        find(&kept, name).map(|kind| kind.view.borrow().clone())
    }

    /// How all of them are, in the order of their names.
    pub fn views(&self) -> Vec<View> {
        let kept = self.lock();
        let kept = kept.values().filter(|kept| !kept.task.is_finished());
        kept.map(|kept| kept.view.borrow().clone()).collect()
    }

    /// Waits until a kind is as it is wanted; `None` when it is kept no longer.
    pub async fn until(&self, name: &str, wanted: impl Fn(&View) -> bool) -> Option<View> {
        let mut view = self.lock().get(name)?.view.clone();
        let found = view.wait_for(wanted).await.ok()?;
        Some(found.clone())
    }

    /// Kills the kind that is furthest over the memory that is reserved for it, and says which. For where the
    /// kernel holds nobody to it: there it is to be called once a second.
    ///
    /// # Errors
    /// When it cannot be seen who is in which leaf.
    pub fn end_over(&self) -> Result<Option<String>, Error> {
        let mut leaves = Vec::new();
        for leaf in self.ground.tree().leaves()? {
            let name = leaf.name().as_str();
            let Some(mb) = self.spec(name).and_then(|spec| spec.memory_mb) else {
                continue;
            };
            leaves.push((name.to_owned(), mb, leaf.used_mb()?));
        }
        let Some(over) = over_reservation(&leaves) else {
            return Ok(None);
        };
        if let Some(kind) = self.lock().get(&over)
            && let Some(process) = kind.view.borrow().process
        {
            let _ = kind.orders.send(Order::Over(process));
        }
        Ok(Some(over))
    }

    /// Ends those whose name is wanted, all at once, and keeps them no longer. Nothing of them lives when
    /// this returns.
    pub async fn end(&self, wanted: impl Fn(&str) -> bool) {
        let ending: Vec<Kept> = {
            let mut kept = self.lock();
            let (ended, stays) = std::mem::take(&mut *kept)
                .into_iter()
                .partition(|(name, _)| wanted(name));
            *kept = stays;
            let ended: BTreeMap<String, Kept> = ended;
            ended.into_values().collect()
        };
        for kept in &ending {
            let _ = kept.orders.send(Order::End);
        }
        for kept in ending {
            if let Err(error) = kept.task.await {
                tracing::error!(%error, "the task of a kind died; its leaf is the guard's to empty");
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn find<'a>(kept: &'a BTreeMap<String, Kept>, name: &str) -> Result<&'a Kept, Unknown> {
    kept.get(name).ok_or_else(|| Unknown {
        name: name.to_owned(),
        known: kept.keys().cloned().collect(),
    })
}
