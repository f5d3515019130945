//! How a command ends badly: the text a person reads, and the exit code a script reads.

use std::process::ExitCode;

pub(crate) use homeostat_model::chain;
use homeostat_operator::config::ConfigError;
use homeostat_store::{EmbeddedError, StoreError};

/// A command that could not do its work.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub(crate) enum Failure {
    /// The request makes no sense as written. Exit code 2.
    #[error("{0}")]
    Usage(String),
    /// The machine or the database lacks something. Exit code 3.
    #[error("{0}")]
    Environment(String),
    /// A law or a check failed. Exit code 1.
    #[error("{0}")]
    Law(String),
    /// Somebody else is at it. Exit code 75.
    #[error("{0}")]
    TryAgain(String),
}

impl Failure {
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.code())
    }

    /// The exit code as a number.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Law(_) => 1,
            Self::Usage(_) => 2,
            Self::Environment(_) => 3,
            Self::TryAgain(_) => 75,
        }
    }

    /// Something on this machine is missing or broken.
    pub(crate) fn environment(error: &dyn std::error::Error) -> Self {
        Self::Environment(chain(error))
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        match &error {
            ConfigError::Secret { .. } | ConfigError::SecretFile { .. } => {
                Self::Environment(chain(&error))
            }
            ConfigError::Unreadable { .. } | ConfigError::Shape(_) | ConfigError::Field { .. } => {
                Self::Usage(chain(&error))
            }
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::Url(_) => Self::Usage(chain(&error)),
            StoreError::Conflict(_)
            | StoreError::Unreachable(_)
            | StoreError::AmbiguousCommit(_)
            | StoreError::Refused(_)
            | StoreError::Corrupt { .. }
            | StoreError::Migrate(_) => Self::Environment(chain(&error)),
        }
    }
}

impl From<EmbeddedError> for Failure {
    fn from(error: EmbeddedError) -> Self {
        match &error {
            EmbeddedError::AlreadyRunning { .. } => Self::TryAgain(chain(&error)),
            EmbeddedError::NoBinaries
            | EmbeddedError::WrongMajor { .. }
            | EmbeddedError::NoUser
            | EmbeddedError::Directory { .. }
            | EmbeddedError::Leftovers { .. }
            | EmbeddedError::Failed { .. } => Self::Environment(chain(&error)),
        }
    }
}

/// The error, and what to do about it on a line of its own.
pub(crate) fn with_help(error: &impl miette::Diagnostic) -> String {
    match error.help() {
        Some(help) => format!("{}\n  {help}", chain(error)),
        None => chain(error),
    }
}
