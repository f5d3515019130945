//! Promises of the look cadence, held against simulated competitors. One file per kind of promise.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod alone;
mod budget;
mod replay;
mod tables;
mod world;
