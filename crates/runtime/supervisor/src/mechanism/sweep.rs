//! Signals to a set of processes that may grow while it is looked at.
//!
//! A list of processes is old when it has been read. So nothing here trusts one reading: new members
//! are stopped until a reading shows none, which ends because what is stopped forks no more; only then
//! does anybody die. Empty means two empty readings in a row, since a single one can miss a child that
//! changes its parent while it is read.

use std::{collections::BTreeSet, io, time::Duration};

use homeostat_clock::Stopwatch;
use rustix::process::Signal;

use crate::{
    Error,
    process::{Process, Stat, wait_for_ends},
};

/// Readings after which a set that grows faster than it is stopped is killed as it is.
const READINGS_MAX: usize = 100;
/// How long one waits for the ends of those that are known, before looking for others.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// Sends a signal to every member, also to those that appear meanwhile, and says to whom.
pub(super) fn signal(
    members: impl Fn() -> Result<Vec<Stat>, Error>,
    signal: Signal,
) -> Result<Vec<Stat>, Error> {
    let mut reached: Vec<Stat> = Vec::new();
    let mut known = BTreeSet::new();
    for _ in 0..READINGS_MAX {
        let mut fresh = members()?;
        fresh.retain(|stat| known.insert(stat.process));
        if fresh.is_empty() {
            break;
        }
        for stat in fresh {
            if send(&stat, signal)? {
                reached.push(stat);
            }
        }
    }
    Ok(reached)
}

/// Kills every member and returns when there are none.
pub(super) fn kill(
    members: impl Fn() -> Result<Vec<Stat>, Error>,
    limit: Duration,
) -> Result<(), Error> {
    let watch = Stopwatch::start();
    loop {
        let stopped = signal(&members, Signal::STOP)?;
        for stat in &stopped {
            send(stat, Signal::KILL)?;
        }
        let left = limit.saturating_sub(watch.elapsed());
        if wait_empty(&members, left.min(LOOK_AGAIN))? {
            return Ok(());
        }
        if watch.elapsed() >= limit {
            return Err(Error::Survivors(members()?));
        }
    }
}

/// Waits until there are no members; says whether it came to that.
pub(super) fn wait_empty(
    members: impl Fn() -> Result<Vec<Stat>, Error>,
    limit: Duration,
) -> Result<bool, Error> {
    let watch = Stopwatch::start();
    loop {
        let seen = members()?;
        if seen.is_empty() && members()?.is_empty() {
            return Ok(true);
        }
        let left = limit.saturating_sub(watch.elapsed());
        if left.is_zero() {
            return Ok(false);
        }
        let seen: Vec<Process> = seen.iter().map(|stat| stat.process).collect();
        wait_for_ends(&seen, left).map_err(|e| Error::file("/proc", e))?;
    }
}

fn send(stat: &Stat, signal: Signal) -> Result<bool, Error> {
    match stat.process.signal(signal) {
        Ok(reached) => Ok(reached),
        // One that took another user's identity is not ours to signal; it is named as a survivor.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(false),
        Err(source) => Err(Error::signal(stat, source)),
    }
}
