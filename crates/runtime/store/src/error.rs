//! What can go wrong between us and Postgres, and what each failure means.

use homeostat_model::{Classify, Fault};

/// A failure of the database or of the way to it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Two transactions collided; nothing was written. SQLSTATE 40001, 40P01, 55P03.
    #[error("two transactions collided")]
    Conflict(#[source] sqlx::Error),
    /// No connection, or it broke before the commit was sent; nothing was written.
    #[error("the database cannot be reached")]
    Unreachable(#[source] sqlx::Error),
    /// The connection broke while the commit was under way: it may have been written.
    #[error("the connection broke during a commit, which may or may not have been written")]
    AmbiguousCommit(#[source] sqlx::Error),
    /// The database refused the statement: a constraint, a type, a right.
    #[error("the database refused the statement")]
    Refused(#[source] sqlx::Error),
    /// The rows do not fit what this version of the program expects.
    #[error("{field} in the database cannot be read: {reason}")]
    Corrupt {
        /// Table and column.
        field: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// The connection URL cannot be understood; the cause says where, and never quotes the URL.
    #[error("DATABASE_URL: write postgres://user@host:5432/database")]
    Url(#[source] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("migration failed")]
    Migrate(#[source] Box<sqlx::migrate::MigrateError>),
}

impl StoreError {
    /// A value that this program wrote and cannot read back.
    pub fn corrupt(field: &'static str, reason: impl ToString) -> Self {
        Self::Corrupt {
            field,
            reason: reason.to_string(),
        }
    }

    /// The SQLSTATE, where Postgres gave one.
    pub fn sqlstate(&self) -> Option<String> {
        match self {
            Self::Conflict(e)
            | Self::Unreachable(e)
            | Self::AmbiguousCommit(e)
            | Self::Refused(e) => e.as_database_error()?.code().map(Into::into),
            Self::Url(_) | Self::Corrupt { .. } | Self::Migrate(_) => None,
        }
    }

    /// The constraint that refused the statement.
    pub fn constraint(&self) -> Option<&str> {
        match self {
            Self::Refused(e) => e.as_database_error()?.constraint(),
            Self::Conflict(_)
            | Self::Unreachable(_)
            | Self::AmbiguousCommit(_)
            | Self::Url(_)
            | Self::Corrupt { .. }
            | Self::Migrate(_) => None,
        }
    }
}

impl Classify for StoreError {
    fn fault(&self) -> Fault {
        match self {
            Self::Conflict(_) | Self::Unreachable(_) => Fault::Transient,
            Self::AmbiguousCommit(_) => Fault::UnknownOutcome,
            Self::Refused(_) | Self::Url(_) | Self::Corrupt { .. } | Self::Migrate(_) => {
                Fault::Permanent
            }
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error.as_database_error().and_then(|e| e.code()).as_deref() {
            Some(code) if is_conflict(code) => Self::Conflict(error),
            // Class 08 connection, 53 resources, 57 the operator stops the server; 57014 is a
            // cancelled statement and stays a refusal.
            Some(code) if is_outage(code) => Self::Unreachable(error),
            Some(_) => Self::Refused(error),
            None if matches!(error, sqlx::Error::Configuration(_)) => Self::Url(error),
            None if is_transport(&error) => Self::Unreachable(error),
            None => Self::Refused(error),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        use sqlx::migrate::MigrateError::{Execute, ExecuteMigration};
        match error {
            // A migration is one transaction: what may pass says nothing about it.
            Execute(inner) | ExecuteMigration(inner, _) if may_pass(&inner) => Self::from(inner),
            other => Self::Migrate(Box::new(other)),
        }
    }
}

/// Whether the server is away or busy, rather than of another opinion.
fn may_pass(error: &sqlx::Error) -> bool {
    match error.as_database_error().and_then(|e| e.code()) {
        Some(code) => is_conflict(&code) || is_outage(&code),
        None => is_transport(error),
    }
}

fn is_conflict(code: &str) -> bool {
    matches!(code, "40001" | "40P01" | "55P03")
}

fn is_outage(code: &str) -> bool {
    code.starts_with("08") || code.starts_with("53") || (code.starts_with("57P"))
}

fn is_transport(error: &sqlx::Error) -> bool {
    matches!(
        error,
        sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outages_are_told_from_cancelled_statements() {
        assert!(is_outage("57P01") && is_outage("08006") && is_outage("53300"));
        assert!(!is_outage("57014") && !is_outage("23505"));
    }

    #[test]
    fn an_outage_in_a_migration_is_no_verdict_on_it() {
        use sqlx::migrate::MigrateError;
        let gone = sqlx::Error::Io(std::io::Error::other("gone"));
        let away = StoreError::from(MigrateError::ExecuteMigration(gone, 7));
        assert_eq!(away.fault(), Fault::Transient);
        let wrong = StoreError::from(MigrateError::VersionMissing(7));
        assert_eq!(wrong.fault(), Fault::Permanent);
    }

    #[test]
    fn a_broken_pipe_is_transient_and_a_broken_commit_is_not() {
        let io = || sqlx::Error::Io(std::io::Error::other("gone"));
        assert_eq!(StoreError::from(io()).fault(), Fault::Transient);
        assert_eq!(
            StoreError::AmbiguousCommit(io()).fault(),
            Fault::UnknownOutcome
        );
    }
}
