//! Jobs in any language: a command that reads its args as JSON and writes its result as JSON.
//!
//! ```text
//!   queue ──room?──▶ supervisor          args ─▶ stdin ┐
//!     └─job─▶ attempt ──begin──▶ leaf ──▶ command ◀────┘
//!                 │                        ├─ stdout ─▶ progress lines · the result
//!                 │                        └─ stderr ─▶ progress lines · a log per attempt
//!                 └──exit code──▶ done │ later │ failed
//! ```
//! | exit code | means |
//! |---|---|
//! | 0 | done; the result is the last JSON object on standard output, `{}` when there is none |
//! | 75 | try again later: put off, no attempt spent |
//! | 78, and 125 to 127 of what cannot be started | configuration: failed for good |
//! | any other, a signal | failed, another attempt may help |
//!
//! A line `{"progress": …}` on either output is progress, and what a later attempt finds saved.
//!
//! *Who is authoritative.* The supervisor for deadline, room and what is left; the row for whether the
//! job is still ours. *What local time is for.* The beat, and how often progress is saved. *Crash
//! points.* The worker's death closes its connection to the supervisor, which ends the command; the job
//! is rescued like any other. *Limits.* What the command did outside before it was ended stays done: the
//! command may run again, and must bear it.

mod attempt;
mod declared;
mod host;
mod log;
mod own;
mod running;
mod said;
mod verdict;

pub use declared::{Declared, FAMILY};
pub use host::{Host, HostError, Places, Subprocess};
pub use running::Running;
