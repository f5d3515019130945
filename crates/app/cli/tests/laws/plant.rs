//! The real binary as a user runs it: `up` in a state directory of its own, and the commands that
//! ask it.

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

/// Longest wait for something that must happen.
const PATIENCE: Duration = Duration::from_secs(90);

/// One system on this machine.
pub(crate) struct Plant {
    dir: TempDir,
    seed: u64,
    faults: &'static str,
}

/// A running `up`. Dropped, it is killed; its children notice by themselves.
pub(crate) struct Up {
    process: Child,
    lines: Receiver<String>,
}

impl Plant {
    pub(crate) fn new(seed: u64, faults: &'static str) -> Self {
        // Not under a long TMPDIR: sockets live below it.
        let dir = tempfile::Builder::new().prefix("plant").tempdir_in("/tmp").unwrap();
        Self { dir, seed, faults }
    }

    /// The books of the sandbox that this plant acts on.
    pub(crate) fn books(&self) -> PathBuf {
        let name = format!("sandbox-seed{}-{}", self.seed, self.faults);
        self.dir.path().join(name).join("books/meta.jsonl")
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_homeostat"));
        command.arg("--state-dir").arg(self.dir.path()).args(args).env_remove("DATABASE_URL");
        command
    }

    /// Starts `up`, to stop by itself after `seconds`.
    pub(crate) fn up(&self, seconds: u32) -> Up {
        let (seed, run_for) = (self.seed.to_string(), format!("{seconds}s"));
        let args = ["up", "--json-summary", "--seed", &seed, "--faults", self.faults, "--for", &run_for];
        let mut process = self
            .command(&args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stderr = process.stderr.take().unwrap();
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                eprintln!("up: {line}");
                // Nobody listens once the test has seen what it waited for.
                let _ = sender.send(line);
            }
        });
        Up { process, lines }
    }

    /// Runs a command to its end and reads its JSON.
    pub(crate) fn ask(&self, args: &[&str]) -> Value {
        let Output { status, stdout, stderr } = self.command(args).arg("--json").output().unwrap();
        let text = String::from_utf8_lossy(&stdout);
        serde_json::from_str(text.trim()).unwrap_or_else(|error| {
            panic!("{args:?} ({status}): {error}: {text}{}", String::from_utf8_lossy(&stderr))
        })
    }

    /// Asks for proof; panics with what is wrong.
    pub(crate) fn verify(&self) {
        let proof = self.ask(&["verify"]);
        assert_eq!(proof["violations"], 0, "{proof:#}");
    }

    /// The live processes of the system: role and process id.
    pub(crate) fn processes(&self) -> Vec<(String, u32)> {
        let status = self.ask(&["status"]);
        let list = status["processes"].as_array().cloned().unwrap_or_default();
        list.iter()
            .map(|p| (p["kind"].as_str().unwrap().to_owned(), u32::try_from(p["pid"].as_u64().unwrap()).unwrap()))
            .collect()
    }
}

impl Up {
    /// Waits for a line that contains `text`.
    pub(crate) fn until(&self, text: &str) -> String {
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) if line.contains(text) => return line,
                Ok(_) => {}
                Err(error) => panic!("`up` never said {text:?}: {error}"),
            }
        }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Waits for its own end and reads the summary.
    pub(crate) fn summary(mut self) -> Value {
        let mut last = String::new();
        let stdout = self.process.stdout.take().unwrap();
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            last = line;
        }
        let status = self.process.wait().unwrap();
        let summary: Value = serde_json::from_str(&last).unwrap_or_else(|e| panic!("{status}: {e}: {last}"));
        assert!(status.success(), "{status}: {summary:#}");
        summary
    }
}

impl Drop for Up {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// SIGKILL. The process may be gone already.
pub(crate) fn kill(pid: u32) {
    let _ = kill_process(Pid::from_raw(pid.cast_signed()).unwrap(), Signal::KILL);
}

/// Returns once the process is no more.
pub(crate) fn gone(pid: u32) {
    let started = homeostat_clock::Stopwatch::start();
    while std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z ")) {
        assert!(started.elapsed() < PATIENCE, "process {pid} lives on");
        std::thread::yield_now();
    }
}
