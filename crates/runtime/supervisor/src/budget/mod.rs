//! Memory: how much there is, who has how much of it reserved, and who is refused.
//!
//! ```text
//!   found at start ──▶ grants of the whole host ──ask──▶ granted  │ refused, with the figures
//!                         └─▶ ledger of a supervisor ──▶ reserved │ refused, with the figures
//! ```
//! The ledger is pure and belongs to one supervisor, within its grant: work that cannot fit is not claimed
//! and stays in the queue. The grants are a locked file, for supervisors and for what runs beside them
//! (one-off commands, the second colour of a deploy), so they work while the database does not.
//!
//! What was reserved is held to by the kernel where it can be ([`crate::mechanism::Limiter`]); elsewhere
//! the supervisor looks once a second and ends who is furthest over. A machine that is short of memory
//! all the same admits nothing new.

mod found;
mod grants;
mod ledger;
mod over;
mod peaks;
mod pressure;
mod strays;

pub use found::{Budget, Source};
pub use grants::{Entry, Grant, Grants, NotGranted};
pub use ledger::{Ledger, Refusal};
pub use over::over_reservation;
pub use peaks::Peaks;
pub use pressure::Pressure;
pub use strays::Stray;
