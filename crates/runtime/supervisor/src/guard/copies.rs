//! Which binary is run: a private copy, or a second name, of the last one that came to be ready.
//!
//! ```text
//!   binary (replaced by a deploy) ──copy──▶ candidate ──it reported ready──▶ last-good
//!                                               └──it ended before──▶ refused until the binary changes
//! ```
//! The copy is what a deploy cannot break under us: half-written, removed or of the wrong machine, the
//! binary outside is only ever a candidate. What a deploy offers from elsewhere is one too; once it is
//! good it stays so until the binary outside is another than it was then. On one file system a second name is enough, since a deploy
//! replaces the file and does not write into it; one that was written into is no longer good.
//! *Crash points.* Both are renamed into place whole; a crash between the rename and its note makes the
//! next guard try the same binary as a candidate once more.

use std::{
    fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::files::{Mark, mark};

/// What is good: the binary that it was, and the file that was kept of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Good {
    binary: Mark,
    kept: Mark,
    /// What was outside when one from elsewhere became good.
    #[serde(default)]
    over: Option<Mark>,
}

/// The copies of a guard.
#[derive(Debug)]
pub(super) struct Copies {
    binary: PathBuf,
    last_good: PathBuf,
    candidate: PathBuf,
    note: PathBuf,
    good: Option<Good>,
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
        let has_good = self.has_good();
        let mark = mark(&self.binary);
        let is_known = |good: &Good| {
            mark.as_ref() == Some(&good.binary) || mark.is_some() && mark == good.over
        };
        let is_known = self.good.as_ref().is_some_and(is_known);
        let is_refused = mark.is_none() || mark == self.refused;
        if has_good && (is_known || is_refused) {
            return self.last_good.clone();
        }
        // Without anything better, the very program that runs here is the candidate.
        let ourselves = Path::new("/proc/self/exe");
        for source in [&*self.binary, ourselves] {
            match keep(source, &self.candidate) {
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

    /// Makes a candidate of a binary from elsewhere, and says where it is.
    pub(super) fn offer(&mut self, binary: &Path) -> io::Result<PathBuf> {
        let mark = mark(binary).ok_or(io::ErrorKind::NotFound)?;
        keep(binary, &self.candidate)?;
        if !runs(&self.candidate) {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        self.tried = Some(mark);
        Ok(self.candidate.clone())
    }

    /// There is one, and nobody has written into it.
    fn has_good(&self) -> bool {
        let kept = self.good.as_ref().map(|good| &good.kept);
        runs(&self.last_good) && mark(&self.last_good).as_ref() == kept
    }

    /// What was chosen came to be ready. Says where it is from now on.
    pub(super) fn promote(&mut self) -> Option<PathBuf> {
        let binary = self.tried.take()?;
        match self.note(binary) {
            Ok(good) => {
                self.good = Some(good);
                return Some(self.last_good.clone());
            }
            Err(error) => tracing::warn!(%error, "the good binary could not be kept"),
        }
        None
    }

    fn note(&self, binary: Mark) -> io::Result<Good> {
        let kept = mark(&self.candidate).ok_or(io::ErrorKind::NotFound)?;
        // Two names of one file are left as they are by a rename from one to the other.
        let _ = fs::remove_file(&self.last_good);
        fs::rename(&self.candidate, &self.last_good)?;
        let outside = mark(&self.binary);
        let good = Good {
            over: outside.filter(|outside| *outside != binary),
            binary,
            kept,
        };
        homeostat_files::replace(&self.note, &serde_json::to_vec(&good)?)?;
        Ok(good)
    }

    /// What was chosen did not get to show whether it is good.
    pub(super) fn put_down(&mut self) {
        self.tried = None;
    }

    /// What was chosen ended before it was ready. Says whether there is a good one to fall back to.
    pub(super) fn refuse(&mut self) -> bool {
        let Some(mark) = self.tried.take() else {
            return false;
        };
        // One from elsewhere is asked for again by whoever wants it; what is outside is taken up by itself.
        if Some(&mark) == crate::files::mark(&self.binary).as_ref() {
            self.refused = Some(mark);
        }
        let falls_back = self.has_good();
        if falls_back {
            tracing::error!(binary = %self.binary.display(), "never came to be ready; back to the last good copy");
        }
        falls_back
    }
}

fn runs(path: &Path) -> bool {
    rustix::fs::access(path, rustix::fs::Access::EXEC_OK).is_ok()
}

/// Gives the file a second name, or copies it where that cannot be had. Beside the place, and renamed: a
/// program that runs cannot be written to.
fn keep(from: &Path, to: &Path) -> io::Result<()> {
    let beside = to.with_extension("new");
    let _ = fs::remove_file(&beside);
    let _ = fs::remove_file(to);
    if runs(from) && fs::hard_link(from, &beside).is_ok() {
        return fs::rename(&beside, to);
    }
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
        fs::set_permissions(&beside, fs::Permissions::from_mode(0o755)).unwrap();
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

    /// A bad one from elsewhere makes a bad one outside no better.
    #[test]
    fn what_was_refused_outside_stays_so_when_another_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let binary = deploy(dir.path(), "one");
        let mut copies = Copies::open(dir.path(), &binary);
        copies.choose();
        copies.promote();
        deploy(dir.path(), "two");
        copies.choose();
        assert!(copies.refuse());
        let other = dir.path().join("other");
        fs::write(&other, "three").unwrap();
        copies.offer(&other).unwrap();
        assert!(copies.refuse());
        assert_eq!(read(&copies.choose()), "one");
    }

    /// One from elsewhere stays good over a life of the guard, and until what is outside changes.
    #[test]
    fn what_a_deploy_offered_is_good_until_the_binary_changes() {
        let dir = tempfile::tempdir().unwrap();
        let binary = deploy(dir.path(), "one");
        let mut copies = Copies::open(dir.path(), &binary);
        copies.choose();
        copies.promote();
        let other = dir.path().join("other");
        fs::write(&other, "two").unwrap();
        assert_eq!(read(&copies.offer(&other).unwrap()), "two");
        copies.put_down();
        assert_eq!(read(&copies.choose()), "one", "it never had its turn");
        copies.offer(&other).unwrap();
        copies.promote();
        let mut copies = Copies::open(dir.path(), &binary);
        assert_eq!(read(&copies.choose()), "two");
        deploy(dir.path(), "three");
        assert_eq!(read(&copies.choose()), "three");
    }

    #[test]
    fn a_good_one_that_was_written_into_is_not_run() {
        let dir = tempfile::tempdir().unwrap();
        let binary = deploy(dir.path(), "one");
        let mut copies = Copies::open(dir.path(), &binary);
        copies.choose();
        copies.promote();
        fs::write(&binary, "not whole").unwrap();
        assert!(copies.choose().ends_with("candidate"));
        copies.refuse();
        assert!(copies.choose().ends_with("candidate"), "there is no other");
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
