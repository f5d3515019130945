//! Who is told when somebody must look.

use homeostat_alerts::SinkSettings;
use serde::{Deserialize, Serialize};

use super::ConfigError;

/// More places than this are nobody's.
const SINKS_MAX: usize = 20;

/// Where alerts go. Secrets come from the variables that a sink names.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AlertSettings {
    /// Each is told of everything.
    pub sinks: Vec<SinkSettings>,
}

impl AlertSettings {
    /// # Errors
    /// Naming the field and the fix.
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        if self.sinks.len() > SINKS_MAX {
            let problem = format!("{} are too many; at most {SINKS_MAX}", self.sinks.len());
            return Err(ConfigError::field("alerts.sinks", problem));
        }
        for (index, sink) in self.sinks.iter().enumerate() {
            let at = |field: &str| format!("alerts.sinks[{index}].{field}");
            sink.check()
                .map_err(|bad| ConfigError::field(at(&bad.field), bad.problem))?;
            let place = |s: &SinkSettings| (s.file.clone(), s.webhook.clone(), s.command.clone());
            let before = self.sinks[..index].iter().map(place);
            if before.into_iter().any(|other| other == place(sink)) {
                let field = match (&sink.file, &sink.webhook) {
                    (Some(_), _) => "file",
                    (None, Some(_)) => "webhook",
                    (None, None) => "command",
                };
                let problem = "is written twice; remove one, each alert goes there once";
                return Err(ConfigError::field(at(field), problem));
            }
        }
        Ok(())
    }
}
