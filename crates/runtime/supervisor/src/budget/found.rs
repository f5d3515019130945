//! How much memory this process and its children may take: the tightest of all limits above them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{Error, mounts};

/// Limits at and above this mean "none": version 1 writes the largest number of whole pages.
const NONE_FROM_BYTES: u64 = 1 << 60;

/// Where a limit comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// `memory.max` of a control group of version 2.
    CgroupV2,
    /// `memory.limit_in_bytes` of version 1.
    CgroupV1,
    /// All memory of the machine.
    Total,
    /// A setting that is lower than all of these.
    Setting,
}

/// What may be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    /// All of it.
    pub bytes: u64,
    /// What says so.
    pub source: Source,
}

impl Budget {
    /// Looks at the limits of our own control groups, of all above them, and at the machine.
    ///
    /// # Errors
    /// When even the machine's memory cannot be read.
    pub fn find() -> Result<Self, Error> {
        Self::find_in(Path::new("/proc"))
    }

    fn find_in(proc: &Path) -> Result<Self, Error> {
        let read = |file: &str| fs::read_to_string(proc.join(file)).unwrap_or_default();
        let mounts = read("self/mountinfo");
        let groups = read("self/cgroup");
        let group = |mount: Option<mounts::Mount>, controller| {
            let mount = mount?;
            let dir = mount.dir_of(&mounts::own_group_in(&groups, controller)?)?;
            Some((dir, mount.point))
        };
        let v2 = group(mounts::cgroup2_in(&mounts), "");
        let v1 = group(mounts::cgroup1_in(&mounts, "memory"), "memory");
        let limit = |place: Option<(PathBuf, PathBuf)>, file: &str| {
            let (dir, top) = place?;
            tightest(&dir, &top, file)
        };
        let found = [
            (Source::CgroupV2, limit(v2, "memory.max")),
            (Source::CgroupV1, limit(v1, "memory.limit_in_bytes")),
            (Source::Total, total(&read("meminfo"))),
        ];
        let limits = found
            .into_iter()
            .filter_map(|(source, bytes)| Some((bytes?, source)));
        let (bytes, source) = limits.min_by_key(|(bytes, _)| *bytes).ok_or_else(|| {
            let why = std::io::Error::other("it names no MemTotal");
            Error::file(proc.join("meminfo"), why)
        })?;
        Ok(Self { bytes, source })
    }

    /// At most so much: for a test or a drill, or to leave something to others. Never more than was found.
    #[must_use]
    pub fn lowered_to(self, mb: u64) -> Self {
        let bytes = mb.saturating_mul(1 << 20);
        if bytes >= self.bytes {
            return self;
        }
        Self {
            bytes,
            source: Source::Setting,
        }
    }

    /// In whole megabytes of 2^20 bytes.
    pub fn mb(&self) -> u64 {
        self.bytes >> 20
    }
}

/// The smallest limit of a group and of those above it.
fn tightest(dir: &Path, top: &Path, file: &str) -> Option<u64> {
    let dirs = dir.ancestors().take_while(|dir| dir.starts_with(top));
    let limits = dirs.filter_map(|dir| fs::read_to_string(dir.join(file)).ok());
    // `max` is no number, and no limit.
    let limits = limits.filter_map(|text| text.trim().parse().ok());
    limits.filter(|bytes| *bytes < NONE_FROM_BYTES).min()
}

fn total(meminfo: &str) -> Option<u64> {
    let line = meminfo
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kb: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kb << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A machine of 8 GB with both versions, and limits as given.
    fn machine(v2: &[(&str, &str)], v1: &[(&str, &str)]) -> Budget {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        let write = |path: &str, text: &str| {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        let at = root.display();
        let mounts = format!(
            "35 31 0:32 / {at}/v1 rw - cgroup cgroup rw,memory\n\
             41 31 0:38 / {at}/v2 rw - cgroup2 cgroup2 rw\n"
        );
        write("proc/self/mountinfo", &mounts);
        write("proc/self/cgroup", "4:memory:/a/b\n0::/x/y\n");
        write(
            "proc/meminfo",
            "MemTotal:        8388608 kB\nMemFree: 1 kB\n",
        );
        for (group, text) in v2 {
            write(&format!("v2{group}/memory.max"), text);
        }
        for (group, text) in v1 {
            write(&format!("v1{group}/memory.limit_in_bytes"), text);
        }
        Budget::find_in(&root.join("proc")).unwrap()
    }

    #[test]
    fn the_tightest_limit_counts_and_is_named() {
        let none = "9223372036854771712";
        let gb = |n: u64| (n << 30).to_string();
        let told = |budget: Budget| (budget.mb(), budget.source);
        assert_eq!(told(machine(&[], &[])), (8_192, Source::Total));
        let open = machine(&[("/x/y", "max")], &[("/a/b", none)]);
        assert_eq!(told(open), (8_192, Source::Total));
        let both = machine(&[("/x/y", &gb(4))], &[("/a/b", &gb(2))]);
        assert_eq!(told(both), (2_048, Source::CgroupV1));
        let above = machine(&[("/x", &gb(1)), ("/x/y", &gb(4))], &[]);
        assert_eq!(told(above), (1_024, Source::CgroupV2));
        assert_eq!(told(above.lowered_to(512)), (512, Source::Setting));
        assert_eq!(told(above.lowered_to(2_048)), (1_024, Source::CgroupV2));
    }

    #[test]
    fn this_machine_has_a_budget() {
        assert!(Budget::find().unwrap().mb() > 0);
    }
}
