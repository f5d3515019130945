//! The whole brand over a real database and a sandbox of all its vendors. One file per promise.

mod baseline;
mod catalog;
mod codes;
mod first_load;
mod identity;
mod letters;
mod parcels;
mod payouts;
mod portfolio;
mod reconcile;
mod refund;
mod service;
mod stage;
mod whole;
