//! Strays: processes in a tree of ours for which nobody holds a grant any more.
//!
//! A holder that was killed loses its line with the next reading, and what it started may live on for a
//! while: its children's children are told by nobody. What they take was promised to others meanwhile,
//! so they are named.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Grants;
use crate::{
    Error, mechanism,
    process::{Process, Stat},
};

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stray {
    /// Who it is.
    pub process: Process,
    /// Its program's name, at most 15 bytes.
    pub command: String,
    /// What it uses.
    pub mb: u64,
    /// The tree that it is in.
    pub tree: String,
}

impl Grants {
    /// Looks at all processes of this host that may be looked at. `is_counted` says of the name of a tree
    /// whether its memory is counted elsewhere.
    ///
    /// # Errors
    /// When the file or the list of processes cannot be read.
    pub fn strays(&self, is_counted: impl Fn(&str) -> bool) -> Result<Vec<Stray>, Error> {
        let all = Stat::all().map_err(|e| Error::file("/proc", e))?;
        let ours = all.into_iter().filter(Stat::is_alive).filter_map(|stat| {
            let tree = mechanism::tree_of(stat.process.pid)?;
            (!is_counted(&tree)).then_some((stat, tree))
        });
        let ours: Vec<_> = ours.collect();
        // Read after the processes: whoever has a line before it starts anybody has it by now.
        let entries = self.entries()?;
        let granted = entries.into_iter().filter_map(|entry| entry.tree).collect();
        Ok(without_grant(ours, &granted)
            .map(|(stat, tree)| Stray {
                process: stat.process,
                mb: mechanism::used_mb(std::slice::from_ref(&stat)),
                command: stat.comm,
                tree,
            })
            .collect())
    }
}

fn without_grant(
    ours: Vec<(Stat, String)>,
    granted: &BTreeSet<String>,
) -> impl Iterator<Item = (Stat, String)> {
    ours.into_iter().filter(|(_, tree)| !granted.contains(tree))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_tree_has_no_line_is_a_stray() {
        let of = |pid| Stat {
            process: Process {
                pid,
                start_ticks: 1,
            },
            comm: "cat".into(),
            state: 'S',
            parent: 1,
            session: pid,
        };
        let ours = [(1, "exec-1"), (2, "exec-2"), (3, "exec-1")];
        let ours = ours.map(|(pid, tree)| (of(pid), tree.to_owned()));
        let granted = BTreeSet::from(["exec-1".to_owned()]);
        let found: Vec<_> = without_grant(ours.into(), &granted).collect();
        assert_eq!(found, [(of(2), "exec-2".to_owned())]);
    }
}
