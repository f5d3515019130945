//! A file that each notice is appended to: one JSON object on a line, synced before it counts.

use std::{
    fs::OpenOptions,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use rustix::fs::{Access, OFlags, access};

use super::{Sink, SinkError, key};
use crate::{BadSink, Notice};

/// A file beyond this is set aside as `.old`; the one before it goes.
const BYTES_MAX: u64 = 16 << 20;

#[derive(Debug)]
pub(crate) struct FileSink {
    path: PathBuf,
    name: String,
    key: String,
    limit: Duration,
    /// A disk that hangs holds one thread, and not one more each time.
    busy: Arc<AtomicBool>,
}

pub(crate) fn check(path: &Path) -> Result<(), BadSink> {
    let named = path.is_absolute() && path.file_name().is_some();
    match named {
        true => Ok(()),
        false => Err(BadSink::new(
            "file",
            format!("{:?} must be an absolute path of a file", path.display()),
        )),
    }
}

impl FileSink {
    pub(crate) fn new(path: PathBuf, limit: Duration) -> Self {
        let place = path.display().to_string();
        Self {
            name: format!("file {place}"),
            key: key("file", &place),
            path,
            limit,
            busy: Arc::default(),
        }
    }
}

#[async_trait]
impl Sink for FileSink {
    fn name(&self) -> &str {
        &self.name
    }

    fn key(&self) -> &str {
        &self.key
    }

    fn limit(&self) -> Duration {
        self.limit
    }

    fn preflight(&self) -> Result<(), BadSink> {
        let dir = self.path.parent().unwrap_or(Path::new("/"));
        if !dir.is_dir() {
            let problem = format!("there is no directory {}; make it", dir.display());
            return Err(BadSink::new("file", problem));
        }
        let bad = |problem: String| BadSink::new("file", problem);
        // Nothing is made: somebody only asks.
        if self.path.exists() {
            let opened = open(&self.path).map(drop);
            return opened.map_err(|e| bad(format!("{}: {e}", self.path.display())));
        }
        access(dir, Access::WRITE_OK | Access::EXEC_OK)
            .map_err(|e| bad(format!("no file can be made in {}: {e}", dir.display())))
    }

    async fn deliver(&self, notice: &Notice) -> Result<(), SinkError> {
        if self.busy.swap(true, Ordering::SeqCst) {
            return Err(SinkError::Hangs);
        }
        let (path, busy, notice) = (self.path.clone(), self.busy.clone(), notice.clone());
        let written = tokio::task::spawn_blocking(move || {
            let written = append(&path, &notice);
            busy.store(false, Ordering::SeqCst);
            written
        });
        let said = |source| SinkError::Io {
            what: self.path.display().to_string(),
            source,
        };
        match written.await {
            Ok(written) => written.map_err(said),
            Err(error) => Err(said(io::Error::other(error))),
        }
    }
}

/// A pipe without a reader would hold us for ever, so whatever is there is opened without waiting.
fn open(path: &Path) -> io::Result<std::fs::File> {
    let file = OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .custom_flags(OFlags::NONBLOCK.bits().cast_signed())
        .open(path)?;
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(io::Error::other("it is no plain file")),
    }
}

fn append(path: &Path, notice: &Notice) -> io::Result<()> {
    let mut line = serde_json::to_vec(notice)?;
    line.push(b'\n');
    let mut file = open(path)?;
    if file.metadata()?.len() > BYTES_MAX {
        let mut old = path.as_os_str().to_owned();
        old.push(".old");
        std::fs::rename(path, old)?;
        file = open(path)?;
    }
    file.write_all(&line)?;
    file.sync_data()
}
