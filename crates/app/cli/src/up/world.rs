//! The sandbox of a system: who plays the vendors, where, and by which clock.

use std::collections::BTreeMap;

use homeostat_clock::{Anchor, WorldClock};
use serde::Deserialize;

use crate::failure::Failure;

/// A sandbox that serves.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) meta_url: String,
    pub(crate) clock: WorldClock,
    anchor: Anchor,
    /// What the roles find in their environment to speak to the vendors.
    pub(super) env: Vec<(String, String)>,
}

/// What the sandbox announces.
#[derive(Deserialize)]
struct Announcement {
    meta: String,
    clock: Anchor,
    /// What a role finds in its environment to speak to the vendors.
    environment: BTreeMap<String, String>,
}

impl World {
    /// A sandbox by what it announced.
    pub(super) fn announced(text: &str) -> Result<Self, Failure> {
        let said: Announcement = serde_json::from_str(text)
            .map_err(|e| Failure::Environment(format!("the sandbox announced {text:?}: {e}")))?;
        Ok(Self {
            meta_url: said.meta,
            clock: WorldClock::Scaled(said.clock),
            anchor: said.clock,
            env: said.environment.into_iter().collect(),
        })
    }

    /// Its clock, as every role is told it.
    pub(super) fn anchor(&self) -> Result<String, Failure> {
        serde_json::to_string(&self.anchor).map_err(|e| Failure::environment(&e))
    }
}
