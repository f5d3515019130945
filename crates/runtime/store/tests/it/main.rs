//! The store against a real Postgres.

#![cfg(test)]

mod embedded;
mod journal;
mod migrate;
mod primary;
mod transaction;
