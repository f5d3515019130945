//! What a run was, and the numbers that judge it.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};

/// Exit codes by which a program says that it cannot be run as it is configured: not executable, not
/// found, and `EX_CONFIG` of sysexits.
const CONFIGURATION_CODES: [i32; 3] = [126, 127, 78];

/// The limits of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Policy {
    /// Wait before the n-th restart, in milliseconds, before jitter. Its length is the number of restarts.
    pub waits_ms: Vec<u64>,
    /// A wait is lengthened by up to this share of itself, in percent.
    pub jitter_percent: u64,
    /// Uptime from which a run can be healthy, in milliseconds.
    pub healthy_after_ms: u64,
    /// The consecutive unhealthy run at which a person is told.
    pub alert_at: u32,
    /// The consecutive configuration failure at which the kind is quarantined.
    pub configuration_max: u32,
    /// Between probes of a quarantined kind, in milliseconds.
    pub probe_ms: u64,
    /// The same where the cause is configuration, which time does not heal.
    pub configuration_probe_ms: u64,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            waits_ms: vec![0, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000],
            jitter_percent: 20,
            healthy_after_ms: 60_000,
            alert_at: 3,
            configuration_max: 2,
            probe_ms: 15 * 60_000,
            configuration_probe_ms: 60 * 60_000,
        }
    }
}

impl Policy {
    /// Restarts in a row before quarantine.
    pub(super) fn restarts_max(&self) -> u32 {
        u32::try_from(self.waits_ms.len()).unwrap_or(u32::MAX)
    }

    /// The wait after this many consecutive unhealthy runs, `chance` drawn from all of `u64`.
    pub(super) fn wait_ms(&self, unhealthy: u32, chance: u64) -> u64 {
        let index = (unhealthy.max(1) - 1) as usize;
        let last = self.waits_ms.len().saturating_sub(1);
        let base = self.waits_ms.get(index.min(last)).copied().unwrap_or(0);
        let most = base.saturating_mul(self.jitter_percent) / 100;
        base + chance % (most + 1)
    }

    /// The longest wait that is ever right outside quarantine.
    pub(super) fn longest_wait_ms(&self) -> u64 {
        let longest = self.waits_ms.iter().copied().max().unwrap_or(0);
        longest.saturating_mul(100 + self.jitter_percent) / 100
    }

    pub(super) fn probe_ms_of(&self, class: Class) -> u64 {
        match class {
            Class::Unhealthy => self.probe_ms,
            Class::Configuration => self.configuration_probe_ms,
        }
    }
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// It exited with this code.
    Exited(i32),
    /// This signal killed it.
    Killed(i32),
    /// It was killed because it made no progress or passed its deadline.
    Hung,
    /// The kernel, or the limit of its kind, took its memory away.
    OutOfMemory,
    /// It was never started: the command cannot be resolved, or its preflight failed. The text says why.
    NotStartable(String),
    /// The machine could not start it now (no memory, no process numbers left).
    NotSpawned(String),
    /// We stopped it as planned.
    Planned,
}

/// Whether time may heal it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// It may do better next time.
    Unhealthy,
    /// It cannot work until somebody changes something.
    Configuration,
}

impl Ending {
    /// The class of this ending; none for a planned stop.
    pub fn class(&self) -> Option<Class> {
        match self {
            Self::NotStartable(_) => Some(Class::Configuration),
            Self::Exited(code) if CONFIGURATION_CODES.contains(code) => Some(Class::Configuration),
            Self::Exited(_)
            | Self::Killed(_)
            | Self::Hung
            | Self::OutOfMemory
            | Self::NotSpawned(_) => Some(Class::Unhealthy),
            Self::Planned => None,
        }
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exited(code) => write!(f, "exited with code {code}"),
            Self::Killed(signal) => write!(f, "killed by signal {signal}"),
            Self::Hung => f.write_str("killed because it hung"),
            Self::OutOfMemory => f.write_str("killed because it took too much memory"),
            Self::NotStartable(why) => write!(f, "cannot be started: {why}"),
            Self::NotSpawned(why) => write!(f, "could not be started: {why}"),
            Self::Planned => f.write_str("stopped as planned"),
        }
    }
}

/// One life of a process of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// From start to end, or to now.
    pub uptime: Duration,
    /// It said that it is ready, or its kind has no such word and it did some work.
    pub ready: bool,
    /// It finished a unit of work, or its loop said that there is none.
    pub worked: bool,
}

impl Run {
    /// One that never came to be.
    pub const NONE: Self = Self {
        uptime: Duration::ZERO,
        ready: false,
        worked: false,
    };

    /// Whether this run shows that the kind works again.
    pub(super) fn is_healthy(&self, policy: &Policy) -> bool {
        self.ready && self.worked && self.uptime >= Duration::from_millis(policy.healthy_after_ms)
    }
}
