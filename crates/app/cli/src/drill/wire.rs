//! A wire between processes of a drill and their database that can be cut, can carry nothing for a while, and
//! can lose the answer to a commit.
//!
//! ```text
//! worker ── socket of the wire ── carry ── socket of the server
//!                                   └ cut · still · the answer to a commit is lost
//! ```
//! *Who is authoritative.* The server; the wire knows no message but the word of a commit. *Limits.* It sees
//! that word only where it comes in one piece, which it nearly always does: a fault that was ordered and
//! found nothing to strike waits for the next commit.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{UnixListener, UnixStream},
    sync::watch,
    task::JoinHandle,
};

use crate::failure::Failure;

/// The file name of a server's socket, as clients look for it.
const SOCKET: &str = ".s.PGSQL.5432";
/// What ends a transaction that counts.
const COMMIT: &[u8] = b"COMMIT";

/// The wire. Dropped it is gone, with everything that it carried.
#[derive(Debug)]
pub(super) struct Wire {
    url: String,
    state: Arc<State>,
    accepting: JoinHandle<()>,
}

#[derive(Debug)]
struct State {
    /// Grows with each cut: what was carried before is over.
    cuts: watch::Sender<u64>,
    still: watch::Sender<bool>,
    /// Commits that are still to lose their answer, and those that did.
    to_lose: AtomicU64,
    lost: AtomicU64,
}

impl Wire {
    /// From a directory of its own to the server behind a URL.
    pub(super) fn new(dir: &Path, url: &str) -> Result<Self, Failure> {
        let lacking = || Failure::Environment(format!("no socket's directory in {url}"));
        let (base, folder) = url.split_once("?host=").ok_or_else(lacking)?;
        let broken = |e: std::io::Error| Failure::environment(&e);
        std::fs::create_dir_all(dir).map_err(broken)?;
        let listener = UnixListener::bind(dir.join(SOCKET)).map_err(broken)?;
        let state = Arc::new(State {
            cuts: watch::Sender::new(0),
            still: watch::Sender::new(false),
            to_lose: AtomicU64::new(0),
            lost: AtomicU64::new(0),
        });
        let behind = PathBuf::from(folder).join(SOCKET);
        Ok(Self {
            url: format!("{base}?host={}", dir.display()),
            accepting: tokio::spawn(accept(listener, behind, state.clone())),
            state,
        })
    }

    /// Where to connect through it.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Ends every connection; new ones are carried.
    pub(super) fn cut(&self) {
        self.state.cuts.send_modify(|cuts| *cuts += 1);
    }

    /// Carries nothing from now on, or goes on with what was said meanwhile.
    pub(super) fn stand_still(&self, is_still: bool) {
        self.state.still.send_replace(is_still);
    }

    /// The next commit is done and its answer lost, with its connection.
    pub(super) fn lose_an_answer(&self) {
        self.state.to_lose.fetch_add(1, Ordering::SeqCst);
    }

    /// How many answers were lost.
    pub(super) fn answers_lost(&self) -> u64 {
        self.state.lost.load(Ordering::SeqCst)
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.accepting.abort();
        self.cut();
    }
}

async fn accept(listener: UnixListener, behind: PathBuf, state: Arc<State>) {
    while let Ok((client, _)) = listener.accept().await {
        // A server that is away turns the client away too.
        if let Ok(server) = UnixStream::connect(&behind).await {
            tokio::spawn(carry(client, server, state.clone()));
        }
    }
}

/// Carries bytes both ways until one side ends, the wire is cut, or an answer is to be lost.
async fn carry(mut client: UnixStream, mut server: UnixStream, state: Arc<State>) {
    let mut cuts = state.cuts.subscribe();
    let mut still = state.still.subscribe();
    let (mut up, mut down) = ([0; 16_384], [0; 16_384]);
    let mut is_doomed = false;
    loop {
        let carried = tokio::select! {
            _ = cuts.changed() => return,
            read = client.read(&mut up) => match read {
                Ok(length) if length > 0 => {
                    if goes_on(&mut still, &mut cuts).await.is_none() {
                        return;
                    }
                    is_doomed |= state.loses(&up[..length]);
                    server.write_all(&up[..length]).await
                }
                Ok(_) | Err(_) => return,
            },
            read = server.read(&mut down) => match read {
                Ok(length) if length > 0 && !is_doomed => {
                    if goes_on(&mut still, &mut cuts).await.is_none() {
                        return;
                    }
                    client.write_all(&down[..length]).await
                }
                Ok(_) | Err(_) => return,
            },
        };
        if carried.is_err() {
            return;
        }
    }
}

/// Waits while the wire stands still; nothing when it was cut meanwhile.
async fn goes_on(still: &mut watch::Receiver<bool>, cuts: &mut watch::Receiver<u64>) -> Option<()> {
    tokio::select! {
        biased;
        waited = still.wait_for(|still| !still) => waited.ok().map(|_| ()),
        _ = cuts.changed() => None,
    }
}

impl State {
    /// Whether this message is a commit whose answer is to be lost.
    fn loses(&self, message: &[u8]) -> bool {
        if self.to_lose.load(Ordering::SeqCst) == 0
            || !message.windows(COMMIT.len()).any(|word| word == COMMIT)
        {
            return false;
        }
        let one_less = |left: u64| left.checked_sub(1);
        let took = self
            .to_lose
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less);
        if took.is_ok() {
            self.lost.fetch_add(1, Ordering::SeqCst);
        }
        took.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn listening(dir: &Path) -> (UnixListener, Wire) {
        let folder = dir.join("server");
        std::fs::create_dir(&folder).unwrap();
        let listener = UnixListener::bind(folder.join(SOCKET)).unwrap();
        let url = format!("postgres://somebody@x/y?host={}", folder.display());
        let wire = Wire::new(&dir.join("wire"), &url).unwrap();
        (listener, wire)
    }

    async fn connected(listener: &UnixListener, wire: &Wire) -> (UnixStream, UnixStream) {
        let (_, dir) = wire.url().split_once("?host=").unwrap();
        let client = UnixStream::connect(Path::new(dir).join(SOCKET)).await;
        let (server, _) = listener.accept().await.unwrap();
        (client.unwrap(), server)
    }

    async fn says(from: &mut UnixStream, to: &mut UnixStream, text: &[u8]) {
        from.write_all(text).await.unwrap();
        let mut heard = vec![0; text.len()];
        to.read_exact(&mut heard).await.unwrap();
        assert_eq!(heard, text);
    }

    #[tokio::test]
    async fn a_commit_arrives_and_its_answer_does_not() {
        let dir = tempfile::tempdir().unwrap();
        let (listener, wire) = listening(dir.path()).await;
        let (mut client, mut server) = connected(&listener, &wire).await;
        wire.lose_an_answer();
        says(&mut client, &mut server, b"BEGIN").await;
        says(&mut server, &mut client, b"ok").await;
        says(&mut client, &mut server, b"COMMIT").await;
        server.write_all(b"done").await.unwrap();
        assert_eq!(client.read(&mut [0; 8]).await.unwrap(), 0);
        assert_eq!(wire.answers_lost(), 1);
        let (mut client, mut server) = connected(&listener, &wire).await;
        says(&mut client, &mut server, b"COMMIT").await;
        says(&mut server, &mut client, b"done").await;
    }

    #[tokio::test]
    async fn what_is_cut_ends_and_what_comes_after_is_carried() {
        let dir = tempfile::tempdir().unwrap();
        let (listener, wire) = listening(dir.path()).await;
        let (mut client, mut server) = connected(&listener, &wire).await;
        says(&mut client, &mut server, b"hello").await;
        wire.stand_still(true);
        client.write_all(b"anybody?").await.unwrap();
        wire.cut();
        // An end, or the kernel's word that what was said went unread.
        assert_eq!(client.read(&mut [0; 8]).await.unwrap_or(0), 0);
        wire.stand_still(false);
        let (mut client, mut server) = connected(&listener, &wire).await;
        says(&mut client, &mut server, b"hello").await;
    }
}
