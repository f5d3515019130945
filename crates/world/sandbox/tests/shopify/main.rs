//! The client and the sandbox of Shopify, over real HTTP on a free port. One file per promise.

mod bulk;
mod changes;
mod common;
mod faults;
mod limits;
mod reads;
mod refunds;
mod restart;
mod tokens;
