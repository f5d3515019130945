//! A kind of job as its owner declared it.

use std::time::Duration;

use homeostat_queue::KindDefaults;
use homeostat_supervisor::preflight::Kind;

/// How the names of these kinds begin in the queue: `job.scrape`.
pub const FAMILY: &str = "job.";
/// What the queue allows beyond the deadline, so that the supervisor's end is the one that comes first:
/// two seconds of grace, the kill, and the reading of what was said.
const MARGIN: Duration = Duration::from_secs(15);

/// One kind.
#[derive(Debug, Clone)]
pub struct Declared {
    /// Command, arguments, environment, set-up.
    pub kind: Kind,
    /// How long one attempt may take.
    pub deadline: Duration,
    /// What one needs at most.
    pub memory_mb: u64,
    /// How many may run at once over all processes.
    pub concurrency: u32,
}

impl Declared {
    /// Its name in the queue.
    pub fn queue_name(&self) -> String {
        format!("{FAMILY}{}", self.kind.name)
    }

    /// Its bounds in the queue.
    pub fn defaults(&self) -> KindDefaults {
        KindDefaults {
            concurrency: Some(self.concurrency),
            timeout: self.deadline.saturating_add(MARGIN),
            ..KindDefaults::default()
        }
    }
}
