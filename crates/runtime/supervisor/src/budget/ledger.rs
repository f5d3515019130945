//! Reservations of one supervisor. Pure.
//!
//! A reservation is what its holder is expected to need at most, so the sum of all reservations, and
//! not what is in use at the moment, is held under the ceiling; a part of the budget stays for what
//! nobody reserved: the supervisor, page tables, a peak over what was learned.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What stays unreserved, in percent.
const MARGIN_PERCENT: u64 = 15;

/// Who holds how much.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    ceiling_mb: u64,
    held_mb: BTreeMap<String, u64>,
}

/// Why not, with the figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error(
    "memory: {what} asks for {asked_mb} MB and {free_mb} MB are free{}",
    if *.pressed { ", but the machine is short of memory already" } else { "" }
)]
pub struct Refusal {
    /// Who asked.
    pub what: String,
    /// For how much.
    pub asked_mb: u64,
    /// What there was.
    pub free_mb: u64,
    /// Whether it would not even fit alone, so that waiting is of no use.
    pub never: bool,
    /// Whether it is refused because somebody waits for memory already, whatever is reserved.
    #[serde(default)]
    pub pressed: bool,
}

impl Ledger {
    /// An empty one under this budget.
    pub fn new(budget_mb: u64) -> Self {
        Self {
            ceiling_mb: budget_mb - budget_mb * MARGIN_PERCENT / 100,
            held_mb: BTreeMap::new(),
        }
    }

    /// An empty one of memory that was granted: the part for what nobody reserved is left by the granter.
    pub fn within(granted_mb: u64) -> Self {
        Self {
            ceiling_mb: granted_mb,
            held_mb: BTreeMap::new(),
        }
    }

    /// What can be reserved in all.
    pub fn ceiling_mb(&self) -> u64 {
        self.ceiling_mb
    }

    /// What can be reserved now.
    pub fn free_mb(&self) -> u64 {
        let held: u64 = self.held_mb.values().sum();
        self.ceiling_mb.saturating_sub(held)
    }

    /// Reserves for a holder, in place of what it holds already.
    ///
    /// # Errors
    /// When it does not fit; what it held before stays.
    pub fn reserve(&mut self, holder: &str, asked_mb: u64) -> Result<(), Refusal> {
        let before = self.held_mb.get(holder).copied().unwrap_or(0);
        let free_mb = self.free_mb().saturating_add(before).min(self.ceiling_mb);
        if asked_mb > free_mb {
            return Err(Refusal {
                what: holder.to_owned(),
                asked_mb,
                free_mb,
                never: asked_mb > self.ceiling_mb,
                pressed: false,
            });
        }
        self.held_mb.insert(holder.to_owned(), asked_mb);
        Ok(())
    }

    /// Gives back all that a holder has; says how much that was.
    pub fn release(&mut self, holder: &str) -> u64 {
        self.held_mb.remove(holder).unwrap_or(0)
    }

    /// What a holder has.
    pub fn held_mb(&self, holder: &str) -> Option<u64> {
        self.held_mb.get(holder).copied()
    }

    /// All holders in the order of their names.
    pub fn holders(&self) -> impl Iterator<Item = (&str, u64)> {
        self.held_mb.iter().map(|(name, mb)| (name.as_str(), *mb))
    }
}
