//! What was told so far, for drills and auditors.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

/// More forgeries, or objects, than these are counted and not named.
const NAMES_MAX: usize = 10_000;

/// Counts of this life of the sandbox.
#[derive(Debug, Default, Clone, Serialize)]
pub(crate) struct Tally {
    /// Whether anybody is told anything.
    pub(crate) is_on: bool,
    /// True deliveries that were answered with 200, by vendor; repetitions are not among them.
    pub(crate) taken: BTreeMap<&'static str, u64>,
    /// True deliveries that were not sent, by a fault.
    pub(crate) missing: u64,
    /// Sent once more than needed.
    pub(crate) duplicated: u64,
    /// Sent behind later ones.
    pub(crate) reordered: u64,
    /// Forgeries that were sent.
    pub(crate) forged: u64,
    /// Of these, answered with 200.
    pub(crate) forged_taken: u64,
    /// Answers that called for another try.
    pub(crate) retried: u64,
    /// Given up, or more than the outbox holds.
    pub(crate) lost: u64,
    /// In the outbox now.
    pub(crate) waiting: usize,
    /// SHA-256 of the forgeries' bodies.
    pub(crate) forged_hashes: Vec<String>,
    /// The vendors' objects of which some delivery never came.
    pub(crate) untold: BTreeSet<String>,
}

impl Tally {
    pub(super) fn forged(&mut self, hash: String) {
        self.forged += 1;
        if self.forged_hashes.len() < NAMES_MAX {
            self.forged_hashes.push(hash);
        }
    }

    pub(super) fn missing(&mut self, object: &str) {
        self.missing += 1;
        self.never_came(object);
    }

    pub(super) fn lost(&mut self, object: &str) {
        self.lost += 1;
        self.never_came(object);
    }

    fn never_came(&mut self, object: &str) {
        if self.untold.len() < NAMES_MAX {
            self.untold.insert(object.to_owned());
        }
    }
}
