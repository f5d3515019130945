//! A log per attempt, of which only the newest are kept.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use homeostat_supervisor::{Error, spawn::Log};

/// Of each attempt about this much stays, the last of it: two files of half the size.
const HALF_BYTES: u64 = 512 * 1024;
/// Older files than the newest so many go.
const FILES_MAX: usize = 200;

/// Where a worker's jobs log.
#[derive(Debug, Clone)]
pub(crate) struct Logs {
    dir: PathBuf,
}

impl Logs {
    pub(crate) fn new(log_dir: &Path) -> Self {
        Self {
            dir: log_dir.join("jobs"),
        }
    }

    /// The log of an attempt.
    pub(crate) fn open(&self, job: i64, attempt: u16) -> Result<Log, Error> {
        Log::open(&self.dir.join(format!("{job}-{attempt}.log")), HALF_BYTES)
    }

    /// Removes what is too old. Blocks.
    pub(crate) fn prune(&self) {
        if let Err(error) = self.try_prune() {
            tracing::warn!(dir = %self.dir.display(), %error, "old logs of jobs stay");
        }
    }

    fn try_prune(&self) -> io::Result<()> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.dir)? {
            let entry = entry?;
            let meta = entry.metadata()?;
            if meta.is_file() {
                files.push((meta.modified()?, entry.path()));
            }
        }
        files.sort_unstable_by(|a, b| b.cmp(a));
        for (_, path) in files.iter().skip(FILES_MAX) {
            fs::remove_file(path)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;

    #[test]
    fn the_newest_logs_are_kept() {
        let dir = tempfile::tempdir().unwrap();
        let logs = Logs::new(dir.path());
        for n in 0..FILES_MAX as i64 + 5 {
            drop(logs.open(n, 1).unwrap());
            let path = dir.path().join(format!("jobs/{n}-1.log"));
            let age = Duration::from_secs(u64::try_from(n).unwrap());
            let file = fs::File::options().append(true).open(path).unwrap();
            file.set_modified(SystemTime::UNIX_EPOCH + age).unwrap();
        }
        logs.prune();
        let kept = fs::read_dir(dir.path().join("jobs")).unwrap().count();
        assert_eq!(kept, FILES_MAX);
        for (n, is_there) in [(0, false), (4, false), (5, true), (204, true)] {
            let path = dir.path().join(format!("jobs/{n}-1.log"));
            assert_eq!(path.exists(), is_there, "{n}");
        }
    }
}
