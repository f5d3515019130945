//! The client and the sandbox of Revolut, over real HTTP on a free port. One file per promise.

mod access;
mod common;
mod faults;
mod lists;
mod pay;
mod restart;
