//! A database that can go away and come back, that can stand still, and whose commits can lose their answer.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use homeostat_store::{Db, DbOptions};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{UnixListener, UnixStream},
    sync::watch,
    task::JoinHandle,
};

use crate::Database;

/// The file name of a server's socket, as clients look for it.
const SOCKET: &str = ".s.PGSQL.5432";
/// No commit loses its answer.
const NEVER: i64 = -1;

/// Stands between a test and its database.
#[derive(Debug)]
pub struct Proxy {
    dir: TempDir,
    url: String,
    state: Arc<State>,
    accepting: JoinHandle<()>,
}

#[derive(Debug)]
struct State {
    away: watch::Sender<bool>,
    still: watch::Sender<bool>,
    turned_away: watch::Sender<u32>,
    /// Commits that still go through before one loses its answer.
    commits_before: AtomicI64,
}

impl Proxy {
    /// In front of a test's database.
    ///
    /// # Panics
    /// When the cluster is not reached through a socket of its own.
    pub fn before(database: &Database) -> Self {
        let (base, folder) = database
            .url()
            .split_once("?host=")
            .expect("the test cluster listens on a socket");
        let behind = PathBuf::from(folder).join(SOCKET);
        let dir = TempDir::new().expect("a temporary directory");
        let listener = UnixListener::bind(dir.path().join(SOCKET)).expect("a socket");
        let state = Arc::new(State {
            away: watch::Sender::new(false),
            still: watch::Sender::new(false),
            turned_away: watch::Sender::new(0),
            commits_before: AtomicI64::new(NEVER),
        });
        let url = format!("{base}?host={}", dir.path().display());
        let accepting = tokio::spawn(accept(listener, behind, state.clone()));
        Self {
            dir,
            url,
            state,
            accepting,
        }
    }

    /// A pool through the proxy.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn db(&self) -> Db {
        Db::connect(&self.url, &DbOptions::default())
            .await
            .expect("the database answers through the proxy")
    }

    /// Where to connect through the proxy.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Cuts every connection and turns new ones away.
    pub fn go_away(&self) {
        self.state.away.send_replace(true);
    }

    /// Lets connections through again.
    pub fn come_back(&self) {
        self.state.away.send_replace(false);
    }

    /// Neither answers nor refuses from now on: what is said waits.
    pub fn stand_still(&self) {
        self.state.still.send_replace(true);
    }

    /// Goes on with what was said meanwhile.
    pub fn go_on(&self) {
        self.state.still.send_replace(false);
    }

    /// Returns once so many connections were turned away.
    ///
    /// # Panics
    /// Never: the proxy lives as long as the test.
    pub async fn turned_away(&self, connections: u32) {
        let mut seen = self.state.turned_away.subscribe();
        seen.wait_for(|count| *count >= connections)
            .await
            .expect("the proxy lives");
    }

    /// After so many commits, one is done and its answer is lost with its connection.
    pub fn lose_answer_after(&self, commits: u32) {
        let commits = i64::from(commits);
        self.state.commits_before.store(commits, Ordering::SeqCst);
    }

    /// Where the proxy listens.
    pub fn dir(&self) -> &std::path::Path {
        self.dir.path()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: UnixListener, behind: PathBuf, state: Arc<State>) {
    while let Ok((client, _)) = listener.accept().await {
        if *state.away.borrow() {
            state.turned_away.send_modify(|count| *count += 1);
            continue;
        }
        if let Ok(server) = UnixStream::connect(&behind).await {
            tokio::spawn(carry(client, server, state.clone()));
        }
    }
}

/// Carries bytes both ways until one side ends, the database goes away, or an answer is to be lost.
async fn carry(mut client: UnixStream, mut server: UnixStream, state: Arc<State>) {
    let mut away = state.away.subscribe();
    let mut still = state.still.subscribe();
    let (mut up, mut down) = ([0; 8192], [0; 8192]);
    let mut is_doomed = false;
    loop {
        let carried = tokio::select! {
            () = gone(&mut away) => return,
            read = client.read(&mut up) => match read {
                Ok(length) if length > 0 => {
                    goes_on(&mut still).await;
                    is_doomed |= state.loses(&up[..length]);
                    server.write_all(&up[..length]).await
                }
                Ok(_) | Err(_) => return,
            },
            read = server.read(&mut down) => match read {
                Ok(length) if length > 0 && !is_doomed => client.write_all(&down[..length]).await,
                Ok(_) | Err(_) => return,
            },
        };
        if carried.is_err() {
            return;
        }
    }
}

async fn gone(away: &mut watch::Receiver<bool>) {
    // An error means that the test is over.
    let _ = away.wait_for(|away| *away).await;
}

async fn goes_on(still: &mut watch::Receiver<bool>) {
    // As above.
    let _ = still.wait_for(|still| !still).await;
}

impl State {
    /// Whether this message is the commit whose answer is to be lost.
    fn loses(&self, message: &[u8]) -> bool {
        let is_commit = message.windows(6).any(|word| word == b"COMMIT");
        is_commit
            && self.commits_before.load(Ordering::SeqCst) > NEVER
            && self.commits_before.fetch_sub(1, Ordering::SeqCst) == 0
    }
}
