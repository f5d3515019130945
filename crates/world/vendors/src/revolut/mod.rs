//! Revolut's Business API: accounts, counterparties, payments and the transactions they become.
//!
//! Wire facts are Revolut's public OpenAPI file (revolut-engineering/revolut-openapi, 2026-08) and
//! its developer pages. The version is a part of each path: everything used here is under
//! `api/1.0`; only the management of webhooks, which is not used, is under `api/2.0`.
//!
//! A payment's `request_id` is its key for 14 days: sent again within them it makes no second
//! payment and is answered with code 3020 ([`Refusal::is_duplicate`]), which says that it was
//! accepted before, not that it failed. After them the same id may make a new payment. So a payment
//! of unknown outcome is looked for ([`Client::find_by_request_id`]), and an old one is never sent
//! again. An accepted payment has moved no money yet: its [`PaymentState`] says whether it did.

mod account;
pub mod auth;
mod client;
mod config;
#[cfg(test)]
mod conformance;
mod counterparty;
mod faults;
#[cfg(test)]
mod hostile;
mod ids;
pub mod json;
mod money;
mod pay;
mod query;
mod session;
mod state;
#[cfg(test)]
mod stub;
#[cfg(test)]
mod tokens;
mod transaction;
pub mod webhook;

pub use account::Account;
pub use client::Client;
pub use config::{Config, ConfigError, DEFAULT_BASE_URL, WEBHOOK_SECRETS_MAX};
pub use counterparty::{Counterparty, CounterpartyAccount};
pub use faults::{CallKind, Error, Meaning, Needs, NoAnswer, Refusal};
pub use ids::{
    AccountId, CounterpartyAccountId, CounterpartyId, InvalidId, REQUEST_ID_CHARS_MAX, RequestId,
    TransactionId,
};
pub use money::{from_major, to_major};
pub use pay::{Paid, Payment, REFERENCE_CHARS_MAX, Receiver};
pub use query::{COUNT_DEFAULT, COUNT_MAX, Page, Query, REQUEST_ID_DAYS};
pub use state::PaymentState;
pub use transaction::{Leg, Transaction};
