//! The frames of Postgres's wire protocol, version 3: as much of it as is needed to count them.
//!
//! A frame is one byte that says what it is, four bytes of length that count themselves, and the rest.
//! Only the very first message of a session has no such byte. Source: the manual, "Message Formats".

use std::collections::HashMap;

use sha2::{Digest, Sha256};
use tokio::io::{AsyncRead, AsyncReadExt};

/// Longer than any message of ours; a length beyond it is not one.
const FRAME_BYTES_MAX: usize = 64 << 20;
/// How much of a statement stands in a label, for people.
const WORDS: usize = 5;

/// One frame, as it came.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    /// What it is; 0 for the first message of a session.
    pub(crate) tag: u8,
    /// Tag and length included.
    pub(crate) bytes: Vec<u8>,
}

impl Frame {
    /// The message that begins a session.
    pub(crate) async fn first(from: &mut (impl AsyncRead + Unpin)) -> std::io::Result<Self> {
        let mut bytes = vec![0; 4];
        from.read_exact(&mut bytes).await?;
        Self::rest(from, 0, bytes).await
    }

    /// The next one.
    pub(crate) async fn next(from: &mut (impl AsyncRead + Unpin)) -> std::io::Result<Self> {
        let mut bytes = vec![0; 5];
        from.read_exact(&mut bytes).await?;
        let tag = bytes[0];
        Self::rest(from, tag, bytes).await
    }

    async fn rest(
        from: &mut (impl AsyncRead + Unpin),
        tag: u8,
        mut bytes: Vec<u8>,
    ) -> std::io::Result<Self> {
        let at = bytes.len() - 4;
        let length = bytes[at..].try_into().map_or(0, u32::from_be_bytes);
        let rest = usize::try_from(length).unwrap_or(usize::MAX);
        if !(4..FRAME_BYTES_MAX).contains(&rest) {
            return Err(std::io::ErrorKind::InvalidData.into());
        }
        let head = bytes.len();
        bytes.resize(head + rest - 4, 0);
        from.read_exact(&mut bytes[head..]).await?;
        Ok(Self { tag, bytes })
    }

    /// Whether a first message asks for TLS or GSSAPI instead of beginning.
    pub(crate) fn asks_for_encryption(&self) -> bool {
        let code = self.bytes.get(4..8).unwrap_or_default();
        code == 80_877_103_u32.to_be_bytes() || code == 80_877_104_u32.to_be_bytes()
    }

    fn body(&self) -> &[u8] {
        self.bytes.get(5..).unwrap_or_default()
    }

    /// Whether the server answers it before it reads on: a simple query, or the end of an extended one.
    pub(crate) fn is_answered(&self) -> bool {
        matches!(self.tag, b'Q' | b'S')
    }

    /// Who serves the session, from the server's key data.
    pub(crate) fn backend_pid(&self) -> Option<i32> {
        let pid = self.body().get(..4).filter(|_| self.tag == b'K')?;
        pid.try_into().ok().map(i32::from_be_bytes)
    }
}

/// Knows what the frames of one session are about: a bound statement is named by what was parsed.
#[derive(Debug, Default)]
pub(crate) struct Session {
    statements: HashMap<Vec<u8>, String>,
    /// What the frames since the last answer are about.
    current: String,
}

impl Session {
    /// What a frame from the client says, the same in every life of the same program.
    pub(crate) fn label(&mut self, frame: &Frame) -> String {
        let mut texts = frame.body().split(|byte| *byte == 0);
        let (first, second) = (texts.next().unwrap_or(&[]), texts.next().unwrap_or(&[]));
        match frame.tag {
            b'Q' => self.current = statement(first),
            b'P' => {
                self.current = statement(second);
                self.statements.insert(first.to_vec(), self.current.clone());
            }
            b'B' => {
                if let Some(known) = self.statements.get(second) {
                    self.current.clone_from(known);
                }
            }
            _ => {}
        }
        format!("{} {}", word(frame.tag), self.current)
    }
}

fn word(tag: u8) -> &'static str {
    match tag {
        b'Q' => "Query",
        b'P' => "Parse",
        b'B' => "Bind",
        b'D' => "Describe",
        b'E' => "Execute",
        b'S' => "Sync",
        b'C' => "Close",
        b'X' => "Terminate",
        _ => "Other",
    }
}

/// A statement's first words, and a hash that tells it from others that begin alike.
fn statement(sql: &[u8]) -> String {
    let text = String::from_utf8_lossy(sql);
    let words: Vec<&str> = text.split_whitespace().collect();
    let hash = hex::encode(Sha256::digest(words.join(" ")));
    let begin: Vec<&str> = words.into_iter().take(WORDS).collect();
    let begin: String = begin.join(" ").chars().take(60).collect();
    format!("[{}] {begin}", &hash[..6])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(tag: u8, body: &[u8]) -> Frame {
        let mut bytes = vec![tag];
        bytes.extend(u32::try_from(body.len() + 4).unwrap().to_be_bytes());
        bytes.extend(body);
        Frame { tag, bytes }
    }

    #[tokio::test]
    async fn frames_are_cut_where_their_length_says() {
        let mut wire: Vec<u8> = frame(b'Q', b"SELECT 1\0").bytes;
        wire.extend(frame(b'S', b"").bytes);
        let mut from = &wire[..];
        assert_eq!(Frame::next(&mut from).await.unwrap().tag, b'Q');
        assert_eq!(Frame::next(&mut from).await.unwrap().tag, b'S');
        assert!(Frame::next(&mut from).await.is_err(), "the end");
        let mut absurd = &[b'Q', 0, 0, 0, 1][..];
        assert!(
            Frame::next(&mut absurd).await.is_err(),
            "shorter than its own length"
        );
    }

    #[test]
    fn a_bound_statement_is_called_what_was_parsed() {
        let mut session = Session::default();
        let parsed = session.label(&frame(b'P', b"s1\0SELECT  now()\0\0\0"));
        session.label(&frame(b'Q', b"BEGIN\0"));
        let bound = session.label(&frame(b'B', b"\0s1\0\0\0"));
        assert_eq!(parsed.replace("Parse", "Bind"), bound);
        assert!(bound.ends_with("SELECT now()"), "{bound}");
        assert_eq!(
            session.label(&frame(b'S', b"")).split(' ').next(),
            Some("Sync")
        );
    }
}
