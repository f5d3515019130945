//! One file per promise, on real processes where the promise is about them.

#![cfg(test)]

mod budget;
mod crash_loop;
mod deadline;
mod deploy;
mod gate;
mod guard;
mod house;
mod jobs;
mod kinds;
mod kit;
mod memory;
mod model_crash_loop;
mod notify;
mod orders;
mod preflight;
mod remembered;
mod resolve;
mod signs;
mod sockets;
mod spawn;
