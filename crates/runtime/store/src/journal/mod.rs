//! One row per transition, and what can be told from the rows: the state at any past instant, and
//! the proof that they agree with the tables (L5).
//!
//! The database writes the rows itself, by statement triggers; see `db/migrations/0100_events.sql`.

mod history;
mod verify;

pub use history::{Event, History, because, events};
pub use verify::{Check, CheckState, verify};
