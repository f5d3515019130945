//! Which binary is run: a private copy of the last one that came to be ready.
//!
//! ```text
//!   binary (replaced by a deploy) ──copy──▶ candidate ──it reported ready──▶ last-good
//!                                               └──it ended before──▶ refused until the binary changes
//! ```
//! The copy is what a deploy cannot break under us: half-written, removed or of the wrong machine, the
//! binary outside is only ever a candidate. *Crash points.* Copies are renamed into place whole; a crash
//! between the rename and its note makes the next guard try the same binary as a candidate once more.

use std::{
    fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use crate::files::{self, Mark, mark};

/// The copies of a guard.
#[derive(Debug)]
pub(super) struct Copies {
    binary: PathBuf,
    last_good: PathBuf,
    candidate: PathBuf,
    note: PathBuf,
    good: Option<Mark>,
    refused: Option<Mark>,
    /// What runs now, if it is a candidate.
    tried: Option<Mark>,
}

impl Copies {
    pub(super) fn open(dir: &Path, binary: &Path) -> Self {
        let note = dir.join("last-good.json");
        let good = fs::read(&note)
            .ok()
            .and_then(|text| serde_json::from_slice(&text).ok());
        Self {
            binary: binary.to_owned(),
            last_good: dir.join("last-good"),
            candidate: dir.join("candidate"),
            note,
            good,
            refused: None,
            tried: None,
        }
    }

    /// What to run now.
    pub(super) fn choose(&mut self) -> PathBuf {
        self.tried = None;
        let has_good = runs(&self.last_good);
        let mark = mark(&self.binary);
        let is_known = mark.is_some() && mark == self.good;
        let is_refused = mark.is_none() || mark == self.refused;
        if has_good && (is_known || is_refused) {
            return self.last_good.clone();
        }
        // Without anything better, the very program that runs here is the candidate.
        let ourselves = Path::new("/proc/self/exe");
        for source in [&*self.binary, ourselves] {
            match copy(source, &self.candidate) {
                Ok(()) if runs(&self.candidate) => {
                    self.tried = mark;
                    return self.candidate.clone();
                }
                Ok(()) => {
                    tracing::warn!(copy = %self.candidate.display(), "may not be executed there")
                }
                Err(error) => {
                    tracing::warn!(%error, binary = %source.display(), "cannot be copied")
                }
            }
        }
        if has_good {
            return self.last_good.clone();
        }
        ourselves.to_owned()
    }

    /// What was chosen came to be ready.
    pub(super) fn promote(&mut self) {
        let Some(mark) = self.tried.take() else {
            return;
        };
        let kept = fs::rename(&self.candidate, &self.last_good).and_then(|()| {
            let text = serde_json::to_vec(&mark)?;
            files::replace(&self.note, &text)
        });
        match kept {
            Ok(()) => self.good = Some(mark),
            Err(error) => tracing::warn!(%error, "the good binary could not be kept"),
        }
    }

    /// What was chosen ended before it was ready.
    pub(super) fn refuse(&mut self) {
        if let Some(mark) = self.tried.take() {
            if runs(&self.last_good) {
                tracing::error!(binary = %self.binary.display(), "never came to be ready; back to the last good copy");
            }
            self.refused = Some(mark);
        }
    }
}

fn runs(path: &Path) -> bool {
    rustix::fs::access(path, rustix::fs::Access::EXEC_OK).is_ok()
}

/// Copies beside the place and renames: a program that runs cannot be written to.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let beside = to.with_extension("new");
    fs::copy(from, &beside)?;
    fs::set_permissions(&beside, fs::Permissions::from_mode(0o755))?;
    fs::File::open(&beside)?.sync_all()?;
    fs::rename(&beside, to)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deploy(dir: &Path, text: &str) -> PathBuf {
        let path = dir.join("homeostat");
        let beside = dir.join("homeostat.part");
        fs::write(&beside, text).unwrap();
        fs::rename(beside, &path).unwrap();
        path
    }

    fn read(path: &Path) -> String {
        fs::read_to_string(path).unwrap()
    }

    #[test]
    fn a_candidate_is_good_once_it_was_ready() {
        let dir = tempfile::tempdir().unwrap();
        let binary = deploy(dir.path(), "one");
        let mut copies = Copies::open(dir.path(), &binary);
        let first = copies.choose();
        assert!(first.ends_with("candidate") && read(&first) == "one");
        copies.promote();
        let mut copies = Copies::open(dir.path(), &binary);
        assert!(copies.choose().ends_with("last-good"), "nothing new");

        deploy(dir.path(), "two");
        assert_eq!(read(&copies.choose()), "two");
        copies.refuse();
        assert_eq!(read(&copies.choose()), "one", "two never came to be ready");
        fs::remove_file(&binary).unwrap();
        assert_eq!(read(&copies.choose()), "one", "gone");
        deploy(dir.path(), "three");
        assert_eq!(read(&copies.choose()), "three", "changed again");
        copies.promote();
        let third = copies.choose();
        assert!(third.ends_with("last-good") && read(&third) == "three");
    }

    #[test]
    fn without_a_good_one_the_candidate_is_tried_again() {
        let dir = tempfile::tempdir().unwrap();
        let binary = deploy(dir.path(), "one");
        let mut copies = Copies::open(dir.path(), &binary);
        for _ in 0..3 {
            assert!(copies.choose().ends_with("candidate"));
            copies.refuse();
        }
    }
}
