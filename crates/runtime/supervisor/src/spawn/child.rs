//! A started child, held by a handle that no other process can come to be behind.

use std::{fmt, io, os::fd::AsFd, os::fd::OwnedFd, time::Duration};

use rustix::process::{Signal, WaitId, WaitIdOptions, pidfd_send_signal, waitid};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncWriteExt, Interest, unix::AsyncFd};
use tokio::net::unix::pipe;

use super::{Capture, Captured, Raw, Spawner};
use crate::{crash_loop::Ending, mechanism::Leaf, process::Process};

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exit {
    /// With this code.
    Code(i32),
    /// By this signal.
    Signal(i32),
}

impl From<Exit> for Ending {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Code(code) => Self::Exited(code),
            Exit::Signal(signal) => Self::Killed(signal),
        }
    }
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "code {code}"),
            Self::Signal(signal) => write!(f, "signal {signal}"),
        }
    }
}

/// What a child writes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pipe {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// One child. Dropping it closes its standard input and leaves it to its leaf.
#[derive(Debug)]
pub struct Child {
    process: Process,
    handle: AsyncFd<OwnedFd>,
    stdin: Option<pipe::Sender>,
    stdout: Capture,
    stderr: Capture,
    leaf: Leaf,
    exit: Option<Exit>,
    spawner: Spawner,
}

impl Child {
    pub(super) fn new(raw: Raw, spawner: Spawner) -> io::Result<Self> {
        #[expect(
            deprecated,
            reason = "unsound only for handles that may be closed under it; this one is owned"
        )]
        let handle = AsyncFd::with_interest(raw.handle, Interest::READABLE)?;
        Ok(Self {
            process: raw.process,
            handle,
            stdin: Some(pipe::Sender::from_owned_fd(raw.stdin)?),
            stdout: Capture::start(raw.stdout, raw.bounds.0)?,
            stderr: Capture::start(raw.stderr, raw.bounds.1)?,
            leaf: raw.leaf,
            exit: None,
            spawner,
        })
    }

    /// Who it is.
    pub fn process(&self) -> Process {
        self.process
    }

    /// Where it belongs, with everything that came of it.
    pub fn leaf(&self) -> &Leaf {
        &self.leaf
    }

    /// Waits for its end. What it started may go on: that is the leaf's. May be dropped and called again.
    ///
    /// # Errors
    /// When the kernel does not say how it ended.
    pub async fn ended(&mut self) -> io::Result<Exit> {
        if let Some(exit) = self.exit {
            return Ok(exit);
        }
        let _ = self.handle.readable().await?;
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG;
        let status = waitid(WaitId::PidFd(self.handle.get_ref().as_fd()), options)?;
        let status = status.ok_or_else(|| io::Error::other("its end was told too early"))?;
        self.spawner.forget(self.process);
        let exit = match (status.exit_status(), status.terminating_signal()) {
            (Some(code), _) => Exit::Code(code),
            (None, Some(signal)) => Exit::Signal(signal),
            (None, None) => return Err(io::Error::other("it ended in no way that is known")),
        };
        self.exit = Some(exit);
        Ok(exit)
    }

    /// Sends a signal to this process alone.
    ///
    /// # Errors
    /// When it may not be signalled.
    pub fn signal(&self, signal: Signal) -> io::Result<()> {
        match pidfd_send_signal(self.handle.get_ref(), signal) {
            Ok(()) | Err(rustix::io::Errno::SRCH) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes to its standard input and closes it. A child that ended or never reads is no error: how
    /// it ends says more.
    pub async fn feed(&mut self, bytes: &[u8]) {
        if let Some(mut stdin) = self.stdin.take() {
            let _ = stdin.write_all(bytes).await;
        }
    }

    /// The same beside other things: the writing belongs to whoever runs it, and ends with the child at
    /// the latest.
    pub fn feeding(&mut self, bytes: Vec<u8>) -> impl Future<Output = ()> + Send + 'static {
        let stdin = self.stdin.take();
        async move {
            if let Some(mut stdin) = stdin {
                let _ = stdin.write_all(&bytes).await;
            }
        }
    }

    /// Hears what it writes to one of its pipes by the line, while it is written: at most
    /// [`LINE_BYTES_MAX`](super::LINE_BYTES_MAX) of each line. Call it at once after the start. `hear`
    /// must not block.
    pub fn on_lines(&self, of: Pipe, hear: impl FnMut(&[u8]) + Send + 'static) {
        let capture = match of {
            Pipe::Stdout => &self.stdout,
            Pipe::Stderr => &self.stderr,
        };
        capture.on_lines(Box::new(hear));
    }

    /// Closes its standard input, by which a child of ours knows that it should end.
    pub fn let_go(&mut self) {
        self.stdin = None;
    }

    /// The last it wrote to standard error so far.
    pub fn last_words(&self) -> String {
        self.stderr.tail()
    }

    /// Everything it wrote, once it has ended: waits for the end of both pipes, but not for longer than
    /// `patience`, since one who was given them may hold them open for ever.
    pub async fn output(self, patience: Duration) -> (Captured, Captured) {
        tokio::join!(self.stdout.finish(patience), self.stderr.finish(patience))
    }
}
