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
    ad_library: String,
    clock: Anchor,
    credentials: BTreeMap<String, BTreeMap<String, String>>,
}

impl World {
    /// A sandbox by what it announced.
    pub(super) fn announced(text: &str) -> Result<Self, Failure> {
        let said: Announcement = serde_json::from_str(text)
            .map_err(|e| Failure::Environment(format!("the sandbox announced {text:?}: {e}")))?;
        let secret = |vendor: &str, name: &str| {
            let secrets = said.credentials.get(vendor);
            secrets
                .and_then(|s| s.get(name))
                .cloned()
                .unwrap_or_default()
        };
        let env = [
            ("HOMEOSTAT_META_URL", said.meta.clone()),
            ("META_ACCESS_TOKEN", secret("meta", "access_token")),
            ("META_APP_SECRET", secret("meta", "app_secret")),
            ("HOMEOSTAT_AD_LIBRARY_URL", said.ad_library.clone()),
            ("AD_LIBRARY_TOKEN", secret("ad_library", "access_token")),
        ];
        Ok(Self {
            meta_url: said.meta.clone(),
            clock: WorldClock::Scaled(said.clock),
            anchor: said.clock,
            env: env.map(|(name, value)| (name.to_owned(), value)).to_vec(),
        })
    }

    /// Its clock, as every role is told it.
    pub(super) fn anchor(&self) -> Result<String, Failure> {
        serde_json::to_string(&self.anchor).map_err(|e| Failure::environment(&e))
    }
}
