//! The supervisor of a worker that runs alone: the same rules, held in this process.
//!
//! What a killed worker leaves behind is found by the next one: it wrote down its tree in a file that it
//! holds locked, and a file that nobody locks is a dead one's.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

use homeostat_supervisor::{
    Error,
    budget::{Budget, Ledger},
    jobs::Jobs,
    mechanism::{Mechanism, Reference, Tree, probe},
};
use rustix::fs::{FlockOperation, flock};

use crate::running;

/// How long the kernel may take to end what is left.
const KILL_LIMIT: Duration = Duration::from_secs(10);

/// A tree of our own.
#[derive(Debug)]
pub(crate) struct Own {
    tree: Tree,
    path: PathBuf,
    _lock: File,
}

impl Own {
    /// Ends what dead workers left, and makes the tree and its jobs.
    pub(crate) fn start(run_dir: &Path, now_ms: fn() -> i64) -> Result<(Self, Arc<Jobs>), Error> {
        let dir = running::dir(run_dir);
        fs::create_dir_all(&dir).map_err(|source| file(&dir, source))?;
        end_leftovers(&dir)?;
        // The first process of a namespace would take all of it for its own.
        let mechanism = match probe().best() {
            Mechanism::CgroupV2 => Mechanism::CgroupV2,
            Mechanism::Pid1 | Mechanism::ProcessGroup => Mechanism::ProcessGroup,
        };
        let tree = Tree::create(&format!("worker-{}", std::process::id()), mechanism)?;
        let path = dir.join(format!("{}.tree", tree.name()));
        let lock = write_locked(&path, &tree.reference()).map_err(|e| file(&path, e))?;
        let ledger = Arc::new(Mutex::new(Ledger::new(Budget::find()?.mb())));
        let jobs = Arc::new(Jobs::new(tree.clone(), ledger, &dir.join("peaks"), now_ms));
        let own = Self {
            tree,
            path,
            _lock: lock,
        };
        Ok((own, jobs))
    }

    /// Ends whatever is left. Blocks.
    pub(crate) fn end(&self) {
        match self.tree.kill_all(&[], KILL_LIMIT) {
            Ok(()) => {
                self.tree.remove();
                let _ = fs::remove_file(&self.path);
            }
            Err(error) => tracing::error!(%error, "left to the next worker"),
        }
    }
}

/// Named only when it is locked and whole, so that nobody takes it for a dead one's.
fn write_locked(path: &Path, reference: &Reference) -> io::Result<File> {
    let beside = path.with_extension("new");
    let mut file = File::create(&beside)?;
    flock(&file, FlockOperation::NonBlockingLockExclusive)?;
    serde_json::to_writer(&mut file, reference)?;
    fs::rename(&beside, path)?;
    Ok(file)
}

fn end_leftovers(dir: &Path) -> Result<(), Error> {
    let entries = fs::read_dir(dir).map_err(|e| file(dir, e))?;
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.extension().is_none_or(|extension| extension != "tree") {
            continue;
        }
        let Ok(open) = File::open(&path) else {
            continue;
        };
        if flock(&open, FlockOperation::NonBlockingLockExclusive).is_err() {
            continue;
        }
        let Ok(reference) = serde_json::from_reader::<_, Reference>(&open) else {
            continue;
        };
        tracing::warn!(tree = reference.name, "left by a worker that died; ended");
        let tree = Tree::attach(&reference)?;
        tree.kill_leftovers(KILL_LIMIT)?;
        tree.remove();
        let _ = fs::remove_file(&path);
    }
    Ok(())
}

fn file(path: &Path, source: io::Error) -> Error {
    Error::File {
        path: path.to_owned(),
        source,
    }
}
