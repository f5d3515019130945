//! What tests share: a database of their own on a real Postgres. Never part of a user's binary.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that has no ground to stand on must stop"
)]

mod database;
mod pair;
mod proxy;

pub use database::Database;
pub use pair::Pair;
pub use proxy::Proxy;
