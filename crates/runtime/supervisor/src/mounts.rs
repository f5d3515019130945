//! Where control groups are mounted, and which of them this process is in.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// One mount of control groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mount {
    /// What part of the hierarchy it shows.
    root: PathBuf,
    /// Where.
    pub(crate) point: PathBuf,
}

impl Mount {
    /// The directory of a group; `None` when this mount does not show it.
    pub(crate) fn dir_of(&self, group: &str) -> Option<PathBuf> {
        let below = Path::new(group).strip_prefix(&self.root).ok()?;
        let leads_out = below.components().any(|c| c.as_os_str() == "..");
        (!leads_out).then(|| self.point.join(below))
    }
}

/// The mount of version 2.
pub(crate) fn cgroup2() -> Option<Mount> {
    cgroup2_in(&fs::read_to_string("/proc/self/mountinfo").ok()?)
}

/// The mount of version 1 that has this controller.
pub(crate) fn cgroup1(controller: &str) -> Option<Mount> {
    cgroup1_in(
        &fs::read_to_string("/proc/self/mountinfo").ok()?,
        controller,
    )
}

pub(crate) fn cgroup2_in(mountinfo: &str) -> Option<Mount> {
    mountinfo
        .lines()
        .find_map(|line| mount(line, |kind, _| kind == "cgroup2"))
}

pub(crate) fn cgroup1_in(mountinfo: &str, controller: &str) -> Option<Mount> {
    let has = |kind: &str, options: &str| {
        kind == "cgroup" && options.split(',').any(|option| option == controller)
    };
    mountinfo.lines().find_map(|line| mount(line, has))
}

/// The path of our own group: of a version 1 controller, or of version 2 for the empty name.
pub(crate) fn own_group(controller: &str) -> Option<String> {
    own_group_in(&fs::read_to_string("/proc/self/cgroup").ok()?, controller)
}

pub(crate) fn own_group_in(text: &str, controller: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let mut parts = line.splitn(3, ':').skip(1);
        let is_it = parts.next()?.split(',').any(|name| name == controller);
        is_it.then(|| parts.next().map(str::to_owned)).flatten()
    })
}

/// Reads a line of mountinfo: fields, a dash, kind, source, options of the file system.
fn mount(line: &str, is_it: impl Fn(&str, &str) -> bool) -> Option<Mount> {
    let (place, system) = line.split_once(" - ")?;
    let mut system = system.split(' ');
    let kind = system.next()?;
    if !is_it(kind, system.nth(1)?) {
        return None;
    }
    let mut place = place.split(' ').skip(3);
    Some(Mount {
        root: PathBuf::from(plain(place.next()?)),
        point: PathBuf::from(plain(place.next()?)),
    })
}

/// The kernel writes a space in a path as `\040`.
fn plain(path: &str) -> String {
    path.replace("\\040", " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const HYBRID: &str = "\
31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime shared:9 - cgroup2 cgroup2 rw";

    #[test]
    fn both_versions_are_found_in_the_hybrid_layout() {
        let v2 = cgroup2_in(HYBRID).unwrap();
        let v1 = cgroup1_in(HYBRID, "memory").unwrap();
        let dir = |mount: &Mount, group| mount.dir_of(group).unwrap();
        assert_eq!(dir(&v2, "/"), Path::new("/sys/fs/cgroup/unified"));
        assert_eq!(dir(&v1, "/a/b"), Path::new("/sys/fs/cgroup/memory/a/b"));
        assert_eq!(cgroup1_in(HYBRID, "cpu"), None);
        let own = "4:memory,x:/deep\n1:cpu:/other\n0::/mine";
        assert_eq!(own_group_in(own, "memory").as_deref(), Some("/deep"));
        assert_eq!(own_group_in(own, "").as_deref(), Some("/mine"));
    }

    #[test]
    fn a_group_that_is_not_shown_has_no_directory() {
        let line = "41 31 0:38 /docker/7 /sys/fs/cgroup ro - cgroup2 cgroup rw";
        let mount = cgroup2_in(line).unwrap();
        assert_eq!(mount.dir_of("/docker/8"), None);
        assert_eq!(mount.dir_of("/docker/7/../8"), None);
        let dir = mount.dir_of("/docker/7/x").unwrap();
        assert_eq!(dir, Path::new("/sys/fs/cgroup/x"));
    }
}
