//! One file per promise, on real processes where the promise is about them.

#![cfg(test)]

mod budget;
mod crash_loop;
mod deadline;
mod deploy;
mod guard;
mod jobs;
mod kinds;
mod kit;
mod memory;
mod notify;
mod preflight;
mod resolve;
mod sockets;
mod spawn;
