//! The file in which the records of all kinds outlive the supervisor.
//!
//! Written whole beside its place and renamed over it, so a reader finds the old or the new one. One
//! that cannot be read all the same (a disk that lies, a hand that edits) is set aside under a name
//! that says so; the counts are then unknown, which is said, and start at zero.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{Policy, Record, shared::Causes};
use crate::Error;

/// Everything that is remembered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// By name of the kind.
    pub kinds: BTreeMap<String, Record>,
    /// What the kinds share.
    #[serde(default)]
    pub shared: Causes,
}

/// What was found at a start.
#[derive(Debug)]
pub struct Found {
    /// The memory, empty when there was none.
    pub memory: Memory,
    /// Where an unreadable file was set aside: the counts are unknown.
    pub unreadable: Option<Unreadable>,
}

/// A file that could not be made sense of.
#[derive(Debug)]
pub struct Unreadable {
    /// Where it is now; where it was, when it could not be moved.
    pub path: PathBuf,
    /// What is wrong with it.
    pub why: String,
}

impl Memory {
    /// Reads the memory of an earlier life. Runs that were under way then are due again, and probes are
    /// back in quarantine, which is written down: the next death does not begin it anew.
    pub fn load(path: &Path, policy: &Policy, now_ms: i64) -> Found {
        let read = match std::fs::read(path) {
            Ok(bytes) => serde_json::from_slice::<Self>(&bytes).map_err(|e| e.to_string()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error.to_string()),
        };
        let (mut memory, unreadable) = match read {
            Ok(memory) => (memory, None),
            Err(why) => {
                let aside = path.with_extension(format!("unreadable-{now_ms}"));
                let moved = std::fs::rename(path, &aside).is_ok();
                let path = if moved { aside } else { path.to_owned() };
                (Self::default(), Some(Unreadable { path, why }))
            }
        };
        let mut was_interrupted = false;
        for record in memory.kinds.values_mut() {
            was_interrupted |= record.interrupted(policy, now_ms);
        }
        if was_interrupted && let Err(error) = memory.save(path) {
            // What was found is good; only another death would date it anew.
            tracing::warn!(%error, "what is known of crash loops could not be kept");
        }
        Found { memory, unreadable }
    }

    /// Writes it so that it is there, whole, after the death of this process. A crash of the machine may
    /// lose the last counts, which is cheaper than a disk between the death of a kind and its restart.
    ///
    /// # Errors
    /// When the directory cannot be written to. The records in memory stay good.
    pub fn save(&self, path: &Path) -> Result<(), Error> {
        let text = serde_json::to_vec(self).map_err(|e| Error::file(path, e.into()))?;
        homeostat_files::replace_unsynced(path, &text).map_err(|e| Error::file(path, e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crash_loop::{Cause, Class, Ending, Phase, Run};

    fn looping(n: u32) -> Record {
        let mut record = Record::default();
        for _ in 0..n {
            record.started("f", false);
            let cause = Cause {
                ending: Ending::Exited(1),
                last_words: "no route".into(),
            };
            record.ended(&Policy::default(), "k", (&Run::NONE, cause), 5, 0);
        }
        record
    }

    #[test]
    fn a_restart_of_the_supervisor_forgets_no_count() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("memory.json");
        let policy = Policy::default();
        let mut memory = Memory::load(&path, &policy, 0).memory;
        memory.kinds.insert("k".into(), looping(4));
        memory.save(&path).unwrap();
        let found = Memory::load(&path, &policy, 9);
        assert!(found.unreadable.is_none());
        assert_eq!(found.memory, memory);
    }

    #[test]
    fn a_run_under_way_is_due_again_and_a_probe_goes_back() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("memory.json");
        let policy = Policy::default();
        let mut memory = Memory::default();
        let mut probing = looping(9);
        for (name, mut record) in [("a", looping(2)), ("b", std::mem::take(&mut probing))] {
            record.started("f", false);
            memory.kinds.insert(name.into(), record);
        }
        memory.save(&path).unwrap();
        let kinds = Memory::load(&path, &policy, 7).memory.kinds;
        assert_eq!((kinds["a"].phase, kinds["a"].unhealthy), (Phase::Due, 2));
        let quarantined = Phase::Quarantined {
            class: Class::Unhealthy,
            since_ms: 7,
            probe_at_ms: 900_007,
        };
        assert_eq!(kinds["b"].phase, quarantined);
        // The next death of the supervisor finds that quarantine: it does not begin anew.
        assert_eq!(Memory::load(&path, &policy, 500_000).memory.kinds, kinds);
    }

    #[test]
    fn a_torn_file_is_named_and_set_aside() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("memory.json");
        let mut memory = Memory::default();
        memory.kinds.insert("k".into(), looping(1));
        memory.save(&path).unwrap();
        let whole = std::fs::read(&path).unwrap();
        for cut in [1, whole.len() / 2, whole.len() - 1] {
            std::fs::write(&path, &whole[..cut]).unwrap();
            let found = Memory::load(&path, &Policy::default(), 3);
            let unreadable = found.unreadable.unwrap();
            assert!(unreadable.path.ends_with("memory.unreadable-3"));
            assert!(unreadable.path.exists() && !path.exists());
            assert!(found.memory.kinds.is_empty());
        }
    }
}
