//! Whom a strike may hit that the drill did not start itself, as `/proc` shows them.

use std::path::Path;

use homeostat_supervisor::process::Process;

use crate::drill::processes;

/// A process, and what it is called.
#[derive(Debug, Clone)]
pub(super) struct Target {
    /// As its row in the database is called.
    pub(super) name: String,
    process: Process,
}

impl Target {
    fn of(pid: u32, name: &str) -> Option<Self> {
        let process = Process::of(i32::try_from(pid).ok()?)?;
        Some(Self {
            name: name.to_owned(),
            process,
        })
    }

    /// Sends it a signal. Says whether it was there.
    pub(super) fn signal(&self, signal: rustix::process::Signal) -> bool {
        self.process.is_alive() && self.process.signal(signal).unwrap_or(false)
    }

    pub(super) fn is_alive(&self) -> bool {
        self.process.is_alive()
    }
}

/// The supervisor below this guard.
pub(super) fn supervisor(guard: u32) -> Option<Target> {
    let (_, supervisor) = processes::guard_and_supervisor(guard)?;
    Target::of(supervisor, "supervisor")
}

/// The roles below the supervisor of this guard.
pub(super) fn roles(guard: u32) -> Vec<Target> {
    let Some((_, supervisor)) = processes::guard_and_supervisor(guard) else {
        return Vec::new();
    };
    let all = processes::tree(supervisor).into_iter();
    all.filter_map(|pid| Target::of(pid, &role(pid)?)).collect()
}

/// What a role calls itself in the database, by its command line.
fn role(pid: u32) -> Option<String> {
    let line = processes::command_line(pid);
    let words: Vec<_> = line.split(|byte| *byte == 0).collect();
    let at = words.iter().position(|word| *word == b"run")?;
    match words.get(at + 1).copied()? {
        b"scheduler" => Some("scheduler".to_owned()),
        b"worker" => {
            let at = words.iter().position(|word| *word == b"--name")?;
            let name = String::from_utf8_lossy(words.get(at + 1)?);
            Some(format!("worker-{name}"))
        }
        b"web" => Some("web".to_owned()),
        _ => None,
    }
}

/// The postmaster of this data directory and its children.
pub(super) fn server(data: &Path) -> Option<(Target, Vec<Target>)> {
    let pids = processes::working_in(data);
    let is_child = |pid: &u32| processes::parent_of(*pid).is_some_and(|of| pids.contains(&of));
    let postmaster = pids.iter().find(|pid| !is_child(pid))?;
    let children = pids.iter().filter(|pid| is_child(pid));
    let children = children.filter_map(|pid| Target::of(*pid, "backend"));
    Some((Target::of(*postmaster, "postmaster")?, children.collect()))
}
