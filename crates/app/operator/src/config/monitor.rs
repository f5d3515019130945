//! When a job that is a command is taken from a worker that lives.

use serde::{Deserialize, Serialize};

use super::ConfigError;

/// A week: whoever wants longer wants none.
const SECONDS_MAX: u32 = 7 * 86_400;

/// Three limits, in seconds. None is looked at before the job's own deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MonitorSettings {
    /// Claimed, and no command was started.
    pub never_spawned_s: u32,
    /// The command has died, and its worker says nothing.
    pub died_s: u32,
    /// The command lives and makes no progress.
    pub maybe_working_s: u32,
}

impl Default for MonitorSettings {
    fn default() -> Self {
        Self {
            never_spawned_s: 300,
            died_s: 900,
            maybe_working_s: 3_600,
        }
    }
}

impl MonitorSettings {
    pub(super) fn validate(self) -> Result<(), ConfigError> {
        for (field, seconds) in [
            ("never_spawned_s", self.never_spawned_s),
            ("died_s", self.died_s),
            ("maybe_working_s", self.maybe_working_s),
        ] {
            if !(1..=SECONDS_MAX).contains(&seconds) {
                let problem = format!("must be from 1 to {SECONDS_MAX}");
                return Err(ConfigError::field(format!("monitor.{field}"), problem));
            }
        }
        Ok(())
    }
}
