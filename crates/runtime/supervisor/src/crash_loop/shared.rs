//! Many kinds in quarantine at once have one cause, and a person hears of it once.
//!
//! Pure. A kind counts from its quarantine until it leaves it; the shared alert stands until none of
//! its kinds is quarantined any more, and those that join meanwhile are added without a new one.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// How many kinds within how long are one cause.
const KINDS: usize = 3;
const WITHIN_MS: i64 = 60_000;

/// The quarantined kinds, and the cause that they share.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Causes {
    since_ms: BTreeMap<String, i64>,
    shared: Option<Shared>,
}

/// One cause for several kinds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shared {
    /// The same for all that is said about it.
    pub id: String,
    /// The kinds in the order of their names.
    pub kinds: BTreeSet<String>,
}

/// What a quarantine means beside the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sharing {
    /// Its own alert goes out.
    Alone,
    /// This alert goes out in place of those of its kinds.
    Opened(Shared),
    /// The shared alert that stands covers it.
    Joined,
}

impl Causes {
    /// A kind went into quarantine.
    pub fn quarantined(&mut self, kind: &str, now_ms: i64) -> Sharing {
        self.since_ms.insert(kind.to_owned(), now_ms);
        if let Some(shared) = &mut self.shared {
            shared.kinds.insert(kind.to_owned());
            return Sharing::Joined;
        }
        let recent = |since: i64| now_ms.saturating_sub(since) <= WITHIN_MS;
        let kinds: BTreeSet<String> = self
            .since_ms
            .iter()
            .filter(|(_, since)| recent(**since))
            .map(|(kind, _)| kind.clone())
            .collect();
        if kinds.len() < KINDS {
            return Sharing::Alone;
        }
        let shared = Shared {
            id: format!("crash-loop/shared/{now_ms}"),
            kinds,
        };
        self.shared = Some(shared.clone());
        Sharing::Opened(shared)
    }

    /// A kind works again, or was pardoned. Returns the shared cause when it is over with this.
    pub fn left(&mut self, kind: &str) -> Option<Shared> {
        self.since_ms.remove(kind);
        let stands = |shared: &Shared| shared.kinds.iter().any(|k| self.since_ms.contains_key(k));
        match &self.shared {
            Some(shared) if !stands(shared) => self.shared.take(),
            Some(_) | None => None,
        }
    }

    /// Whether new claims and deploys should stop because something common is broken.
    pub fn is_open(&self) -> bool {
        self.shared.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_kinds_within_a_minute_are_one_cause() {
        let mut causes = Causes::default();
        assert_eq!(causes.quarantined("a", 0), Sharing::Alone);
        assert_eq!(causes.quarantined("b", 30_000), Sharing::Alone);
        let Sharing::Opened(shared) = causes.quarantined("c", 59_000) else {
            panic!("three within a minute")
        };
        assert_eq!(shared.kinds.len(), 3);
        assert_eq!(causes.quarantined("d", 900_000), Sharing::Joined);
        assert!(causes.is_open());
        for kind in ["a", "b", "c"] {
            assert_eq!(causes.left(kind), None);
        }
        assert_eq!(causes.left("d").unwrap().id, shared.id);
        assert!(!causes.is_open());
    }

    #[test]
    fn three_kinds_in_an_hour_are_three_causes() {
        let mut causes = Causes::default();
        for (kind, at) in [("a", 0), ("b", 61_000), ("c", 122_000), ("a", 122_001)] {
            assert_eq!(causes.quarantined(kind, at), Sharing::Alone, "{kind}");
        }
    }
}
