//! Why a trial came to no end.

/// Why.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    /// What must hold did not, and going on would show nothing more.
    #[error("{0}")]
    Broken(String),
    /// The machine did not do what it must.
    #[error("{0}")]
    Ground(String),
    /// A file, a socket or a process.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The database, asked by the trial itself.
    #[error("the trial's own question: {0}")]
    Sql(#[from] sqlx::Error),
}
