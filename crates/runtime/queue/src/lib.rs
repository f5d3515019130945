//! Jobs, the workers that do them, and the schedules that ask for them.
//!
//! ```text
//!                      ┌───── snooze, retry, interruption, rescue ──────┐
//!                      ▼                                                │
//!   enqueue ──▶ [ready] ──claim (fence+1, owner, deadline)──▶ [running] ┤
//!                 │  ▲                                           │      ├──▶ done       row leaves
//!          cancel │  │ a person's retry                          │      ├──▶ cancelled  row leaves
//!                 ▼  └──────────── [failed] ◀── attempts spent, ─┘      │
//!             cancelled                          given up, poison ◀─────┘
//! ```
//! *Who is authoritative.* The row. A running row belongs to (owner, fence); whoever comes with
//! another pair changes nothing (L1). The database's clock decides what is due.
//!
//! *Local time* is for waits and timeouts only, and is monotonic: no lease, deadline or backoff asks
//! the wall clock of a host.
//!
//! *Lock order.* job_kind, process, dedup, job by id, run, schedule. Claims take their own process row
//! `FOR SHARE`; the end of an epoch updates it, so the two wait for each other and a claim is
//! either seen by the rescue or refused.
//!
//! *Crash points.* After the claim: the running file does not list the job, the rescue gives it
//! back and it keeps its attempt. After `begun`: an attempt is spent. After the work, before the
//! finish: the same; the work runs again, so acts on the outside go through effects. After the
//! finish: the row is gone. In the middle of a rescue: the transaction rolls back, and the next
//! pass finds the same rows, because recovery is a loop over state (L9).
//!
//! *Admission.* A kind may ask for room before its jobs are claimed, see `admission`; without it the
//! claim is the same as ever.
//!
//! *Pipelines* are made of nothing else: a phase is a job, see `pipeline`.
//!
//! *What costs an attempt.* An error, a timeout, a crash of the process with the work begun. A
//! panic is caught and counts as an error: the process survived it. Snoozes and interruptions
//! (planned stops, lost claims) cost none and are counted against caps of their own; `give_up_at`
//! bounds everything (L6).

mod admission;
mod at_work;
mod backoff;
mod claim;
mod context;
mod enqueue;
mod error;
mod finish;
mod held;
mod inspect;
mod kind;
mod maintenance;
mod manage;
mod notify;
mod outcome;
mod past;
mod pipeline;
mod pool;
mod progress;
mod registry;
mod rescue;
mod schedule;
mod scheduler;
mod settle;
mod signals;
mod taken_back;
mod verdict;
mod verify;
mod workers;

pub use admission::{Admission, NamedWorker, NoRoom, Room};
pub use at_work::{AtWork, at_work};
pub use backoff::backoff;
pub use context::Context;
pub use enqueue::{
    Enqueue, Enqueued, enqueue, enqueue_all, enqueue_in, enqueue_raw, enqueue_raw_in,
};
pub use error::Error;
pub use inspect::{
    JobCount, JobFilter, JobRow, ScheduleRow, job_counts, job_state_in, jobs, schedules,
};
pub use kind::{Job, KindDefaults};
pub use maintenance::Chore;
pub use manage::{Cancelled, cancel, retry_failed};
pub use notify::Notifier;
pub use outcome::{Failure, Outcome, Worker};
pub use past::{Past, job_counts_at};
pub use pipeline::{
    Phase, PhaseRow, Pipeline, RunEnd, RunFilter, RunHour, RunRow, phases, run_hours, runs, runs_of,
};
pub use pipeline::{RunsOfDay, runs_of_day};
pub use pool::{Pool, PoolHandle, PoolOptions, Stopped};
pub use registry::Registry;
pub use rescue::{Rescue, recovery_pass, rescue};
pub use schedule::{
    Cadence, Missed, Overlap, Schedule, Tick, define_schedule, disable_schedule, enable_schedule,
    retire_schedules, run_now, tick,
};
pub use scheduler::{Scheduler, SchedulerHandle, SchedulerOptions};
pub use signals::Signal;
pub use taken_back::{TakenBack, held_by, taken_back};
pub use verify::verify;
pub use workers::Workers;

#[cfg(test)]
mod tests;
