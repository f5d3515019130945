//! Schedules: what is enqueued when.
//!
//! ```text
//!   define ──▶ [enabled] ──3 fired jobs in a row failed for good──▶ [tripped] ──a probe job is done──▶ [enabled]
//!                │  ▲                                                  │ each 15 min one probe job
//!        disable │  │ enable                           disable, enable │
//!                ▼  │                                                  ▼
//!             [disabled]  only a person's enable leads out          (as asked)
//! ```
//! *Who is authoritative.* `next_at`. The statement that inserts the job moves it by compare-and-set,
//! so one due time fires once, however many schedulers tick.
//!
//! *Two times.* Cadences are in the world's time; probes and the jobs' `run_at` in the database's.

mod cadence;
mod define;
mod retire;
mod tick;
mod trip;

pub use cadence::{Cadence, Missed};
pub use define::{Overlap, Schedule, define_schedule, disable_schedule, enable_schedule, run_now};
pub use retire::retire_schedules;
pub use tick::{Tick, tick};
pub(crate) use trip::{failed, succeeded};
