//! The client and the sandbox of `AgentMail`, over real HTTP on a free port. One file per promise.

mod common;
mod faults;
mod labels;
mod reads;
mod replies;
mod restart;
