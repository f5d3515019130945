//! The end of a leaf by signal from outside, which no code inside it can refuse.
//!
//! ```text
//!   freeze ─ TERM to all ─ thaw ─ up to 2 s ─ empty? ──yes──▶ ended
//!                                               └─no─▶ who ignored it ─ KILL to all ─ wait until empty
//! ```
//! Frozen, nobody forks away from the signal between the reading of the list and its delivery. The
//! caller holds the deadline; this only carries it out, and blocks while it does: call it from a thread
//! that may. *Crash points.* Dying anywhere leaves a leaf that is frozen, told, or half dead; the guard
//! kills it whole, as a leaf of a dead supervisor or as one past its deadline.

use std::time::Duration;

use homeostat_clock::Stopwatch;
use rustix::process::Signal;

use crate::{Error, mechanism::Leaf, process::Stat};

/// How long a tree may take to end by itself once it was told.
pub const GRACE: Duration = Duration::from_secs(2);
/// How long the kernel may take to end what was killed.
pub const KILL_LIMIT: Duration = Duration::from_secs(10);

/// How a leaf was ended.
#[derive(Debug, Clone)]
pub struct Ended {
    /// Who was told to end.
    pub told: Vec<Stat>,
    /// Who was there after the grace and had to be killed.
    pub ignored_term: Vec<Stat>,
    /// From the first order to the proof that it is empty.
    pub took: Duration,
}

/// Ends all of a leaf. It is proven empty when this returns well, and removed.
///
/// # Errors
/// [`Error::Survivors`] when killed processes do not end; or when the kernel's lists cannot be read.
pub fn end(leaf: &Leaf, grace: Duration) -> Result<Ended, Error> {
    let watch = Stopwatch::start();
    let told = tell(leaf)?;
    let mut ended = Ended {
        told,
        ignored_term: Vec::new(),
        took: Duration::ZERO,
    };
    if !leaf.wait_empty(grace)? {
        ended.ignored_term = leaf.members()?;
        leaf.kill_all(KILL_LIMIT)?;
    }
    leaf.remove();
    ended.took = watch.elapsed();
    Ok(ended)
}

/// Sends TERM to all of it at one point in time, as far as that can be had.
fn tell(leaf: &Leaf) -> Result<Vec<Stat>, Error> {
    if let Err(error) = leaf.freeze() {
        tracing::warn!(leaf = %leaf.name(), %error, "cannot be frozen; told as it runs");
    }
    let told = leaf.signal_all(Signal::TERM);
    // Also when telling failed: what stays frozen could not even end by itself.
    let thawed = leaf.thaw();
    let told = told?;
    thawed?;
    Ok(told)
}
