//! Waits for what a control group tells of itself, without looking again and again.

use std::{
    fs::File,
    io::{self, Read, Seek},
    os::fd::AsFd,
    path::Path,
    time::Duration,
};

use homeostat_clock::Stopwatch;
use rustix::event::PollFlags;

use crate::process::wait_for;

/// Waits until `cgroup.events` has `key 0` or `key 1`; says whether it came to that. A group that is
/// gone has nobody in it and is not frozen.
pub(super) fn wait_until(dir: &Path, key: &str, value: bool, limit: Duration) -> io::Result<bool> {
    let watch = Stopwatch::start();
    let mut file = match File::open(dir.join("cgroup.events")) {
        Ok(file) => file,
        Err(error) if is_gone(&error) => return Ok(!value),
        Err(error) => return Err(error),
    };
    let mut text = String::new();
    loop {
        text.clear();
        // The kernel wakes a poll for changes since the last reading of this very file.
        match file.rewind().and_then(|()| file.read_to_string(&mut text)) {
            Ok(_) => {}
            Err(error) if is_gone(&error) => return Ok(!value),
            Err(error) => return Err(error),
        }
        if read(&text, key) == Some(value) {
            return Ok(true);
        }
        let left = limit.saturating_sub(watch.elapsed());
        if left.is_zero() {
            return Ok(false);
        }
        wait_for(&[file.as_fd()], PollFlags::PRI, left)?;
    }
}

fn read(text: &str, key: &str) -> Option<bool> {
    let line = text.lines().find_map(|line| line.strip_prefix(key))?;
    Some(line.trim() == "1")
}

/// Whether the error says that the group was removed.
pub(super) fn is_gone(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound
        || error.raw_os_error() == Some(rustix::io::Errno::NODEV.raw_os_error())
}
