//! How a kind is, for those who ask.

use serde::{Deserialize, Serialize};

use crate::{
    crash_loop::{Cause, Class, Phase, Record},
    process::Process,
};

/// Where a kind stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// Started, and not ready yet.
    Starting,
    /// At work.
    Running,
    /// Told to end.
    Stopping,
    /// Started again at this wall time, in milliseconds.
    Waiting {
        /// When.
        until_ms: i64,
    },
    /// What it needs is not there.
    Gated,
    /// Left alone but for probes.
    Quarantined {
        /// Whether time may heal it.
        class: Class,
        /// The next probe, in wall milliseconds.
        probe_at_ms: i64,
    },
    /// A person stopped it.
    Stopped,
}

/// One kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct View {
    /// Its name.
    pub name: String,
    /// Where it stands.
    #[serde(flatten)]
    pub state: State,
    /// Its process, while it runs.
    pub process: Option<Process>,
    /// Since when it is in this state, in wall milliseconds.
    pub since_ms: i64,
    /// Starts after the first, over all lives of the supervisor.
    pub restarts: u64,
    /// Consecutive unhealthy runs.
    pub unhealthy: u32,
    /// What it says of itself, or the amount of work it has done.
    pub progress: Option<String>,
    /// Its last bad end.
    pub cause: Option<Cause>,
}

impl View {
    pub(super) fn new(name: &str, record: Option<&Record>) -> Self {
        let mut view = Self {
            name: name.to_owned(),
            state: State::Waiting { until_ms: 0 },
            process: None,
            since_ms: 0,
            restarts: 0,
            unhealthy: 0,
            progress: None,
            cause: None,
        };
        if let Some(record) = record {
            view.take(record);
        }
        view
    }

    /// Takes over what is remembered.
    pub(super) fn take(&mut self, record: &Record) {
        self.restarts = record.starts.saturating_sub(1);
        self.unhealthy = record.unhealthy;
        self.cause.clone_from(&record.cause);
        match record.phase {
            Phase::Waiting { until_ms } => self.state = State::Waiting { until_ms },
            Phase::Quarantined {
                class,
                since_ms,
                probe_at_ms,
            } => {
                self.since_ms = since_ms;
                self.state = State::Quarantined { class, probe_at_ms };
            }
            Phase::Due | Phase::Running { .. } => {}
        }
    }

    /// Whether it is at work.
    pub fn is_ready(&self) -> bool {
        self.state == State::Running
    }
}
