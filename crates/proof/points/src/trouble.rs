//! Why a trial could not be played at all. A broken law is no such thing: it is what is looked for.

/// Nothing was shown, neither way.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
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
