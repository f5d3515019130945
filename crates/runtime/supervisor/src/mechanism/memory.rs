//! The memory limit of a leaf, and what the kernel tells of it.
//!
//! ```text
//!   cgroup_v2   the leaf's own group:     memory.max, memory.oom.group: one is over, all of it ends
//!   cgroup_v1   homeostat-<tree>/<leaf>   in the memory hierarchy, below the group we were started in:
//!               of its own:               the kernel ends one process; the caller ends the rest
//!   none        nothing holds it:         the caller adds up what the leaf uses, and ends it
//! ```
//! Membership and limit are two things: on a machine with both versions the tree is one of version 2 and
//! the memory controller belongs to version 1. So the limiter is found apart from the mechanism and works
//! with each of them; a child enters two groups.
//!
//! *Who is authoritative.* The kernel: it counts its own kills, so an end is named and not guessed. The
//! counts are those of one life of the leaf: setting a limit begins a group anew. *Crash points.* Groups
//! outlive whoever made them; their tree names them to the next guard, which removes them. *Limits.* Pages
//! of files that were read count too, so a peak may be above what had to be there. Version 2 needs the
//! controller switched on in the group we were started in, which the kernel refuses while processes are
//! in that group, unless it is the topmost.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use rustix::event::PollFlags;
use serde::{Deserialize, Serialize};

use super::{LeafName, cgroup};
use crate::{
    Error, mounts,
    process::{Stat, wait_for},
};

const CONTROLLER: &str = "memory";
const MB: u64 = 1 << 20;
/// A group whose last process is just ending is tried so often, with so much time between.
const TRIES_MAX: usize = 1_000;
const TRY_AGAIN: Duration = Duration::from_millis(1);

/// What holds a leaf to its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limiter {
    /// The leaf's own control group.
    CgroupV2,
    /// A control group of version 1 beside it.
    CgroupV1,
    /// Nothing: who is over must be looked for.
    None,
}

impl Limiter {
    /// Its name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CgroupV2 => "cgroup_v2",
            Self::CgroupV1 => "cgroup_v1",
            Self::None => "none",
        }
    }
}

impl fmt::Display for Limiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What the kernel says of a leaf with a limit, also after its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemorySeen {
    /// The most it ever had, in megabytes of 2^20 bytes, rounded up; none where the kernel keeps no peak.
    pub peak_mb: Option<u64>,
    /// How many of its processes were killed for it.
    pub oom_kills: u64,
}

/// Where the limits of a tree are set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limits {
    /// In the groups of its leaves.
    CgroupV2,
    /// In groups of version 1 below this one.
    CgroupV1(PathBuf),
    /// Nowhere.
    #[default]
    None,
}

/// The group that a leaf's limit is set in, there or not.
#[derive(Debug, Clone)]
pub(super) struct Group {
    dir: PathBuf,
    limiter: Limiter,
}

impl Limits {
    /// Looks where the limits of a new tree can be set, and makes room for them.
    pub(super) fn find(name: &str, groups: Option<&cgroup::Groups>) -> Self {
        if groups.is_some_and(|groups| groups.switch_on(CONTROLLER).is_ok()) {
            return Self::CgroupV2;
        }
        // Without the right to make one there is no limiter, which is no error.
        let made = base_v1()
            .map(|base| base.join(format!("homeostat-{name}")))
            .filter(|root| cgroup::make_dir(root).is_ok());
        made.map_or(Self::None, Self::CgroupV1)
    }

    pub(super) fn limiter(&self) -> Limiter {
        match self {
            Self::CgroupV2 => Limiter::CgroupV2,
            Self::CgroupV1(_) => Limiter::CgroupV1,
            Self::None => Limiter::None,
        }
    }

    /// The group of a leaf that has, or may have, this directory of its own.
    pub(super) fn group(&self, leaf: &LeafName, own: Option<&Path>) -> Option<Group> {
        let dir = match self {
            Self::CgroupV2 => own?.to_owned(),
            Self::CgroupV1(root) => root.join(leaf.as_str()),
            Self::None => return None,
        };
        Some(Group {
            dir,
            limiter: self.limiter(),
        })
    }

    /// Removes the groups of leaves that are empty.
    pub(super) fn remove_leaves(&self) {
        if let Self::CgroupV1(root) = self {
            for dir in cgroup::subgroups(root).unwrap_or_default() {
                cgroup::remove(&dir);
            }
        }
    }

    /// Removes all that is empty.
    pub(super) fn remove(&self) {
        if let Self::CgroupV1(root) = self {
            cgroup::remove(root);
        }
    }
}

impl Group {
    pub(super) fn limiter(&self) -> Limiter {
        self.limiter
    }

    /// Sets the limit, before anybody is in.
    pub(super) fn limit(&self, mb: u64) -> Result<(), Error> {
        let bytes = mb.saturating_mul(MB).to_string();
        match self.limiter {
            Limiter::CgroupV2 => {
                self.write("memory.oom.group", "1")?;
                // What is over is to end, not to be slow.
                self.write_if_there("memory.swap.max", "0")?;
                self.write("memory.max", &bytes)
            }
            Limiter::CgroupV1 => {
                self.begin_anew()?;
                self.write("memory.limit_in_bytes", &bytes)?;
                // The kernel wants it to be no less than the other, so it comes after.
                self.write_if_there("memory.memsw.limit_in_bytes", &bytes)
            }
            Limiter::None => Ok(()),
        }
    }

    /// A group that was there counts the peaks and kills of another life.
    fn begin_anew(&self) -> Result<(), Error> {
        self.remove();
        match fs::create_dir(&self.dir) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(Error::Survivors(self.members()))
            }
            made => made.map_err(|e| Error::file(&self.dir, e)),
        }
    }

    /// What a child writes `0` to, where the leaf's own group is not the one.
    pub(super) fn enter(&self) -> Option<PathBuf> {
        let is_beside = self.limiter == Limiter::CgroupV1 && self.dir.is_dir();
        is_beside.then(|| self.dir.join("cgroup.procs"))
    }

    /// What was counted; none without a limit.
    pub(super) fn seen(&self) -> Option<MemorySeen> {
        let (peak, kills) = match self.limiter {
            Limiter::CgroupV2 => ("memory.peak", "memory.events"),
            Limiter::CgroupV1 => ("memory.max_usage_in_bytes", "memory.oom_control"),
            Limiter::None => return None,
        };
        let kills = fs::read_to_string(self.dir.join(kills)).ok()?;
        let peak = fs::read_to_string(self.dir.join(peak)).ok();
        let peak_bytes = peak.and_then(|text| text.trim().parse::<u64>().ok());
        Some(MemorySeen {
            peak_mb: peak_bytes.map(|bytes| bytes.div_ceil(MB)),
            oom_kills: counted(&kills, "oom_kill")?,
        })
    }

    fn members(&self) -> Vec<Stat> {
        let text = fs::read_to_string(self.dir.join("cgroup.procs")).unwrap_or_default();
        let pids = text.lines().filter_map(|line| line.parse().ok());
        pids.filter_map(Stat::of).collect()
    }

    /// Removes it when it is empty. The leaf's own group goes with the leaf.
    pub(super) fn remove(&self) {
        if self.limiter != Limiter::CgroupV1 {
            return;
        }
        // One that has ended for everybody who waits may be in its groups until it leaves the processor.
        for _ in 0..TRIES_MAX {
            cgroup::remove(&self.dir);
            if !self.dir.exists() || self.members().iter().any(Stat::is_alive) {
                return;
            }
            // The kernel tells nobody when that is.
            let _ = wait_for(&[], PollFlags::empty(), TRY_AGAIN);
        }
    }

    fn write(&self, file: &str, text: &str) -> Result<(), Error> {
        let path = self.dir.join(file);
        fs::write(&path, text).map_err(|source| Error::File { path, source })
    }

    /// Not every kernel and machine has it.
    fn write_if_there(&self, file: &str, text: &str) -> Result<(), Error> {
        match self.dir.join(file).exists() {
            true => self.write(file, text),
            false => Ok(()),
        }
    }
}

/// The group that this process is in, of the memory hierarchy of version 1.
pub(super) fn base_v1() -> Option<PathBuf> {
    let mount = mounts::cgroup1(CONTROLLER)?;
    mount.dir_of(&mounts::own_group(CONTROLLER)?)
}

/// Reads the line `key N` of a file that has several.
fn counted(text: &str, key: &str) -> Option<u64> {
    let mut lines = text.lines().filter_map(|line| line.split_once(' '));
    lines.find(|(name, _)| *name == key)?.1.trim().parse().ok()
}

/// What these processes use, in megabytes: pages that several share count in parts. One that may not
/// be looked into counts with all that it has in memory.
pub fn used_mb(members: &[Stat]) -> u64 {
    let kb: u64 = members.iter().filter_map(used_kb).sum();
    kb.div_ceil(1 << 10)
}

fn used_kb(stat: &Stat) -> Option<u64> {
    let pid = stat.process.pid;
    let read = |file: &str, key: &str| {
        let text = fs::read_to_string(format!("/proc/{pid}/{file}")).ok()?;
        kb_in(&text, key)
    };
    read("smaps_rollup", "Pss:").or_else(|| read("status", "VmRSS:"))
}

fn kb_in(text: &str, key: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(key))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kills_are_read_of_both_versions() {
        let v1 = "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n";
        let v2 = "low 0\nhigh 0\nmax 9\noom 2\noom_kill 5\noom_group_kill 1\n";
        assert_eq!(counted(v1, "oom_kill"), Some(3));
        assert_eq!(counted(v2, "oom_kill"), Some(5));
        assert_eq!(counted("low 0\n", "oom_kill"), None);
    }

    #[test]
    fn version_2_is_told_all_that_it_needs() {
        let dir = tempfile::tempdir().unwrap();
        let leaf = LeafName::new("a").unwrap();
        let group = Limits::CgroupV2.group(&leaf, Some(dir.path())).unwrap();
        group.limit(64).unwrap();
        let read = |file: &str| fs::read_to_string(dir.path().join(file)).unwrap();
        assert_eq!(read("memory.max"), "67108864");
        assert_eq!(read("memory.oom.group"), "1");
        assert_eq!(group.enter(), None, "entered with the leaf");
        fs::write(dir.path().join("memory.events"), "oom 1\noom_kill 2\n").unwrap();
        let seen = |peak_mb| {
            Some(MemorySeen {
                peak_mb,
                oom_kills: 2,
            })
        };
        assert_eq!(group.seen(), seen(None), "an older kernel");
        fs::write(dir.path().join("memory.peak"), "67108865\n").unwrap();
        assert_eq!(group.seen(), seen(Some(65)));
    }

    #[test]
    fn what_a_process_uses_is_read_in_kilobytes() {
        let text = "00400000-7ffe ---p 00000000 00:00 0 [rollup]\nRss:  1712 kB\nPss:  336 kB\n";
        assert_eq!(kb_in(text, "Pss:"), Some(336));
        assert_eq!(
            kb_in("Name: cat\nVmRSS:\t    900 kB\n", "VmRSS:"),
            Some(900)
        );
        assert_eq!(kb_in("Name: kthreadd\n", "VmRSS:"), None);
        let me = Stat::of(i32::try_from(std::process::id()).unwrap()).unwrap();
        assert!(used_mb(&[me]) > 0);
    }
}
