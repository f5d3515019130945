//! The tree of processes: what the supervisor says of each, joined with what the database knows of its life and with
//! what it works on.

use std::collections::BTreeSet;

use homeostat_liveness::Process;
use homeostat_model::{ProcessId, RuntimeTime};
use homeostat_queue::AtWork;
use jiff::{SignedDuration, tz::TimeZone};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    host::{Kind, LoneJob, Member, Tree},
    memory::{Share, share},
    say,
    trouble::{standing, trouble},
};
use crate::words;

/// A sign of life is written every 10 s; one that is older than this is late.
const SILENT_AFTER: SignedDuration = SignedDuration::from_secs(30);
/// The supervisor's name, here and in the database.
const SUPERVISOR: &str = "supervisor";

/// One process, or one kind that has none now.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Node {
    /// How far below the guard.
    pub(crate) depth: u8,
    /// What it is: `worker-ads`.
    pub(crate) name: String,
    /// Its number on this host.
    pub(crate) pid: Option<i32>,
    /// Its life in the database, where it has one.
    pub(crate) epoch: Option<i64>,
    /// `process 4711, version 1.4.0`.
    pub(crate) place: String,
    /// Its program's version; empty: nobody tells.
    pub(crate) version: String,
    /// In one word.
    pub(crate) state: &'static str,
    /// The badge's class.
    pub(crate) class: &'static str,
    /// Since when it is in this state.
    #[schemars(with = "Option<crate::schema::Time>")]
    pub(crate) since: Option<RuntimeTime>,
    /// `since 02:14:07, 33 min`.
    pub(crate) since_text: String,
    /// Memory against its reservation.
    pub(crate) memory: Share,
    /// Starts after the first; none: nobody counts them.
    pub(crate) restarts: Option<u64>,
    /// `3, the last 02:14:07`.
    pub(crate) restarts_text: String,
    /// Its last sign of life, and what it says of itself.
    pub(crate) progress: String,
    /// What it works on now.
    pub(crate) work: Vec<Work>,
    /// The same in one sentence; empty: it is not one that works on jobs.
    pub(crate) work_text: String,
    /// Quarantine and its like: why it does not run, or what came before.
    pub(crate) trouble: Option<String>,
}

/// Jobs of one kind that a process does now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Work {
    /// Their kind.
    pub(crate) kind: String,
    /// How many.
    pub(crate) jobs: i64,
    /// Since when the oldest is done.
    #[schemars(with = "crate::schema::Time")]
    since: RuntimeTime,
}

/// What is known beside the tree.
#[derive(Clone, Copy)]
pub(crate) struct Known<'a> {
    /// This host's name, as the database has it.
    pub(crate) host: &'a str,
    /// Live epochs.
    pub(crate) live: &'a [Process],
    /// The latest epochs that ended.
    pub(crate) ended: &'a [Process],
    /// Who does what.
    pub(crate) at_work: &'a [AtWork],
    /// The database server's name and version.
    pub(crate) server: Option<&'a str>,
    /// Our own number and version: we have no life in the database.
    pub(crate) own: (i32, &'a str),
    /// What a process of this host has in memory, in megabytes.
    pub(crate) resident_mb: &'a dyn Fn(i32) -> Option<u64>,
    /// Now.
    pub(crate) now: RuntimeTime,
    /// In which times are told.
    pub(crate) zone: &'a TimeZone,
}

/// The tree from its top to its leaves.
pub(crate) fn build(tree: &Tree, known: &Known<'_>) -> Vec<Node> {
    let reserved = |name: &str| tree.memory.held.get(name).copied();
    let mut nodes = Vec::new();
    if let Some(guard) = &tree.guard {
        let mut node = member(guard, "guard", 0, known);
        node.memory = share("guard", Some(guard.memory_mb), None);
        node.progress = format!("ends trees whole by {}", tree.mechanism.replace('_', " "));
        nodes.push(node);
    }
    for held in &tree.held {
        let name = words::name(&held.name);
        let mut node = member(held, &name, 1, known);
        node.memory = share(&name, Some(held.memory_mb), None);
        if name.starts_with("postgres") {
            node.version = known.server.unwrap_or_default().to_owned();
        }
        nodes.push(node);
    }
    if let Some(one) = &tree.supervisor {
        let mut node = member(one, SUPERVISOR, 1, known);
        node.memory = share(SUPERVISOR, Some(one.memory_mb), reserved(SUPERVISOR));
        node.live(known.epoch(SUPERVISOR, one.pid), known);
        node.restarts_text = known.last_end(SUPERVISOR);
        nodes.push(node);
    }
    let mut kinds: Vec<&Kind> = tree.kinds.iter().collect();
    kinds.sort_by_key(|kind| (rank(&kind.name), kind.name.as_str()));
    nodes.extend(
        kinds
            .into_iter()
            .map(|one| kind(one, reserved(&one.name), known)),
    );
    nodes.extend(tree.jobs.iter().map(|job| lone_job(job, known)));
    for node in &mut nodes {
        node.placed();
    }
    nodes
}

/// Live epochs that are not in the tree: on other hosts, or started by hand.
pub(crate) fn elsewhere(tree: &[Node], known: &Known<'_>) -> Vec<Node> {
    let shown: BTreeSet<i64> = tree.iter().filter_map(|node| node.epoch).collect();
    let rest = known.live.iter().filter(|one| !shown.contains(&one.id.0));
    rest.map(|one| {
        let is_here = one.host == known.host;
        let used_mb = is_here.then(|| (known.resident_mb)(one.pid)).flatten();
        let (state, class) = match known.now.since(one.seen_at) > SILENT_AFTER {
            true => ("silent", "unknown"),
            false => ("live", ""),
        };
        let mut node = Node {
            name: words::name(&one.kind),
            state,
            class,
            since: Some(one.started_at),
            since_text: known.since(Some(one.started_at)),
            memory: share(&one.kind, used_mb, None),
            ..Node::default()
        };
        node.live(Some(one), known);
        node.placed();
        let host = words::name(&one.host);
        node.place = format!("{host}, process {}, version {}", one.pid, node.version);
        node
    })
    .collect()
}

/// First what gives work, then who does it, then the pages, then the rest.
fn rank(name: &str) -> u8 {
    match name {
        "scheduler" => 0,
        name if name.starts_with("worker-") => 1,
        "web" => 2,
        _ => 3,
    }
}

fn member(one: &Member, name: &str, depth: u8, known: &Known<'_>) -> Node {
    Node {
        depth,
        name: name.to_owned(),
        pid: Some(one.pid),
        state: "running",
        since: one.since,
        since_text: known.since(one.since),
        ..Node::default()
    }
}

fn kind(one: &Kind, reserved_mb: Option<u64>, known: &Known<'_>) -> Node {
    let (state, class) = standing(one);
    let used_mb = (one.processes > 0).then_some(one.memory_mb);
    let name = words::name(&one.name);
    let epoch = one.pid.and_then(|pid| known.epoch(&one.name, pid));
    let mut node = Node {
        depth: 2,
        pid: one.pid,
        state,
        class,
        since: one.since,
        since_text: known.since(one.since),
        memory: share(&name, used_mb, reserved_mb),
        restarts: Some(one.restarts),
        restarts_text: match (one.restarts, one.started) {
            (0, _) => "none".into(),
            (n, Some(at)) => format!("{}, the last {}", words::grouped(n), known.at(at)),
            (n, None) => words::grouped(n),
        },
        progress: one.progress.as_deref().map(say::line).unwrap_or_default(),
        trouble: trouble(one, known.now, known.zone),
        name,
        ..Node::default()
    };
    if one.pid == Some(known.own.0) {
        node.version = known.own.1.to_owned();
    }
    node.live(epoch, known);
    node
}

fn lone_job(one: &LoneJob, known: &Known<'_>) -> Node {
    let left = one.deadline.since(known.now);
    let name = format!("job {}, {}", one.job, words::name(&one.kind));
    Node {
        depth: 2,
        state: "running",
        since: Some(one.since),
        since_text: known.since(Some(one.since)),
        memory: share(&name, None, Some(one.reserved_mb)),
        progress: match left.is_positive() {
            true => format!("{} left", words::lasted(left)),
            false => "past its deadline".into(),
        },
        name,
        ..Node::default()
    }
}

impl Node {
    /// Takes over what the database knows of its life.
    fn live(&mut self, epoch: Option<&Process>, known: &Known<'_>) {
        let Some(epoch) = epoch else { return };
        self.epoch = Some(epoch.id.0);
        self.pid = Some(epoch.pid);
        self.version = words::name(&epoch.version);
        let seen = known.now.since(epoch.seen_at).max(SignedDuration::ZERO);
        let seen = format!("seen {} ago", words::lasted(seen));
        self.progress = match self.progress.as_str() {
            "" => seen,
            said => format!("{said}, {seen}"),
        };
        self.work = known.work(epoch.id);
        self.work_text = match self.work.is_empty() {
            true if rank(&epoch.kind) == 1 => "Works on nothing now.".into(),
            true => String::new(),
            false => work_text(&self.work, known.now),
        };
    }

    fn placed(&mut self) {
        let pid = self.pid.map(|pid| format!("process {pid}"));
        let version = match self.version.as_str() {
            "" => None,
            version if version.starts_with(char::is_alphabetic) => Some(version.to_owned()),
            version => Some(format!("version {version}")),
        };
        self.place = pid
            .into_iter()
            .chain(version)
            .collect::<Vec<_>>()
            .join(", ");
    }
}

/// `Works on 3 ads.learn and 1 act.pause, the oldest for 12 s.`
fn work_text(work: &[Work], now: RuntimeTime) -> String {
    let all: Vec<String> = work
        .iter()
        .map(|one| format!("{} {}", one.jobs, one.kind))
        .collect();
    let oldest = work.iter().map(|one| one.since).min();
    let oldest = oldest.map_or_else(String::new, |since| {
        format!(", the oldest for {}", words::lasted(now.since(since)))
    });
    format!("Works on {}{oldest}.", all.join(" and "))
}

impl Known<'_> {
    /// The life of this kind and number on this host.
    fn epoch(&self, kind: &str, pid: i32) -> Option<&Process> {
        let is_it = |one: &&Process| one.kind == kind && one.pid == pid && one.host == self.host;
        // A number comes again; the life that has it now is the latest.
        self.live.iter().filter(is_it).max_by_key(|one| one.id)
    }

    fn work(&self, owner: ProcessId) -> Vec<Work> {
        let its = self.at_work.iter().filter(|one| one.owner == owner);
        its.map(|one| Work {
            kind: words::name(&one.kind),
            jobs: one.jobs,
            since: one.since,
        })
        .collect()
    }

    /// When the life before this one ended.
    fn last_end(&self, kind: &str) -> String {
        let its = self.ended.iter();
        let its = its.filter(|one| one.kind == kind && one.host == self.host);
        let last = its.filter_map(|one| one.ended_at).max();
        last.map_or_else(String::new, |at| {
            format!("the one before ended {}", self.at(at))
        })
    }

    fn at(&self, at: RuntimeTime) -> String {
        say::at(at, self.now, self.zone)
    }

    fn since(&self, since: Option<RuntimeTime>) -> String {
        since.map_or_else(String::new, |since| {
            let lasts = self.now.since(since).max(SignedDuration::ZERO);
            format!("since {}, {}", self.at(since), words::lasted(lasts))
        })
    }
}

#[cfg(test)]
mod tests;
