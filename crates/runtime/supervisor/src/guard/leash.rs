//! The socket between guard and supervisor, which is the supervisor's standard input.
//!
//! Each end learns of the other's death by its end-of-file. Upwards goes one word a line:
//!
//! | word | says |
//! |---|---|
//! | `beat` | my loop goes round |
//! | `standby` | all runs that may run beside the old colour; the rest waits for my turn |
//! | `ready` | everything runs |
//! | `ending` | the end that follows is planned |
//! | `because TEXT` | why I end |
//! | `hold JSON` | start this and keep it beside the work; the answer comes down |
//! | `keep NAME` | keep the socket that comes with this line, for those after me |
//! | `forget NAME` | and nobody wants that one any more |
//!
//! Downwards, beside the answers, there is one signal, [`turns`]. The heartbeat is written by the loop that
//! does the supervisor's work, not by a timer of its own.

use std::{
    collections::VecDeque,
    io::{self, IoSlice, IoSliceMut},
    mem::MaybeUninit,
    os::{
        fd::{AsFd, OwnedFd},
        unix::net::UnixStream as Std,
    },
};

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Interest},
    net::{
        UnixStream,
        unix::{OwnedReadHalf, OwnedWriteHalf},
    },
    signal::unix::{Signal as Signals, SignalKind, signal},
};

use super::{Hold, Holding};
use crate::{
    mechanism::{Reference, Tree},
    sockets::Held,
};

/// Where the supervisor finds its tree.
pub const TREE_VARIABLE: &str = "HOMEOSTAT_TREE";
/// Set for a supervisor that is to stand by until it is its turn.
pub const STANDBY_VARIABLE: &str = "HOMEOSTAT_STANDBY";
/// Set for a supervisor of a version that is taken back when it does not come to be ready.
pub const TRIAL_VARIABLE: &str = "HOMEOSTAT_ON_TRIAL";
/// A word is shorter: whoever says more is no supervisor.
const LINE_BYTES_MAX: usize = 1 << 20;
/// Sockets that may come with one line.
const SOCKETS_MAX: usize = 4;

/// By this the guard says that a turn begins or is over: who stands by goes to work, who works drains and
/// ends. Kept from the moment on which this is made; make it before saying anything.
///
/// # Errors
/// When the system gives no signals.
pub fn turns() -> io::Result<Signals> {
    signal(SignalKind::user_defined1())
}

/// The supervisor's end.
#[derive(Debug)]
pub struct Leash {
    to_guard: OwnedWriteHalf,
    from_guard: BufReader<OwnedReadHalf>,
}

impl Leash {
    /// Takes up the end that this process was started with, and its tree. `None` when no guard started
    /// it.
    ///
    /// # Errors
    /// When there is a tree but no leash, which is no way to start a supervisor.
    pub fn take() -> io::Result<Option<(Self, Tree)>> {
        let Ok(reference) = std::env::var(TREE_VARIABLE) else {
            return Ok(None);
        };
        let reference: Reference = serde_json::from_str(&reference)?;
        let tree = Tree::attach(&reference).map_err(io::Error::other)?;
        let stdin = io::stdin().as_fd().try_clone_to_owned()?;
        let socket = Std::from(stdin);
        // Refused here when it is no socket.
        socket.peer_addr()?;
        socket.set_nonblocking(true)?;
        let (read, to_guard) = UnixStream::from_std(socket)?.into_split();
        let leash = Self {
            to_guard,
            from_guard: BufReader::new(read),
        };
        Ok(Some((leash, tree)))
    }

    /// Says that the supervisor's loop goes round.
    ///
    /// # Errors
    /// When the guard is gone: then the supervisor must end.
    pub async fn beat(&mut self) -> io::Result<()> {
        self.to_guard.write_all(b"beat\n").await
    }

    /// Says that all runs that may run beside the old colour.
    ///
    /// # Errors
    /// As [`Self::beat`].
    pub async fn standby(&mut self) -> io::Result<()> {
        self.to_guard.write_all(b"standby\n").await
    }

    /// Says that everything runs: this version of the binary is good.
    ///
    /// # Errors
    /// As [`Self::beat`].
    pub async fn ready(&mut self) -> io::Result<()> {
        self.to_guard.write_all(b"ready\n").await
    }

    /// Says that the end which follows is a planned one, whatever its code.
    ///
    /// # Errors
    /// As [`Self::beat`].
    pub async fn ending(&mut self) -> io::Result<()> {
        self.to_guard.write_all(b"ending\n").await
    }

    /// Says why the end comes which follows.
    ///
    /// # Errors
    /// As [`Self::beat`].
    pub async fn because(&mut self, why: &str) -> io::Result<()> {
        let line = format!("because {}\n", serde_json::to_string(why)?);
        self.to_guard.write_all(line.as_bytes()).await
    }

    /// Has a socket kept for whoever comes after this supervisor, who is started with it.
    ///
    /// # Errors
    /// As [`Self::beat`].
    pub async fn keep(&mut self, held: &Held) -> io::Result<()> {
        let line = format!("keep {}\n", held.name());
        let socket = held.copy()?;
        let stream: &UnixStream = self.to_guard.as_ref();
        let send = || send_with(stream, line.as_bytes(), &socket);
        let sent = stream.async_io(Interest::WRITABLE, send).await?;
        self.to_guard.write_all(&line.as_bytes()[sent..]).await
    }

    /// Says that nobody wants a kept socket any more.
    ///
    /// # Errors
    /// As [`Self::beat`].
    pub async fn forget(&mut self, name: &str) -> io::Result<()> {
        let line = format!("forget {name}\n");
        self.to_guard.write_all(line.as_bytes()).await
    }

    /// Asks the guard to start a process and to keep it beside the work, or to say which one it keeps
    /// by this name already.
    ///
    /// # Errors
    /// When it could not be started, or the guard is gone.
    pub async fn hold(&mut self, hold: &Hold) -> io::Result<Holding> {
        let line = format!("hold {}\n", serde_json::to_string(hold)?);
        self.to_guard.write_all(line.as_bytes()).await?;
        let mut answer = String::new();
        if self.from_guard.read_line(&mut answer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let answer: Result<Holding, String> = serde_json::from_str(&answer)?;
        answer.map_err(io::Error::other)
    }

    /// Returns when the guard is gone.
    pub async fn guard_ended(&mut self) {
        let mut line = String::new();
        while !matches!(self.from_guard.read_line(&mut line).await, Ok(0) | Err(_)) {
            line.clear();
        }
    }
}

/// Sends the bytes, and a copy of the socket with the first of them.
fn send_with(stream: &UnixStream, bytes: &[u8], socket: &OwnedFd) -> io::Result<usize> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut with = SendAncillaryBuffer::new(&mut space);
    let sockets = [socket.as_fd()];
    with.push(SendAncillaryMessage::ScmRights(&sockets));
    let sent = sendmsg(
        stream,
        &[IoSlice::new(bytes)],
        &mut with,
        SendFlags::NOSIGNAL,
    )?;
    Ok(sent)
}

/// What a supervisor says.
#[derive(Debug)]
pub(super) enum Word {
    Beat,
    Standby,
    Ready,
    Ending,
    Because(String),
    Hold(Box<Hold>),
    Keep(String, OwnedFd),
    Forget(String),
}

/// The guard's end.
#[derive(Debug)]
pub(super) struct Grip {
    stream: UnixStream,
    /// What came and is no whole line yet.
    bytes: Vec<u8>,
    /// What came with it and was not asked for yet.
    sockets: VecDeque<OwnedFd>,
}

impl Grip {
    /// Both ends, the other one to become a standard input.
    pub(super) fn pair() -> io::Result<(Self, Std)> {
        let (ours, theirs) = Std::pair()?;
        ours.set_nonblocking(true)?;
        let grip = Self {
            stream: UnixStream::from_std(ours)?,
            bytes: Vec::new(),
            sockets: VecDeque::new(),
        };
        Ok((grip, theirs))
    }

    /// The next word; none when the supervisor closed its end. What is no word is passed over: it comes
    /// from a version that knows more. Nothing is lost when this is dropped before it returns.
    pub(super) async fn word(&mut self) -> Option<Word> {
        loop {
            while let Some(line) = self.line() {
                if let Some(word) = self.read(&line) {
                    return Some(word);
                }
                // What came with a word that nobody knows is none of the next one's.
                self.sockets.clear();
            }
            if self.bytes.len() > LINE_BYTES_MAX {
                return None;
            }
            let (bytes, sockets) = (&mut self.bytes, &mut self.sockets);
            let stream = &self.stream;
            let take = || receive(stream, bytes, sockets);
            match stream.async_io(Interest::READABLE, take).await {
                Ok(0) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    fn line(&mut self) -> Option<String> {
        let end = self.bytes.iter().position(|byte| *byte == b'\n')?;
        let line: Vec<u8> = self.bytes.drain(..=end).collect();
        Some(String::from_utf8_lossy(&line[..end]).into_owned())
    }

    fn read(&mut self, line: &str) -> Option<Word> {
        match line.split_once(' ') {
            None => match line {
                "beat" => Some(Word::Beat),
                "standby" => Some(Word::Standby),
                "ready" => Some(Word::Ready),
                "ending" => Some(Word::Ending),
                _ => None,
            },
            Some(("because", json)) => serde_json::from_str(json).ok().map(Word::Because),
            Some(("hold", json)) => serde_json::from_str(json).ok().map(Word::Hold),
            Some(("keep", name)) => {
                let socket = self.sockets.pop_front()?;
                Some(Word::Keep(name.to_owned(), socket))
            }
            Some(("forget", name)) => Some(Word::Forget(name.to_owned())),
            Some(_) => None,
        }
    }

    /// Answers; a supervisor that is gone needs none.
    pub(super) async fn answer(&mut self, answer: &Result<Holding, String>) {
        if let Ok(mut text) = serde_json::to_string(answer) {
            text.push('\n');
            let _ = self.stream.write_all(text.as_bytes()).await;
        }
    }
}

/// Takes what is there, and the sockets that came with it.
fn receive(
    stream: &UnixStream,
    bytes: &mut Vec<u8>,
    sockets: &mut VecDeque<OwnedFd>,
) -> io::Result<usize> {
    let mut buffer = [0; 4096];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(SOCKETS_MAX))];
    let mut with = RecvAncillaryBuffer::new(&mut space);
    let mut into = [IoSliceMut::new(&mut buffer)];
    let received = recvmsg(stream, &mut into, &mut with, RecvFlags::CMSG_CLOEXEC)?;
    for message in with.drain() {
        if let RecvAncillaryMessage::ScmRights(came) = message {
            sockets.extend(came);
        }
    }
    // One that sends sockets and no words keeps only so many.
    sockets.truncate(SOCKETS_MAX);
    bytes.extend_from_slice(&buffer[..received.bytes]);
    Ok(received.bytes)
}
