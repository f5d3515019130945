//! The server process: made, started, awaited, stopped.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use homeostat_clock::{Stopwatch, pause};
use rustix::process::{Pid, Signal, kill_process};
use sqlx::{ConnectOptions, Connection, postgres::PgConnectOptions};
use tokio::process::Command;

use super::{
    Binaries, EmbeddedError, Owner, create_private_dir,
    keeper::{Keeper, Running, ServerCommand},
    leftovers,
    owner::{ENVIRONMENT, short_hash},
};

const START: Duration = Duration::from_secs(60);
const STOP: Duration = Duration::from_secs(20);
const POLL: Duration = Duration::from_millis(20);
/// The kernel's limit is 108 bytes with the server's own file name in it.
const SOCKET_DIR_BYTES_MAX: usize = 80;
const USER: &str = "homeostat";

/// Recovery replays at most this much, so it stays well under a second.
const SETTINGS: [&str; 9] = [
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "max_wal_size=128MB",
    "min_wal_size=64MB",
    "checkpoint_timeout=60s",
    "max_connections=120",
    "autovacuum_naptime=15s",
    "log_min_duration_statement=2000",
    "log_checkpoints=off",
];

/// After a crash everything is flushed before the log is replayed: file by file, one flush of the disk
/// for each of more than a thousand files, or in one call where the system has it.
const FLUSH_AT_ONCE: Option<&str> = if cfg!(target_os = "linux") {
    Some("recovery_init_sync_method=syncfs")
} else {
    None
};

#[derive(Debug)]
pub(super) struct Server {
    running: Running,
    command: ServerCommand,
    keeper: Option<Arc<dyn Keeper>>,
    data: PathBuf,
    sockets: PathBuf,
}

/// What a server is made of.
#[derive(Debug)]
pub(super) struct Parts<'a> {
    pub(super) binaries: &'a Binaries,
    pub(super) owner: &'a Owner,
    pub(super) dir: &'a Path,
    pub(super) data: &'a Path,
    pub(super) durable: bool,
}

/// Makes a cluster. It appears under its name only when it is whole.
pub(super) async fn init(
    binaries: &Binaries,
    owner: &Owner,
    dir: &Path,
    data: &Path,
) -> Result<(), EmbeddedError> {
    let broken = |source| EmbeddedError::Directory {
        path: data.to_owned(),
        source,
    };
    let fresh = dir.join("data.new");
    if fresh.exists() {
        fs::remove_dir_all(&fresh).map_err(broken)?;
    }
    tracing::info!(dir = %data.display(), "making a private Postgres cluster");
    let mut command = owner.command(&binaries.program("initdb"), dir);
    command.arg("-D").arg(&fresh);
    command.args([
        "-U",
        USER,
        "-E",
        "UTF8",
        "--locale=C",
        "--auth-local=trust",
        "--auth-host=reject",
    ]);
    let output = Command::from(command)
        .output()
        .await
        .map_err(|e| EmbeddedError::Failed {
            program: "initdb",
            said: e.to_string(),
        })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(EmbeddedError::Failed {
            program: "initdb",
            said,
        });
    }
    fs::rename(&fresh, data).map_err(broken)
}

impl Server {
    /// Starts it, or attaches to the one that the keeper has.
    pub(super) async fn start(
        parts: &Parts<'_>,
        keeper: Option<Arc<dyn Keeper>>,
    ) -> Result<Self, EmbeddedError> {
        let sockets = socket_dir(parts.dir);
        create_private_dir(&sockets, parts.owner)?;
        let command = parts.command(&sockets);
        let mut server = Self {
            running: launch(&command, keeper.as_deref()).await?,
            command,
            keeper,
            data: parts.data.to_owned(),
            sockets,
        };
        server.answers().await?;
        server.create_database().await?;
        Ok(server)
    }

    pub(super) fn url(&self, database: &str) -> String {
        url(&self.sockets, database)
    }

    pub(super) fn pid(&self) -> Option<u32> {
        self.running.pid()
    }

    pub(super) fn has_ended(&mut self) -> bool {
        self.running.has_ended()
    }

    pub(super) async fn ended(&mut self) -> EmbeddedError {
        let how = self.running.ended().await;
        let said = format!("{how}; {}", self.log_tail());
        EmbeddedError::Failed {
            program: "postgres",
            said,
        }
    }

    pub(super) async fn restart(&mut self) -> Result<(), EmbeddedError> {
        leftovers::clear(&self.data, &self.sockets).await?;
        self.running = launch(&self.command, self.keeper.as_deref()).await?;
        self.answers().await
    }

    /// A kept server is its keeper's to stop.
    pub(super) async fn stop(&mut self) -> Result<(), EmbeddedError> {
        if self.keeper.is_some() {
            return Ok(());
        }
        self.signal(Signal::INT);
        let asked = tokio::time::timeout(STOP, self.running.ended()).await;
        if asked.is_err() {
            self.signal(Signal::QUIT);
            let _ = tokio::time::timeout(STOP, self.running.ended()).await;
        }
        leftovers::clear(&self.data, &self.sockets).await
    }

    fn signal(&self, signal: Signal) {
        let pid = self
            .pid()
            .and_then(|id| i32::try_from(id).ok())
            .and_then(Pid::from_raw);
        if let Some(pid) = pid {
            // It may have ended already; the wait that follows tells.
            let _ = kill_process(pid, signal);
        }
    }

    fn options(&self, database: &str) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .socket(&self.sockets)
            .username(USER)
            .database(database)
            .disable_statement_logging()
    }

    async fn answers(&mut self) -> Result<(), EmbeddedError> {
        let watch = Stopwatch::start();
        loop {
            let last = match self.options("postgres").connect().await {
                Ok(connection) => {
                    let _ = connection.close().await;
                    return Ok(());
                }
                Err(error) => error,
            };
            if self.has_ended() {
                return Err(self.ended().await);
            }
            if watch.elapsed() > START {
                return Err(EmbeddedError::Failed {
                    program: "postgres",
                    said: last.to_string(),
                });
            }
            pause(POLL).await;
        }
    }

    async fn create_database(&self) -> Result<(), EmbeddedError> {
        let failed = |e: sqlx::Error| EmbeddedError::Failed {
            program: "postgres",
            said: e.to_string(),
        };
        let mut connection = self.options("postgres").connect().await.map_err(failed)?;
        let exists = sqlx::query("SELECT FROM pg_database WHERE datname = 'homeostat'")
            .fetch_optional(&mut connection)
            .await
            .map_err(failed)?;
        if exists.is_none() {
            sqlx::query("CREATE DATABASE homeostat")
                .execute(&mut connection)
                .await
                .map_err(failed)?;
        }
        connection.close().await.map_err(failed)
    }

    fn log_tail(&self) -> String {
        let log = fs::read_to_string(&self.command.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().rev().take(3).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join(" | ")
    }
}

impl Parts<'_> {
    fn command(&self, sockets: &Path) -> ServerCommand {
        let text = |path: &Path| path.to_string_lossy().into_owned();
        let mut args = vec!["-D".into(), text(self.data), "-k".into(), text(sockets)];
        let switch = if self.durable { "on" } else { "off" };
        let durability = ["fsync", "synchronous_commit", "full_page_writes"];
        let durability = durability.map(|name| format!("{name}={switch}"));
        let settings = SETTINGS.into_iter().chain(FLUSH_AT_ONCE).map(str::to_owned);
        for setting in settings.chain(durability) {
            args.extend(["-c".to_owned(), setting]);
        }
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        ServerCommand {
            program: self.binaries.program("postgres"),
            args,
            env: ENVIRONMENT.map(owned).to_vec(),
            dir: self.dir.to_owned(),
            ids: self.owner.ids(),
            log: self.dir.join("server.log"),
        }
    }
}

async fn launch(
    command: &ServerCommand,
    keeper: Option<&dyn Keeper>,
) -> Result<Running, EmbeddedError> {
    let launched = match keeper {
        Some(keeper) => Running::kept(keeper, command).await,
        None => Running::spawn(command),
    };
    launched.map_err(|e| EmbeddedError::Failed {
        program: "postgres",
        said: e.to_string(),
    })
}

/// A URL with the socket's directory percent-encoded in its `host` parameter.
pub(super) fn url(sockets: &Path, database: &str) -> String {
    let encode = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'/' => {
            char::from(byte).to_string()
        }
        other => format!("%{other:02X}"),
    };
    let host: String = sockets
        .as_os_str()
        .as_encoded_bytes()
        .iter()
        .copied()
        .map(encode)
        .collect();
    format!("postgres://{USER}@localhost/{database}?host={host}")
}

/// Inside the cluster's directory, or under /tmp where that path is too long for a socket.
pub(super) fn socket_dir(dir: &Path) -> PathBuf {
    let inside = dir.join("s");
    if inside.as_os_str().len() <= SOCKET_DIR_BYTES_MAX {
        return inside;
    }
    Path::new("/tmp").join(format!("homeostat-{}", short_hash(dir)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_path_gets_a_short_socket() {
        assert_eq!(socket_dir(Path::new("/a")), Path::new("/a/s"));
        let long = PathBuf::from("/").join("x".repeat(120));
        assert!(socket_dir(&long).as_os_str().len() < SOCKET_DIR_BYTES_MAX);
    }
}
