//! Where a system keeps what is its own on this machine.
//!
//! `<root>/<system>/` holds one system: its cluster, running files, logs, and the sandbox's books.
//! A sandbox world is a system of its own, named after its seed and faults, so two worlds never
//! share a database. `<root>/current` names the one that was started last.

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
};

use homeostat_operator::config::Settings;
use homeostat_store::EmbeddedOptions;
use rustix::fs::{FlockOperation, flock};

use crate::failure::Failure;

/// One system's directory.
#[derive(Debug, Clone)]
pub(crate) struct State {
    root: PathBuf,
    name: String,
}

impl State {
    /// The system of this name, made where it is missing, and noted as the current one.
    pub(crate) fn create(root: &Path, name: &str) -> Result<Self, Failure> {
        let root = std::path::absolute(root).map_err(|e| Failure::environment(&e))?;
        let state = Self {
            root,
            name: name.to_owned(),
        };
        for dir in [state.run_dir(), state.log_dir(), state.books_dir()] {
            fs::create_dir_all(&dir).map_err(|e| {
                Failure::Environment(format!("cannot create {}: {e}", dir.display()))
            })?;
        }
        let current = state.root.join("current");
        fs::write(&current, name).map_err(|e| {
            Failure::Environment(format!("cannot write {}: {e}", current.display()))
        })?;
        Ok(state)
    }

    /// The system that was started last.
    pub(crate) fn current(root: &Path) -> Result<Self, Failure> {
        let root = std::path::absolute(root).map_err(|e| Failure::environment(&e))?;
        match fs::read_to_string(root.join("current")) {
            Ok(name) => Ok(Self {
                root,
                name: name.trim().to_owned(),
            }),
            Err(_) => Err(Failure::Environment(format!(
                "nothing has run in {} yet; start with `homeostat up`, or set DATABASE_URL",
                root.display()
            ))),
        }
    }

    fn dir(&self) -> PathBuf {
        self.root.join(&self.name)
    }

    /// The name of the system.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The embedded cluster of this system.
    pub(crate) fn cluster(&self) -> EmbeddedOptions {
        EmbeddedOptions {
            dir: self.dir().join("pg"),
            durable: true,
        }
    }

    /// Running files of its processes.
    pub(crate) fn run_dir(&self) -> PathBuf {
        self.dir().join("run")
    }

    /// Logs of its processes.
    pub(crate) fn log_dir(&self) -> PathBuf {
        self.dir().join("log")
    }

    /// What the sandbox's vendors have written down.
    pub(crate) fn books_dir(&self) -> PathBuf {
        self.dir().join("books")
    }

    /// The configuration that its processes run with.
    pub(crate) fn config(&self) -> PathBuf {
        self.dir().join("homeostat.toml")
    }

    /// Writes it down. It holds no secret.
    pub(crate) fn keep_config(&self, settings: &Settings) -> Result<(), Failure> {
        let text = toml::to_string(settings).map_err(|e| Failure::environment(&e))?;
        let path = self.config();
        fs::write(&path, text)
            .map_err(|e| Failure::Environment(format!("cannot write {}: {e}", path.display())))
    }

    /// Held by the one `up` of this system for its life.
    pub(crate) fn lock_up(&self) -> Result<File, Failure> {
        let path = self.dir().join("up.lock");
        let broken =
            |e: std::io::Error| Failure::Environment(format!("cannot use {}: {e}", path.display()));
        let mut file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .map_err(broken)?;
        if flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
            let holder = fs::read_to_string(&path).unwrap_or_default();
            return Err(Failure::TryAgain(format!(
                "homeostat is already up here as process {} ({}); stop it first, or use another --state-dir",
                holder.trim(),
                self.dir().display()
            )));
        }
        file.set_len(0)
            .and_then(|()| write!(file, "{}", std::process::id()))
            .map_err(broken)?;
        Ok(file)
    }
}
