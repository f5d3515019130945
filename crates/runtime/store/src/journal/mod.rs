//! One row per transition, and what can be told from the rows: the state at any past instant, and
//! the proof that they agree with the tables (L5).
//!
//! The database writes the rows itself, by statement triggers; see `db/migrations/0100_events.sql`.

mod history;
mod newest;
mod row;
mod things;
mod verify;

pub use history::{Event, History, because, events};
pub use newest::{last_event, newest_events};
pub use things::{
    events_after, events_beside_jobs, events_of, events_until, last_events_of, states_of,
};
pub use verify::{Check, CheckState, verify};
