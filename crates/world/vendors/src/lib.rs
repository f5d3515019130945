//! Wire clients: one folder per vendor, each with its wire format, its client and its faults.
//!
//! A client speaks the vendor's protocol and nothing else: no retries, no policy, no clock. Every
//! error carries its class ([`homeostat_model::Classify`]), and a write whose request may have
//! arrived is never called a mere failure.

pub mod ad_library;
pub mod agentmail;
mod fault;
mod http;
pub mod meta;
mod money;
pub mod revolut;
pub mod shopify;
pub mod track17;
mod transport;
mod wire;

pub use fault::{CallError, CallKind, Meaning, Needs, NoAnswer, Refusal};
pub use transport::{ConfigError, Endpoint};
