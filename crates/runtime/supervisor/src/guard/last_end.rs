//! How the supervisor before this one ended. The guard knows and can tell nobody; the next supervisor can.
//!
//! *Crash points.* Written before the next start, removed by the supervisor once it was told on; killed
//! between, it is told on once more.

use std::{fs, path::Path};

use serde::{Deserialize, Serialize};

const FILE: &str = "last-end.json";

/// An end that nobody asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastEnd {
    /// In words.
    pub why: String,
    /// Which restart of this guard follows, from 1.
    pub restart: u64,
}

impl LastEnd {
    /// What this guard's directory says; `None` when the last end was a planned one, or was told on.
    pub fn find(dir: &Path) -> Option<Self> {
        let text = fs::read(dir.join(FILE)).ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// It was told on.
    pub fn forget(dir: &Path) {
        // Told on once more, if it stays.
        let _ = fs::remove_file(dir.join(FILE));
    }

    /// A disk that does not take it keeps nobody from being started again.
    pub(super) fn keep(&self, dir: &Path) {
        let kept = serde_json::to_vec(self)
            .map_err(std::io::Error::from)
            .and_then(|text| homeostat_files::replace(&dir.join(FILE), &text));
        if let Err(error) = kept {
            tracing::warn!(%error, "the next supervisor will not know why it was started");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_found_until_it_was_told_on() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(LastEnd::find(dir.path()), None);
        let end = LastEnd {
            why: "it hung".to_owned(),
            restart: 2,
        };
        end.keep(dir.path());
        assert_eq!(LastEnd::find(dir.path()), Some(end));
        LastEnd::forget(dir.path());
        assert_eq!(LastEnd::find(dir.path()), None);
        fs::write(dir.path().join(FILE), "half").unwrap();
        assert_eq!(LastEnd::find(dir.path()), None, "not whole");
    }
}
