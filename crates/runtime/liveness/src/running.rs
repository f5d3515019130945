//! The running file: which of the claimed jobs had begun when a process died.
//!
//! `<run_dir>/<epoch>.json` holds one JSON value per line: a header, then `{"begun":7,"fence":2}`
//! before a job's work starts and `{"done":7,"fence":2}` after it; jobs that start or end together
//! share a write. It lies with the process, so it is written without the database, and its exclusive
//! flock is the proof of life: the kernel lets go of it when the process dies, however it dies. It is
//! locked before the epoch has a row, under the name `.<lock key>.new`, and named after it. The
//! file outlives crashes of the process and not of the kernel, so it is not synced; a lost file counts
//! all claimed jobs as begun.

use std::{
    collections::BTreeSet,
    fs::{File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use homeostat_model::{Fence, JobId, ProcessId};
use rustix::fs::{FlockOperation, flock};
use serde::{Deserialize, Serialize};

use crate::Error;

/// Shrunk when nothing runs and the file is longer than this.
const TIDY_BYTES: u64 = 64 * 1024;
/// Shrunk even while jobs run.
const TIDY_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// What a line usually takes.
const LINE_BYTES: usize = 32;

/// One attempt of a job, as the running file knows it.
pub type Begun = (JobId, Fence);

/// The file of an epoch of this process, locked for as long as this value lives.
#[derive(Debug)]
pub struct RunningFile {
    path: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    file: File,
    running: BTreeSet<Begun>,
    header_bytes: u64,
    bytes: u64,
}

#[derive(Debug, Serialize, Deserialize)]
struct Header {
    epoch: i64,
    lock_key: i64,
    pid: u32,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    Begun { begun: i64, fence: i64 },
    Done { done: i64, fence: i64 },
}

impl Line {
    fn begun((job, fence): &Begun) -> Self {
        Self::Begun {
            begun: job.0,
            fence: fence.0,
        }
    }

    fn done((job, fence): &Begun) -> Self {
        Self::Done {
            done: job.0,
            fence: fence.0,
        }
    }
}

/// A file that is locked and has no name yet.
#[derive(Debug)]
pub(crate) struct Unnamed {
    path: PathBuf,
    file: File,
}

impl Unnamed {
    /// Creates and locks a file in `run_dir`.
    pub(crate) fn create(run_dir: &Path, lock_key: i64) -> Result<Self, Error> {
        let path = unnamed(run_dir, lock_key);
        let open = || -> io::Result<File> {
            let file = OpenOptions::new()
                .append(true)
                .create_new(true)
                .mode(0o600)
                .open(&path)?;
            flock(&file, FlockOperation::NonBlockingLockExclusive)?;
            Ok(file)
        };
        match open() {
            Ok(file) => Ok(Self { path, file }),
            Err(source) => Err(Error::RunningFile { path, source }),
        }
    }

    /// Gives the file the epoch's name.
    pub(crate) fn name(mut self, process: ProcessId, lock_key: i64) -> Result<RunningFile, Error> {
        let path = self.path.with_file_name(format!("{process}.json"));
        let header = Header {
            epoch: process.0,
            lock_key,
            pid: std::process::id(),
        };
        let mut write = || -> io::Result<u64> {
            let mut line = serde_json::to_vec(&header)?;
            line.push(b'\n');
            self.file.write_all(&line)?;
            std::fs::rename(&self.path, &path)?;
            Ok(line.len() as u64)
        };
        match write() {
            Ok(bytes) => Ok(RunningFile {
                path,
                state: Mutex::new(State {
                    file: self.file,
                    running: BTreeSet::new(),
                    header_bytes: bytes,
                    bytes,
                }),
            }),
            Err(source) => Err(Error::RunningFile { path, source }),
        }
    }

    /// Removes a file that never got its name.
    pub(crate) fn discard(self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

impl RunningFile {
    /// Notes that the work of these attempts starts now. Call it before the work.
    ///
    /// # Errors
    /// When the file cannot be written; the work must then not start.
    pub fn begun(&self, attempts: &[Begun]) -> Result<(), Error> {
        let mut state = self.lock();
        state.running.extend(attempts);
        state
            .append(attempts, Line::begun)
            .map_err(|source| self.error(source))
    }

    /// Notes that the work of these attempts has ended, and how does not matter. Call it once the
    /// results are in the database.
    ///
    /// # Errors
    /// When the file cannot be written; the attempts then count as begun until it can.
    pub fn done(&self, attempts: &[Begun]) -> Result<(), Error> {
        let mut state = self.lock();
        let ended: Vec<Begun> = attempts
            .iter()
            .filter(|attempt| state.running.remove(attempt))
            .copied()
            .collect();
        let result = state.append(&ended, Line::done).and_then(|()| state.tidy());
        result.map_err(|source| self.error(source))
    }

    /// Removes the file. For a planned end with nothing left running.
    pub(crate) fn remove(&self) {
        if self.lock().running.is_empty() {
            let _ = std::fs::remove_file(&self.path);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn error(&self, source: io::Error) -> Error {
        Error::RunningFile {
            path: self.path.clone(),
            source,
        }
    }
}

impl State {
    /// One write call, so a crash leaves the lines from the first on, of which at most the last is
    /// torn. Whoever comes after the tear had not started.
    fn append(&mut self, attempts: &[Begun], line: fn(&Begun) -> Line) -> io::Result<()> {
        if attempts.is_empty() {
            return Ok(());
        }
        let mut bytes = Vec::with_capacity(attempts.len() * LINE_BYTES);
        for attempt in attempts {
            serde_json::to_writer(&mut bytes, &line(attempt))?;
            bytes.push(b'\n');
        }
        if let Err(error) = self.file.write_all(&bytes) {
            // A full disk may have taken a part, and the next line must not go on where it broke off.
            let _ = self.file.set_len(self.bytes);
            return Err(error);
        }
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    /// Cuts the file back to its header. With jobs running, a crash between the cut and the lines
    /// that follow forgets that they had begun; that costs them no attempt, and their count of
    /// interruptions still bounds them.
    fn tidy(&mut self) -> io::Result<()> {
        let worthwhile = self.bytes > TIDY_BYTES && self.running.is_empty();
        if !worthwhile && self.bytes <= TIDY_BYTES_MAX {
            return Ok(());
        }
        self.file.set_len(self.header_bytes)?;
        self.bytes = self.header_bytes;
        let running: Vec<Begun> = self.running.iter().copied().collect();
        self.append(&running, Line::begun)
    }
}

/// What the running file of a possibly dead process tells an observer on this host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sign {
    /// Its lock was free: the process is dead.
    Dead,
    /// Its lock is held: the process lives.
    Alive,
    /// There is no such file here.
    None,
}

/// Looks at the lock of a running file without keeping it. Shared, so observers do not see each
/// other. The file is locked before the epoch has a row and named after it: in between, the key is its
/// name.
pub(crate) fn look(run_dir: &Path, process: ProcessId, lock_key: i64) -> Sign {
    let (named, unnamed) = (path_of(run_dir, process), unnamed(run_dir, lock_key));
    match (File::open(&named), File::open(&unnamed)) {
        (Ok(file), _) if header_fits(&named, lock_key) => sign_of(&file, &named),
        (_, Ok(file)) => sign_of(&file, &unnamed),
        (_, Err(_)) => Sign::None,
    }
}

fn sign_of(file: &File, path: &Path) -> Sign {
    match flock(file, FlockOperation::NonBlockingLockShared) {
        Ok(()) if is_same_file(file, path) => Sign::Dead,
        Ok(()) => Sign::None,
        Err(rustix::io::Errno::WOULDBLOCK) => Sign::Alive,
        Err(_) => Sign::None,
    }
}

/// The attempts that had begun and not ended, from the running file of a dead process. `None` when
/// the file is not here or not the epoch's: then all its jobs count as begun.
pub fn read_running_file(
    run_dir: &Path,
    process: ProcessId,
    lock_key: i64,
) -> Option<BTreeSet<Begun>> {
    let path = path_of(run_dir, process);
    let text = std::fs::read(path).ok()?;
    let mut lines = text.split(|&b| b == b'\n');
    let header: Header = serde_json::from_slice(lines.next()?).ok()?;
    if header.lock_key != lock_key {
        return None;
    }
    let mut running = BTreeSet::new();
    for line in lines {
        // A torn last line is a job whose work had not started.
        match serde_json::from_slice(line) {
            Ok(Line::Begun { begun, fence }) => {
                running.insert((JobId(begun), Fence(fence)));
            }
            Ok(Line::Done { done, fence }) => {
                running.remove(&(JobId(done), Fence(fence)));
            }
            Err(_) => {}
        }
    }
    Some(running)
}

/// Removes the running file of a process whose work has been rescued.
pub fn forget_running_file(run_dir: &Path, process: ProcessId, lock_key: i64) {
    let path = path_of(run_dir, process);
    if header_fits(&path, lock_key) {
        let _ = std::fs::remove_file(path);
    }
    let _ = std::fs::remove_file(unnamed(run_dir, lock_key));
}

fn path_of(run_dir: &Path, process: ProcessId) -> PathBuf {
    run_dir.join(format!("{process}.json"))
}

fn unnamed(run_dir: &Path, lock_key: i64) -> PathBuf {
    run_dir.join(format!(".{lock_key}.new"))
}

fn header_fits(path: &Path, lock_key: i64) -> bool {
    use io::{BufRead, BufReader, Read};
    let Ok(file) = File::open(path) else {
        return false;
    };
    let mut line = Vec::new();
    let read = BufReader::new(file.take(4096)).read_until(b'\n', &mut line);
    read.is_ok()
        && serde_json::from_slice::<Header>(&line).is_ok_and(|header| header.lock_key == lock_key)
}

/// Whether the name still leads to the open file: one that was replaced proves nothing.
fn is_same_file(file: &File, path: &Path) -> bool {
    match (file.metadata(), std::fs::metadata(path)) {
        (Ok(open), Ok(named)) => open.ino() == named.ino() && open.dev() == named.dev(),
        (Ok(_) | Err(_), _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(dir: &Path) -> RunningFile {
        Unnamed::create(dir, 77)
            .unwrap()
            .name(ProcessId(1), 77)
            .unwrap()
    }

    fn dir(name: &str) -> PathBuf {
        let dir =
            std::env::temp_dir().join(format!("homeostat-running-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&dir);
        std::fs::create_dir(&dir).unwrap();
        dir
    }

    #[test]
    fn only_attempts_that_began_and_did_not_end_are_read_back() {
        let dir = dir("read");
        let file = file(&dir);
        file.begun(&[(JobId(1), Fence(1)), (JobId(2), Fence(1))])
            .unwrap();
        file.done(&[(JobId(1), Fence(1)), (JobId(3), Fence(1))])
            .unwrap();
        let left = read_running_file(&dir, ProcessId(1), 77).unwrap();
        assert_eq!(left, BTreeSet::from([(JobId(2), Fence(1))]));
        assert_eq!(
            read_running_file(&dir, ProcessId(1), 78),
            None,
            "another epoch's file"
        );
        assert_eq!(read_running_file(&dir, ProcessId(2), 77), None, "no file");
    }

    /// Killed between its row and its file's name. Red without the second look in `look`.
    #[test]
    fn who_died_before_its_file_had_a_name_is_proven_dead() {
        let dir = dir("unnamed");
        let file = Unnamed::create(&dir, 77).unwrap();
        assert_eq!(look(&dir, ProcessId(1), 77), Sign::Alive);
        assert_eq!(look(&dir, ProcessId(1), 78), Sign::None, "another's");
        drop(file);
        assert_eq!(look(&dir, ProcessId(1), 77), Sign::Dead);
        forget_running_file(&dir, ProcessId(1), 77);
        assert_eq!(look(&dir, ProcessId(1), 77), Sign::None);
    }

    #[test]
    fn the_lock_is_the_sign_of_life() {
        let dir = dir("lock");
        let file = file(&dir);
        assert_eq!(look(&dir, ProcessId(1), 77), Sign::Alive);
        drop(file);
        assert_eq!(look(&dir, ProcessId(1), 77), Sign::Dead);
        forget_running_file(&dir, ProcessId(1), 77);
        assert_eq!(look(&dir, ProcessId(1), 77), Sign::None);
    }

    /// A crash in the middle of a write leaves a prefix: what is torn off had not started.
    #[test]
    fn a_torn_write_is_read_up_to_the_tear() {
        let dir = dir("torn");
        let file = file(&dir);
        let both = [(JobId(1), Fence(1)), (JobId(2), Fence(1))];
        file.begun(&both).unwrap();
        let path = dir.join("1.json");
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() - 5]).unwrap();
        let left = read_running_file(&dir, ProcessId(1), 77).unwrap();
        assert_eq!(left, BTreeSet::from([both[0]]));
    }

    #[test]
    fn the_file_stays_short_and_true() {
        let dir = dir("tidy");
        let file = file(&dir);
        for n in 0..3_000 {
            file.begun(&[(JobId(n), Fence(1))]).unwrap();
            file.done(&[(JobId(n), Fence(1))]).unwrap();
        }
        file.begun(&[(JobId(5), Fence(2))]).unwrap();
        let bytes = std::fs::metadata(dir.join("1.json")).unwrap().len();
        assert!(bytes <= TIDY_BYTES + 100, "{bytes} bytes");
        let left = read_running_file(&dir, ProcessId(1), 77).unwrap();
        assert_eq!(left, BTreeSet::from([(JobId(5), Fence(2))]));
    }
}
