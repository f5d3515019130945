//! AgentMail (API `v0`): the letters that shoppers write to an inbox, and our replies.
//!
//! Wire facts are the vendor's public reference (docs.agentmail.to) and its official SDK `agentmail` 2.0.18. A reply
//! carries an idempotency key that the vendor keeps for 24 hours; after that its thread is read. Labels have no
//! conditional change, so they are no lock. Our own replies appear in the same list, with the label `sent`.
//!
//! What people write, and their addresses, are personal data: they are [`Private`], whose `Debug` shows nothing, and no
//! error quotes them.

mod client;
mod config;
#[cfg(test)]
mod conformance;
mod faults;
#[cfg(test)]
mod hostile;
mod ids;
mod list;
mod mailbox;
mod message;
mod private;
mod thread;
mod throttle;
pub mod webhook;
mod writes;

pub use crate::{
    fault::{CallKind, Meaning, Needs, NoAnswer},
    transport::ConfigError,
};
pub use client::{Client, Identity};
pub use config::{Config, DEFAULT_BASE_URL};
pub use faults::{Error, Refusal};
pub use ids::{InboxId, InvalidId, MessageId, ThreadId};
pub use list::{LIMIT_MAX, PAGES_MAX, Page, Query, Walked};
pub use mailbox::Mailbox;
pub use message::{Head, Message};
pub use private::Private;
pub use thread::Thread;
pub use writes::{
    IDEMPOTENCY_KEY_BYTES_MAX, LabelChange, NewReply, REQUEST_BYTES_MAX, SYSTEM_LABELS, Sent,
};
