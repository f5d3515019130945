//! What the queue promises to whoever uses it, on a real Postgres. One file per promise.

#[cfg(test)]
mod admission;
#[cfg(test)]
mod alone;
#[cfg(test)]
mod common;
mod enqueue;
#[cfg(test)]
mod failover;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod lost;
#[cfg(test)]
mod outage;
#[cfg(test)]
mod pipeline;
#[cfg(test)]
mod register;
mod scheduler;
#[cfg(test)]
mod stuck;
mod work;
#[cfg(test)]
mod workers;
