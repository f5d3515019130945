//! Which processes live, which died, and how sure we are.
//!
//! ```text
//!   begin                                   ping each second          end(reason)
//!     │ lock ── flock ── row 'live'            │                          │ row 'ended', planned
//!     ▼                                        ▼                          ▼
//!   [sound] ──connection lost──▶ [doubtful] ──lock taken again, row live──▶ [sound]
//!     │                              │
//!     └──────row found 'ended'───────┴──▶ [ended]  terminal: the process must exit
//! ```
//! *Who is authoritative.* The row `homeostat.process`. Claims join it `FOR SHARE`, so an end and a
//! claim never pass each other unseen. The advisory lock only says that somebody should look.
//!
//! *What local time is for.* The grace of an observer, and how old the last ping is. Nothing else.
//!
//! *Lock order.* The session lock before the row is inserted, so a visible live row has its lock
//! held from the start; the file is locked before it gets its name, so a visible file has its lock.
//!
//! *Crash points.* Before the row: nothing to clean but an unnamed file. After the row, before the
//! file: the lock is free and there is no file, so the death stays a guess and waits for the grace.
//! During `end`: the row is either live (death is found and rescued) or ended (recovery by state).
//!
//! *When to look.* A few times a second, and as soon as a process of this host ends. Its end is heard
//! through a handle that may be another's by now, so it only says when, and the locks say what.
//!
//! *Limits.* A lock seen free is a guess: restarts and failovers free all locks at once. Proof is
//! the parent's waitpid, the running file's flock, or a boot id that is no longer the host's.

mod deaths;
mod epoch;
mod error;
mod evidence;
mod exits;
mod host;
mod keeper;
mod list;
mod lives;
mod outages;
mod pooler;
mod rows;
mod running;
mod version;

pub use deaths::{Death, DeathWatch, DeathWatchOptions};
pub use epoch::{Epoch, EpochOptions};
pub use error::Error;
pub use evidence::{Evidence, declare_dead, end_in};
pub use host::Host;
pub use list::{Process, processes, roles_of};
pub use lives::{Life, lives_ended_before, lives_ended_from, unplanned_end};
pub use outages::{Outage, outages};
pub use pooler::refuse_pooler;
pub use running::{Begun, RunningFile, forget_running_file, read_running_file};
pub use version::set_min_version;
