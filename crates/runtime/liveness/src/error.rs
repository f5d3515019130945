//! What can go wrong with an epoch.

use std::path::PathBuf;

use homeostat_model::{Classify, Fault};
use homeostat_store::{StoreError, StoreFault};

/// A failure to begin, keep or judge an epoch.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database's part.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The running file or its directory cannot be used.
    #[error("run_dir: {path} cannot be used; give a directory that this user may write to")]
    RunningFile {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The host does not say who it is.
    #[error("the host's {what} cannot be read")]
    Host {
        /// Which fact.
        what: &'static str,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A fresh random lock key is taken, which a sound source of entropy never gives.
    #[error("lock_key {0} is taken already; the source of entropy repeats itself")]
    LockTaken(i64),
    /// Something between us and Postgres hands our session to others.
    #[error(
        "DATABASE_URL: a transaction pooler stands before Postgres ({0}); connect to Postgres directly \
         or through a pooler in session mode"
    )]
    Pooler(&'static str),
}

impl Classify for Error {
    fn fault(&self) -> Fault {
        match self {
            Self::Store(error) => error.fault(),
            Self::RunningFile { .. } | Self::Host { .. } | Self::LockTaken(_) | Self::Pooler(_) => {
                Fault::Permanent
            }
        }
    }
}

impl StoreFault for Error {
    fn store(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::RunningFile { .. } | Self::Host { .. } | Self::LockTaken(_) | Self::Pooler(_) => {
                None
            }
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}
