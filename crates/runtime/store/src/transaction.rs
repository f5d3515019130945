//! The one transaction wrapper.
//!
//! ```text
//! begin ── body ── commit ── ok                       → the value
//!   │        │        └───── connection broke          → AmbiguousCommit, never tried again here
//!   │        └── conflict (40001, 40P01, 55P03)        → rolled back; up to 8 fast tries
//!   └── unreachable (08, 53, 57P, no connection)       → up to 3 slow tries
//! ```
//! A broken commit may have been written, so trying the body again could do its work twice: only
//! the caller, who knows the key the work is bound to, can look whether it is there. Refusals of
//! the body (its own errors) roll back and pass through.

use std::{ops::ControlFlow, time::Duration};

use sqlx::{PgConnection, PgPool, Postgres, Transaction};

use crate::{Db, StoreError};

const CONFLICT_TRIES_MAX: u32 = 8;
const UNREACHABLE_TRIES_MAX: u32 = 3;

/// An error type that a transaction's body may return.
pub trait StoreFault: From<StoreError> {
    /// The database's part in this error, which decides about another try.
    fn store(&self) -> Option<&StoreError>;
}

impl StoreFault for StoreError {
    fn store(&self) -> Option<&StoreError> {
        Some(self)
    }
}

/// An open transaction. Dropped without a commit, it rolls back.
#[derive(Debug)]
pub struct Tx(Transaction<'static, Postgres>);

impl Tx {
    /// The connection to run statements on.
    pub fn connection(&mut self) -> &mut PgConnection {
        &mut self.0
    }
}

/// The tries of one transaction. Use it through [`transact!`](crate::transact).
#[derive(Debug)]
pub struct Attempt {
    db: Db,
    conflicts: u32,
    outages: u32,
}

impl Attempt {
    /// A fresh budget of tries.
    pub fn new(db: &Db) -> Self {
        Self {
            db: db.clone(),
            conflicts: 0,
            outages: 0,
        }
    }

    /// Opens a transaction, waiting out a short outage.
    ///
    /// # Errors
    /// When the database stays out of reach for the whole budget.
    pub async fn begin(&mut self) -> Result<Tx, StoreError> {
        loop {
            let error = match begin(self.db.pool().clone()).await {
                Ok(tx) => return Ok(Tx(tx)),
                Err(error) => StoreError::from(error),
            };
            if !self.again(&error).await {
                return Err(error);
            }
        }
    }

    /// Commits a body's success or rolls its failure back, and says whether to try again.
    pub async fn close<T, E: StoreFault>(
        &mut self,
        tx: Tx,
        result: Result<T, E>,
    ) -> ControlFlow<Result<T, E>> {
        match result {
            Ok(value) => match tx.0.commit().await {
                Ok(()) => ControlFlow::Break(Ok(value)),
                Err(error) => self.close_failed_commit(error).await,
            },
            Err(error) => {
                // A failed rollback is a broken connection, which rolls back by itself.
                let _ = tx.0.rollback().await;
                match error.store() {
                    Some(fault) if self.again(fault).await => ControlFlow::Continue(()),
                    Some(_) | None => ControlFlow::Break(Err(error)),
                }
            }
        }
    }

    async fn close_failed_commit<T, E: StoreFault>(
        &mut self,
        error: sqlx::Error,
    ) -> ControlFlow<Result<T, E>> {
        // An answer from the server, such as a deferred constraint, means that nothing was written.
        let answered = error.as_database_error().is_some();
        let fault = match StoreError::from(error) {
            StoreError::Unreachable(error) if !answered => StoreError::AmbiguousCommit(error),
            // 57P01 can also arrive after the commit record was flushed.
            StoreError::Unreachable(error) => StoreError::AmbiguousCommit(error),
            other => other,
        };
        if self.again(&fault).await {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(Err(E::from(fault)))
        }
    }

    /// Spends one try of the fault's class and waits its backoff; false when none is left.
    async fn again(&mut self, fault: &StoreError) -> bool {
        let wait = match fault {
            StoreError::Conflict(_) if self.conflicts < CONFLICT_TRIES_MAX => {
                self.conflicts += 1;
                Duration::from_millis(1 << self.conflicts)
            }
            StoreError::Unreachable(_) if self.outages < UNREACHABLE_TRIES_MAX => {
                self.outages += 1;
                Duration::from_millis(100 << self.outages)
            }
            StoreError::Conflict(_)
            | StoreError::Unreachable(_)
            | StoreError::AmbiguousCommit(_)
            | StoreError::Refused(_)
            | StoreError::Url(_)
            | StoreError::Corrupt { .. }
            | StoreError::Migrate(_) => return false,
        };
        tracing::debug!(error = %fault, wait_ms = wait.as_millis(), "transaction tried again");
        homeostat_clock::pause(wait).await;
        true
    }
}

/// Opens a transaction in a task of its own, which nobody drops half-way. sqlx rolls back only what it knows to have
/// begun: a BEGIN whose answer nobody waited for would leave its connection in the pool with a transaction open, and
/// what the next one wrote on it, and was told is written, would be gone with that.
async fn begin(pool: PgPool) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that opens transactions"
    )]
    let begun = tokio::spawn(async move { pool.begin().await });
    begun.await.unwrap_or(Err(sqlx::Error::WorkerCrashed))
}

/// Runs a body in a transaction, tries conflicts and short outages again, and commits.
///
/// The body is an async block: `?` leaves it and rolls back. It may run more than once, so it must
/// have no effect outside the transaction. The error type implements [`StoreFault`].
///
/// ```ignore
/// let id = transact!(db, |tx| -> Result<i64, StoreError> {
///     insert(&mut *tx, &row).await
/// })?;
/// ```
#[macro_export]
macro_rules! transact {
    ($db:expr, |$tx:ident| -> $ret:ty $body:block) => {{
        let mut attempt = $crate::Attempt::new(&$db);
        loop {
            let mut open = match attempt.begin().await {
                Ok(open) => open,
                Err(error) => break <$ret>::Err(error.into()),
            };
            let result: $ret = {
                let $tx: &mut $crate::PgConnection = open.connection();
                async { $body }.await
            };
            match attempt.close(open, result).await {
                ::std::ops::ControlFlow::Break(done) => break done,
                ::std::ops::ControlFlow::Continue(()) => {}
            }
        }
    }};
}
