//! Jobs that run as processes of their own: who may begin one, until when it may run, and that nothing
//! of it is left.
//!
//! ```text
//!   worker                                supervisor
//!     room {kind, mb}               ─▶   ledger ─▶ granted {mb} │ refused, with the figures
//!     begin {job, fence, limit_ms}  ─▶   former leaves of the job killed ─ leaf made ─ deadline armed
//!                                   ◀─   begun {tree, leaf}: the worker spawns into it
//!     end {}                        ─▶   what is left is ended ─▶ ended {ignored_term, overdue, …}
//!     (closed)                      ─▶   all of the leaf is killed, the room is given back
//! ```
//! One connection per job, one JSON value a line, and the connection is the lease: a worker that dies
//! closes it, however it dies. A worker without a supervisor holds a [`Jobs`] of its own and speaks to it
//! in the same words.
//!
//! *Who is authoritative.* The kernel for what lives in a leaf; of two claims of one job, the one with
//! the larger fence. *What local time is for.* The deadline is a monotonic budget from the beginning;
//! the wall time in the leaf's name is for the guard, should this supervisor hang. *Crash points.* The
//! worker's death closes the connection. The supervisor's death ends its tree, workers and leaves. *Limits.* A
//! worker that is stopped keeps its room until its deadline; then its leaf is ended like any other.

mod client;
mod learned;
mod meter;
mod place;
mod server;
mod wire;

pub use client::{Begun, Client, Door, NoRoom, Room};
pub use meter::{Kernel, Meter, Seen};
pub use place::{connect, listen};
pub use server::{Jobs, RunningJob, Waiting};
pub use wire::{Ask, Ended, Say, Stubborn, Wire, is_job_line};
