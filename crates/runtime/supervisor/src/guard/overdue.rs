//! The second, dumber sweep: a leaf whose name says that its job is long overdue is killed, whoever
//! should have done it.
//!
//! How long it may still live is settled when it is first seen, and counted by a clock that does not
//! jump from then on.

use std::{collections::HashMap, time::Duration};

use homeostat_clock::Stopwatch;

use crate::mechanism::{Leaf, LeafName, Tree, overdue_ms};

/// What the supervisor has to do it itself.
const GRACE_MS: i64 = 10_000;
const KILL_LIMIT: Duration = Duration::from_secs(5);

/// The leaves with a deadline, and when they are due.
#[derive(Debug, Default)]
pub(super) struct Overdue {
    due: HashMap<LeafName, (Stopwatch, Duration)>,
}

impl Overdue {
    /// Looks at all leaves, at this wall time.
    pub(super) fn sweep(&mut self, tree: &Tree, now_ms: i64) {
        let leaves = match tree.leaves() {
            Ok(leaves) => leaves,
            Err(error) => return tracing::warn!(%error, "cannot look for overdue jobs"),
        };
        self.due
            .retain(|name, _| leaves.iter().any(|leaf| leaf.name() == name));
        for leaf in &leaves {
            if self.is_due(leaf.name(), now_ms) {
                kill(leaf);
            }
        }
    }

    fn is_due(&mut self, name: &LeafName, now_ms: i64) -> bool {
        let Some(overdue) = overdue_ms(name, now_ms, GRACE_MS) else {
            return false;
        };
        let left = u64::try_from(overdue.saturating_neg()).unwrap_or(0);
        let first = || (Stopwatch::start(), Duration::from_millis(left));
        let (seen, left) = self.due.entry(name.clone()).or_insert_with(first);
        seen.elapsed() >= *left
    }
}

fn kill(leaf: &Leaf) {
    tracing::error!(leaf = %leaf.name(), "long past its deadline, and its supervisor let it be; killed");
    if let Err(error) = leaf.kill_all(KILL_LIMIT) {
        tracing::error!(leaf = %leaf.name(), %error, "does not end");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_jumps_ahead_kills_nobody_early() {
        let mut overdue = Overdue::default();
        let leaf = LeafName::of_job(1, 1_000_000);
        assert!(!overdue.is_due(&leaf, 0), "seen with time left");
        assert!(!overdue.is_due(&leaf, 9_000_000), "the clock jumped");
        let late = LeafName::of_job(2, 1_000_000);
        assert!(!overdue.is_due(&late, 1_009_999), "within the grace");
        let later = LeafName::of_job(3, 1_000_000);
        assert!(overdue.is_due(&later, 1_010_000));
        assert!(!overdue.is_due(&LeafName::new("worker").unwrap(), i64::MAX));
    }
}
