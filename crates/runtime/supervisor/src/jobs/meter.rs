//! What limits and counts the memory of a job's leaf.

use crate::{budget::Pressure, mechanism::Leaf};

/// Memory of a leaf: its limit, and what was seen of it. The machine may offer neither.
pub trait Meter: Send + Sync {
    /// Sets the limit of a leaf that nobody is in yet.
    fn limit(&self, leaf: &Leaf, mb: u64);

    /// What has been seen so far, while the leaf is there.
    fn seen(&self, leaf: &Leaf) -> Option<Seen>;

    /// Whether the machine has memory for anything new, whatever is reserved.
    fn admits(&self) -> bool {
        true
    }
}

/// What was seen of a leaf's memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// The most that it took.
    pub peak_mb: u64,
    /// How many of it the kernel killed for want of memory.
    pub oom_kills: u64,
}

/// What the kernel limits and counts, as far as the machine offers it.
#[derive(Debug, Clone, Copy)]
pub struct Kernel;

impl Meter for Kernel {
    fn limit(&self, leaf: &Leaf, mb: u64) {
        if let Err(error) = leaf.limit_memory(mb) {
            tracing::warn!(leaf = %leaf.name(), %error, "runs without a limit of memory");
        }
    }

    fn seen(&self, leaf: &Leaf) -> Option<Seen> {
        let seen = leaf.memory()?;
        Some(Seen {
            // Nothing is learned where the kernel keeps no peak.
            peak_mb: seen.peak_mb.unwrap_or(0),
            oom_kills: seen.oom_kills,
        })
    }

    fn admits(&self) -> bool {
        Pressure::now().is_none_or(Pressure::admits)
    }
}
