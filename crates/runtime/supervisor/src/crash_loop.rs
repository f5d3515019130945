//! Crash loops: how often a kind that keeps ending is started, and when a person hears of it.
//!
//! ```text
//!            start                         ended
//!   [due] ───────────▶ [running] ──────────────────▶ [waiting 0 … 32 s] ──▶ [due]
//!                        │   │ 9th unhealthy, or 2nd configuration failure in a row
//!                        │   └────────────────▶ [quarantined] ──probe due, or fingerprint changed──▶ [due]
//!                        └ healthy: all counts to zero
//! ```
//! There is no time window: what counts are consecutive unhealthy runs, so no rate of crashing is slow
//! enough to go unseen. A run is healthy once it has been up for a minute *and* said that it is ready
//! *and* done one unit of work (or an idle heartbeat of the loop that would do it).
//!
//! *Who is authoritative.* The [`Record`] of each kind, kept in a file by [`memory`]: a restart of the
//! supervisor forgets nothing. *What local time is for.* Waits and probes, as wall milliseconds that are
//! passed in; from a clock that was set back, a wait is never longer than its class allows, once for each jump.
//! *Crash points.* Between an end and its save the supervisor may die: the run then counts for nothing,
//! and its next end counts. A start is saved before it is made, so a probe is not repeated at once.

pub mod memory;
mod policy;
mod record;
pub mod shared;
mod simulate;

pub use policy::{Class, Ending, Policy, Run};
pub use record::{Alert, Cause, Due, Ended, Phase, Record, Stage};
pub use simulate::{Simulated, simulate};
