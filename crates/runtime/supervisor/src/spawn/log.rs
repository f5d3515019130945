//! A log file that does not grow without bound: at its bound it becomes the one before, whose
//! predecessor goes.

use std::{
    fs::File,
    io::{self, Write},
    path::{Path, PathBuf},
};

use crate::Error;

/// An open log.
#[derive(Debug)]
pub struct Log {
    path: PathBuf,
    file: File,
    bytes: u64,
    bytes_max: u64,
}

impl Log {
    /// Opens it to write on at its end. Together with its predecessor it takes twice `bytes_max`.
    ///
    /// # Errors
    /// When it cannot be written: named at the start, and not after a day without logs.
    pub fn open(path: &Path, bytes_max: u64) -> Result<Self, Error> {
        let open = || -> io::Result<Self> {
            if let Some(dir) = path.parent() {
                std::fs::create_dir_all(dir)?;
            }
            let file = File::options().create(true).append(true).open(path)?;
            let bytes = file.metadata()?.len();
            Ok(Self {
                path: path.to_owned(),
                file,
                bytes,
                bytes_max,
            })
        };
        open().map_err(|source| Error::file(path, source))
    }

    /// Writes on. A full disk costs log lines and never the child.
    pub(super) fn write(&mut self, bytes: &[u8]) {
        // The end of the output is no line, and turns nothing.
        if bytes.is_empty() {
            return;
        }
        if self.bytes >= self.bytes_max {
            self.turn();
        }
        if self.file.write_all(bytes).is_ok() {
            self.bytes += bytes.len() as u64;
        }
    }

    fn turn(&mut self) {
        let mut before = self.path.clone().into_os_string();
        before.push(".1");
        let turned = std::fs::rename(&self.path, before)
            .and_then(|()| File::options().create(true).append(true).open(&self.path));
        if let Ok(file) = turned {
            self.file = file;
            self.bytes = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Red without the early return in `write`: the log at its bound is set aside for nothing.
    #[test]
    fn the_end_of_the_output_sets_no_log_aside() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        let mut log = Log::open(&path, 4).unwrap();
        log.write(b"full");
        log.write(b"");
        assert_eq!(std::fs::read(&path).unwrap(), b"full");
        log.write(b"more");
        assert_eq!(std::fs::read(&path).unwrap(), b"more");
    }
}
