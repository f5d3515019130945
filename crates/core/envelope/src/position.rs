//! Where things stand when an ask is judged: read by the caller in the transaction that holds money.

use serde::{Deserialize, Serialize};

use crate::{Scope, Unit};

/// The state that an ask meets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Everything that can stop an act.
    pub scope: Scope,
    /// The windows the ask draws on.
    pub windows: Vec<WindowPosition>,
    /// What is known under the ask's key.
    pub known_key: Option<KnownKey>,
    /// Targets of the brand that are live, campaigns in a shop: they size the cap on kills.
    pub live_campaigns: u32,
}

/// One window as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowPosition {
    /// The interlock the window belongs to.
    pub interlock: String,
    /// Whose cap it is, such as `brand:acme`.
    pub scope: String,
    /// What is counted.
    pub unit: Unit,
    /// The most that held and settled may reach together.
    pub cap: i64,
    /// Promised to acts that are under way.
    pub held: i64,
    /// Used by acts that are done.
    pub settled: i64,
    /// A vendor took more than was held: nothing more is authorised until a person lifts it.
    pub frozen: bool,
}

/// An effect that already exists under a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownKey {
    /// The hash of the request it was made for.
    pub request_hash: String,
    /// Its state.
    pub state: String,
}

impl WindowPosition {
    /// Held and settled together.
    pub fn used(&self) -> i64 {
        self.held.saturating_add(self.settled)
    }
}
