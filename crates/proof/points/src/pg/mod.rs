//! Stands between one process and Postgres, counts what the process says, and strikes once.
//!
//! ```text
//!   process ──▶ socket of ours ──frame by frame──▶ Postgres
//!                   │ armed: each frame of the client is a point
//!                   ├─ before: the frame is not sent on     kill | cut | end the backend
//!                   └─ after: it was answered, and the answer is not handed over
//!                                                           kill | cut | hold until let go
//! ```
//! *Who is authoritative.* [`Strikes`](crate::strike::Strikes) of the [`Tap`]: one count for all sessions.
//!
//! *Limits.* Postgres answers at the end of an exchange, so "after" exists for frames that end one. A process
//! that ends its session before the answer has come does not see it: that is the blow.

mod frame;
mod tap;

use std::{
    os::fd::AsFd,
    path::{Path, PathBuf},
    sync::Arc,
};

use rustix::net::{Shutdown, shutdown};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, BufReader},
    net::{
        UnixListener, UnixStream,
        unix::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::Mutex,
    task::{JoinHandle, JoinSet},
};

use self::frame::{Frame, Session};
pub(crate) use self::tap::Tap;
use crate::{fault::PgFault, strike::Befalls};

/// The file name of a server's socket, as clients look for it.
const SOCKET: &str = ".s.PGSQL.5432";

/// The proxy of one process. Dropped, it lets nobody through any more.
#[derive(Debug)]
pub(crate) struct Proxy {
    _dir: TempDir,
    url: String,
    tap: Arc<Tap>,
    accepting: JoinHandle<()>,
}

impl Proxy {
    /// In front of the database behind this URL, which is reached through a socket of its own.
    pub(crate) fn before(url: &str, tap: Arc<Tap>) -> std::io::Result<Self> {
        let (base, folder) = url
            .split_once("?host=")
            .ok_or_else(|| std::io::Error::other("the cluster is not reached through a socket"))?;
        let behind = PathBuf::from(folder).join(SOCKET);
        // Short, for the socket in it.
        let dir = tempfile::Builder::new().prefix("hp").tempdir_in("/tmp")?;
        let listener = UnixListener::bind(dir.path().join(SOCKET))?;
        let url = format!("{base}?host={}", dir.path().display());
        let accepting = tokio::spawn(accept(listener, behind, tap.clone()));
        Ok(Self {
            _dir: dir,
            url,
            tap,
            accepting,
        })
    }

    /// Where the process connects.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// What it has said, and what befell it.
    pub(crate) fn tap(&self) -> &Arc<Tap> {
        &self.tap
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: UnixListener, behind: PathBuf, tap: Arc<Tap>) {
    let mut sessions = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        while sessions.try_join_next().is_some() {}
        let (tap, behind) = (tap.clone(), behind.clone());
        sessions.spawn(async move {
            // An end of the session is no error of ours: the process or the server broke it.
            let _ = serve(client, &behind, tap).await;
        });
    }
}

/// One session, from its first message to the end of either side.
async fn serve(mut client: UnixStream, behind: &Path, tap: Arc<Tap>) -> std::io::Result<()> {
    tap.until_let_through().await;
    let mut server = UnixStream::connect(behind).await?;
    loop {
        let first = Frame::first(&mut client).await?;
        server.write_all(&first.bytes).await?;
        if !first.asks_for_encryption() {
            break;
        }
        // One byte; on a socket of this machine it is a no, and the client begins again.
        client.write_u8(server.read_u8().await?).await?;
    }
    let (client_in, client_out) = client.into_split();
    let (server_in, server_out) = server.into_split();
    let line = Arc::new(Line::default());
    let answers = Answers {
        from: BufReader::new(server_in),
        to: client_out,
        line: line.clone(),
        tap: tap.clone(),
    };
    let sayings = Sayings {
        from: BufReader::new(client_in),
        to: server_out,
        line: line.clone(),
        tap: tap.clone(),
    };
    let mut sessions = JoinSet::new();
    let said = sessions.spawn(sayings.run());
    let answered = sessions.spawn(answers.run());
    tokio::select! {
        _ = sessions.join_next() => {}
        () = tap.until_cut() => {
            // The server sees the end of every session. The one whose answer is held keeps its other end.
            if line.state.lock().await.is_held {
                said.abort();
                while sessions.join_next().await.is_some() {}
            }
        }
    }
    said.abort();
    answered.abort();
    match line.state.lock().await.struck.take() {
        Some((_, PgFault::KillAfter)) => tap.strikes.kill(),
        Some(_) => tap.strikes.done(),
        None => {}
    }
    Ok(())
}

/// What both directions of a session know.
#[derive(Debug, Default)]
struct Line {
    state: Mutex<LineState>,
}

#[derive(Debug, Default)]
struct LineState {
    backend: Option<i32>,
    /// Exchanges that were begun, and that were answered.
    asked: u64,
    answered: u64,
    /// What befalls the answer to which exchange.
    struck: Option<(u64, PgFault)>,
    /// Its answer is being held back.
    is_held: bool,
}

/// From the process to the server.
struct Sayings {
    from: BufReader<OwnedReadHalf>,
    to: OwnedWriteHalf,
    line: Arc<Line>,
    tap: Arc<Tap>,
}

impl Sayings {
    async fn run(mut self) -> std::io::Result<()> {
        let mut session = Session::default();
        loop {
            let frame = Frame::next(&mut self.from).await?;
            self.tap.until_let_through().await;
            let label = session.label(&frame);
            let blow = self.tap.strikes.sees(&label, frame.is_answered());
            if frame.is_answered() {
                let mut line = self.line.state.lock().await;
                line.asked += 1;
                if let Some(blow) = blow.filter(|blow| blow.is_after()) {
                    line.struck = Some((line.asked, blow));
                }
            }
            match blow.filter(|blow| !blow.is_after()) {
                None => self.to.write_all(&frame.bytes).await?,
                Some(PgFault::EndBackend) => {
                    let backend = self.line.state.lock().await.backend;
                    self.tap.end_backend(backend).await;
                    self.to.write_all(&frame.bytes).await?;
                }
                Some(PgFault::CutBefore) => {
                    self.tap.strikes.done();
                    // Both ends see it at once.
                    let _ = shutdown(self.from.get_ref().as_ref().as_fd(), Shutdown::Both);
                    return Ok(());
                }
                Some(_) => {
                    self.tap.strikes.kill();
                    return Ok(());
                }
            }
        }
    }
}

/// From the server to the process.
struct Answers {
    from: BufReader<OwnedReadHalf>,
    to: OwnedWriteHalf,
    line: Arc<Line>,
    tap: Arc<Tap>,
}

impl Answers {
    async fn run(mut self) -> std::io::Result<()> {
        // Frames of an exchange whose answer is to be struck are kept until it is whole.
        let mut kept = Vec::new();
        loop {
            let frame = Frame::next(&mut self.from).await?;
            let is_end = frame.tag == b'Z';
            let blow = self.line.state.lock().await.answer(&frame, is_end);
            kept.extend_from_slice(&frame.bytes);
            match blow {
                Some(_) if !is_end => continue,
                Some(PgFault::Delay) => {
                    self.line.state.lock().await.is_held = true;
                    self.tap.hold().await;
                }
                Some(PgFault::Gap) => {
                    self.tap.gap();
                    return Ok(());
                }
                Some(PgFault::CutAfter) => {
                    self.tap.strikes.done();
                    let _ = shutdown(self.to.as_ref().as_fd(), Shutdown::Both);
                    return Ok(());
                }
                Some(_) => {
                    self.tap.strikes.kill();
                    return Ok(());
                }
                None => {}
            }
            self.to.write_all(&kept).await?;
            kept.clear();
        }
    }
}

impl LineState {
    /// What befalls the exchange that this frame of the server belongs to.
    fn answer(&mut self, frame: &Frame, is_end: bool) -> Option<PgFault> {
        if let Some(pid) = frame.backend_pid() {
            self.backend = Some(pid);
        }
        let blow = self.struck.filter(|(nth, _)| *nth == self.answered + 1);
        // The first end is that of the log-in, which nobody asked for.
        if is_end && self.asked > self.answered {
            self.answered += 1;
        }
        if is_end && blow.is_some() {
            self.struck = None;
        }
        blow.map(|(_, blow)| blow)
    }
}
