//! A system for a drill about processes: `up` as any owner would start it, in a directory of its own, seen
//! from outside through `/proc`, its control socket and its alerts.

use std::{
    fs::{self, File, Permissions},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use homeostat_alerts::{Alert, Spool};
use homeostat_clock::{Stopwatch, pause};
use rustix::process::Signal;
use tempfile::TempDir;
use tokio::process::{Child, Command};

use super::processes;
use crate::{
    control::{Answer, Ask, Report, Row, ask},
    failure::{Failure, chain},
    state::State,
};

/// What takes longer than this never comes.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks at what nothing wakes us for.
const LOOK: Duration = Duration::from_millis(1);
/// The system that the options of `up` below mean.
const SYSTEM: &str = "sandbox-seed1-none";
/// One brand in the sandbox.
const CONFIG: &str = include_str!("stage.toml");

/// A system under test.
#[derive(Debug)]
pub(super) struct Stage {
    dir: TempDir,
    program: PathBuf,
    pub(super) state: State,
    up: Option<Child>,
}

impl Stage {
    /// Makes its directory, with this configuration beside the brands.
    pub(super) fn new(config: &str) -> Result<Self, Failure> {
        let broken = |e: std::io::Error| Failure::environment(&e);
        // Short, for the sockets below it; and open for the user that runs Postgres.
        let dir = tempfile::Builder::new()
            .prefix("homeostat-drill-")
            .permissions(Permissions::from_mode(0o711))
            .tempdir()
            .map_err(broken)?;
        let text = format!("{CONFIG}\n{config}");
        fs::write(dir.path().join("homeostat.toml"), text).map_err(broken)?;
        Ok(Self {
            program: std::env::current_exe().map_err(broken)?,
            state: State::create(dir.path(), SYSTEM)?,
            dir,
            up: None,
        })
    }

    /// Its directory.
    pub(super) fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// Starts `up`, behind these words (a program that starts another) and with more arguments.
    pub(super) fn start(&mut self, before: &[&str], more: &[&str]) -> Result<(), Failure> {
        let mut command = match before {
            [] => Command::new(&self.program),
            [first, rest @ ..] => {
                let mut command = Command::new(first);
                command.args(rest).arg(&self.program);
                command
            }
        };
        command
            .env_remove("DATABASE_URL")
            .arg("--state-dir")
            .arg(self.dir.path())
            .args(["up", "--seed", "1", "--config"])
            .arg(self.dir.path().join("homeostat.toml"))
            .args(more)
            .stdin(Stdio::null())
            .stdout(self.log()?)
            .stderr(self.log()?)
            // An interrupt typed at the terminal is the drill's to pass on.
            .process_group(0)
            .kill_on_drop(true);
        self.up = Some(command.spawn().map_err(|e| Failure::environment(&e))?);
        Ok(())
    }

    /// The process that was started.
    pub(super) fn pid(&self) -> u32 {
        self.up.as_ref().and_then(Child::id).unwrap_or(0)
    }

    fn log(&self) -> Result<File, Failure> {
        let path = self.state.log_dir().join("drill-up.log");
        let file = File::options().create(true).append(true).open(&path);
        file.map_err(|e| Failure::Environment(format!("cannot open {}: {e}", path.display())))
    }

    /// What the owner wrote.
    pub(super) fn config_file(&self) -> PathBuf {
        self.dir.path().join("homeostat.toml")
    }

    /// Waits for its end. Gives back the exit code; none of a signal.
    pub(super) async fn ended(&mut self) -> Option<i32> {
        let mut up = self.up.take()?;
        up.wait().await.ok()?.code()
    }

    /// What `up` said.
    pub(super) fn said(&self) -> String {
        let path = self.state.log_dir().join("drill-up.log");
        fs::read_to_string(path).unwrap_or_default()
    }

    /// How everything is, if anybody answers.
    pub(super) async fn report(&self) -> Option<Report> {
        match ask(&self.state.control_socket(), &Ask::Processes).await {
            Ok(Answer::Processes(report)) => Some(*report),
            Ok(Answer::Done | Answer::Kind(_) | Answer::Refused(_)) | Err(_) => None,
        }
    }

    /// Looks until there is an answer.
    pub(super) async fn until<T>(
        &self,
        what: &str,
        mut look: impl AsyncFnMut() -> Option<T>,
    ) -> Result<T, Failure> {
        let watch = Stopwatch::start();
        loop {
            if let Some(found) = look().await {
                return Ok(found);
            }
            if watch.elapsed() > PATIENCE {
                let said = self.said();
                let tail: Vec<&str> = said.lines().rev().take(20).collect();
                let tail: Vec<&str> = tail.into_iter().rev().collect();
                let text = format!("never came: {what}. `up` said last:\n{}", tail.join("\n"));
                return Err(Failure::Law(text));
            }
            pause(LOOK).await;
        }
    }

    /// Waits for the report that shows what is wanted.
    pub(super) async fn reported<T>(
        &self,
        what: &str,
        wanted: impl Fn(&Report) -> Option<T>,
    ) -> Result<T, Failure> {
        let look = async || self.report().await.as_ref().and_then(&wanted);
        self.until(what, look).await
    }

    /// Waits until every kind is at work. Returns their names.
    pub(super) async fn all_at_work(&self, kinds_min: usize) -> Result<Vec<String>, Failure> {
        self.reported("every kind at work", |report| {
            let all = report.kinds.len() >= kinds_min
                && report.kinds.iter().all(|row| row.view.is_ready());
            let names = report.kinds.iter().map(|row| row.view.name.clone());
            all.then(|| names.collect())
        })
        .await
    }

    /// The alerts of the system, the open ones and the others.
    pub(super) fn alerts(&self) -> Result<Vec<Alert>, Failure> {
        let spool = Spool::open(&self.state.alerts_dir());
        let spool = spool.map_err(|e| Failure::Environment(chain(&e)))?;
        Ok(spool.list().alerts)
    }

    /// Stops `up` as a person would. Gives back whether it ended well.
    pub(super) async fn stop(&mut self) -> bool {
        let Some(mut up) = self.up.take() else {
            return false;
        };
        if let Some(pid) = up.id() {
            // What made a namespace before it passes no signal on.
            let guard = processes::guard_and_supervisor(pid).map_or(pid, |(guard, _)| guard);
            processes::signal(guard, Signal::TERM);
        }
        up.wait().await.is_ok_and(|status| status.success())
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // A drill that failed leaves nothing behind either.
        if let Some(pid) = self.up.as_ref().and_then(Child::id) {
            for pid in processes::tree(pid) {
                processes::signal(pid, Signal::KILL);
            }
        }
    }
}

/// A kind by its name.
pub(super) fn row<'a>(report: &'a Report, name: &str) -> Option<&'a Row> {
    report.kinds.iter().find(|row| row.view.name == name)
}
