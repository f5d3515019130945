//! Tells people what they must look at: kept on disk, delivered to every sink at least once.
//!
//! It needs no database and no network of ours, so it speaks when those are what is broken, and it
//! knows no job and no business.
//!
//! ```text
//!                raise                        resolve
//!    – ──────────────────────▶ open ──────────────────────▶ resolved ── told everywhere, old ──▶ –
//!                               ▲  └ raise: seen once more       │
//!                               └──────────── raise ─────────────┘   raised once more
//!
//!    a sink, of one alert:  – ──▶ raised ──▶ (worsened) ──▶ resolved
//! ```
//!
//! **Who is authoritative.** The [`Spool`]: one file for an alert, replaced as a whole, written by
//! whoever raises or resolves. What each sink was told is a file of its own, written by the one
//! [`Deliverer`] that holds the lock of the spool. What is owed is computed from the two by
//! [`notice::owed`], so there is no list of pending notices that could be lost or grow.
//!
//! **Local time** orders nothing. It stamps alerts, and tells when a failed delivery is tried again;
//! a clock that jumps costs one wait too many or too few.
//!
//! **Crash points.**
//!
//! | killed | then |
//! |---|---|
//! | before an alert's file is renamed into place | the alert was not raised; a leftover is swept |
//! | after it | the next deliverer finds and delivers it |
//! | while a sink is told, or after it took the notice and before that was written | it is told again, by the same [`Notice`] id |
//! | after that was written | nothing is owed |
//! | between the end of an alert's file and that of its deliveries | they are swept |
//!
//! **What it cannot do.** Two raises of one alert by two processes in the same moment may count as
//! one. A sink that was away hears of the last opening of an alert; those between are counted. With a
//! full disk an alert lives in the memory of the process that raised it, and is told from there.

mod alert;
mod deliver;
mod error;
mod files;
mod ledger;
pub mod notice;
mod ping;
mod settings;
pub mod sinks;
mod spool;

pub use alert::{Alert, AlertId, Cause, Severity};
pub use deliver::{Deliverer, DelivererOptions, SinkState};
pub use error::Error;
pub use ledger::{Delivery, deliveries};
pub use notice::{Notice, Stage};
pub use ping::Ping;
pub use settings::{BadSink, SinkSettings};
pub use sinks::{Lookup, Sink, SinkError};
pub use spool::{Listing, Spool};
