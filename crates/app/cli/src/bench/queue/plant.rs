//! What the measurements stand on: a durable cluster of its own, and real processes of this binary.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use homeostat_queue::PoolOptions;
use homeostat_store::Db;
use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
    time::timeout,
};

use super::kinds;
use crate::{
    bench::cluster::Cluster,
    failure::{Failure, chain},
};

/// Longest wait for a line of a process.
const PATIENCE: Duration = Duration::from_secs(600);
const CONNECTIONS_MAX: u32 = 8;

/// A cluster and a directory that go when the run is over.
#[derive(Debug)]
pub(super) struct Plant {
    cluster: Cluster,
    pub(super) db: Db,
}

impl Plant {
    /// A fresh cluster with durable settings and the schema, and the bench's kinds registered.
    pub(super) async fn build() -> Result<Self, Failure> {
        let cluster = Cluster::build(CONNECTIONS_MAX).await?;
        let db = cluster.db.clone();
        let marks = cluster.path("marks.none");
        let kinds = kinds::registry(Some(&marks)).map_err(|e| Failure::environment(&e))?;
        kinds
            .register(&db)
            .await
            .map_err(|e| Failure::environment(&e))?;
        Ok(Self { cluster, db })
    }

    /// A path of the run's own.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.cluster.path(name)
    }

    /// Starts a worker that waits for the word. `pool` absent: the default options.
    pub(super) async fn worker(
        &self,
        kind: &str,
        pool: Option<&PoolOptions>,
        more: &[String],
    ) -> Result<Process, Failure> {
        let mut args = vec!["worker".to_owned(), "--kind".to_owned(), kind.to_owned()];
        if let Some(pool) = pool {
            let json = serde_json::to_string(pool).map_err(|e| Failure::environment(&e))?;
            args.extend(["--pool".to_owned(), json]);
        }
        args.extend_from_slice(more);
        self.start(&args).await
    }

    /// Starts a scheduler with the default options.
    pub(super) async fn scheduler(&self) -> Result<Process, Failure> {
        let mut scheduler = self.start(&["scheduler".to_owned()]).await?;
        scheduler.go().await?;
        Ok(scheduler)
    }

    async fn start(&self, args: &[String]) -> Result<Process, Failure> {
        let broken =
            |e: std::io::Error| Failure::Environment(format!("cannot start a process: {e}"));
        let log = self.path("processes.log");
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(&log);
        let program = std::env::current_exe().map_err(broken)?;
        let mut child = Command::new(program)
            .args(["bench", "queue-process"])
            .args(args)
            .env("DATABASE_URL", self.cluster.url())
            .env("HOMEOSTAT_RUN_DIR", self.path("run"))
            .env_remove("HOMEOSTAT_CONFIG")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log.map_err(broken)?)
            .kill_on_drop(true)
            .spawn()
            .map_err(broken)?;
        let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Failure::Environment("a process without pipes".into()));
        };
        let mut process = Process {
            child,
            stdin,
            lines: BufReader::new(stdout).lines(),
            log: self.path("processes.log"),
        };
        process.hear("ready").await?;
        Ok(process)
    }

    /// Stops the server and forgets everything.
    pub(super) async fn raze(self) -> Result<(), Failure> {
        self.cluster.raze().await
    }
}

/// One process under measurement.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    stdin: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
    log: PathBuf,
}

impl Process {
    /// The word to begin.
    pub(super) async fn go(&mut self) -> Result<(), Failure> {
        self.stdin
            .write_all(b"go\n")
            .await
            .map_err(|e| Failure::environment(&e))
    }

    /// Waits for a line that begins with this word and gives back the rest of it.
    pub(super) async fn hear(&mut self, word: &str) -> Result<String, Failure> {
        loop {
            match timeout(PATIENCE, self.lines.next_line()).await {
                Ok(Ok(Some(line))) => {
                    if let Some(rest) = line.strip_prefix(word) {
                        return Ok(rest.trim().to_owned());
                    }
                }
                Ok(Ok(None)) => return Err(self.lost(word, "it has ended")),
                Ok(Err(error)) => return Err(self.lost(word, &chain(&error))),
                Err(_) => return Err(self.lost(word, "it is silent")),
            }
        }
    }

    fn lost(&self, word: &str, why: &str) -> Failure {
        let said = last_line(&self.log);
        Failure::Environment(format!(
            "no {word:?} from a process: {why}; it logged: {said}"
        ))
    }

    /// Asks it to stop and waits for its end.
    pub(super) async fn stop(&mut self) -> Result<(), Failure> {
        let pid = self
            .child
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .and_then(Pid::from_raw);
        if let Some(pid) = pid {
            // It may have ended by itself; the wait tells.
            let _ = kill_process(pid, Signal::TERM);
        }
        let ended = self
            .child
            .wait()
            .await
            .map_err(|e| Failure::environment(&e))?;
        if ended.success() {
            return Ok(());
        }
        Err(self.lost("a good end", &ended.to_string()))
    }

    /// SIGKILL, and the wait that follows it.
    pub(super) async fn kill(&mut self) -> Result<(), Failure> {
        self.child
            .kill()
            .await
            .map_err(|e| Failure::environment(&e))
    }

    /// The most memory it ever had resident, in MB.
    pub(super) fn rss_mb(&self) -> Result<f64, Failure> {
        let pid = self.child.id().unwrap_or_default();
        let status = std::fs::read_to_string(format!("/proc/{pid}/status"))
            .map_err(|e| Failure::environment(&e))?;
        let kb = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))
            .and_then(|rest| {
                rest.trim()
                    .trim_end_matches("kB")
                    .trim()
                    .parse::<f64>()
                    .ok()
            });
        kb.map(|kb| kb / 1024.0)
            .ok_or_else(|| Failure::Environment("this system does not tell VmHWM".into()))
    }
}

fn last_line(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    text.lines().next_back().unwrap_or("nothing").to_owned()
}
