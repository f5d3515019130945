//! Grants of the whole host: a locked file in which everybody who runs beside a supervisor has a line.
//!
//! ```text
//!   lock ─ read ─ drop the dead ─ fits? ─ write ─ unlock
//! ```
//! *Who is authoritative.* The file, and of whether a holder lives the kernel: a line names process,
//! start and boot. A holder of another process namespace cannot be seen from here, so its line stays
//! until it gives it back or the host boots. *Crash points.* The file is replaced whole. A holder that
//! dies with its line costs nothing: the next reader drops it.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use rustix::fs::{FlockOperation, flock};
use serde::{Deserialize, Serialize};

use super::{Ledger, Refusal};
use crate::{
    Error,
    process::{Process, namespace},
};

/// The file of a host, and what may be granted in all.
#[derive(Debug, Clone)]
pub struct Grants {
    path: PathBuf,
    budget_mb: u64,
}

/// One line of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// For what.
    pub what: String,
    /// How much.
    pub mb: u64,
    /// By whom.
    pub process: Process,
    /// In which life of the host.
    pub boot: String,
    /// In which namespace its number is one.
    pub namespace: String,
    /// The tree that the memory is for, where it is for one.
    #[serde(default)]
    pub tree: Option<String>,
}

/// A grant that is held; given back when dropped.
#[derive(Debug)]
pub struct Grant {
    grants: Grants,
    entry: Entry,
}

/// Why there is no grant.
#[derive(Debug, thiserror::Error)]
pub enum NotGranted {
    /// It does not fit.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The file cannot be used.
    #[error(transparent)]
    File(#[from] Error),
}

impl Grants {
    /// The grants in this file, which need not be there yet.
    pub fn new(path: PathBuf, budget_mb: u64) -> Self {
        Self { path, budget_mb }
    }

    /// What may be granted in all, in megabytes: a part of the budget stays for what nobody asked for.
    pub fn ceiling_mb(&self) -> u64 {
        Ledger::new(self.budget_mb).ceiling_mb()
    }

    /// Asks for memory in the name of this process.
    ///
    /// # Errors
    /// When it does not fit beside what living holders have; or when the file cannot be used.
    pub fn ask(&self, what: &str, mb: u64) -> Result<Grant, NotGranted> {
        self.ask_for(what, mb, None)
    }

    /// The same for all that will be in a tree of this name, in place of what was granted for it before.
    ///
    /// # Errors
    /// As [`Self::ask`].
    pub fn ask_for_tree(&self, what: &str, mb: u64, tree: &str) -> Result<Grant, NotGranted> {
        self.ask_for(what, mb, Some(tree.to_owned()))
    }

    fn ask_for(&self, what: &str, mb: u64, tree: Option<String>) -> Result<Grant, NotGranted> {
        let entry = Entry {
            what: what.to_owned(),
            mb,
            process: Process::own().map_err(|e| self.broken(e))?,
            boot: boot().map_err(|e| self.broken(e))?,
            namespace: namespace().map_err(|e| self.broken(e))?,
            tree,
        };
        let _lock = self.lock()?;
        let mut entries = self.living()?;
        // A tree has one line: whoever asks for it now takes the place of whoever asked before.
        entries.retain(|held| {
            let is_same = held.tree.is_some() && held.tree == entry.tree;
            !is_same || held.namespace != entry.namespace
        });
        let mut ledger = Ledger::new(self.budget_mb);
        for (n, held) in entries.iter().enumerate() {
            // The budget may have shrunk since; then everything counts as taken.
            let mb = held.mb.min(ledger.free_mb());
            ledger.reserve(&n.to_string(), mb)?;
        }
        ledger.reserve(what, mb)?;
        entries.push(entry.clone());
        self.write(&entries)?;
        Ok(Grant {
            grants: self.clone(),
            entry,
        })
    }

    /// Who holds what now.
    ///
    /// # Errors
    /// When the file cannot be used.
    pub fn entries(&self) -> Result<Vec<Entry>, Error> {
        let _lock = self.lock()?;
        self.living()
    }

    fn lock(&self) -> Result<File, Error> {
        let path = self.path.with_extension("lock");
        let lock = || {
            if let Some(dir) = path.parent() {
                fs::create_dir_all(dir)?;
            }
            let file = File::options().create(true).append(true).open(&path)?;
            flock(&file, FlockOperation::LockExclusive)?;
            Ok(file)
        };
        lock().map_err(|source| Error::file(&path, source))
    }

    /// The lines of those who live. A file that cannot be read grants nothing new: it may hold the
    /// lines of the living.
    fn living(&self) -> Result<Vec<Entry>, Error> {
        let text = match fs::read(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(self.broken(error)),
        };
        let mut entries: Vec<Entry> =
            serde_json::from_slice(&text).map_err(|e| self.broken(e.into()))?;
        let here = (
            boot().map_err(|e| self.broken(e))?,
            namespace().map_err(|e| self.broken(e))?,
        );
        entries.retain(|entry| entry.may_live(&here.0, &here.1));
        Ok(entries)
    }

    fn write(&self, entries: &[Entry]) -> Result<(), Error> {
        let text = serde_json::to_vec(entries).map_err(|e| self.broken(e.into()))?;
        homeostat_files::replace(&self.path, &text).map_err(|e| self.broken(e))
    }

    fn broken(&self, source: io::Error) -> Error {
        Error::file(&self.path, source)
    }
}

impl Entry {
    fn may_live(&self, boot: &str, namespace: &str) -> bool {
        self.boot == boot && (self.namespace != namespace || self.process.is_alive())
    }
}

impl Grant {
    /// What was granted.
    pub fn entry(&self) -> &Entry {
        &self.entry
    }

    fn give_back(&self) -> Result<(), Error> {
        let _lock = self.grants.lock()?;
        let mut entries = self.grants.living()?;
        let ours = entries.iter().position(|entry| *entry == self.entry);
        if let Some(index) = ours {
            entries.remove(index);
        }
        self.grants.write(&entries)
    }
}

impl Drop for Grant {
    fn drop(&mut self) {
        if let Err(error) = self.give_back() {
            // It is free at the end of this process all the same.
            tracing::warn!(%error, what = self.entry.what, "the grant could not be given back");
        }
    }
}

fn boot() -> io::Result<String> {
    let text = fs::read_to_string(Path::new("/proc/sys/kernel/random/boot_id"))?;
    Ok(text.trim().to_owned())
}
