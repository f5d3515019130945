//! Pipelines: work in phases, where each phase is a job of its own kind.
//!
//! ```text
//!   enqueue "ads" ──▶ run [running]                                                         [done]
//!                       │ job ads.search ──done──▶ checkpoint 1, job ads.filter ──▶ … ──▶ last ─▲
//!                       │        │ crash: the same phase again, resumes+1, from its progress
//!                       │        ▼ attempts or resumes spent, poison, gave up
//!                       └──▶ [failed] ──a person's retry: at that phase──▶ [running]
//! ```
//! *Who is authoritative.* The phase's job, by the rules of every job. A running run has exactly one
//! job that is ready or running, a failed run exactly one that has failed, and its row is written only
//! in a transaction that holds that job. What was done is in the checkpoints, which never change.
//!
//! *Crash points.* A phase is done when the transaction commits that removes its job, stores its
//! output and inserts the next phase's job. Before it, the phase runs again, from the progress that
//! it has saved; after it, the phase never runs again.
//!
//! *Lock order.* job, run, schedule.

mod advance;
mod day;
mod define;
mod list;

pub(crate) use advance::{Checkpoint, advance, cancelled, failed, resumed, revived};
pub use day::{RunsOfDay, runs_of_day};
pub(crate) use define::PhaseOf;
pub use define::{Phase, Pipeline};
pub use list::{PhaseRow, RunEnd, RunFilter, RunHour, RunRow, phases, run_hours, runs, runs_of};

/// How often in a row a phase may be interrupted by crashes and go on, without progress between
/// them. The next crash fails the run (L6).
pub(crate) const RESUMES_MAX: i16 = 3;
