//! What happened in the storm, as the drill itself saw it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use homeostat_clock::wall;

use super::plan::Fault;
use crate::ui;

/// A process that was alive, was sent SIGKILL and was then seen dead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::drill) struct Kill {
    /// What sort of process.
    pub(in crate::drill) sort: String,
    /// Which one, as its row in the database is called or will be.
    pub(in crate::drill) name: String,
    /// When the signal was sent, on the wall.
    pub(in crate::drill) at_ms: i64,
}

/// A process that the drill started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::drill) struct Started {
    pub(in crate::drill) name: String,
    pub(in crate::drill) pid: u32,
    pub(in crate::drill) at_ms: i64,
}

/// Everything.
#[derive(Debug, Clone, Default)]
pub(in crate::drill) struct Counts {
    pub(in crate::drill) kills: Vec<Kill>,
    pub(in crate::drill) started: Vec<Started>,
    /// How often each fault was done.
    pub(super) faults: BTreeMap<Fault, u64>,
    /// Strikes that found nobody to strike.
    pub(super) missed: BTreeMap<Fault, u64>,
    /// How processes of the crew ended that nobody had killed, by sort and exit code.
    pub(in crate::drill) exits: BTreeMap<String, u64>,
    /// Recoveries that the drill watched itself.
    pub(in crate::drill) recovered: BTreeMap<String, Vec<Duration>>,
    /// What must not be.
    pub(in crate::drill) findings: Vec<String>,
    pub(in crate::drill) conservation_checks: u64,
}

/// A cheap handle; clones count into the same.
#[derive(Debug, Clone, Default)]
pub(in crate::drill) struct Tally(Arc<Mutex<Counts>>);

impl Tally {
    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(in crate::drill) fn killed(&self, sort: &str, name: &str, at_ms: i64) {
        self.counts().kills.push(Kill {
            sort: sort.to_owned(),
            name: name.to_owned(),
            at_ms,
        });
    }

    pub(in crate::drill) fn started(&self, name: &str, pid: u32) {
        self.counts().started.push(Started {
            name: name.to_owned(),
            pid,
            at_ms: now_ms(),
        });
    }

    pub(super) fn did(&self, fault: Fault) {
        *self.counts().faults.entry(fault).or_default() += 1;
    }

    /// What only somebody else could count.
    pub(super) fn did_in_all(&self, fault: Fault, times: u64) {
        self.counts().faults.insert(fault, times);
    }

    pub(super) fn missed(&self, fault: Fault) {
        *self.counts().missed.entry(fault).or_default() += 1;
    }

    pub(super) fn has_done(&self, fault: Fault) -> bool {
        self.counts().faults.contains_key(&fault)
    }

    pub(in crate::drill) fn ended(&self, how: String) {
        *self.counts().exits.entry(how).or_default() += 1;
    }

    pub(in crate::drill) fn recovered(&self, what: &str, after: Duration) {
        let mut counts = self.counts();
        counts
            .recovered
            .entry(what.to_owned())
            .or_default()
            .push(after);
    }

    /// Something that must not be. Said once, however often it is seen.
    pub(in crate::drill) fn found(&self, what: String) {
        let mut counts = self.counts();
        if !counts.findings.contains(&what) {
            ui::note(&format!("FOUND  {what}"));
            counts.findings.push(what);
        }
    }

    pub(in crate::drill) fn checked(&self) {
        self.counts().conservation_checks += 1;
    }

    /// All of it until now.
    pub(in crate::drill) fn snapshot(&self) -> Counts {
        self.counts().clone()
    }
}

/// The wall clock, as the database's.
pub(in crate::drill) fn now_ms() -> i64 {
    wall().0.as_millisecond()
}
