//! The job that shows from end to end that work gets done.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::ConfigError;

/// Whether there is a canary, and where it sings.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CanarySettings {
    /// The directory of its sink and of the beat, whose age an outside watch judges. Absent, there is
    /// no canary; `up` gives it one of the system's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dir: Option<PathBuf>,
    /// How often it sings, in real seconds.
    pub every_s: u32,
}

impl Default for CanarySettings {
    fn default() -> Self {
        Self {
            dir: None,
            every_s: 60,
        }
    }
}

impl CanarySettings {
    /// # Errors
    /// Naming the field and the fix.
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        if self.dir.as_ref().is_some_and(|dir| !dir.is_absolute()) {
            let problem = "must be an absolute path; a watch elsewhere reads it too";
            return Err(ConfigError::field("canary.dir", problem));
        }
        match self.every_s {
            1..=3_600 => Ok(()),
            _ => Err(ConfigError::field(
                "canary.every_s",
                "must be from 1 to 3600",
            )),
        }
    }
}
