//! Signals to a set of processes that may grow while it is looked at.
//!
//! A list of processes is old when it has been read. So nothing here trusts one reading: new members
//! are stopped until a reading shows none, which ends because what is stopped forks no more; only then
//! does anybody die. Empty means several empty readings in a row, since a single one can miss a child that
//! changes its parent while it is read, and two on a busy machine one that runs away by forking.

use std::{collections::BTreeSet, io, time::Duration};

use homeostat_clock::Stopwatch;
use rustix::process::Signal;

use crate::{
    Error,
    process::{Process, Stat, wait_for_ends},
};

/// Readings after which a set that grows faster than it is stopped is killed as it is.
const READINGS_MAX: usize = 100;
/// So many empty readings in a row are taken for the truth.
const EMPTY_READINGS: usize = 5;
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
        let mut seen = members()?;
        for _ in 1..EMPTY_READINGS {
            if seen.is_empty() {
                seen = members()?;
            }
        }
        if seen.is_empty() {
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

#[cfg(test)]
mod tests {
    use std::{
        cell::{Cell, RefCell},
        process::{Child, Command, Stdio},
    };

    use super::*;

    fn cat() -> (Child, Process) {
        let child = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        let pid = i32::try_from(child.id()).unwrap();
        (child, Process::of(pid).unwrap())
    }

    /// A single reading can miss one who changes its parent while it is read.
    #[test]
    fn one_empty_reading_is_no_proof() {
        let (mut child, process) = cat();
        let readings = Cell::new(0);
        let members = || {
            readings.set(readings.get() + 1);
            let seen = (readings.get() != 1).then(|| process.stat());
            Ok(seen.flatten().into_iter().filter(Stat::is_alive).collect())
        };
        assert!(!wait_empty(members, Duration::ZERO).unwrap());
        child.kill().unwrap();
        child.wait().unwrap();
    }

    #[test]
    fn who_is_still_there_at_the_limit_is_named() {
        let (mut child, process) = cat();
        let mut unreached = process.stat().unwrap();
        unreached.process.start_ticks -= 1;
        let members = || Ok(vec![unreached.clone()]);
        let error = kill(members, Duration::from_millis(60)).unwrap_err();
        assert!(error.to_string().contains("(cat)"), "{error}");
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Whoever is known stands still while the others are looked for.
    #[test]
    fn nobody_dies_before_a_reading_shows_nobody_new() {
        let ((mut a, first), (mut b, second)) = (cat(), cat());
        let states = RefCell::new(Vec::new());
        let members = || {
            let known = states.borrow().len();
            if known < 2 {
                // Until the signal that it was sent has come to it, whichever that was.
                let settled = |stat: &Stat| matches!(stat.state, 'T' | 'Z');
                while known == 1 && !first.stat().as_ref().is_some_and(settled) {
                    std::thread::yield_now();
                }
                states.borrow_mut().push(first.stat().unwrap().state);
            }
            let family = if known == 0 {
                vec![first]
            } else {
                vec![first, second]
            };
            let stats = family.into_iter().filter_map(Process::stat);
            Ok(stats.filter(Stat::is_alive).collect())
        };
        kill(members, Duration::from_secs(10)).unwrap();
        assert_eq!(states.borrow()[1], 'T', "stopped, and not dead");
        assert!(!first.is_alive() && !second.is_alive());
        a.wait().unwrap();
        b.wait().unwrap();
    }
}
