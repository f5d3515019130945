//! The real binary as a user runs it: `up` in a state directory of its own, and the commands that
//! ask it.

pub(crate) mod ground;
pub(crate) mod trip;

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    time::Duration,
};

use homeostat_clock::Stopwatch;
use homeostat_model::RuntimeTime;
use homeostat_sandbox::Act;
use homeostat_store::{Db, DbOptions, Embedded, EmbeddedOptions};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use sqlx::AssertSqlSafe;
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
        let dir = tempfile::Builder::new()
            .prefix("plant")
            .tempdir_in("/tmp")
            .unwrap();
        Self { dir, seed, faults }
    }

    /// Where its systems are.
    pub(crate) fn place(&self) -> &Path {
        self.dir.path()
    }

    /// Where the system keeps what is its own.
    pub(crate) fn system(&self) -> PathBuf {
        self.dir
            .path()
            .join(format!("sandbox-seed{}-{}", self.seed, self.faults))
    }

    /// The books of the sandbox that this plant acts on.
    pub(crate) fn books(&self) -> PathBuf {
        self.system().join("books/meta.jsonl")
    }

    /// Everything that the vendor wrote into its books.
    pub(crate) fn acts(&self) -> Vec<Act> {
        let text = std::fs::read_to_string(self.books()).unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// No decision changed the world twice, whoever died meanwhile.
    pub(crate) fn assert_no_act_twice(&self) {
        let mut applied: Vec<_> = self
            .acts()
            .into_iter()
            .filter(|act| act.applied)
            .map(|act| act.request_id)
            .collect();
        assert!(!applied.is_empty(), "nothing was ever done");
        applied.sort();
        let once: std::collections::BTreeSet<_> = applied.iter().cloned().collect();
        assert_eq!(applied.len(), once.len(), "{applied:?}");
    }

    /// Counts rows of what follows FROM in the database of a system that is up; `None` while it does
    /// not answer.
    pub(crate) fn count(&self, from: &str) -> Option<i64> {
        let url = Embedded::url_for(&self.cluster()).unwrap();
        let sql = format!("SELECT count(*) FROM {from}");
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let db = Db::connect(&url, &DbOptions::default()).await.ok()?;
            let count = sqlx::query_scalar(AssertSqlSafe(sql))
                .fetch_one(db.pool())
                .await
                .ok();
            db.close().await;
            count
        })
    }

    /// Asks the database of a system that is down; it runs for as long as the question takes.
    pub(crate) fn at_rest<T>(&self, question: impl AsyncFnOnce(&Db) -> T) -> T {
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let server = Embedded::start(&self.cluster()).await.unwrap();
            let db = Db::connect(&server.url(), &DbOptions::default())
                .await
                .unwrap();
            let answer = question(&db).await;
            db.close().await;
            server.stop().await.unwrap();
            answer
        })
    }

    fn cluster(&self) -> EmbeddedOptions {
        EmbeddedOptions {
            dir: self.system().join("pg"),
            durable: true,
        }
    }

    /// The program with these arguments, on this plant.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_homeostat"));
        command
            .arg("--state-dir")
            .arg(self.dir.path())
            .args(args)
            .env_remove("DATABASE_URL");
        command
    }

    /// Starts `up`, to stop by itself after `seconds`.
    pub(crate) fn up(&self, seconds: u32) -> Up {
        self.up_with(seconds, &[])
    }

    /// The same with these arguments more.
    pub(crate) fn up_with(&self, seconds: u32, more: &[&str]) -> Up {
        let (seed, run_for) = (self.seed.to_string(), format!("{seconds}s"));
        let args = [
            "up",
            "--json-summary",
            "--seed",
            &seed,
            "--faults",
            self.faults,
            "--for",
            &run_for,
        ];
        let mut process = self
            .command(&args)
            .args(more)
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
        let Output {
            status,
            stdout,
            stderr,
        } = self.command(args).arg("--json").output().unwrap();
        let text = String::from_utf8_lossy(&stdout);
        serde_json::from_str(text.trim()).unwrap_or_else(|error| {
            panic!(
                "{args:?} ({status}): {error}: {text}{}",
                String::from_utf8_lossy(&stderr)
            )
        })
    }

    /// Asks for proof; panics with what is wrong.
    pub(crate) fn verify(&self) {
        let proof = self.ask(&["verify"]);
        assert_eq!(proof["violations"], 0, "{proof:#}");
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

    /// Everything below it as the kernel knows it: `postgres`, `supervisor`, `sandbox`, `scheduler`, or a
    /// worker's name.
    pub(crate) fn children(&self) -> Vec<(String, u32)> {
        let mut found = children_of(self.pid());
        let supervisor = found.iter().find(|(role, _)| role == "supervisor");
        if let Some(&(_, supervisor)) = supervisor {
            found.extend(children_of(supervisor));
        }
        found.sort();
        found
    }

    /// The child in this role.
    pub(crate) fn child(&self, role: &str) -> u32 {
        let children = self.children();
        let found = children.iter().find(|(name, _)| name == role);
        found
            .unwrap_or_else(|| panic!("no {role} among {children:?}"))
            .1
    }

    /// Waits until something that no line tells is true. What the system says paces the looks.
    pub(crate) fn wait_for<T>(&self, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
        let watch = Stopwatch::start();
        loop {
            if let Some(found) = look() {
                return found;
            }
            assert!(
                watch.elapsed() < PATIENCE,
                "never: {what}; children: {:?}",
                self.children()
            );
            let _: Result<String, RecvTimeoutError> =
                self.lines.recv_timeout(Duration::from_millis(50));
        }
    }

    /// Waits for another process in the role of one that has died.
    pub(crate) fn replaced(&self, role: &str, dead: u32) {
        self.wait_for(&format!("another {role} than {dead}"), || {
            self.children()
                .iter()
                .any(|(name, pid)| name == role && *pid != dead)
                .then_some(())
        });
    }

    /// Waits until every process of ours has a live epoch, no dead one has, and the live ones have
    /// all the work.
    pub(crate) fn balanced(&self, plant: &Plant) {
        // Scheduler, four workers, and the supervisor itself.
        self.wait_for("six live epochs", || {
            plant
                .count("homeostat.process WHERE state = 'live'")
                .filter(|n| *n == 6)
        });
        self.wait_for("no work in dead hands", || {
            let dead = "homeostat.job j LEFT JOIN homeostat.process p ON p.id = j.owner
                        WHERE j.state = 'running' AND p.state IS DISTINCT FROM 'live'";
            plant.count(dead).filter(|n| *n == 0)
        });
    }

    /// Waits until jobs that began after `since` are done: the loop turns.
    pub(crate) fn turns(&self, plant: &Plant, since: RuntimeTime) {
        let done = format!(
            "homeostat.event WHERE entity = 'job' AND to_state = 'done' AND at > '{}'",
            since.0
        );
        self.wait_for("a job done", || plant.count(&done).filter(|n| *n > 0));
    }

    /// Asks it to stop, as a person with Ctrl-C does, and reads the summary.
    pub(crate) fn stop(self) -> Value {
        ask_to_stop(self.pid());
        self.summary()
    }

    /// Waits for its own end and reads the summary.
    pub(crate) fn summary(mut self) -> Value {
        let mut last = String::new();
        let stdout = self.process.stdout.take().unwrap();
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            last = line;
        }
        let status = self.process.wait().unwrap();
        let summary: Value =
            serde_json::from_str(&last).unwrap_or_else(|e| panic!("{status}: {e}: {last}"));
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

/// SIGTERM, as init and a person with Ctrl-C ask.
pub(crate) fn ask_to_stop(pid: u32) {
    kill_process(Pid::from_raw(pid.cast_signed()).unwrap(), Signal::TERM).unwrap();
}

/// Stops a process in the middle of what it does: what it was asked stays unanswered.
pub(crate) fn freeze(pid: u32) {
    kill_process(Pid::from_raw(pid.cast_signed()).unwrap(), Signal::STOP).unwrap();
}

/// Lets a frozen process go on. It may be gone already.
pub(crate) fn thaw(pid: u32) {
    let _ = kill_process(Pid::from_raw(pid.cast_signed()).unwrap(), Signal::CONT);
}

/// Returns once the process is no more.
pub(crate) fn gone(pid: u32) {
    let started = homeostat_clock::Stopwatch::start();
    while std::fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| !stat.contains(") Z "))
    {
        assert!(started.elapsed() < PATIENCE, "process {pid} lives on");
        std::thread::yield_now();
    }
}

/// The role and id of the process behind a folder of `/proc`, if it is a child of `parent`.
pub(crate) fn children_of(parent: u32) -> Vec<(String, u32)> {
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    let children = entries.filter_map(|entry| child_of(parent, &entry.path()));
    children.collect()
}

fn child_of(parent: u32, folder: &Path) -> Option<(String, u32)> {
    let pid: u32 = folder.file_name()?.to_str()?.parse().ok()?;
    let stat = std::fs::read_to_string(folder.join("stat")).ok()?;
    // The program's name is in brackets and may hold anything; state and parent follow it.
    let mut after = stat.rsplit_once(')')?.1.split_whitespace();
    let (state, of) = (after.next()?, after.next()?);
    if state == "Z" || of.parse() != Ok(parent) {
        return None;
    }
    let command = std::fs::read(folder.join("cmdline")).ok()?;
    let words: Vec<_> = command
        .split(|byte| *byte == 0)
        .map(String::from_utf8_lossy)
        .collect();
    let role = match words.iter().position(|word| word == "run") {
        Some(at) if words.get(at + 1)? == "worker" => {
            words.get(words.iter().position(|word| word == "--name")? + 1)?
        }
        Some(at) => words.get(at + 1)?,
        None if words[0].contains("postgres") => return Some(("postgres".to_owned(), pid)),
        // The same command below its guard.
        None if words.iter().any(|word| word == "up") => {
            return Some(("supervisor".to_owned(), pid));
        }
        None => return None,
    };
    Some((role.clone().into_owned(), pid))
}
