//! Processes as the kernel knows them, each told apart from a later one with the same number.
//!
//! A number alone is reused. A process is its number *and* the tick of the boot at which it started;
//! it is signalled through a handle that was opened first and compared after, so a signal never meets
//! a stranger.

use std::{
    fs, io,
    os::fd::{AsFd, BorrowedFd, OwnedFd},
    time::Duration,
};

use homeostat_clock::Stopwatch;
use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal},
};
use serde::{Deserialize, Serialize};

/// The namespace in which numbers of processes are read here.
///
/// # Errors
/// When `/proc` does not show it.
pub fn namespace() -> io::Result<String> {
    let link = fs::read_link("/proc/self/ns/pid")?;
    Ok(link.to_string_lossy().into_owned())
}

/// One process, also after its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Process {
    /// Its number.
    pub pid: i32,
    /// When it started, in clock ticks since the boot.
    pub start_ticks: u64,
}

/// What `/proc/<pid>/stat` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stat {
    /// Who it is.
    pub process: Process,
    /// The program's name, at most 15 bytes.
    pub comm: String,
    /// `R`, `S`, `D`, `T`, `Z` …
    pub state: char,
    /// Its parent's number.
    pub parent: i32,
    /// The number of its session.
    pub session: i32,
}

impl Stat {
    /// Looks at one process; `None` when there is none with this number.
    pub fn of(pid: i32) -> Option<Self> {
        // The name may hold bytes that are no text.
        let bytes = fs::read(format!("/proc/{pid}/stat")).ok()?;
        Self::parse(pid, &String::from_utf8_lossy(&bytes))
    }

    /// Every process that this one may see. One that starts or ends meanwhile may be missing.
    ///
    /// # Errors
    /// When `/proc` cannot be read: then nothing is known of any process.
    pub fn all() -> io::Result<Vec<Self>> {
        let pids = fs::read_dir("/proc")?
            .flatten()
            .filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        Ok(pids.filter_map(Self::of).collect())
    }

    /// Whether it still runs anything. A zombie holds nothing but its number.
    pub fn is_alive(&self) -> bool {
        !matches!(self.state, 'Z' | 'X')
    }

    fn parse(pid: i32, text: &str) -> Option<Self> {
        // The name is in brackets and may hold brackets and spaces itself.
        let (head, tail) = text.rsplit_once(')')?;
        let comm = head.split_once('(')?.1.to_owned();
        let mut fields = tail.split_whitespace();
        let state = fields.next()?.chars().next()?;
        let parent = fields.next()?.parse().ok()?;
        let session = fields.nth(1)?.parse().ok()?;
        let start_ticks = fields.nth(15)?.parse().ok()?;
        Some(Self {
            process: Process { pid, start_ticks },
            comm,
            state,
            parent,
            session,
        })
    }
}

impl Process {
    /// The process with this number now.
    pub fn of(pid: i32) -> Option<Self> {
        Stat::of(pid).map(|stat| stat.process)
    }

    /// Ourselves.
    ///
    /// # Errors
    /// When `/proc` does not show us.
    pub fn own() -> io::Result<Self> {
        let own = i32::try_from(std::process::id()).ok().and_then(Self::of);
        own.ok_or_else(|| io::Error::other("/proc does not show us"))
    }

    /// This very process, if it still has its number; also a zombie.
    pub fn stat(self) -> Option<Stat> {
        Stat::of(self.pid).filter(|stat| stat.process == self)
    }

    /// Whether it still runs.
    pub fn is_alive(self) -> bool {
        self.stat().is_some_and(|stat| stat.is_alive())
    }

    /// A handle that becomes readable at its end; `None` when it has ended and been reaped.
    ///
    /// # Errors
    /// When the kernel has no handle to give.
    pub fn handle(self) -> io::Result<Option<OwnedFd>> {
        let Some(pid) = Pid::from_raw(self.pid) else {
            return Ok(None);
        };
        match pidfd_open(pid, PidfdFlags::NONBLOCK) {
            // Compared after the opening: the handle is of whoever had the number then.
            Ok(handle) => Ok(self.stat().map(|_| handle)),
            Err(rustix::io::Errno::SRCH) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Sends a signal, and says whether there was somebody to send it to.
    ///
    /// # Errors
    /// When the process may not be signalled.
    pub fn signal(self, signal: Signal) -> io::Result<bool> {
        let Some(handle) = self.handle()? else {
            return Ok(false);
        };
        match pidfd_send_signal(&handle, signal) {
            Ok(()) => Ok(true),
            Err(rustix::io::Errno::SRCH) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

/// Waits until one of these is ready or the time is over; says whether one is.
pub(crate) fn wait_for(
    handles: &[BorrowedFd<'_>],
    flags: PollFlags,
    limit: Duration,
) -> io::Result<bool> {
    let watch = Stopwatch::start();
    let mut fds: Vec<_> = handles
        .iter()
        .map(|fd| PollFd::from_borrowed_fd(*fd, flags))
        .collect();
    loop {
        let left = limit.saturating_sub(watch.elapsed());
        let left = Timespec::try_from(left).map_err(io::Error::other)?;
        match poll(&mut fds, Some(&left)) {
            Ok(n) => return Ok(n > 0),
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Waits until all of these have ended or the time is over; says whether all have.
pub(crate) fn wait_for_ends(processes: &[Process], limit: Duration) -> io::Result<bool> {
    let watch = Stopwatch::start();
    for process in processes {
        let Some(handle) = process.handle()? else {
            continue;
        };
        let left = limit.saturating_sub(watch.elapsed());
        if !wait_for(&[handle.as_fd()], PollFlags::IN, left)? {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn a_name_may_hold_anything() {
        let text =
            "7 (a) b (c) S 3 7 9 0 -1 4194304 1 0 0 0 0 0 0 0 20 0 1 0 12345 1 1 184467440737";
        let stat = Stat::parse(7, text).unwrap();
        assert_eq!((stat.comm.as_str(), stat.state), ("a) b (c", 'S'));
        assert_eq!((stat.parent, stat.session), (3, 9));
        assert_eq!(stat.process.start_ticks, 12345);
    }

    #[test]
    fn a_number_that_is_another_s_by_now_is_not_signalled() {
        let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        let pid = i32::try_from(child.id()).unwrap();
        let real = Process::of(pid).unwrap();
        let former = Process {
            start_ticks: real.start_ticks - 1,
            ..real
        };
        assert!(!former.signal(Signal::KILL).unwrap(), "a stranger now");
        assert!(!former.is_alive());
        assert!(real.is_alive());
        assert!(real.signal(Signal::KILL).unwrap());
        assert!(wait_for_ends(&[real], Duration::from_secs(10)).unwrap());
        assert!(real.stat().is_some() && !real.is_alive(), "a zombie");
        child.wait().unwrap();
        assert!(!real.signal(Signal::KILL).unwrap());
    }
}
