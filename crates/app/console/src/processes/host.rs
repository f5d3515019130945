//! What this machine knows of the system beside the database: the supervisor's answer, and the alerts in their files.
//! The console knows no supervisor; whoever serves it says how one is asked.

use std::{collections::BTreeMap, fmt};

use homeostat_model::RuntimeTime;

/// Looks at this machine.
pub trait Host: fmt::Debug + Send + Sync {
    /// Looks once. It may block for some seconds; it is called where that holds nobody up.
    fn look(&self) -> HostView;
}

/// What it found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HostView {
    /// The tree below the guard, or why the supervisor does not say; none: no supervisor started us.
    pub tree: Option<Result<Tree, String>>,
    /// What somebody must look at, or why that cannot be read; none: nobody said where it is kept.
    pub alerts: Option<Result<Alerts, String>>,
}

/// The tree below a guard.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    /// How trees are ended whole: `cgroup_v2`.
    pub mechanism: String,
    /// The guard.
    pub guard: Option<Member>,
    /// What the guard keeps beside the work, such as the database.
    pub held: Vec<Member>,
    /// The supervisor.
    pub supervisor: Option<Member>,
    /// What the supervisor keeps running.
    pub kinds: Vec<Kind>,
    /// Jobs that run as processes of their own.
    pub jobs: Vec<LoneJob>,
    /// Who has how much of the memory.
    pub memory: Memory,
    /// Kinds of job that are left in the queue, and why.
    pub waiting: Vec<(String, String)>,
}

/// A process that no record is kept of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// Its number.
    pub pid: i32,
    /// Since when it runs.
    pub since: Option<RuntimeTime>,
    /// What it and its children have in memory, in megabytes of 2^20 bytes.
    pub memory_mb: u64,
}

/// A kind of process that is kept running.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// Its name: `worker-ads`.
    pub name: String,
    /// Where it stands.
    pub stands: Stands,
    /// Since when; none: it was never told.
    pub since: Option<RuntimeTime>,
    /// Its process, while it runs.
    pub pid: Option<i32>,
    /// When that was started.
    pub started: Option<RuntimeTime>,
    /// Starts after the first, over all lives of the supervisor.
    pub restarts: u64,
    /// Bad ends in a row.
    pub bad_ends: u32,
    /// How the last of them was: `exited with code 1`.
    pub last_end: Option<String>,
    /// What it said last.
    pub last_words: Option<String>,
    /// What it says of itself, or how much it has done.
    pub progress: Option<String>,
    /// Live processes of it.
    pub processes: usize,
    /// What they have in memory, in megabytes of 2^20 bytes.
    pub memory_mb: u64,
}

/// Where a kind stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// Started, and not ready yet.
    Starting,
    /// At work.
    Running,
    /// Told to end.
    Stopping,
    /// It ended, and is started again.
    Waiting {
        /// When.
        until: RuntimeTime,
    },
    /// What it needs is not there.
    Gated,
    /// Left alone but for probes.
    Quarantined {
        /// Time does not heal it: something must be changed.
        needs_change: bool,
        /// When it is tried again.
        probe_at: RuntimeTime,
    },
    /// A person stopped it.
    Stopped,
}

/// A job that is a process of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoneJob {
    /// Its number.
    pub job: i64,
    /// Its kind.
    pub kind: String,
    /// Since when.
    pub since: RuntimeTime,
    /// When it is ended.
    pub deadline: RuntimeTime,
    /// What is reserved for it, in megabytes.
    pub reserved_mb: u64,
}

/// Memory that is promised, in megabytes of 2^20 bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Memory {
    /// What this host may grant in all; none: nobody told.
    pub host_mb: Option<u64>,
    /// What this system was granted.
    pub granted_mb: u64,
    /// Of that, who has reserved how much.
    pub held: BTreeMap<String, u64>,
    /// What others on this host were granted.
    pub others: Vec<Holder>,
    /// Processes of ours for which nobody holds a grant.
    pub strays: Vec<Holder>,
    /// What holds everybody to it: `cgroup_v2`; `none`: somebody looks once a second.
    pub limiter: String,
    /// The host gave less than was asked for, with the figures.
    pub refused: Option<String>,
}

/// Somebody with memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// For what.
    pub what: String,
    /// Its number.
    pub pid: i32,
    /// How much.
    pub mb: u64,
}

/// What somebody must look at, and who was told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Alerts {
    /// The open ones first, the newest first among equals.
    pub all: Vec<Alert>,
    /// How many places are told of each; none: the configuration cannot be used.
    pub sinks: Option<usize>,
    /// What could not be read.
    pub troubles: Vec<String>,
}

/// One alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Somebody must look now, not today.
    pub is_critical: bool,
    /// The sort of trouble: `crash_loop`.
    pub code: String,
    /// What it is about.
    pub subject: String,
    /// What happened, and what to do.
    pub text: String,
    /// When it opened.
    pub raised_at: RuntimeTime,
    /// When it was seen last.
    pub seen_at: RuntimeTime,
    /// When it closed.
    pub resolved_at: Option<RuntimeTime>,
    /// How often it was seen since it opened.
    pub times_seen: u64,
    /// How far it has come at each place.
    pub told: Vec<Told>,
}

/// One place that is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Which, without its secrets.
    pub sink: String,
    /// It knows all that there is to know.
    pub is_up_to_date: bool,
    /// When it was told last.
    pub at: Option<RuntimeTime>,
    /// Tries in a row that failed.
    pub failures: u32,
    /// What went wrong last.
    pub last_error: Option<String>,
}
