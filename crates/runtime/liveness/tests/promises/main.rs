//! What liveness promises, on a real Postgres.

#[cfg(test)]
mod common;
mod epoch;
mod failover;
#[cfg(test)]
mod outages;
