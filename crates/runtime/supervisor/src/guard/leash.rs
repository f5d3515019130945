//! The socket between guard and supervisor, which is the supervisor's standard input.
//!
//! Each end learns of the other's death by its end-of-file. Upwards go one word a line: `beat`, `ready`,
//! `ending`, and `hold` with what the guard should start and keep beside the work; downwards goes the answer to
//! that. The heartbeat is written by the loop that does the supervisor's work, not by a timer of its own.

use std::{
    io,
    os::{fd::AsFd, unix::net::UnixStream as Std},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{
        UnixStream,
        unix::{OwnedReadHalf, OwnedWriteHalf},
    },
};

use super::{Hold, Holding};
use crate::mechanism::{Reference, Tree};

/// Where the supervisor finds its tree.
pub const TREE_VARIABLE: &str = "HOMEOSTAT_TREE";

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

/// What a supervisor says.
#[derive(Debug)]
pub(super) enum Word {
    Beat,
    Ready,
    Ending,
    Hold(Box<Hold>),
}

/// The guard's end.
#[derive(Debug)]
pub(super) struct Grip {
    to_supervisor: OwnedWriteHalf,
    lines: tokio::io::Lines<BufReader<OwnedReadHalf>>,
}

impl Grip {
    /// Both ends, the other one to become a standard input.
    pub(super) fn pair() -> io::Result<(Self, Std)> {
        let (ours, theirs) = Std::pair()?;
        ours.set_nonblocking(true)?;
        let (read, to_supervisor) = UnixStream::from_std(ours)?.into_split();
        let grip = Self {
            to_supervisor,
            lines: BufReader::new(read).lines(),
        };
        Ok((grip, theirs))
    }

    /// The next word; none when the supervisor closed its end. What is no word is passed over: it comes
    /// from a version that knows more.
    pub(super) async fn word(&mut self) -> Option<Word> {
        loop {
            let line = self.lines.next_line().await.ok()??;
            let word = match line.split_once(' ') {
                None if line == "beat" => Some(Word::Beat),
                None if line == "ready" => Some(Word::Ready),
                None if line == "ending" => Some(Word::Ending),
                Some(("hold", json)) => serde_json::from_str(json).ok().map(Word::Hold),
                None | Some(_) => None,
            };
            if word.is_some() {
                return word;
            }
        }
    }

    /// Answers; a supervisor that is gone needs none.
    pub(super) async fn answer(&mut self, answer: &Result<Holding, String>) {
        if let Ok(mut text) = serde_json::to_string(answer) {
            text.push('\n');
            let _ = self.to_supervisor.write_all(text.as_bytes()).await;
        }
    }
}
