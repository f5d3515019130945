//! What can go wrong in the queue.

use homeostat_model::{Classify, Fault, JobId};
use homeostat_store::{StoreError, StoreFault};

/// A failure of the queue itself; failures of the work are [`Failure`](crate::Failure).
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database's part.
    #[error(transparent)]
    Store(StoreError),
    /// The epoch's part.
    #[error(transparent)]
    Liveness(#[from] homeostat_liveness::Error),
    /// Something that was handed in cannot be used. Nothing was changed.
    #[error("{message}")]
    Input {
        /// The field that is wrong.
        field: String,
        /// What is wrong with it and what would be right; starts with the field.
        message: String,
    },
    /// Two workers were registered for one kind.
    #[error("kind: {0} has two workers; register one")]
    DuplicateKind(String),
    /// There is no such job, or it is not in a state that allows it.
    #[error("job {job}: {reason}")]
    Job {
        /// Which.
        job: JobId,
        /// Why not.
        reason: String,
    },
    /// The job was taken from this process: what it says about it counts no more (L1).
    #[error("job {0} belongs to somebody else by now")]
    Stale(JobId),
    /// A part of this process is broken; it must be started anew.
    #[error("{0}")]
    Broken(String),
}

impl Error {
    pub(crate) fn input(field: &str, message: impl std::fmt::Display) -> Self {
        Self::Input {
            field: field.to_owned(),
            message: format!("{field}: {message}"),
        }
    }
}

impl Classify for Error {
    fn fault(&self) -> Fault {
        match self {
            Self::Store(error) => error.fault(),
            Self::Liveness(error) => error.fault(),
            Self::Input { .. }
            | Self::DuplicateKind(_)
            | Self::Job { .. }
            | Self::Stale(_)
            | Self::Broken(_) => Fault::Permanent,
        }
    }
}

impl StoreFault for Error {
    fn store(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::Liveness(error) => error.store(),
            Self::Input { .. }
            | Self::DuplicateKind(_)
            | Self::Job { .. }
            | Self::Stale(_)
            | Self::Broken(_) => None,
        }
    }
}

/// Refusals of `homeostat.enqueue` (SQLSTATE 22023) and of the tables' CHECKs become input errors.
impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        if let StoreError::Refused(source) = &error
            && let Some(db) = source.as_database_error()
            && db.code().as_deref() == Some("22023")
        {
            let field = db
                .try_downcast_ref::<sqlx::postgres::PgDatabaseError>()
                .and_then(sqlx::postgres::PgDatabaseError::column);
            return Self::Input {
                field: field.unwrap_or("arguments").to_owned(),
                message: db.message().to_owned(),
            };
        }
        Self::Store(error)
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        StoreError::from(error).into()
    }
}
