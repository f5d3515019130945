//! Memory: how much there is, who has how much of it reserved, and who is refused.
//!
//! ```text
//!   found at start ──▶ ledger of this supervisor ──ask──▶ reserved │ refused, with the figures
//!                └───▶ grants of the whole host  ──ask──▶ granted  │ refused, with the figures
//! ```
//! The ledger is pure and belongs to one supervisor: work that cannot fit is not claimed and stays in
//! the queue. The grants are a locked file, for what runs beside the supervisor (one-off commands, the
//! second colour of a deploy), so they work while the database does not.

mod found;
mod grants;
mod ledger;
mod peaks;

pub use found::{Budget, Source};
pub use grants::{Entry, Grant, Grants, NotGranted};
pub use ledger::{Ledger, Refusal};
pub use peaks::Peaks;
