//! The client and the sandbox of Meta, over real HTTP on a free port. One file per promise.

mod ad_library;
mod common;
mod creates;
mod faults;
mod limits;
mod reads;
mod restart;
mod writes;
