//! What the vendors tell by themselves, over real HTTP to an address that a test gave. One file per promise.

mod common;
mod faults;
mod hurried;
mod signed;
