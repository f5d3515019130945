//! To which tree a process belongs, whoever made that tree; and what dead makers left of theirs.

use std::{
    fs,
    path::{Component, Path},
};

use super::{cgroup, leaf_name, memory, walk};

const PREFIX: &str = "homeostat-";

/// The name of the innermost tree that a process is in: by its control groups, else by its mark.
pub fn tree_of(pid: i32) -> Option<String> {
    let groups = fs::read_to_string(format!("/proc/{pid}/cgroup")).unwrap_or_default();
    tree_in(&groups).or_else(|| {
        let mark = walk::mark_of(pid)?;
        mark.split_once('/').map(|(tree, _)| tree.to_owned())
    })
}

/// Its tree, and its limit, are named in the lines of version 2 and of the memory controller.
fn tree_in(groups: &str) -> Option<String> {
    groups.lines().find_map(|line| {
        let mut parts = line.splitn(3, ':').skip(1);
        let is_ours = parts.next()?.split(',').any(|c| matches!(c, "" | "memory"));
        is_ours.then(|| tree_above(Path::new(parts.next()?)))?
    })
}

/// Whoever is in a tree is at least one group below it.
fn tree_above(group: &Path) -> Option<String> {
    let above = group.parent()?.components().rev();
    let names = above.filter_map(|component| match component {
        Component::Normal(name) => name.to_str()?.strip_prefix(PREFIX),
        _ => None,
    });
    // A service or a container may be named like this too, but has a dot or a capital.
    let mut names = names.filter(|name| leaf_name::check("tree", name).is_ok());
    names.next().map(str::to_owned)
}

/// Removes the groups of trees below where we stand whose maker has died, as far as they are empty.
/// `is_dead` judges by the name.
pub fn remove_dead(is_dead: impl Fn(&str) -> bool) {
    let bases = [cgroup::base().ok(), memory::base_v1()];
    for base in bases.into_iter().flatten() {
        for dir in cgroup::subgroups(&base).unwrap_or_default() {
            let name = dir.file_name().and_then(|name| name.to_str());
            if name
                .and_then(|name| name.strip_prefix(PREFIX))
                .is_some_and(&is_dead)
            {
                cgroup::remove(&dir);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_tree_is_found_in_either_hierarchy() {
        let of = |text: &str| tree_in(text);
        let job = "/a/homeostat-up-1/jobs/job-7-5/homeostat-exec-1-2/jobs/command";
        let v2 = format!("4:memory:/x\n0::{job}\n");
        assert_eq!(of(&v2).as_deref(), Some("exec-1-2"));
        let v1 = "4:cpu,memory:/x/homeostat-exec-3-4/command\n0::/\n";
        assert_eq!(of(v1).as_deref(), Some("exec-3-4"));
        assert_eq!(of("1:cpu:/homeostat-exec-3-4/command\n"), None);
        assert_eq!(of("0::/system.slice/homeostat-up.service/x\n"), None);
        assert_eq!(
            of("0::/homeostat-mine\n"),
            None,
            "where somebody stands, and nobody's tree"
        );
    }
}
