//! Where a system keeps what is its own on this machine.
//!
//! `<root>/<system>/` holds one system: its cluster, running files, logs, and the sandbox's books.
//! A sandbox world is a system of its own, named after its seed and faults, so two worlds never
//! share a database. A command speaks to the one system that is up; when none is, to the one that was
//! up last, which `<root>/current` names; `HOMEOSTAT_SYSTEM` names another.

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    time::Duration,
};

use homeostat_operator::config::Settings;
use homeostat_store::EmbeddedOptions;
use rustix::fs::{FlockOperation, flock};

use crate::failure::Failure;

/// Names the system that a command means.
const SYSTEM: &str = "HOMEOSTAT_SYSTEM";
/// The file with the clock of the system's world.
const WORLD_CLOCK: &str = "world-clock.json";
const LOCK_TRIES: u32 = 10;
const LOCK_AGAIN: Duration = Duration::from_millis(50);

/// One system's directory.
#[derive(Debug, Clone)]
pub(crate) struct State {
    root: PathBuf,
    name: String,
}

impl State {
    /// Where all systems are that share it.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The system of this name, made where it is missing.
    pub(crate) fn create(root: &Path, name: &str) -> Result<Self, Failure> {
        let root = std::path::absolute(root).map_err(|e| Failure::environment(&e))?;
        let state = Self {
            root,
            name: name.to_owned(),
        };
        for dir in [
            state.run_dir(),
            state.log_dir(),
            state.books_dir(),
            state.guard_dir(),
        ] {
            fs::create_dir_all(&dir).map_err(|e| {
                Failure::Environment(format!("cannot create {}: {e}", dir.display()))
            })?;
        }
        Ok(state)
    }

    /// Notes this system as the one that commands speak to when none is up.
    pub(crate) fn make_current(&self) -> Result<(), Failure> {
        let current = self.root.join("current");
        keep(&current, self.name.as_bytes())
            .map_err(|e| Failure::Environment(format!("cannot write {}: {e}", current.display())))
    }

    /// The system that a command means.
    pub(crate) fn current(root: &Path) -> Result<Self, Failure> {
        let root = std::path::absolute(root).map_err(|e| Failure::environment(&e))?;
        let of = |name: &str| Self {
            root: root.clone(),
            name: name.trim().to_owned(),
        };
        if let Ok(name) = std::env::var(SYSTEM) {
            return match of(&name).dir().is_dir() {
                true => Ok(of(&name)),
                false => Err(Failure::Usage(format!(
                    "{SYSTEM}: there is no system {name:?} in {}",
                    root.display()
                ))),
            };
        }
        match (
            systems_up(&root).as_slice(),
            fs::read_to_string(root.join("current")),
        ) {
            ([one], _) => Ok(of(one)),
            ([], Ok(name)) => Ok(of(&name)),
            ([], Err(_)) => Err(Failure::Environment(format!(
                "nothing has run in {} yet; start with `homeostat up`, or set DATABASE_URL",
                root.display()
            ))),
            (several, _) => Err(Failure::Usage(format!(
                "several systems are up here: {}; say which with {SYSTEM}=NAME",
                several.join(", ")
            ))),
        }
    }

    fn dir(&self) -> PathBuf {
        self.root.join(&self.name)
    }

    /// Whether its `up` lives, in whichever of its parts.
    pub(crate) fn is_up(&self) -> bool {
        is_up(&self.dir())
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

    /// What its guard keeps.
    pub(crate) fn guard_dir(&self) -> PathBuf {
        self.dir().join("guard")
    }

    /// Where its supervisor answers.
    pub(crate) fn control_socket(&self) -> PathBuf {
        self.run_dir().join("supervisor.sock")
    }

    /// What its sandbox announced of itself.
    pub(crate) fn announcement(&self) -> PathBuf {
        self.run_dir().join("sandbox.json")
    }

    /// Alerts, and what was told of them.
    pub(crate) fn alerts_dir(&self) -> PathBuf {
        self.dir().join("alerts")
    }

    /// Where the canary sings.
    pub(crate) fn canary_dir(&self) -> PathBuf {
        self.dir().join("canary")
    }

    /// The configuration that the system runs with, to go back to when the owner's is bad.
    pub(crate) fn config(&self) -> PathBuf {
        self.dir().join("homeostat.toml")
    }

    /// One that was deployed and has not come to be ready yet, as the owner wrote it.
    pub(crate) fn config_on_trial(&self) -> PathBuf {
        self.dir().join("homeostat-on-trial.toml")
    }

    /// The same for the processes of one tree, which keep theirs while another tree gets a new one.
    pub(crate) fn config_of(&self, tree: &str) -> PathBuf {
        self.run_dir().join(format!("{tree}.toml"))
    }

    /// Writes a configuration down. It holds no secret.
    pub(crate) fn keep_config(path: &Path, settings: &Settings) -> Result<(), Failure> {
        keep(path, config_text(settings)?.as_bytes())
            .map_err(|e| Failure::Environment(format!("cannot write {}: {e}", path.display())))
    }

    /// Writes down the clock of the world that the system lives in, as its roles are told it. Without
    /// one it lives in ours.
    pub(crate) fn keep_world_clock(&self, anchor: Option<&str>) -> Result<(), Failure> {
        let path = self.dir().join(WORLD_CLOCK);
        let kept = match anchor {
            Some(anchor) => keep(&path, anchor.as_bytes()),
            None => match fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
                Ok(()) | Err(_) => Ok(()),
            },
        };
        kept.map_err(|e| Failure::Environment(format!("cannot write {}: {e}", path.display())))
    }

    /// Where the clock of the world is written down that the system lives in.
    pub(crate) fn world_clock_file(&self) -> PathBuf {
        self.dir().join(WORLD_CLOCK)
    }

    /// That clock.
    pub(crate) fn world_clock(&self) -> Option<String> {
        fs::read_to_string(self.world_clock_file()).ok()
    }

    /// Held by the one `up` of this system for its life.
    pub(crate) async fn lock_up(&self) -> Result<File, Failure> {
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
        let mut tries_left = LOCK_TRIES;
        // A command that asks whether we are up holds the lock for a moment, shared.
        while flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
            if tries_left > 0 {
                tries_left -= 1;
                homeostat_clock::pause(LOCK_AGAIN).await;
                continue;
            }
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

/// A configuration as it is written down.
pub(crate) fn config_text(settings: &Settings) -> Result<String, Failure> {
    toml::to_string(settings).map_err(|e| Failure::environment(&e))
}

/// Writes a file, unless it says so already: a full disk is no reason not to start again.
fn keep(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    match fs::read(path) {
        Ok(there) if there == bytes => Ok(()),
        Ok(_) | Err(_) => homeostat_files::replace(path, bytes),
    }
}

/// Whether the `up` of a system's directory lives: its lock is held.
fn is_up(dir: &Path) -> bool {
    File::open(dir.join("up.lock"))
        .is_ok_and(|file| flock(&file, FlockOperation::NonBlockingLockShared).is_err())
}

/// The systems that are up.
fn systems_up(root: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(root) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .flatten()
        .filter(|entry| is_up(&entry.path()))
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}
