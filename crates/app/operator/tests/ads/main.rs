//! The ads pipeline over a real database and the sandbox's archive. One file per promise.

mod blind;
mod browse;
mod cadence;
mod passage;
mod repeats;
mod stage;
mod wrapped;
