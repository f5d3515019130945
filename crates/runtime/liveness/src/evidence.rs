//! How sure we are that a process is dead.

use std::{fmt, str::FromStr};

use homeostat_model::{ProcessId, RuntimeTime};
use homeostat_store::{Db, PgConnection, StoreError};

use crate::rows;

/// What the end of an epoch rests on. All but [`Evidence::Guess`] are proof (L8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Evidence {
    /// The process said goodbye itself.
    Planned,
    /// Its parent waited for it and has its exit status.
    Waitpid,
    /// The exclusive lock on its running file was free.
    Flock,
    /// Its host has booted since.
    BootId,
    /// Only its advisory lock was seen free, for the whole grace.
    Guess,
}

impl Evidence {
    /// Whether the process certainly runs no more.
    pub fn is_proof(self) -> bool {
        match self {
            Self::Planned | Self::Waitpid | Self::Flock | Self::BootId => true,
            Self::Guess => false,
        }
    }

    /// The word in `process.ended_by`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Waitpid => "waitpid",
            Self::Flock => "flock",
            Self::BootId => "boot_id",
            Self::Guess => "guess",
        }
    }

    /// A sentence for `process.end_reason`.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Planned => "stopped as planned",
            Self::Waitpid => "its parent saw it exit",
            Self::Flock => "the lock on its running file was free",
            Self::BootId => "its host has booted since",
            Self::Guess => "its advisory lock stayed free for the whole grace",
        }
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Evidence {
    type Err = StoreError;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "planned" => Ok(Self::Planned),
            "waitpid" => Ok(Self::Waitpid),
            "flock" => Ok(Self::Flock),
            "boot_id" => Ok(Self::BootId),
            "guess" => Ok(Self::Guess),
            other => Err(StoreError::corrupt(
                "process.ended_by",
                format!("unknown word {other:?}"),
            )),
        }
    }
}

/// Ends a dead process's epoch, or turns an earlier guess into proof. Its work is not touched: that
/// is the rescuer's, and recovery by state finds it. Returns whether the row changed.
///
/// # Errors
/// When the database does not answer.
pub async fn declare_dead(
    db: &Db,
    process: ProcessId,
    evidence: Evidence,
    now: Option<RuntimeTime>,
) -> Result<bool, StoreError> {
    let mut connection = db.pool().acquire().await?;
    end_in(&mut connection, process, evidence, now).await
}

/// [`declare_dead`] in the caller's transaction, for the rescue.
///
/// # Errors
/// When the database does not answer.
pub async fn end_in(
    connection: &mut PgConnection,
    process: ProcessId,
    evidence: Evidence,
    now: Option<RuntimeTime>,
) -> Result<bool, StoreError> {
    rows::end(connection, process, evidence, evidence.reason(), now).await
}
