//! What worker and supervisor say to each other, a line each.

use std::io;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::UnixStream,
};

use crate::{budget::Refusal, mechanism::Reference};

/// No line of ours comes near it.
const LINE_BYTES_MAX: usize = 64 * 1024;

/// What a worker says. Its first word tells it apart from other questions at the same socket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Is there memory for one job of this kind?
    Room {
        /// The kind.
        kind: String,
        /// What its configuration says that it needs.
        mb: u64,
    },
    /// The job begins now.
    Begin {
        /// Its number.
        job: i64,
        /// Which claim of it.
        fence: i64,
        /// How long it may take.
        limit_ms: u64,
    },
    /// The job's process has ended.
    End {},
}

/// What the supervisor answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Say {
    /// Reserved, for as long as the connection lives.
    Granted {
        /// How much.
        mb: u64,
    },
    /// There is no room now.
    Refused(Refusal),
    /// Spawn into this leaf of this tree.
    Begun {
        /// The tree.
        tree: Reference,
        /// The leaf's name.
        leaf: String,
    },
    /// It may not begin.
    NotBegun {
        /// Why.
        why: String,
    },
    /// Nothing of it is left.
    Ended(Ended),
}

/// What a job left behind, and how it was ended.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// Who had to be killed, having heard TERM.
    pub ignored_term: Vec<Stubborn>,
    /// Its deadline came first.
    pub overdue: bool,
    /// The kernel killed something of it for want of memory.
    pub out_of_memory: bool,
    /// The most that it took, where that is counted.
    pub peak_mb: Option<u64>,
}

/// One who did not hear.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stubborn {
    /// Its number.
    pub pid: i32,
    /// Its program.
    pub comm: String,
}

/// Whether the first line of a connection begins a job, and is not some other question.
pub fn is_job_line(line: &str) -> bool {
    matches!(serde_json::from_str(line), Ok(Ask::Room { .. }))
}

/// One end of a connection, read by the line.
#[derive(Debug)]
pub struct Wire {
    stream: UnixStream,
    read: Vec<u8>,
}

impl Wire {
    /// Over a connection of which nothing has been read.
    pub fn over(stream: UnixStream) -> Self {
        Self {
            stream,
            read: Vec::new(),
        }
    }

    /// The next line; none when the other end is closed. May be dropped and called again.
    ///
    /// # Errors
    /// When the line is too long or no text; or the connection's.
    pub async fn line(&mut self) -> io::Result<Option<String>> {
        loop {
            if let Some(at) = self.read.iter().position(|byte| *byte == b'\n') {
                let mut line: Vec<u8> = self.read.drain(..=at).collect();
                line.pop();
                return String::from_utf8(line).map(Some).map_err(invalid);
            }
            if self.read.len() > LINE_BYTES_MAX {
                return Err(invalid(format!("a line is over {LINE_BYTES_MAX} bytes")));
            }
            if self.stream.read_buf(&mut self.read).await? == 0 {
                return Ok(None);
            }
        }
    }

    /// Puts a line back that was read to see what it is.
    pub fn put_back(&mut self, line: &str) {
        let rest = std::mem::take(&mut self.read);
        self.read = [line.as_bytes(), b"\n", &rest].concat();
    }

    /// Says one thing.
    ///
    /// # Errors
    /// When nobody hears it.
    pub async fn say(&mut self, what: &(impl Serialize + Sync)) -> io::Result<()> {
        let mut line = serde_json::to_vec(what)?;
        line.push(b'\n');
        self.stream.write_all(&line).await
    }

    /// The next line, understood.
    pub(super) async fn hear<T: DeserializeOwned>(&mut self) -> io::Result<Option<T>> {
        match self.line().await? {
            Some(line) => Ok(Some(serde_json::from_str(&line)?)),
            None => Ok(None),
        }
    }
}

fn invalid(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_told_by_its_first_line() {
        assert!(is_job_line(r#"{"room":{"kind":"job.scrape","mb":64}}"#));
        for other in [
            r#"{"processes":{}}"#,
            r#""room""#,
            r#"{"end":{}}"#,
            "",
            "room",
        ] {
            assert!(!is_job_line(other), "{other}");
        }
    }

    #[tokio::test]
    async fn lines_come_whole_and_within_a_bound() {
        let (mut ours, theirs) = UnixStream::pair().unwrap();
        let mut wire = Wire::over(theirs);
        ours.write_all(b"one\ntw").await.unwrap();
        assert_eq!(wire.line().await.unwrap().as_deref(), Some("one"));
        wire.put_back("one");
        assert_eq!(wire.line().await.unwrap().as_deref(), Some("one"));
        ours.write_all(b"o\n").await.unwrap();
        assert_eq!(wire.line().await.unwrap().as_deref(), Some("two"));
        let flood = tokio::spawn(async move {
            let _ = ours.write_all(&vec![b'x'; 10 * LINE_BYTES_MAX]).await;
        });
        assert!(wire.line().await.is_err(), "no end of the line in sight");
        drop(wire);
        flood.await.unwrap();
    }
}
