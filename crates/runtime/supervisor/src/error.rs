//! What can go wrong while processes are kept.

use std::{fmt::Write, io, path::PathBuf};

use homeostat_model::{Classify, Fault};

use crate::{mechanism::Mechanism, process::Stat};

/// A failure of the supervisor's own means. What is wrong with a child is no error but an ending.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or directory of ours, or of the kernel's, cannot be used.
    #[error("{path} cannot be used")]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A name that cannot be one.
    #[error(
        "{what}: {word:?} is not known, or is no name of letters a-z, digits, - and _, at most 64"
    )]
    BadName {
        /// Of what.
        what: &'static str,
        /// The name.
        word: String,
    },
    /// This machine does not let us end trees this way.
    #[error("{mechanism} cannot be used here: {why}")]
    NotOffered {
        /// Which way.
        mechanism: Mechanism,
        /// What is missing.
        why: String,
    },
    /// A process may not be signalled.
    #[error("process {pid} ({comm}) cannot be signalled")]
    Signal {
        /// Its number.
        pid: i32,
        /// Its name.
        comm: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Two guards would end each other's work.
    #[error("{0} has a guard already; stop it, or give another directory")]
    Guarded(PathBuf),
    /// An address or a path cannot be listened on.
    #[error("socket {name}: cannot listen on {at}")]
    Socket {
        /// Of which socket.
        name: String,
        /// The address or path.
        at: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Processes that should have ended have not.
    #[error("still there: {}", named(.0))]
    Survivors(Vec<Stat>),
}

impl Error {
    pub(crate) fn file(path: impl Into<PathBuf>, source: io::Error) -> Self {
        Self::File {
            path: path.into(),
            source,
        }
    }

    pub(crate) fn signal(stat: &Stat, source: io::Error) -> Self {
        Self::Signal {
            pid: stat.process.pid,
            comm: stat.comm.clone(),
            source,
        }
    }
}

impl Classify for Error {
    fn fault(&self) -> Fault {
        match self {
            // A full disk or a missing directory is mended while we run; a process that hangs in the
            // kernel comes back; whoever has the address may leave it.
            Self::File { .. } | Self::Survivors(_) | Self::Guarded(_) | Self::Socket { .. } => {
                Fault::Transient
            }
            Self::BadName { .. } | Self::NotOffered { .. } | Self::Signal { .. } => {
                Fault::Permanent
            }
        }
    }
}

fn named(stats: &[Stat]) -> String {
    let mut text = String::new();
    for stat in stats {
        let between = if text.is_empty() { "" } else { ", " };
        let _ = write!(text, "{between}{} ({})", stat.process.pid, stat.comm);
    }
    text
}
