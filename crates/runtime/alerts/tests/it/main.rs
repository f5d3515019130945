//! What the alerts promise, on real files, sockets and processes.

#![cfg(test)]

mod delivery;
mod kit;
mod sinks;
