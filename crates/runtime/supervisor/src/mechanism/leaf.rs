//! One child and everything that comes of it, ended whole by whatever mechanism its tree has.

use std::time::Duration;

use homeostat_mutants::mutant;
use rustix::process::Signal;

use super::{Join, LeafName, Limiter, MemorySeen, cgroup, memory, sweep, walk};
use crate::{
    Error,
    process::{Process, Stat},
};

/// One child and everything that comes of it.
#[derive(Debug, Clone)]
pub struct Leaf {
    pub(super) name: LeafName,
    pub(super) means: LeafMeans,
    pub(super) memory: Option<memory::Group>,
}

#[derive(Debug, Clone)]
pub(super) enum LeafMeans {
    Cgroup(cgroup::Group),
    Walk(walk::Leaf),
}

impl Leaf {
    /// Its name.
    pub fn name(&self) -> &LeafName {
        &self.name
    }

    /// Holds all of it to so much memory, from before its child is started: call it before
    /// [`Self::join`]. What was counted of a former life of the leaf is forgotten. Says what holds it; with
    /// [`Limiter::None`] the caller has to look at [`Self::used_mb`].
    ///
    /// # Errors
    /// [`Error::Survivors`] when somebody is left of a former life; or when the kernel does not take it.
    pub fn limit_memory(&self, mb: u64) -> Result<Limiter, Error> {
        let Some(group) = &self.memory else {
            return Ok(Limiter::None);
        };
        group.limit(mb)?;
        Ok(group.limiter())
    }

    /// What the kernel counted; none where nothing counts.
    pub fn memory(&self) -> Option<MemorySeen> {
        self.memory.as_ref()?.seen()
    }

    /// Whether the kernel killed any of it for its memory, beyond the kills that are known. Where that
    /// takes one process only, the rest of the leaf is the caller's to end.
    pub fn oom_killed_since(&self, known: u64) -> bool {
        self.memory().is_some_and(|seen| seen.oom_kills > known)
    }

    /// What it uses now, in megabytes, added up over its processes.
    ///
    /// # Errors
    /// When the kernel's lists cannot be read.
    pub fn used_mb(&self) -> Result<u64, Error> {
        self.members().map(|members| memory::used_mb(&members))
    }

    /// What the child must do to be in it.
    pub fn join(&self) -> Join {
        let mut join = match &self.means {
            LeafMeans::Cgroup(group) => group.join(),
            LeafMeans::Walk(leaf) => leaf.join(),
        };
        join.enter
            .extend(self.memory.as_ref().and_then(memory::Group::enter));
        join
    }

    /// Says who was started in it. Where membership is by descent, this is where it begins.
    pub fn led_by(&mut self, leader: Process) {
        match &mut self.means {
            LeafMeans::Cgroup(_) => {}
            LeafMeans::Walk(leaf) => leaf.led_by(leader),
        }
    }

    /// Every live process in it.
    ///
    /// # Errors
    /// When the kernel's lists cannot be read.
    pub fn members(&self) -> Result<Vec<Stat>, Error> {
        match &self.means {
            LeafMeans::Cgroup(group) => group.members(),
            LeafMeans::Walk(leaf) => leaf.members(),
        }
    }

    /// Stops all of it where it stands, so that nothing forks or answers while it is looked at.
    ///
    /// # Errors
    /// When the kernel does not take the order.
    pub fn freeze(&self) -> Result<(), Error> {
        match &self.means {
            LeafMeans::Cgroup(group) => group.freeze(true),
            LeafMeans::Walk(leaf) => leaf.signal_all(Signal::STOP).map(drop),
        }
    }

    /// Lets it go on.
    ///
    /// # Errors
    /// When the kernel does not take the order.
    pub fn thaw(&self) -> Result<(), Error> {
        match &self.means {
            LeafMeans::Cgroup(group) => group.freeze(false),
            LeafMeans::Walk(leaf) => leaf.signal_all(Signal::CONT).map(drop),
        }
    }

    /// Sends a signal to all of it and says to whom.
    ///
    /// # Errors
    /// When the kernel's lists cannot be read.
    pub fn signal_all(&self, signal: Signal) -> Result<Vec<Stat>, Error> {
        if mutant!("group_kill") {
            return sweep::signal(|| self.group(), signal);
        }
        match &self.means {
            LeafMeans::Cgroup(group) => group.signal_all(signal),
            LeafMeans::Walk(leaf) => leaf.signal_all(signal),
        }
    }

    /// Waits until nobody is in it any more; says whether that is so.
    ///
    /// # Errors
    /// When the kernel's lists cannot be read.
    pub fn wait_empty(&self, limit: Duration) -> Result<bool, Error> {
        if mutant!("group_kill") {
            return sweep::wait_empty(|| self.group(), limit);
        }
        match &self.means {
            LeafMeans::Cgroup(group) => group.wait_empty(limit),
            LeafMeans::Walk(leaf) => leaf.wait_empty(limit),
        }
    }

    /// Kills all of it and returns when it is proven empty.
    ///
    /// # Errors
    /// As [`super::Tree::kill_all`].
    pub fn kill_all(&self, limit: Duration) -> Result<(), Error> {
        if mutant!("group_kill") {
            return sweep::kill(|| self.group(), limit);
        }
        match &self.means {
            LeafMeans::Cgroup(group) => group.kill_all(limit),
            LeafMeans::Walk(leaf) => leaf.kill_all(limit),
        }
    }

    /// The mistake `group_kill`: takes the session that the child was begun in for all of it. Whoever has
    /// left that is not seen.
    fn group(&self) -> Result<Vec<Stat>, Error> {
        let mut members = self.members()?;
        let leaders = members
            .iter()
            .filter(|stat| stat.process.pid == stat.session);
        let first = leaders.min_by_key(|stat| stat.process.start_ticks);
        let session = first.map(|stat| stat.session);
        members.retain(|stat| Some(stat.session) == session);
        Ok(members)
    }

    /// Removes an empty leaf, and what was counted of it.
    pub fn remove(&self) {
        if let Some(group) = &self.memory {
            group.remove();
        }
        match &self.means {
            LeafMeans::Cgroup(group) => group.remove(),
            LeafMeans::Walk(_) => {}
        }
    }
}
