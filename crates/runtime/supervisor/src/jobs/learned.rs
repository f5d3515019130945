//! What each kind was seen to need, kept in a file beside the other memory of the supervisor.
//!
//! Losing it costs nothing but the learning: the configuration's figures hold until then.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

use crate::budget::Peaks;

/// The peaks of all kinds.
#[derive(Debug)]
pub(super) struct Learned {
    path: PathBuf,
    kinds: BTreeMap<String, Peaks>,
}

impl Learned {
    /// Reads what an earlier life learned.
    pub(super) fn load(path: &Path) -> Self {
        let kinds = match std::fs::read(path) {
            Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_else(|error| {
                tracing::warn!(path = %path.display(), %error, "what jobs need is learned anew");
                BTreeMap::new()
            }),
            Err(error) => {
                if error.kind() != io::ErrorKind::NotFound {
                    tracing::warn!(path = %path.display(), %error, "what jobs need is learned anew");
                }
                BTreeMap::new()
            }
        };
        Self {
            path: path.to_owned(),
            kinds,
        }
    }

    /// What to reserve for one job of a kind.
    pub(super) fn expected_mb(&self, kind: &str, floor_mb: u64) -> u64 {
        let known = self.kinds.get(kind);
        known.map_or(floor_mb, |peaks| peaks.expected_mb(floor_mb))
    }

    /// Remembers one job's peak.
    pub(super) fn saw(&mut self, kind: &str, peak_mb: u64) {
        self.kinds.entry(kind.to_owned()).or_default().saw(peak_mb);
        let written = serde_json::to_vec(&self.kinds)
            .map_err(io::Error::from)
            .and_then(|text| homeostat_files::replace_unsynced(&self.path, &text));
        if let Err(error) = written {
            tracing::warn!(path = %self.path.display(), %error, "what jobs need is known until the next start only");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_restart_forgets_no_peak_and_a_torn_file_only_the_peaks() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("peaks.json");
        let mut learned = Learned::load(&path);
        for _ in 0..9 {
            learned.saw("job.a", 300);
        }
        let again = Learned::load(&path);
        assert_eq!(again.expected_mb("job.a", 64), 300);
        assert_eq!(again.expected_mb("job.b", 64), 64);
        std::fs::write(&path, "{").unwrap();
        assert_eq!(Learned::load(&path).expected_mb("job.a", 64), 64);
    }
}
