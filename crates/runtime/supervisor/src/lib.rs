//! Keeps processes: what dies comes back, what hangs is ended, what loops is stopped, and nothing is
//! left behind.
//!
//! It never speaks to a database, so it works while Postgres is down, and knows no job and no business.

pub mod crash_loop;
mod error;
mod files;

pub use error::Error;
