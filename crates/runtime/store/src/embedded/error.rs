//! What can keep the private cluster from running. Each text says what to do.

use std::{io, path::PathBuf};

/// A cluster that cannot be started, or that ended.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    /// No server program was found.
    #[error(
        "no Postgres server (15 or newer) found on PATH or in the usual places; install one \
         (Debian, Ubuntu: apt-get install postgresql; Fedora: dnf install postgresql-server; \
         macOS: brew install postgresql@17) or set DATABASE_URL"
    )]
    NoBinaries,
    /// The cluster was made by a version that is not installed.
    #[error(
        "the cluster was made by Postgres {major}, which is not installed; install it or move the directory away"
    )]
    WrongMajor {
        /// The version in the cluster's `PG_VERSION`.
        major: u32,
    },
    /// Another instance owns the directory.
    #[error(
        "another instance (process {pid}) already uses {}; stop it first, or run this one with its own --state-dir",
        dir.display()
    )]
    AlreadyRunning {
        /// The cluster's directory.
        dir: PathBuf,
        /// The process that holds the lock, as it wrote itself.
        pid: String,
    },
    /// As root we need somebody else to run the server.
    #[error(
        "Postgres refuses to run as root, and there is no user 'postgres' or 'nobody' to run it as; create one or set DATABASE_URL"
    )]
    NoUser,
    /// The file system refused.
    #[error("cannot use {}: check that it exists and who owns it", path.display())]
    Directory {
        /// The path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Old server processes did not go away.
    #[error("old server processes {pids:?} still use {} after being killed", dir.display())]
    Leftovers {
        /// The data directory.
        dir: PathBuf,
        /// The processes.
        pids: Vec<i32>,
    },
    /// A program of Postgres could not be run or failed.
    #[error("{program} failed: {said}")]
    Failed {
        /// Its name.
        program: &'static str,
        /// The end of what it said.
        said: String,
    },
}
