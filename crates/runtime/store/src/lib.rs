//! Postgres, and nothing else: connections, the one transaction wrapper, LISTEN, migrations, the
//! embedded cluster, and the journal of every transition.
//!
//! Invariant: SQL that touches a table lives in the crate that owns the table. This crate owns
//! `event`, `logged_relation` and the triggers that write them.

extern crate self as homeostat_store;

mod database;
mod db;
mod embedded;
mod error;
mod exit;
mod hosts;
pub mod journal;
mod listen;
mod migrate;
pub mod mutants;
mod primary;
mod stamp;
mod timeline;
mod transaction;

pub use database::{Database, OpenError};
pub use db::{Db, DbOptions, session};
pub use embedded::{
    Embedded, EmbeddedError, EmbeddedOptions, Keeper, ServerCommand, ServerPrograms,
};
pub use error::StoreError;
pub use exit::ProcessExit;
pub use listen::{Listener, Wake};
pub use migrate::schema_fingerprint;
pub use stamp::Stamp;
pub use transaction::{Attempt, StoreFault, Tx};

/// The connection every statement runs on.
pub use sqlx::PgConnection;
