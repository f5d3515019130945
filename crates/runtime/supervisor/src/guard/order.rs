//! What a deploy asks of a guard, and what the guard tells of it: a lock and two files in its directory.
//!
//! ```text
//!   asker   lock ─ deploy-order.json ───────────────┐              reads until it is over ─ unlock
//!   guard                            takes it away ─┴─ deploy-told.json: starting … done | rolled_back
//! ```
//! It needs no supervisor and no database, so what is broken can be replaced while it is broken.
//! *Who is authoritative.* The guard for what became of it; the lock for whether somebody still wants it.
//! *Crash points.* An asker that dies before the old colour drains calls it off: its lock is free. A guard
//! that dies takes both colours with it; its next life throws an order away that nobody took.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use rustix::fs::{FlockOperation, flock};
use serde::{Deserialize, Serialize};

const ORDER: &str = "deploy-order.json";
const TOLD: &str = "deploy-told.json";
const LOCK: &str = "deploy.lock";

/// What is to be run in place of what runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Which order this is, among all.
    pub id: String,
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

/// An order that was given; taken back when dropped, while that is possible.
#[derive(Debug)]
pub struct Ordered {
    dir: PathBuf,
    id: String,
    _lock: File,
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

impl Order {
    /// Gives it to the guard of this directory, who looks once a second.
    ///
    /// # Errors
    /// When another is under way, or the directory cannot be written.
    pub fn give(&self, dir: &Path) -> Result<Ordered, NotOrdered> {
        let broken = |source| NotOrdered::Files {
            dir: dir.to_owned(),
            source,
        };
        let lock = open_lock(dir).map_err(broken)?;
        match flock(&lock, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => return Err(NotOrdered::UnderWay),
            Err(error) => return Err(broken(error.into())),
        }
        let text = serde_json::to_vec(self).map_err(|e| broken(e.into()))?;
        homeostat_files::replace(&dir.join(ORDER), &text).map_err(broken)?;
        Ok(Ordered {
            dir: dir.to_owned(),
            id: self.id.clone(),
            _lock: lock,
        })
    }

    /// The guard's: takes the order that is there, if somebody still wants it.
    pub(super) fn take(dir: &Path) -> Option<Self> {
        let path = dir.join(ORDER);
        let text = fs::read(&path).ok()?;
        let _ = fs::remove_file(&path);
        let order: Self = serde_json::from_slice(&text).ok()?;
        is_wanted(dir).then_some(order)
    }

    /// One that nobody took in a former life is of no use any more.
    pub(super) fn forget(dir: &Path) {
        let _ = fs::remove_file(dir.join(ORDER));
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

/// Whether somebody waits for what becomes of it.
pub(super) fn is_wanted(dir: &Path) -> bool {
    let Ok(lock) = open_lock(dir) else {
        return false;
    };
    flock(&lock, FlockOperation::NonBlockingLockShared).is_err()
}

fn open_lock(dir: &Path) -> io::Result<File> {
    let path = dir.join(LOCK);
    File::options().create(true).append(true).open(path)
}

impl Ordered {
    /// What the guard told of it last; `None` until it took it.
    pub fn told(&self) -> Option<Told> {
        let text = fs::read(self.dir.join(TOLD)).ok()?;
        let told: Told = serde_json::from_slice(&text).ok()?;
        (told.id == self.id).then_some(told)
    }
}

impl Drop for Ordered {
    fn drop(&mut self) {
        // Still there, nobody has taken it.
        let _ = fs::remove_file(self.dir.join(ORDER));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(id: &str) -> Order {
        Order {
            id: id.to_owned(),
            binary: "/bin/true".into(),
            ready_limit_ms: 5,
        }
    }

    #[test]
    fn one_order_at_a_time_and_only_while_it_is_wanted() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(Order::take(dir.path()), None);
        let first = order("a").give(dir.path()).unwrap();
        let second = order("b").give(dir.path());
        assert!(matches!(second, Err(NotOrdered::UnderWay)), "{second:?}");
        assert_eq!(Order::take(dir.path()), Some(order("a")));
        assert_eq!(Order::take(dir.path()), None, "taken");
        assert!(is_wanted(dir.path()));
        assert_eq!(first.told(), None);
        order("z").tell(dir.path(), Stage::Done, None);
        assert_eq!(first.told(), None, "of another");
        order("a").tell(dir.path(), Stage::Draining, Some("so"));
        assert_eq!(first.told().unwrap().why.as_deref(), Some("so"));
        drop(first);
        assert!(!is_wanted(dir.path()));
        let given = order("c").give(dir.path()).unwrap();
        drop(given);
        assert_eq!(Order::take(dir.path()), None, "taken back");
        let missing = order("d").give(Path::new("/nowhere"));
        assert!(matches!(missing, Err(NotOrdered::Files { .. })));
    }
}
