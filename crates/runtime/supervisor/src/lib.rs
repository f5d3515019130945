//! Keeps processes: what dies comes back, what hangs is ended, what loops is stopped, and nothing is
//! left behind.
//!
//! It never speaks to a database, so it works while Postgres is down, and knows no job and no business.

pub mod budget;
pub mod crash_loop;
pub mod deadline;
mod error;
mod files;
pub mod guard;
pub mod mechanism;
mod mounts;
pub mod preflight;
pub mod process;
pub mod resolve;
pub mod spawn;
pub mod trampoline;

pub use error::Error;
