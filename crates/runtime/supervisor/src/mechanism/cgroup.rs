//! Control groups of version 2, alone or in the hybrid layout beside version 1.
//!
//! All groups of ours are made below the group that we were started in, and only they are written to; but
//! for the memory controller, which has to be switched on from there down. Where it is, no process may be
//! in an inner group: ours have theirs in leaves only.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use homeostat_clock::Stopwatch;
use rustix::process::Signal;

use super::{Join, LeafName, events};
use crate::{Error, mounts, process::Stat};

/// How long a freeze may take before it counts as not to be had. Measured: under a millisecond.
const FREEZE: Duration = Duration::from_secs(1);
/// Groups that a child made inside its own are followed this deep.
const DEPTH_MAX: usize = 16;

/// Why control groups cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotOffered {
    #[error("no control groups of version 2 are mounted")]
    NotMounted,
    #[error("our own control group is outside of what is mounted")]
    Outside,
    #[error("{0} cannot be made: {1}")]
    NotWritable(PathBuf, io::Error),
    #[error("the kernel has no {0}")]
    TooOld(&'static str),
}

/// All groups of a tree.
#[derive(Debug, Clone)]
pub(super) struct Groups {
    root: PathBuf,
}

/// One group and what is below it.
#[derive(Debug, Clone)]
pub(super) struct Group {
    dir: PathBuf,
}

/// Makes a group of the kind that is needed, looks at it, and removes it.
pub(super) fn offered() -> Result<(), NotOffered> {
    let base = base()?;
    let dir = base.join(format!("homeostat-probe-{}", std::process::id()));
    let made = match fs::create_dir(&dir) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made,
    };
    made.map_err(|error| NotOffered::NotWritable(dir.clone(), error))?;
    let seen = look_at(&base, &dir);
    // Nobody was ever in it.
    let _ = fs::remove_dir(&dir);
    seen
}

fn look_at(base: &Path, dir: &Path) -> Result<(), NotOffered> {
    for file in ["cgroup.kill", "cgroup.freeze", "cgroup.events"] {
        if !dir.join(file).exists() {
            return Err(NotOffered::TooOld(file));
        }
    }
    // Moving a process needs the common ancestor to be writable too.
    for file in [base.join("cgroup.procs"), dir.join("cgroup.procs")] {
        rustix::fs::access(&file, rustix::fs::Access::WRITE_OK)
            .map_err(|error| NotOffered::NotWritable(file, error.into()))?;
    }
    Ok(())
}

/// The group that this process is in.
pub(super) fn base() -> Result<PathBuf, NotOffered> {
    let own = mounts::own_group("").ok_or(NotOffered::NotMounted)?;
    let mount = mounts::cgroup2().ok_or(NotOffered::NotMounted)?;
    mount.dir_of(&own).ok_or(NotOffered::Outside)
}

impl Groups {
    pub(super) fn named(name: &str) -> Result<Self, Error> {
        let base = base().map_err(|why| Error::NotOffered {
            mechanism: super::Mechanism::CgroupV2,
            why: why.to_string(),
        })?;
        Ok(Self {
            root: base.join(format!("homeostat-{name}")),
        })
    }

    /// Those that somebody else made.
    pub(super) fn at(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
        }
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn make(&self) -> Result<(), Error> {
        for dir in [&self.root, &self.work().dir, &self.root.join("beside")] {
            make_dir(dir)?;
        }
        Ok(())
    }

    /// Switches a controller on for the leaves, which takes every group above them.
    pub(super) fn switch_on(&self, controller: &str) -> io::Result<()> {
        let base = self.root.parent().unwrap_or(&self.root);
        for dir in [base, &self.root, &self.work().dir] {
            switch_on(dir, controller)?;
        }
        Ok(())
    }

    pub(super) fn work(&self) -> Group {
        Group {
            dir: self.root.join("work"),
        }
    }

    pub(super) fn leaf(&self, name: &LeafName) -> Result<Group, Error> {
        let dir = self.work().dir.join(name.as_str());
        // One of a former life has its limit and its counts; it stays if somebody is in it.
        remove(&dir);
        make_dir(&dir)?;
        Ok(Group { dir })
    }

    /// One that is there.
    pub(super) fn made_leaf(&self, name: &LeafName) -> Result<Group, Error> {
        let dir = self.work().dir.join(name.as_str());
        match fs::metadata(&dir) {
            Ok(_) => Ok(Group { dir }),
            Err(error) => Err(Error::file(dir, error)),
        }
    }

    pub(super) fn beside(&self, name: &LeafName) -> Result<Group, Error> {
        let dir = self.root.join("beside").join(name.as_str());
        make_dir(&dir)?;
        Ok(Group { dir })
    }

    pub(super) fn leaves(&self) -> Result<Vec<(LeafName, Group)>, Error> {
        let work = self.work();
        let mut leaves = Vec::new();
        for dir in subgroups(&work.dir).map_err(|e| Error::file(&work.dir, e))? {
            let name = dir.file_name().and_then(|name| name.to_str());
            if let Some(name) = name.and_then(|name| LeafName::new(name).ok()) {
                leaves.push((name, Group { dir }));
            }
        }
        Ok(leaves)
    }

    pub(super) fn remove(&self) {
        Group {
            dir: self.root.clone(),
        }
        .remove();
    }
}

impl Group {
    pub(super) fn join(&self) -> Join {
        Join {
            enter: vec![self.dir.join("cgroup.procs")],
            mark: None,
        }
    }

    /// Live processes of this group and of those that its members made inside it.
    pub(super) fn members(&self) -> Result<Vec<Stat>, Error> {
        let mut found = Vec::new();
        self.pids(&self.dir, 0, &mut found)
            .map_err(|e| Error::file(&self.dir, e))?;
        let stats = found.into_iter().filter_map(Stat::of);
        Ok(stats.filter(Stat::is_alive).collect())
    }

    fn pids(&self, dir: &Path, depth: usize, found: &mut Vec<i32>) -> io::Result<()> {
        match fs::read_to_string(dir.join("cgroup.procs")) {
            // A zero stands for a process of another namespace.
            Ok(text) => found.extend(
                text.lines()
                    .filter_map(|l| l.parse::<i32>().ok())
                    .filter(|p| *p > 0),
            ),
            Err(error) if events::is_gone(&error) => return Ok(()),
            Err(error) => return Err(error),
        }
        if depth < DEPTH_MAX {
            for inner in subgroups(dir)? {
                self.pids(&inner, depth + 1, found)?;
            }
        }
        Ok(())
    }

    pub(super) fn freeze(&self, frozen: bool) -> Result<(), Error> {
        self.write("cgroup.freeze", if frozen { "1" } else { "0" })?;
        if frozen {
            // One that hangs in the kernel freezes when it comes back from there; signals reach the
            // others all the same.
            events::wait_until(&self.dir, "frozen", true, FREEZE)
                .map_err(|e| Error::file(&self.dir, e))?;
        }
        Ok(())
    }

    pub(super) fn signal_all(&self, signal: Signal) -> Result<Vec<Stat>, Error> {
        let mut reached = Vec::new();
        for stat in self.members()? {
            // Read as a member, signalled as the very process that was read; in between it cannot
            // have left, only ended.
            match stat.process.signal(signal) {
                Ok(true) => reached.push(stat),
                Ok(false) => {}
                Err(source) => return Err(Error::signal(&stat, source)),
            }
        }
        Ok(reached)
    }

    pub(super) fn wait_empty(&self, limit: Duration) -> Result<bool, Error> {
        events::wait_until(&self.dir, "populated", false, limit)
            .map_err(|e| Error::file(&self.dir, e))
    }

    /// One write kills all, also what is being forked meanwhile.
    pub(super) fn kill_all(&self, limit: Duration) -> Result<(), Error> {
        let watch = Stopwatch::start();
        match self.write("cgroup.kill", "1") {
            Ok(()) => {}
            Err(Error::File { source, .. }) if events::is_gone(&source) => return Ok(()),
            Err(error) => return Err(error),
        }
        if self.wait_empty(limit.saturating_sub(watch.elapsed()))? {
            return Ok(());
        }
        Err(Error::Survivors(self.members()?))
    }

    /// Removes the group and those inside it, as far as they are empty.
    pub(super) fn remove(&self) {
        remove(&self.dir);
    }

    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    fn write(&self, file: &str, text: &str) -> Result<(), Error> {
        let path = self.dir.join(file);
        fs::write(&path, text).map_err(|source| Error::File { path, source })
    }
}

/// Switches a controller on for the groups inside this one. The kernel refuses where it belongs to
/// version 1, where it was not switched on above, and where processes are in this very group.
fn switch_on(dir: &Path, controller: &str) -> io::Result<()> {
    let file = dir.join("cgroup.subtree_control");
    let is_on = fs::read_to_string(&file)?
        .split_whitespace()
        .any(|on| on == controller);
    if is_on {
        return Ok(());
    }
    fs::write(&file, format!("+{controller}"))
}

/// Removes a group and those inside it, as far as they are empty.
pub(super) fn remove(dir: &Path) {
    remove_to(dir, 0);
}

fn remove_to(dir: &Path, depth: usize) {
    if depth < DEPTH_MAX {
        for inner in subgroups(dir).unwrap_or_default() {
            remove_to(&inner, depth + 1);
        }
    }
    // One that still holds somebody stays, and is found by the next kill.
    let _ = fs::remove_dir(dir);
}

pub(super) fn subgroups(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if events::is_gone(&error) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let dirs = entries
        .flatten()
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    Ok(dirs.map(|entry| entry.path()).collect())
}

pub(super) fn make_dir(dir: &Path) -> Result<(), Error> {
    match fs::create_dir(dir) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(Error::file(dir, error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    /// A controller that belongs to version 2 on a machine of both versions too.
    const ANY: &str = "hugetlb";

    struct Grown(Groups, bool);

    impl Grown {
        fn new(name: &str) -> Option<Self> {
            let base = base().ok()?;
            let has = |file: &str| {
                let text = fs::read_to_string(base.join(file)).unwrap_or_default();
                text.split_whitespace().any(|word| word == ANY)
            };
            if offered().is_err() || !has("cgroup.controllers") {
                eprintln!("not tested: no controller of version 2 may be switched on");
                return None;
            }
            let groups = Groups::named(&format!("{name}-{}", std::process::id())).unwrap();
            groups.make().unwrap();
            Some(Self(groups, has("cgroup.subtree_control")))
        }
    }

    impl Drop for Grown {
        fn drop(&mut self) {
            self.0.remove();
            if !self.1 {
                let above = self.0.root.parent().unwrap().join("cgroup.subtree_control");
                // Another test may be using it.
                let _ = fs::write(above, format!("-{ANY}"));
            }
        }
    }

    #[test]
    fn a_controller_is_switched_on_down_to_the_leaves_or_refused() {
        let Some(grown) = Grown::new("switch") else {
            return;
        };
        let groups = &grown.0;
        if let Err(error) = groups.switch_on(ANY) {
            eprintln!("not tested: {error}");
            return;
        }
        groups.switch_on(ANY).unwrap();
        let leaf = groups.leaf(&LeafName::new("a").unwrap()).unwrap();
        let on = fs::read_to_string(leaf.dir.join("cgroup.controllers")).unwrap();
        assert!(on.split_whitespace().any(|word| word == ANY), "{on}");
        assert!(groups.switch_on("no-such-controller").is_err());
    }

    #[test]
    fn a_group_with_processes_in_it_refuses() {
        let Some(grown) = Grown::new("inner") else {
            return;
        };
        let groups = &grown.0;
        let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        fs::write(groups.root.join("cgroup.procs"), child.id().to_string()).unwrap();
        let error = groups.switch_on(ANY).unwrap_err();
        child.kill().unwrap();
        child.wait().unwrap();
        let busy = rustix::io::Errno::BUSY.raw_os_error();
        if fs::read_to_string(groups.root.join("cgroup.controllers"))
            .unwrap()
            .contains(ANY)
        {
            assert_eq!(error.raw_os_error(), Some(busy));
        }
    }
}
