//! The local sign of life of a job that runs: one file each, for whoever watches while the database is
//! down.
//!
//! A file whose process has ended was left by a worker that died.

use std::{
    io,
    path::{Path, PathBuf},
};

use homeostat_supervisor::process::Process;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What the file says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Running {
    /// The job.
    pub job: i64,
    /// Which claim of it.
    pub fence: i64,
    /// Its kind in the queue.
    pub kind: String,
    /// The command's process.
    pub process: Process,
    /// When it began, in milliseconds since 1970.
    pub since_ms: i64,
    /// When its worker last looked after it.
    pub beat_ms: i64,
    /// When it last made progress; absent, not yet.
    pub progress_ms: Option<i64>,
    /// The last progress.
    pub progress: Option<Value>,
}

/// Removed when dropped.
#[derive(Debug)]
pub(crate) struct RunningFile {
    path: PathBuf,
    said: Running,
    now_ms: fn() -> i64,
}

impl Running {
    /// The files of all jobs that run, or that a worker left behind when it died.
    ///
    /// # Errors
    /// When the directory cannot be read. What is no such file is passed over.
    pub fn all(run_dir: &Path) -> io::Result<Vec<Self>> {
        let entries = match std::fs::read_dir(dir(run_dir)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let texts = entries
            .flatten()
            .filter_map(|e| std::fs::read(e.path()).ok());
        let all = texts.filter_map(|text| serde_json::from_slice(&text).ok());
        Ok(all.collect())
    }
}

/// Where these files are.
pub(crate) fn dir(run_dir: &Path) -> PathBuf {
    run_dir.join("jobs")
}

impl RunningFile {
    /// Writes the first sign of life.
    pub(crate) fn begin(
        run_dir: &Path,
        (job, fence): (i64, i64),
        kind: &str,
        who: Process,
        now_ms: fn() -> i64,
    ) -> Self {
        let now = now_ms();
        let file = Self {
            path: dir(run_dir).join(format!("{job}.json")),
            said: Running {
                job,
                fence,
                kind: kind.to_owned(),
                process: who,
                since_ms: now,
                beat_ms: now,
                progress_ms: None,
                progress: None,
            },
            now_ms,
        };
        file.write();
        file
    }

    /// It still runs.
    pub(crate) fn beat(&mut self) {
        self.said.beat_ms = (self.now_ms)();
        self.write();
    }

    /// It went on.
    pub(crate) fn progress(&mut self, progress: Value) {
        self.said.progress_ms = Some((self.now_ms)());
        self.said.progress = Some(progress);
        self.beat();
    }

    /// A full disk costs a sign of life and never the job.
    fn write(&self) {
        let written = serde_json::to_vec(&self.said)
            .map_err(io::Error::from)
            .and_then(|text| homeostat_files::replace(&self.path, &text));
        if let Err(error) = written {
            tracing::warn!(path = %self.path.display(), %error, "cannot tell that a job runs");
        }
    }
}

impl Drop for RunningFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}
