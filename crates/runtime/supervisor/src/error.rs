//! What can go wrong while processes are kept.

use std::{io, path::PathBuf};

use homeostat_model::{Classify, Fault};

/// A failure of the supervisor's own means. What is wrong with a child is no error but an ending.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or directory of ours cannot be used.
    #[error("{path} cannot be used")]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
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
            // A full disk or a missing directory is mended while we run.
            Self::File { .. } => Fault::Transient,
        }
    }
}
