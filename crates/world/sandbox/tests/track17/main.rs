//! The client and the sandbox of 17TRACK, over real HTTP on a free port. One file per promise.

mod common;
mod faults;
mod limits;
mod reads;
mod registers;
mod restart;
