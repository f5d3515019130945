//! Keeps processes: what dies comes back, what hangs is ended, what loops is stopped, and nothing is
//! left behind.
//!
//! ```text
//!   guard ──leash──▶ supervisor ──leaf, stdin──▶ trampoline ─exec─▶ child and all that comes of it
//!     └─ holds beside the work what outlives the supervisor
//! ```
//! | what | where |
//! |---|---|
//! | outlives the supervisor, and lets nothing of it live on | [`guard`] |
//! | trees and leaves, ended whole by the mechanism that the machine offers | [`mechanism`] |
//! | the end of a leaf by signal from outside | [`deadline`] |
//! | one thread that starts children, and their bounded output | [`spawn`], [`trampoline`] |
//! | listening sockets that outlive whoever serves them | [`sockets`] |
//! | what a child says of itself: ready, alive, stopping | [`notify`] |
//! | whether a kind can run at all, where it will run | [`resolve`], [`preflight`] |
//! | one task for each kind that is kept running | [`kinds`], [`notify`] |
//! | how often it is started, and when a person hears of it | [`crash_loop`] |
//! | how much memory is promised to whom, and who goes first without it | [`budget`], [`oom`] |
//! | jobs as processes of their own, begun and ended for the workers | [`jobs`] |
//!
//! *Who is authoritative.* The kernel for what lives; files of ours for what is remembered. It never
//! speaks to a database, so it works while Postgres is down, and it knows of a job no more than number,
//! claim and deadline.
//! *Limits.* A child that is killed may have acted outside a moment before: what it did is found by the
//! fences and effects of the rest of the system, never here.

pub mod budget;
pub mod crash_loop;
pub mod deadline;
mod error;
mod files;
pub mod guard;
pub mod jobs;
pub mod kinds;
pub mod mechanism;
mod mounts;
pub mod notify;
pub mod oom;
pub mod preflight;
pub mod process;
pub mod resolve;
pub mod sockets;
pub mod spawn;
pub mod trampoline;

pub use error::Error;
