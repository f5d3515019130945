//! The ledger: windows (the fast guard), holds (what is promised), postings (the truth).
//!
//! Each movement is one balanced transfer per window, between the accounts *available*, *held* and
//! *settled* of that window:
//!
//! ```text
//!   hold      available −x   held +x
//!   settle    held −x        settled +used      available +(x − used)     used may pass x: recorded
//!   release   held −x        available +x
//!   record    settled +used  available −used    (a receipt for an act whose hold was released)
//!   correct   settled −x     held +y  available +(x − y)      (a standing hold: the vendor read too much)
//! ```
//! A settle charges the windows of the hold, also after midnight. Windows are locked in id order.

pub(crate) mod days;
mod held_late;
mod holds;
mod windows;

pub(crate) use held_late::hold_after_call;
pub(crate) use holds::{place, record, release, settle};
pub(crate) use windows::{Drawn, ensure, lock_cooldown, read};
