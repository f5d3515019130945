//! What the queue promises to whoever uses it, on a real Postgres. One file per promise.

#[cfg(test)]
mod common;
mod enqueue;
mod scheduler;
mod work;
