//! One process of ours under the supervisor: spawned, awaited, restarted with backoff, stopped.
//!
//! The supervisor holds the child's stdin. Its end-of-file is the supervisor's death, which the child takes
//! as its own end, so no copy of a role outlives its parent for long.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};

use homeostat_clock::Stopwatch;
use homeostat_supervisor::{guard::TREE_VARIABLE, notify};
use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child as Spawned, ChildStdin, Command},
};

use crate::failure::Failure;

const RESTART_WAITS_MS: [u64; 7] = [0, 250, 500, 1_000, 2_000, 4_000, 8_000];
/// A child that lived this long starts anew from the first wait.
const HEALTHY: Duration = Duration::from_secs(60);
/// How long a child may take to announce itself.
const ANNOUNCE: Duration = Duration::from_secs(10);
/// A log that has grown beyond this is set aside at the next start; the one before it goes.
const LOG_BYTES_MAX: u64 = 8 << 20;
/// The end of a log that is looked at.
const TAIL_BYTES: u64 = 4 << 10;
const STOP: Duration = Duration::from_secs(10);

/// What to run.
#[derive(Debug, Clone)]
pub(crate) struct Role {
    /// Its name on screen and of its log.
    pub(crate) name: String,
    /// Arguments of our own binary.
    pub(crate) args: Vec<String>,
    /// Environment beside ours.
    pub(crate) env: Vec<(String, String)>,
}

/// A role and its present process.
#[derive(Debug)]
pub(crate) struct Child {
    pub(crate) role: Role,
    log: PathBuf,
    process: Option<Spawned>,
    // Kept apart: waiting for a process closes the stdin that is still inside it.
    leash: Option<ChildStdin>,
    started_pid: Option<u32>,
    since: Stopwatch,
    failures: usize,
    resting: Option<(Stopwatch, Duration)>,
}

impl Child {
    pub(crate) fn new(role: Role, log_dir: &Path) -> Self {
        let log = log_dir.join(format!("{}.log", role.name));
        Self {
            role,
            log,
            process: None,
            leash: None,
            started_pid: None,
            since: Stopwatch::start(),
            failures: 0,
            resting: None,
        }
    }

    /// Starts the process; with `announces`, returns the first line it prints.
    pub(crate) async fn start(&mut self, announces: bool) -> Result<String, Failure> {
        let broken = |what: &str, e: std::io::Error| {
            Failure::Environment(format!("cannot {what} {}: {e}", self.role.name))
        };
        self.resting = None;
        keep_small(&self.log);
        let log = File::options().create(true).append(true).open(&self.log);
        let log = log.map_err(|e| broken("open the log of", e))?;
        let program = std::env::current_exe().map_err(|e| broken("find the program of", e))?;
        let mut command = Command::new(program);
        command
            .args(&self.role.args)
            .envs(self.role.env.iter().cloned())
            // A role is no supervisor and no service, whatever it starts.
            .env_remove(TREE_VARIABLE)
            .env_remove(notify::SOCKET_VARIABLE)
            .kill_on_drop(true);
        command.stdin(Stdio::piped()).stderr(log);
        command.stdout(if announces {
            Stdio::piped()
        } else {
            Stdio::null()
        });
        // An interrupt typed at the terminal is the parent's to pass on, in order.
        command.process_group(0);
        let mut process = command.spawn().map_err(|e| broken("start", e))?;
        let mut first = String::new();
        if let Some(stdout) = process.stdout.take() {
            let mut stdout = BufReader::new(stdout);
            // One that never speaks counts as one that ended: both are found by an empty line.
            match tokio::time::timeout(ANNOUNCE, stdout.read_line(&mut first)).await {
                Ok(read) => {
                    read.map_err(|e| broken("hear from", e))?;
                }
                Err(_) => first.clear(),
            }
        }
        self.since = Stopwatch::start();
        self.leash = process.stdin.take();
        self.started_pid = process.id();
        self.process = Some(process);
        if announces && first.trim().is_empty() {
            return Err(Failure::Environment(format!(
                "{} ended at once: {}",
                self.role.name,
                self.last_words()
            )));
        }
        Ok(first)
    }

    /// The id of the process that was started last, ended or not.
    pub(crate) fn started_pid(&self) -> Option<u32> {
        self.started_pid
    }

    /// The process's id while it runs.
    pub(crate) fn pid(&self) -> Option<u32> {
        self.process.as_ref().and_then(Spawned::id)
    }

    /// Returns when the process has ended; never when there is none.
    pub(crate) async fn ended(&mut self) -> Option<ExitStatus> {
        match &mut self.process {
            Some(process) => process.wait().await.ok(),
            None => std::future::pending().await,
        }
    }

    /// The process has ended, or could not be started: the role rests before the next try. The first
    /// restart is immediate.
    pub(crate) fn rest(&mut self) {
        self.process = None;
        self.leash = None;
        if self.since.elapsed() > HEALTHY {
            self.failures = 0;
        }
        let wait = RESTART_WAITS_MS[self.failures.min(RESTART_WAITS_MS.len() - 1)];
        self.failures += 1;
        self.resting = Some((Stopwatch::start(), Duration::from_millis(wait)));
    }

    /// What is left of the rest; none while the process runs.
    pub(crate) fn resting_for(&self) -> Option<Duration> {
        let (since, wait) = self.resting.as_ref()?;
        Some(wait.saturating_sub(since.elapsed()))
    }

    /// Asks the process to stop.
    pub(crate) fn ask_to_stop(&self) {
        let pid = self
            .pid()
            .and_then(|id| i32::try_from(id).ok())
            .and_then(Pid::from_raw);
        if let Some(pid) = pid {
            // It may have ended by itself.
            let _ = kill_process(pid, Signal::TERM);
        }
    }

    /// Waits for a process that was asked to stop, then kills it.
    pub(crate) async fn stop(&mut self) {
        let Some(mut process) = self.process.take() else {
            return;
        };
        if tokio::time::timeout(STOP, process.wait()).await.is_err() {
            tracing::warn!(role = self.role.name, "did not stop when asked; killed");
            let _ = process.kill().await;
        }
    }

    /// The end of its log, for an error text.
    pub(crate) fn last_words(&self) -> String {
        let tail = tail(&self.log).unwrap_or_default();
        let last = tail.lines().rev().find(|line| !line.trim().is_empty());
        last.unwrap_or("it said nothing").to_owned()
    }
}

fn keep_small(log: &Path) {
    if std::fs::metadata(log).is_ok_and(|meta| meta.len() > LOG_BYTES_MAX) {
        // A log that cannot be set aside goes on growing, which is better than no process.
        let _ = std::fs::rename(log, log.with_extension("log.1"));
    }
}

fn tail(log: &Path) -> std::io::Result<String> {
    let mut file = File::open(log)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES)))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
