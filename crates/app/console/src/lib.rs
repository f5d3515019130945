//! The console: pages that an owner reads and believes.
//!
//! ```text
//!   reads of the crates that own the tables ──▶ board (a plain struct) ──▶ page · stream · API
//! ```
//! *Who is authoritative.* The database. Nothing is kept here but the newest board of a brand that somebody looks at.
//! *Invariant.* A board is all that a page knows, so what a page shows is what the API says.

mod access;
pub mod assets;
mod board;
pub mod brief;
mod changes;
mod controls;
mod dialog;
pub mod frame;
mod incidents;
mod lists;
mod live;
mod metrics;
mod money;
mod openapi;
pub mod operations;
mod pages;
mod paths;
pub mod plot;
mod processes;
pub mod receipt;
mod records;
mod replay;
mod routes;
mod schema;
pub mod status;
pub mod stream;
pub mod tell;
pub mod words;

pub use access::{
    Door, Peer, Role, Token, TokenError, Tries, create_token, has_admin, revoke_token, tokens,
};
pub use changes::{Word, words_between};
pub use processes::host;
pub use routes::{Console, routed, routes};
pub use stream::{Clock, Desks};
