//! What a child writes, kept within a bound: the end in memory, more of it in a file.
//!
//! The reader never outlives its use: whoever inherited the pipe and escaped may hold it open, so
//! reading ends when the caller says so, after what is in the pipe by then.

use std::{
    collections::VecDeque,
    fmt, io,
    os::fd::OwnedFd,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{net::unix::pipe, sync::Notify, task::JoinHandle};

use super::Log;

/// Read at once.
const CHUNK: usize = 16 * 1024;
/// What a pipe may hold at most when reading is to end.
const PIPE_BYTES: usize = 1 << 20;
/// Of a longer line no more is told.
pub const LINE_BYTES_MAX: usize = (1 << 20) + 1;
/// The end of it that stands in an alert.
const TAIL_LINES: usize = 5;
const TAIL_BYTES: usize = 2_000;

/// How much is kept.
#[derive(Debug)]
pub struct Bounds {
    /// In memory: the last so many bytes.
    pub memory_bytes: usize,
    /// In a file of its own bound.
    pub log: Option<Log>,
}

/// One pipe that is being read.
#[derive(Debug)]
pub struct Capture {
    ring: Arc<Mutex<Ring>>,
    enough: Arc<Notify>,
    reader: JoinHandle<()>,
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Captured {
    /// The last of it.
    pub bytes: Vec<u8>,
    /// All that was written, so a larger number than `bytes` holds means that its beginning is gone.
    pub total_bytes: u64,
    /// Whether the pipe was still open in somebody's hands when reading ended.
    pub cut_off: bool,
}

impl Captured {
    /// Its last lines, as they stand in an alert.
    pub fn last_words(&self) -> String {
        last_lines(&self.bytes[self.bytes.len().saturating_sub(TAIL_BYTES)..])
    }
}

fn last_lines(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let lines: Vec<&str> = text.lines().filter(|l| !l.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
}

struct Ring {
    last: VecDeque<u8>,
    room: usize,
    total: u64,
    at_end: bool,
    tap: Option<Tap>,
}

/// Is told a line.
type Hear = Box<dyn FnMut(&[u8]) + Send>;

/// Hears what is written by the line, while it is written.
struct Tap {
    line: Vec<u8>,
    hear: Hear,
}

impl Capture {
    pub(super) fn start(fd: OwnedFd, bounds: Bounds) -> io::Result<Self> {
        let pipe = pipe::Receiver::from_owned_fd(fd)?;
        let ring = Arc::new(Mutex::new(Ring {
            last: VecDeque::new(),
            room: bounds.memory_bytes,
            total: 0,
            at_end: false,
            tap: None,
        }));
        let enough = Arc::new(Notify::new());
        let reader = tokio::spawn(read(pipe, ring.clone(), enough.clone(), bounds.log));
        Ok(Self {
            ring,
            enough,
            reader,
        })
    }

    /// From now on every line is told, those that were written before first. Of a longer line than
    /// [`LINE_BYTES_MAX`] only so much is told.
    pub(super) fn on_lines(&self, hear: Hear) {
        let mut ring = lock(&self.ring);
        let mut tap = Tap {
            line: Vec::new(),
            hear,
        };
        tap.take(ring.last.make_contiguous());
        ring.tap = Some(tap);
    }

    /// The last lines so far.
    pub(super) fn tail(&self) -> String {
        let ring = lock(&self.ring);
        let skip = ring.last.len().saturating_sub(TAIL_BYTES);
        let bytes: Vec<u8> = ring.last.iter().skip(skip).copied().collect();
        last_lines(&bytes)
    }

    /// Reads to the end, or to what is there when the patience is over.
    pub(super) async fn finish(mut self, patience: Duration) -> Captured {
        let waited = tokio::time::timeout(patience, &mut self.reader).await;
        if waited.is_err() {
            self.enough.notify_one();
            // It ends after what is in the pipe; its failure is its end too.
            let _ = self.reader.await;
        }
        let mut ring = lock(&self.ring);
        if let Some(mut tap) = ring.tap.take() {
            tap.end();
        }
        Captured {
            bytes: std::mem::take(&mut ring.last).into(),
            total_bytes: ring.total,
            cut_off: !ring.at_end,
        }
    }
}

async fn read(
    pipe: pipe::Receiver,
    ring: Arc<Mutex<Ring>>,
    enough: Arc<Notify>,
    mut log: Option<Log>,
) {
    let mut chunk = vec![0; CHUNK];
    let mut take = |from: &pipe::Receiver| -> io::Result<usize> {
        let n = from.try_read(&mut chunk)?;
        let mut ring = lock(&ring);
        ring.push(&chunk[..n]);
        ring.at_end = n == 0;
        if let Some(log) = &mut log {
            log.write(&chunk[..n]);
        }
        Ok(n)
    };
    loop {
        tokio::select! {
            biased;
            () = enough.notified() => break,
            ready = pipe.readable() => match ready.and_then(|()| take(&pipe)) {
                Ok(0) => return,
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => return,
            },
        }
    }
    // Whoever holds the pipe may go on writing for ever.
    let mut left = PIPE_BYTES;
    while left > 0 {
        match take(&pipe) {
            Ok(0) | Err(_) => return,
            Ok(n) => left = left.saturating_sub(n),
        }
    }
}

impl Ring {
    fn push(&mut self, bytes: &[u8]) {
        self.total += bytes.len() as u64;
        if let Some(tap) = &mut self.tap {
            tap.take(bytes);
        }
        let kept = &bytes[bytes.len().saturating_sub(self.room)..];
        let over = (self.last.len() + kept.len()).saturating_sub(self.room);
        self.last.drain(..over);
        self.last.extend(kept);
    }
}

impl fmt::Debug for Ring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ring")
            .field("total", &self.total)
            .finish_non_exhaustive()
    }
}

impl Tap {
    fn take(&mut self, bytes: &[u8]) {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            let text = part.strip_suffix(b"\n").unwrap_or(part);
            let room = LINE_BYTES_MAX.saturating_sub(self.line.len());
            self.line.extend(&text[..text.len().min(room)]);
            if text.len() < part.len() {
                self.tell();
            }
        }
    }

    /// What stands after the last line's end is a line too.
    fn end(&mut self) {
        if !self.line.is_empty() {
            self.tell();
        }
    }

    fn tell(&mut self) {
        (self.hear)(&self.line);
        self.line.clear();
    }
}

fn lock(ring: &Mutex<Ring>) -> MutexGuard<'_, Ring> {
    ring.lock().unwrap_or_else(PoisonError::into_inner)
}
