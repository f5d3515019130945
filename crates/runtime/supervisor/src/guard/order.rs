//! What a deploy asks of a guard, and what the guard tells of it: a lock and two files in its directory.
//!
//! ```text
//!   asker   lock, with its id ─ deploy-order.json ───┐             reads until it is over ─ unlock
//!   guard                             takes it away ─┴─ deploy-told.json: starting … done | rolled_back
//! ```
//! It needs no supervisor and no database, so what is broken can be replaced while it is broken.
//! *Who is authoritative.* The guard for what became of it; the lock, and the id in it, for whether somebody
//! still wants it. *Crash points.* An asker that dies before the old colour drains calls it off: its lock is
//! free, or another's. A guard that dies takes both colours with it; its next life forgets what was asked of
//! it.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use rustix::fs::{FlockOperation, flock};
use serde::{Deserialize, Serialize};

use crate::process::Process;

const ORDER: &str = "deploy-order.json";
const TOLD: &str = "deploy-told.json";
/// An order that the guard has taken.
const TAKEN: &str = "deploy-order.taken";
const LOCK: &str = "deploy.lock";

/// What is to be run in place of what runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Which order this is, among all.
    pub id: String,
    /// Who asks: the first process of a namespace ends everybody in it but whom it spares.
    pub by: Process,
    /// The new version, by an absolute path.
    pub binary: PathBuf,
    /// How long it may take to stand by, and again to be ready, in milliseconds.
    pub ready_limit_ms: u64,
}

/// How far a deploy has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The new colour starts, with nothing but what may run twice.
    Starting,
    /// It stands by; the old one finishes what it has.
    Draining,
    /// Nothing of the old one lives; the new one starts the rest.
    Switching,
    /// It is ready.
    Done,
    /// The old version runs, or runs again.
    RolledBack,
}

impl Stage {
    /// Whether nothing follows.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::RolledBack)
    }
}

/// What the guard tells of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Which.
    pub id: String,
    /// How far it is.
    pub stage: Stage,
    /// Why it went back.
    pub why: Option<String>,
}

/// The right to give one order.
#[derive(Debug)]
pub struct Right {
    dir: PathBuf,
    lock: File,
}

/// An order that was given; taken back when dropped, while that is possible.
#[derive(Debug)]
pub struct Ordered {
    right: Right,
    id: String,
}

/// Why none could be given.
#[derive(Debug, thiserror::Error)]
pub enum NotOrdered {
    /// Somebody else's is under way.
    #[error("a deploy is under way already; wait for its end")]
    UnderWay,
    /// The files cannot be used.
    #[error("cannot use the guard's directory {}: {source}", dir.display())]
    Files {
        /// The guard's directory.
        dir: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl Right {
    /// Takes the right to give an order to the guard of this directory.
    ///
    /// # Errors
    /// When a deploy is under way, or the directory cannot be written.
    pub fn take(dir: &Path) -> Result<Self, NotOrdered> {
        let right = Self {
            dir: dir.to_owned(),
            lock: open_lock(dir).map_err(|e| broken(dir, e))?,
        };
        match flock(&right.lock, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => return Err(NotOrdered::UnderWay),
            Err(error) => return Err(broken(dir, error.into())),
        }
        // Once the old colour drains, a deploy goes on without whoever asked for it.
        match told(dir) {
            Some(told) if !told.stage.is_over() => Err(NotOrdered::UnderWay),
            Some(_) | None => Ok(right),
        }
    }

    /// Gives the order to the guard, who looks once a second.
    ///
    /// # Errors
    /// When the directory cannot be written.
    pub fn give(self, order: &Order) -> Result<Ordered, NotOrdered> {
        let give = || {
            self.lock.set_len(0)?;
            (&self.lock).write_all(order.id.as_bytes())?;
            let text = serde_json::to_vec(order)?;
            homeostat_files::replace(&self.dir.join(ORDER), &text)
        };
        give().map_err(|e| broken(&self.dir, e))?;
        Ok(Ordered {
            id: order.id.clone(),
            right: self,
        })
    }
}

fn broken(dir: &Path, source: io::Error) -> NotOrdered {
    NotOrdered::Files {
        dir: dir.to_owned(),
        source,
    }
}

fn told(dir: &Path) -> Option<Told> {
    let text = fs::read(dir.join(TOLD)).ok()?;
    serde_json::from_slice(&text).ok()
}

impl Order {
    /// The guard's: takes the order that is there, if somebody still wants it.
    pub(super) fn take(dir: &Path) -> Option<Self> {
        let taken = dir.join(TAKEN);
        // Away first, so that one that is given meanwhile stays.
        fs::rename(dir.join(ORDER), &taken).ok()?;
        let text = fs::read(&taken).ok()?;
        match serde_json::from_slice::<Self>(&text) {
            Ok(order) => order.is_wanted(dir).then_some(order),
            Err(error) => {
                tracing::error!(%error, "an order to deploy is not understood");
                None
            }
        }
    }

    /// What was asked of a former life of the guard is of no use any more.
    pub(super) fn forget(dir: &Path) {
        for file in [ORDER, TAKEN, TOLD] {
            let _ = fs::remove_file(dir.join(file));
        }
    }

    /// Whether somebody waits for what becomes of it.
    pub(super) fn is_wanted(&self, dir: &Path) -> bool {
        let Ok(lock) = open_lock(dir) else {
            return false;
        };
        let is_held = flock(&lock, FlockOperation::NonBlockingLockShared).is_err();
        is_held && fs::read(dir.join(LOCK)).is_ok_and(|id| id == self.id.as_bytes())
    }

    pub(super) fn tell(&self, dir: &Path, stage: Stage, why: Option<&str>) {
        let told = Told {
            id: self.id.clone(),
            stage,
            why: why.map(str::to_owned),
        };
        let kept = serde_json::to_vec(&told)
            .map_err(io::Error::from)
            .and_then(|text| homeostat_files::replace(&dir.join(TOLD), &text));
        if let Err(error) = kept {
            // It goes on all the same; who asked hears of it no more.
            tracing::warn!(%error, "how far the deploy is could not be written down");
        }
    }
}

fn open_lock(dir: &Path) -> io::Result<File> {
    let path = dir.join(LOCK);
    File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
}

impl Ordered {
    /// What the guard told of it last; `None` until it took it.
    pub fn told(&self) -> Option<Told> {
        told(&self.right.dir).filter(|told| told.id == self.id)
    }
}

impl Drop for Ordered {
    fn drop(&mut self) {
        // Still there, nobody has taken it.
        let _ = fs::remove_file(self.right.dir.join(ORDER));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(id: &str) -> Order {
        Order {
            id: id.to_owned(),
            by: Process::own().unwrap(),
            binary: "/bin/true".into(),
            ready_limit_ms: 5,
        }
    }

    fn given(dir: &Path, id: &str) -> Ordered {
        Right::take(dir).unwrap().give(&order(id)).unwrap()
    }

    #[test]
    fn one_order_at_a_time_and_only_while_it_is_wanted() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        assert_eq!(Order::take(dir), None);
        let first = given(dir, "a");
        let second = Right::take(dir);
        assert!(matches!(second, Err(NotOrdered::UnderWay)), "{second:?}");
        assert_eq!(Order::take(dir), Some(order("a")));
        assert_eq!(Order::take(dir), None, "taken");
        assert!(order("a").is_wanted(dir));
        assert_eq!(first.told(), None);
        order("z").tell(dir, Stage::Done, None);
        assert_eq!(first.told(), None, "of another");
        order("a").tell(dir, Stage::Draining, Some("so"));
        assert_eq!(first.told().unwrap().why.as_deref(), Some("so"));
        drop(first);
        assert!(!order("a").is_wanted(dir));
        let third = Right::take(dir);
        assert!(
            matches!(third, Err(NotOrdered::UnderWay)),
            "it goes on alone"
        );
        order("a").tell(dir, Stage::Done, None);
        drop(given(dir, "c"));
        assert_eq!(Order::take(dir), None, "taken back");
        let missing = Right::take(Path::new("/nowhere"));
        assert!(matches!(missing, Err(NotOrdered::Files { .. })));
    }

    /// Who was cut off took nothing back, and another waits by now: for something else.
    #[test]
    fn an_order_is_wanted_by_who_gave_it_only() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        let _waits = given(dir, "right");
        let text = serde_json::to_vec(&order("wrong")).unwrap();
        fs::write(dir.join(ORDER), text).unwrap();
        assert_eq!(Order::take(dir), None);
        fs::write(dir.join(ORDER), "half").unwrap();
        assert_eq!(Order::take(dir), None);
    }
}
