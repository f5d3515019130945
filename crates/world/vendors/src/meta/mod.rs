//! Meta's Marketing API (Graph API `v26.0`): campaigns, insights, accounts, their status, budget and
//! limit changes, and the creation of campaigns.
//!
//! Wire facts are Meta's public reference (developers.facebook.com/docs/marketing-api) and its
//! official SDK `facebook-business` 26.0. The API takes no idempotency key. Setting a status, a
//! budget or a limit twice is harmless, so a write of unknown outcome is answered by reading the
//! object; a creation is looked for by its name.

mod account;
mod batch;
mod campaign;
pub(crate) mod client;
mod config;
mod create;
mod faults;
#[cfg(test)]
mod hostile;
mod ids;
mod insights;
mod money;
pub(crate) mod paging;
mod usage;
pub mod webhook;
mod writes;

pub use crate::transport::{ConfigError, Endpoint};
pub use account::Account;
pub use batch::{BATCH_MAX, BatchPart, PartReply};
pub use campaign::{Campaign, EffectiveStatus, Status};
pub use client::{Client, Reply};
pub use config::{Config, DEFAULT_BASE_URL, DEFAULT_VERSION, appsecret_proof};
pub use create::{NAME_CHARS_MAX, NewCampaign, Objective};
pub use faults::{CallKind, Error, Meaning, Needs, NoAnswer, Refusal};
pub use ids::{AccountId, AdId, CampaignId, InvalidId, PageId};
pub use insights::InsightRow;
pub use money::{micros_per_minor, to_minor};
pub use usage::Usage;
