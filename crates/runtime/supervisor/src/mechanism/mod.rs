//! Trees of processes that can be ended whole: the work of a supervisor, and in it one leaf per child.
//!
//! ```text
//!   tree  homeostat-<name>            beside/   what outlives the supervisor, held by the guard
//!     └─ work ──┬─ supervisor         leaf
//!               ├─ worker-act         leaf
//!               └─ job-7-1790000000   leaf: number and deadline of a job
//! ```
//! Three mechanisms, the first that the machine allows:
//! - `cgroup_v2`: a leaf is a control group. Membership is the kernel's, nobody leaves it by forking,
//!   changing session or outliving its parent, and one write ends all of it.
//! - `pid_1`: the guard is the first process of its namespace, so whatever is not spared is the work.
//! - `process_group`: the guard and the supervisor take in orphans (subreapers), so whatever descends
//!   from them is theirs.
//!
//! What holds a leaf to its memory is found apart from these ([`Limiter`]), and works with each of them.
//!
//! *Who is authoritative.* The kernel's own lists, read at the time of asking; nothing is remembered.
//! *Crash points.* A tree outlives whoever made it; the next guard of the same name ends it first.
//! *Limits.* Without control groups a leaf is found by descent, session and a mark in the environment.
//! A process that leaves all three is found only as part of the whole tree. Process numbers are never
//! trusted alone ([`crate::process`]).

mod cgroup;
mod events;
mod leaf;
mod leaf_name;
mod memory;
mod probe;
mod sweep;
mod walk;
mod whose;

use std::{fmt, str::FromStr, time::Duration};

use serde::{Deserialize, Serialize};

pub use leaf::Leaf;
use leaf::LeafMeans;
pub(crate) use leaf_name::check as check_name;
pub use leaf_name::{LeafName, overdue_ms};
pub use memory::{Limiter, Limits, MemorySeen, used_mb};
pub use probe::{Probe, probe};
pub use whose::{remove_dead, tree_of};

use crate::{
    Error,
    process::{Process, Stat},
};

/// How trees are ended on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mechanism {
    /// Writable control groups of version 2.
    CgroupV2,
    /// The guard is the first process of its namespace.
    #[serde(rename = "pid_1")]
    Pid1,
    /// Descent from subreapers.
    ProcessGroup,
}

impl Mechanism {
    /// All, the best first.
    pub const ALL: [Self; 3] = [Self::CgroupV2, Self::Pid1, Self::ProcessGroup];

    /// Its name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CgroupV2 => "cgroup_v2",
            Self::Pid1 => "pid_1",
            Self::ProcessGroup => "process_group",
        }
    }
}

impl fmt::Display for Mechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Mechanism {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self, Error> {
        let known = Self::ALL.into_iter().find(|known| known.as_str() == word);
        known.ok_or_else(|| Error::BadName {
            what: "mechanism",
            word: word.to_owned(),
        })
    }
}

/// What a child must do to enter a leaf, before it runs anything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Join {
    /// Files to write `0` to, which stands for oneself.
    pub enter: Vec<std::path::PathBuf>,
    /// A variable for the environment, where leaves are found by it.
    pub mark: Option<(String, String)>,
}

/// Where a tree is, for the supervisor's environment and for the next guard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// Its name.
    pub name: String,
    /// How it is ended.
    pub mechanism: Mechanism,
    /// Its control group, where there are any.
    pub root: Option<std::path::PathBuf>,
    /// Where the limits of its leaves are set.
    #[serde(default)]
    pub limits: Limits,
}

/// A tree as its guard or its supervisor holds it.
#[derive(Debug, Clone)]
pub struct Tree {
    name: String,
    mechanism: Mechanism,
    means: Means,
    limits: Limits,
}

#[derive(Debug, Clone)]
enum Means {
    Cgroup(cgroup::Groups),
    Walk(walk::Scope),
}

impl Tree {
    /// The guard's: makes the tree below where it stands, or takes over what an earlier one left of it.
    ///
    /// # Errors
    /// When the name is no name, or the machine does not let us have this mechanism.
    pub fn create(name: &str, mechanism: Mechanism) -> Result<Self, Error> {
        leaf_name::check("tree", name)?;
        let means = match mechanism {
            Mechanism::CgroupV2 => {
                let groups = cgroup::Groups::named(name)?;
                groups.make()?;
                Means::Cgroup(groups)
            }
            Mechanism::Pid1 if std::process::id() == 1 => Means::Walk(walk::Scope::namespace(name)),
            Mechanism::Pid1 => {
                return Err(Error::NotOffered {
                    mechanism,
                    why: probe::NOT_FIRST.into(),
                });
            }
            Mechanism::ProcessGroup => Means::Walk(walk::Scope::descendants(name)),
        };
        if let Means::Walk(_) = means {
            walk::become_subreaper()?;
        }
        let groups = match &means {
            Means::Cgroup(groups) => Some(groups),
            Means::Walk(_) => None,
        };
        Ok(Self {
            limits: Limits::find(name, groups),
            name: name.to_owned(),
            mechanism,
            means,
        })
    }

    /// The supervisor's, and the next guard's: holds a tree that somebody else made.
    ///
    /// # Errors
    /// When the name is no name.
    pub fn attach(reference: &Reference) -> Result<Self, Error> {
        leaf_name::check("tree", &reference.name)?;
        let means = match &reference.root {
            Some(root) => Means::Cgroup(cgroup::Groups::at(root)),
            None => Means::Walk(walk::Scope::descendants(&reference.name)),
        };
        Ok(Self {
            name: reference.name.clone(),
            mechanism: reference.mechanism,
            means,
            limits: reference.limits.clone(),
        })
    }

    /// How others find it.
    pub fn reference(&self) -> Reference {
        Reference {
            name: self.name.clone(),
            mechanism: self.mechanism,
            root: match &self.means {
                Means::Cgroup(groups) => Some(groups.root().to_owned()),
                Means::Walk(_) => None,
            },
            limits: self.limits.clone(),
        }
    }

    /// How it is ended.
    pub fn mechanism(&self) -> Mechanism {
        self.mechanism
    }

    /// What holds its leaves to their memory.
    pub fn limiter(&self) -> Limiter {
        self.limits.limiter()
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Makes a leaf for a child that is about to be started, which must be the only one in it. In a
    /// supervisor without control groups, also makes it the one that takes in orphans.
    ///
    /// # Errors
    /// [`Error::Survivors`] when somebody is in it already: a second copy would act twice. Or when the
    /// control group cannot be made.
    pub fn make_leaf(&self, name: &LeafName) -> Result<Leaf, Error> {
        let means = match &self.means {
            Means::Cgroup(groups) => LeafMeans::Cgroup(groups.leaf(name)?),
            Means::Walk(scope) => {
                walk::become_subreaper()?;
                LeafMeans::Walk(walk::Leaf::new(scope, name))
            }
        };
        let leaf = self.as_leaf(name.clone(), means);
        match leaf.members()? {
            members if members.is_empty() => {
                // The limit of a former life is none of this one's.
                if let Some(group) = &leaf.memory {
                    group.remove();
                }
                Ok(leaf)
            }
            members => Err(Error::Survivors(members)),
        }
    }

    /// Takes up a leaf that somebody else has made, and limited, for a child that is about to be started in
    /// it: it is neither made anew nor is its limit touched.
    ///
    /// # Errors
    /// When it is gone, since its maker has ended it; [`Error::Survivors`] when somebody is in it.
    pub fn made_leaf(&self, name: &LeafName) -> Result<Leaf, Error> {
        let means = match &self.means {
            Means::Cgroup(groups) => LeafMeans::Cgroup(groups.made_leaf(name)?),
            Means::Walk(scope) => {
                walk::become_subreaper()?;
                LeafMeans::Walk(walk::Leaf::new(scope, name))
            }
        };
        let leaf = self.as_leaf(name.clone(), means);
        match leaf.members()? {
            members if members.is_empty() => Ok(leaf),
            members => Err(Error::Survivors(members)),
        }
    }

    /// The place beside the work, for what the guard holds; none where membership is by descent.
    ///
    /// # Errors
    /// When the control group cannot be made.
    pub fn beside(&self, name: &LeafName) -> Result<Join, Error> {
        match &self.means {
            Means::Cgroup(groups) => groups.beside(name).map(|group| group.join()),
            Means::Walk(_) => Ok(Join::default()),
        }
    }

    /// The leaves that are there, made by whoever.
    ///
    /// # Errors
    /// When the kernel's lists cannot be read.
    pub fn leaves(&self) -> Result<Vec<Leaf>, Error> {
        match &self.means {
            Means::Cgroup(groups) => {
                let named = |(name, group)| self.as_leaf(name, LeafMeans::Cgroup(group));
                Ok(groups.leaves()?.into_iter().map(named).collect())
            }
            Means::Walk(scope) => {
                let named = |name: LeafName| {
                    let means = LeafMeans::Walk(walk::Leaf::new(scope, &name));
                    self.as_leaf(name, means)
                };
                Ok(scope.leaves()?.into_iter().map(named).collect())
            }
        }
    }

    fn as_leaf(&self, name: LeafName, means: LeafMeans) -> Leaf {
        let own = match &means {
            LeafMeans::Cgroup(group) => Some(group.dir()),
            LeafMeans::Walk(_) => None,
        };
        Leaf {
            memory: self.limits.group(&name, own),
            name,
            means,
        }
    }

    /// Every live process of the work, but for the spared ones and what descends from them.
    ///
    /// # Errors
    /// When the kernel's lists cannot be read.
    pub fn members(&self, spared: &[Process]) -> Result<Vec<Stat>, Error> {
        match &self.means {
            Means::Cgroup(groups) => groups.work().members(),
            Means::Walk(scope) => scope.members(spared),
        }
    }

    /// Kills the work and returns when it is proven empty.
    ///
    /// # Errors
    /// [`Error::Survivors`] when some are still there after `limit`, which only a process that hangs
    /// in the kernel brings about; or when the kernel's lists cannot be read.
    pub fn kill_all(&self, spared: &[Process], limit: Duration) -> Result<(), Error> {
        match &self.means {
            Means::Cgroup(groups) => groups.work().kill_all(limit),
            Means::Walk(scope) => scope.kill_all(spared, limit),
        }
    }

    /// Processes of an earlier guard's life that are still there, found by their mark; control groups
    /// need no such search, since the tree is the same.
    ///
    /// # Errors
    /// As [`Self::kill_all`].
    pub fn kill_leftovers(&self, limit: Duration) -> Result<(), Error> {
        match &self.means {
            Means::Cgroup(groups) => groups.work().kill_all(limit),
            Means::Walk(scope) => scope.kill_marked(limit),
        }
    }

    /// Removes what is left of leaves that are empty, also of those that nobody remembers.
    pub fn remove_leaves(&self) {
        self.limits.remove_leaves();
        for leaf in self.leaves().unwrap_or_default() {
            leaf.remove();
        }
    }

    /// Removes what is left of an empty tree.
    pub fn remove(&self) {
        self.limits.remove();
        match &self.means {
            Means::Cgroup(groups) => groups.remove(),
            Means::Walk(_) => {}
        }
    }
}
