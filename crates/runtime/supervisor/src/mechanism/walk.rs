//! Membership by descent, where there are no control groups to write to.
//!
//! The guard and the supervisor are subreapers: an orphan becomes the child of the nearest of them, so
//! whatever came of them still descends from them, however often it forked and left its session. A leaf
//! is told apart inside by the mark in its environment, else by its session, else by descent.

use std::{collections::BTreeSet, fs, time::Duration};

use rustix::process::{Pid, Signal, getpid, kill_process_group, set_child_subreaper};

use super::{Join, LeafName, sweep};
use crate::{
    Error,
    process::{Process, Stat},
};

/// The variable that names tree and leaf.
const MARK: &str = "HOMEOSTAT_LEAF";

/// How often a process that is just becoming another program is looked at again.
const READINGS_MAX: usize = 1_000;

/// What belongs to a tree.
#[derive(Debug, Clone)]
pub(super) struct Scope {
    tree: String,
    /// The whole namespace, or only what descends from this process.
    whole: bool,
}

/// A leaf of it.
#[derive(Debug, Clone)]
pub(super) struct Leaf {
    scope: Scope,
    mark: String,
    leader: Option<Process>,
}

/// From now on orphans among our descendants are our children.
pub(super) fn become_subreaper() -> Result<(), Error> {
    set_child_subreaper(Some(getpid())).map_err(|error| Error::NotOffered {
        mechanism: super::Mechanism::ProcessGroup,
        why: format!("orphans cannot be taken in: {error}"),
    })
}

impl Scope {
    pub(super) fn namespace(tree: &str) -> Self {
        Self {
            tree: tree.to_owned(),
            whole: true,
        }
    }

    pub(super) fn descendants(tree: &str) -> Self {
        Self {
            tree: tree.to_owned(),
            whole: false,
        }
    }

    /// Live processes in scope.
    pub(super) fn members(&self, spared: &[Process]) -> Result<Vec<Stat>, Error> {
        let mut members = self.with_zombies(spared)?;
        members.retain(Stat::is_alive);
        Ok(members)
    }

    /// A zombie may still lead to live ones, so descent goes through it.
    fn with_zombies(&self, spared: &[Process]) -> Result<Vec<Stat>, Error> {
        let all = Stat::all().map_err(|e| Error::file("/proc", e))?;
        let me = getpid().as_raw_nonzero().get();
        let is_spared = |stat: &Stat| spared.contains(&stat.process);
        let mut members = if self.whole {
            let hidden = descendants(&all, |stat| is_spared(stat));
            let mut rest = all;
            rest.retain(|stat| !hidden.contains(&stat.process.pid));
            rest
        } else {
            let ours = descendants_but(&all, me, is_spared);
            let mut rest = all;
            rest.retain(|stat| ours.contains(&stat.process.pid));
            rest
        };
        members.retain(|stat| stat.process.pid != me);
        Ok(members)
    }

    pub(super) fn kill_all(&self, spared: &[Process], limit: Duration) -> Result<(), Error> {
        if self.whole && spared.is_empty() {
            // All but ourselves in one call, so nothing forks its way past it.
            match kill_process_group(Pid::INIT, Signal::KILL) {
                Ok(()) | Err(rustix::io::Errno::SRCH) => {}
                Err(error) => return Err(Error::file("/proc", error.into())),
            }
        }
        sweep::kill(|| self.members(spared), limit)
    }

    /// Processes of this tree that descend from nobody of ours: their guard died.
    pub(super) fn kill_marked(&self, limit: Duration) -> Result<(), Error> {
        let prefix = format!("{}/", self.tree);
        let me = getpid().as_raw_nonzero().get();
        let is_marked = |stat: &Stat| {
            stat.process.pid != me
                && mark_of(stat.process.pid).is_some_and(|mark| mark.starts_with(&prefix))
        };
        let marked = || {
            let mut all = Stat::all().map_err(|e| Error::file("/proc", e))?;
            let found = descendants(&all, is_marked);
            all.retain(|stat| stat.is_alive() && found.contains(&stat.process.pid));
            all.retain(|stat| stat.process.pid != me);
            Ok(all)
        };
        sweep::kill(marked, limit)
    }

    pub(super) fn leaves(&self) -> Result<Vec<LeafName>, Error> {
        let marks = self.members(&[])?;
        let marks = marks.iter().filter_map(|stat| mark_of(stat.process.pid));
        let names: BTreeSet<LeafName> = marks
            .filter_map(|mark| {
                let (tree, leaf) = mark.split_once('/')?;
                (tree == self.tree).then(|| LeafName::new(leaf).ok())?
            })
            .collect();
        Ok(names.into_iter().collect())
    }
}

impl Leaf {
    pub(super) fn new(scope: &Scope, name: &LeafName) -> Self {
        Self {
            mark: format!("{}/{name}", scope.tree),
            scope: scope.clone(),
            leader: None,
        }
    }

    pub(super) fn join(&self) -> Join {
        Join {
            enter: Vec::new(),
            mark: Some((MARK.to_owned(), self.mark.clone())),
        }
    }

    pub(super) fn led_by(&mut self, leader: Process) {
        self.leader = Some(leader);
    }

    pub(super) fn members(&self) -> Result<Vec<Stat>, Error> {
        self.read(|_| false)
    }

    /// The same, with those that were there and are gone before it was seen whose they are: they may have
    /// left a successor, so a reading with one of them proves nothing.
    fn members_or_gone(&self) -> Result<Vec<Stat>, Error> {
        self.read(|stat| stat.is_alive() && !stat.process.is_alive())
    }

    fn read(&self, is_doubtful: impl Fn(&Stat) -> bool) -> Result<Vec<Stat>, Error> {
        let mut scope = self.scope.with_zombies(&[])?;
        let leader = self.leader;
        let is_seed = |stat: &Stat| {
            if leader == Some(stat.process) {
                return true;
            }
            match mark_of(stat.process.pid) {
                Some(mark) => mark == self.mark,
                // The number of a session is not given to another process while it has members.
                None => {
                    leader.is_some_and(|leader| leader.pid == stat.session) || is_doubtful(stat)
                }
            }
        };
        let members = descendants(&scope, is_seed);
        scope.retain(|stat| stat.is_alive() && members.contains(&stat.process.pid));
        Ok(scope)
    }

    pub(super) fn signal_all(&self, signal: Signal) -> Result<Vec<Stat>, Error> {
        sweep::signal(|| self.members(), signal)
    }

    pub(super) fn wait_empty(&self, limit: Duration) -> Result<bool, Error> {
        sweep::wait_empty(|| self.members_or_gone(), limit)
    }

    pub(super) fn kill_all(&self, limit: Duration) -> Result<(), Error> {
        sweep::kill(|| self.members_or_gone(), limit)
    }
}

/// The mark that a process was started with; none when it has no environment any more, or another's.
pub(super) fn mark_of(pid: i32) -> Option<String> {
    for _ in 0..READINGS_MAX {
        let bytes = fs::read(format!("/proc/{pid}/environ")).ok()?;
        if !bytes.is_empty() {
            return mark_in(&bytes);
        }
        if !is_becoming(pid) {
            return None;
        }
        std::thread::yield_now();
    }
    None
}

/// In the middle of becoming another program a process shows neither environment nor arguments. The
/// kernel's own threads never do, and have no program.
fn is_becoming(pid: i32) -> bool {
    let has_no_arguments = fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|a| a.is_empty());
    has_no_arguments && fs::read_link(format!("/proc/{pid}/exe")).is_ok()
}

fn mark_in(environment: &[u8]) -> Option<String> {
    let value = environment.split(|byte| *byte == 0).find_map(|pair| {
        let pair = pair.strip_prefix(MARK.as_bytes())?;
        pair.strip_prefix(b"=")
    })?;
    String::from_utf8(value.to_vec()).ok()
}

/// The numbers of the seeds and of all that descends from them.
fn descendants(all: &[Stat], is_seed: impl Fn(&Stat) -> bool) -> BTreeSet<i32> {
    let seeds = all.iter().filter(|stat| is_seed(stat));
    grow(all, seeds.map(|stat| stat.process.pid).collect(), |_| true)
}

/// The numbers of all that descends from a process, but for some branches.
fn descendants_but(all: &[Stat], root: i32, is_cut: impl Fn(&Stat) -> bool) -> BTreeSet<i32> {
    let mut found = grow(all, BTreeSet::from([root]), |stat| !is_cut(stat));
    found.remove(&root);
    found
}

fn grow(all: &[Stat], mut found: BTreeSet<i32>, may: impl Fn(&Stat) -> bool) -> BTreeSet<i32> {
    loop {
        let before = found.len();
        for stat in all {
            if found.contains(&stat.parent) && may(stat) {
                found.insert(stat.process.pid);
            }
        }
        if found.len() == before {
            return found;
        }
    }
}
