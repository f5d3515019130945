//! Which mechanisms this machine offers, and why it does not offer the others.

use super::{Mechanism, cgroup};

pub(super) const NOT_FIRST: &str = "the guard is not the first process of its namespace";

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// What can be had, the best first. Never empty.
    pub offered: Vec<Mechanism>,
    /// What cannot, each with its reason.
    pub refused: Vec<(Mechanism, String)>,
}

impl Probe {
    /// The one to use.
    pub fn best(&self) -> Mechanism {
        self.offered
            .first()
            .copied()
            .unwrap_or(Mechanism::ProcessGroup)
    }
}

/// Asks the machine, from within the process that would be the guard.
pub fn probe() -> Probe {
    let mut found = Probe {
        offered: Vec::new(),
        refused: Vec::new(),
    };
    for mechanism in Mechanism::ALL {
        let asked = match mechanism {
            Mechanism::CgroupV2 => cgroup::offered().map_err(|why| why.to_string()),
            Mechanism::Pid1 if std::process::id() == 1 => Ok(()),
            Mechanism::Pid1 => Err(NOT_FIRST.into()),
            Mechanism::ProcessGroup => Ok(()),
        };
        match asked {
            Ok(()) => found.offered.push(mechanism),
            Err(why) => found.refused.push((mechanism, why)),
        }
    }
    found
}
