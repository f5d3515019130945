//! The promises of effects, one module each, on a real Postgres and a vendor played in memory.

mod ambiguous;
mod breaker;
mod classes;
mod crash;
mod keys;
mod late;
mod modes;
mod money;
mod replay;
mod stage;
mod vendor;
mod windows;
