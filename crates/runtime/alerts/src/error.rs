//! What can go wrong with the spool.

use std::{io, path::PathBuf};

use homeostat_model::{Classify, Fault};

/// A failure of the spool itself. What is wrong with a sink is a [`SinkError`](crate::SinkError).
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or directory of the spool cannot be used.
    #[error("{} cannot be used", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A file holds no alert. What it was about is in its name.
    #[error("{} holds no alert ({why}); it was set aside as {}", path.display(), aside.display())]
    Torn {
        /// Where it lay.
        path: PathBuf,
        /// Where it is now.
        aside: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// There are too many alerts; that there are is an alert of its own.
    #[error(
        "the spool is full: {max} alerts; resolve some, the first causes are the ones to look at"
    )]
    Full {
        /// How many there may be.
        max: usize,
    },
    /// Somebody else delivers.
    #[error("{} is held by another process that delivers", path.display())]
    Busy {
        /// The lock.
        path: PathBuf,
    },
}

impl Error {
    pub(crate) fn file(path: impl Into<PathBuf>, source: io::Error) -> Self {
        Self::File {
            path: path.into(),
            source,
        }
    }
}

impl Classify for Error {
    fn fault(&self) -> Fault {
        match self {
            // A full disk, a full spool and a busy lock pass.
            Self::File { .. } | Self::Full { .. } | Self::Busy { .. } => Fault::Transient,
            Self::Torn { .. } => Fault::Permanent,
        }
    }
}
