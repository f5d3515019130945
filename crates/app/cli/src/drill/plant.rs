//! The stage of the drills about work and money: a directory of its own, the world as a process that lives
//! on, and `up` as any owner would start it.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    fs::{self, File, Permissions},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use homeostat_clock::{Anchor, WorldClock};
use homeostat_store::EmbeddedOptions;
use rustix::process::Signal;
use serde::Deserialize;
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use super::{auditor::Audit, http, processes, witness::Witness};
use crate::{failure::Failure, state::State};

const SEED: &str = "1";

/// What a drill wants of its stage.
#[derive(Debug, Clone)]
pub(super) struct Setting {
    /// The owner's configuration.
    pub(super) config: Cow<'static, str>,
    /// World seconds per real second.
    pub(super) speed: &'static str,
    /// How badly the vendors behave.
    pub(super) faults: &'static str,
    /// The kinds of the drills that `up` works on. The others belong to workers of the drill.
    pub(super) kinds: &'static [&'static str],
    /// More words for `up`.
    pub(super) more: &'static [&'static str],
    /// More words for the world.
    pub(super) world: Vec<String>,
    /// What everybody but the vendor finds in the environment.
    pub(super) env: &'static [(&'static str, &'static str)],
    /// Where the vendor keeps its books, when that is not the system's own disk.
    pub(super) books: Option<PathBuf>,
    /// A mistake that the processes under test are to make.
    pub(super) mutant: Option<String>,
    /// The database, when it is not the system's own.
    pub(super) database: Option<String>,
}

/// What the sandbox announced, as far as the drill uses it.
#[derive(Debug, Deserialize)]
struct Announcement {
    listen: String,
    clock: serde_json::Value,
    environment: BTreeMap<String, String>,
}

/// Everything that the drill started.
#[derive(Debug)]
pub(super) struct Plant {
    dir: TempDir,
    program: PathBuf,
    setting: Setting,
    pub(super) state: State,
    world: Option<Child>,
    /// Where the sandbox listens, `http://host:port`.
    pub(super) sandbox: String,
    /// What a worker finds in its environment to speak to the vendors.
    vendors: Vec<(String, String)>,
    up: Option<Child>,
    extras: Vec<Child>,
}

impl Plant {
    /// Makes the directory and starts the world in it.
    pub(super) async fn new(setting: Setting) -> Result<Self, Failure> {
        let broken = |e: std::io::Error| Failure::environment(&e);
        // Short, for the sockets below it; and open for the user that runs Postgres.
        let dir = tempfile::Builder::new()
            .prefix("homeostat-drill-")
            .permissions(Permissions::from_mode(0o711))
            .tempdir()
            .map_err(broken)?;
        let state = State::create(dir.path(), &format!("sandbox-seed{SEED}-none"))?;
        fs::write(dir.path().join("homeostat.toml"), &*setting.config).map_err(broken)?;
        let mut plant = Self {
            program: std::env::current_exe().map_err(broken)?,
            dir,
            setting,
            state,
            world: None,
            sandbox: String::new(),
            vendors: Vec::new(),
            up: None,
            extras: Vec::new(),
        };
        plant.start_world().await?;
        Ok(plant)
    }

    async fn start_world(&mut self) -> Result<(), Failure> {
        let mut command = self.world_command()?;
        command.stdout(Stdio::piped());
        let mut child = spawn(&mut command)?;
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            let read = BufReader::new(stdout).read_line(&mut line).await;
            read.map_err(|e| Failure::environment(&e))?;
        }
        self.world = Some(child);
        let said: Announcement = serde_json::from_str(&line)
            .map_err(|e| Failure::Environment(format!("the sandbox announced {line:?}: {e}")))?;
        fs::write(self.announcement(), &line).map_err(|e| Failure::environment(&e))?;
        self.sandbox = format!("http://{}", said.listen);
        self.vendors = said.environment.into_iter().collect();
        let clock = ("HOMEOSTAT_WORLD_CLOCK".to_owned(), said.clock.to_string());
        self.vendors.push(clock);
        Ok(())
    }

    /// The world, which listens where it did before when it has been open already.
    pub(super) fn world_command(&self) -> Result<Command, Failure> {
        let mut command = Command::new(&self.program);
        command
            .args(["run", "sandbox", "--json", "--seed", SEED])
            .args(["--speed", self.setting.speed])
            .args(["--faults", self.setting.faults])
            .args(&self.setting.world)
            .arg("--books")
            .arg(self.books())
            .stdout(Stdio::null())
            .stderr(self.log("sandbox")?);
        if let Some(address) = self.sandbox.strip_prefix("http://") {
            command.args(["--listen", address]);
        }
        Ok(command)
    }

    /// Gives the open world to somebody who keeps it open.
    pub(super) fn take_world(&mut self) -> Option<Child> {
        self.world.take()
    }

    fn books(&self) -> PathBuf {
        let elsewhere = self.setting.books.clone();
        elsewhere.unwrap_or_else(|| self.state.books_dir())
    }

    /// Starts `up` as an owner would, with a group for the drill's own jobs.
    pub(super) fn start_up(&mut self) -> Result<(), Failure> {
        let mut command = self.up_command()?;
        self.up = Some(spawn(&mut command)?);
        Ok(())
    }

    /// `up` as an owner would start it.
    pub(super) fn up_command(&self) -> Result<Command, Failure> {
        let mut command = self.command();
        command.arg("--state-dir").arg(self.dir.path());
        command.args(["up", "--seed", SEED, "--speed", self.setting.speed]);
        command.args(["--json-summary", "--sandbox"]);
        command
            .arg(self.announcement())
            .arg("--config")
            .arg(self.dir.path().join("homeostat.toml"));
        for kind in self.setting.kinds {
            command.args(["--drill-kind", kind]);
        }
        command.args(self.setting.more);
        command.stdout(self.log("up")?).stderr(self.log("up")?);
        Ok(command)
    }

    /// Starts a worker that is no child of `up`. Gives back its process id.
    pub(super) fn start_worker(
        &mut self,
        name: &str,
        kinds: &[&str],
        url: &str,
    ) -> Result<u32, Failure> {
        let mut command = self.role_command(name, url)?;
        command.args(["worker", "--name", name]);
        for kind in kinds {
            command.args(["--kind", kind]);
        }
        let child = spawn(&mut command)?;
        let pid = child.id().unwrap_or_default();
        self.extras.push(child);
        Ok(pid)
    }

    /// A role that is no child of `up`; which one is said by the words that follow. `log` names its log.
    pub(super) fn role_command(&self, log: &str, url: &str) -> Result<Command, Failure> {
        let mut command = self.command();
        command
            .arg("run")
            .env("DATABASE_URL", url)
            .env("HOMEOSTAT_RUN_DIR", self.state.run_dir())
            .env("HOMEOSTAT_CONFIG", self.dir.path().join("homeostat.toml"))
            .envs(self.vendors.iter().cloned())
            .stdout(self.log(log)?)
            .stderr(self.log(log)?);
        Ok(command)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command
            .env_remove("DATABASE_URL")
            .env_remove("HOMEOSTAT_MUTANT")
            .envs(self.setting.env.iter().copied());
        if let Some(url) = &self.setting.database {
            command.env("DATABASE_URL", url);
        }
        if let Some(mutant) = &self.setting.mutant {
            command.env("HOMEOSTAT_MUTANT", mutant);
        }
        command
    }

    /// `up` and everything under it, Postgres included.
    fn ours(&self) -> Vec<u32> {
        let root = self.up.as_ref().and_then(Child::id);
        root.map(processes::tree).unwrap_or_default()
    }

    /// SIGKILL to `up` and everything under it at once, Postgres included. Returns when all are gone,
    /// with how many there were.
    pub(super) async fn kill_all(&mut self) -> Result<usize, Failure> {
        let mut all = self.ours();
        for pid in &all {
            processes::signal(*pid, Signal::KILL);
        }
        // A backend that was forked meanwhile is in no list yet.
        let server = processes::working_in(&self.cluster().dir.join("data"));
        for pid in &server {
            processes::signal(*pid, Signal::KILL);
        }
        all.extend(server);
        all.sort_unstable();
        all.dedup();
        self.bury_up().await;
        processes::gone(&all).await?;
        Ok(all.len())
    }

    /// Forgets the `up` that was killed.
    async fn bury_up(&mut self) {
        if let Some(mut up) = self.up.take() {
            // It was killed; its exit status tells nothing more.
            let _ = up.wait().await;
        }
    }

    /// Whether `up` has ended by itself.
    pub(super) fn up_has_ended(&mut self) -> bool {
        match &mut self.up {
            Some(up) => !matches!(up.try_wait(), Ok(None)),
            None => true,
        }
    }

    /// Asks a worker to stop, whose part is over, and waits for it.
    pub(super) async fn dismiss_worker(&mut self, pid: u32) {
        processes::signal(pid, Signal::TERM);
        self.bury_worker(pid).await;
    }

    /// Waits for the end of a worker that was killed or asked to stop.
    pub(super) async fn bury_worker(&mut self, pid: u32) {
        let Some(at) = self.extras.iter().position(|child| child.id() == Some(pid)) else {
            return;
        };
        let _ = self.extras.swap_remove(at).wait().await;
    }

    /// The system's directory.
    pub(super) fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// The embedded cluster of the system.
    pub(super) fn cluster(&self) -> EmbeddedOptions {
        self.state.cluster()
    }

    /// A connection that looks.
    pub(super) fn witness(&self) -> Result<Witness, Failure> {
        match &self.setting.database {
            Some(url) => Ok(Witness::at(url.clone())),
            None => Witness::of(&self.cluster()),
        }
    }

    /// What the auditor looks at.
    pub(super) fn audit(&self) -> Audit {
        Audit {
            books: self.books(),
            sandbox: Some(self.sandbox.clone()),
            may_fail: false,
        }
    }

    /// The log of a process of the drill, as text.
    pub(super) fn said(&self, name: &str) -> String {
        fs::read_to_string(self.log_path(name)).unwrap_or_default()
    }

    /// Keeps the logs of every process elsewhere, for who looks into it later.
    pub(super) fn keep_logs(&self, to: &Path) -> Result<(), Failure> {
        let copied = fs::create_dir_all(to).and_then(|()| {
            for entry in fs::read_dir(self.state.log_dir())?.flatten() {
                if entry.file_type()?.is_file() {
                    fs::copy(entry.path(), to.join(entry.file_name()))?;
                }
            }
            Ok(())
        });
        copied.map_err(|e| Failure::environment(&e))
    }

    /// Makes a paused campaign run again as a stranger in Ads Manager would: at the vendor, behind our
    /// back.
    pub(super) async fn run_again(&self, campaign: &str) -> Result<(), Failure> {
        let token = self
            .vendors
            .iter()
            .find(|(name, _)| name == "META_ACCESS_TOKEN");
        let token = token.map(|(_, token)| token.as_str()).unwrap_or_default();
        let path = format!("/meta/v26.0/{campaign}?access_token={token}&status=ACTIVE");
        let _done: serde_json::Value =
            http::post_as_person(&self.sandbox, &path, "in-ads-manager").await?;
        Ok(())
    }

    /// Real time until the world's hour is over.
    pub(super) async fn hour_left(&self) -> Result<Duration, Failure> {
        const HOUR_S: f64 = 3_600.0;
        let anchor: Anchor = http::get(&self.sandbox, "/clock").await?;
        let now = WorldClock::Scaled(anchor).now();
        let into_hour_s = (now.0.as_second().rem_euclid(3_600)) as f64;
        Ok(Duration::from_secs_f64(
            (HOUR_S - into_hour_s) / f64::from(anchor.speed),
        ))
    }

    /// Asks the system itself: `homeostat verify`. Gives back what is violated, in words.
    pub(super) async fn verify(&self) -> Result<Vec<String>, Failure> {
        #[derive(Deserialize)]
        struct Answer {
            checks: Vec<Check>,
        }
        #[derive(Deserialize)]
        struct Check {
            name: String,
            violations: i64,
            first: Option<String>,
        }
        let mut command = self.command();
        command.arg("--state-dir").arg(self.dir.path());
        let output = command.args(["verify", "--json"]).output().await;
        let output = output.map_err(|e| Failure::environment(&e))?;
        let answer: Answer = serde_json::from_slice(&output.stdout).map_err(|e| {
            let said = String::from_utf8_lossy(&output.stderr);
            Failure::Environment(format!("verify gave no answer: {e}: {}", said.trim()))
        })?;
        let violated = answer
            .checks
            .into_iter()
            .filter(|check| check.violations > 0);
        let words = |check: Check| {
            let first = check.first.unwrap_or_default();
            format!("{}: {}, first: {first}", check.name, check.violations)
        };
        Ok(violated.map(words).collect())
    }

    /// Stops `up` as a person would. Gives back whether it ended well.
    pub(super) async fn stop_up(&mut self) -> bool {
        let Some(mut up) = self.up.take() else {
            return false;
        };
        if let Some(pid) = up.id() {
            processes::signal(pid, Signal::TERM);
        }
        up.wait().await.is_ok_and(|status| status.success())
    }

    /// Ends everything, however the drill went, and leaves nothing behind.
    pub(super) async fn clear(mut self) -> Result<(), Failure> {
        self.kill_all().await?;
        let others = self.extras.iter().chain(&self.world);
        let all: Vec<u32> = others.filter_map(Child::id).collect();
        for pid in &all {
            processes::signal(*pid, Signal::KILL);
        }
        for child in self.extras.iter_mut().chain(&mut self.world) {
            let _ = child.wait().await;
        }
        processes::gone(&all).await?;
        self.dir.close().map_err(|e| Failure::environment(&e))
    }

    fn announcement(&self) -> PathBuf {
        self.dir.path().join("sandbox.json")
    }

    fn log_path(&self, name: &str) -> PathBuf {
        self.state.log_dir().join(format!("drill-{name}.log"))
    }

    fn log(&self, name: &str) -> Result<File, Failure> {
        open_log(&self.log_path(name))
    }
}

fn open_log(path: &Path) -> Result<File, Failure> {
    let file = File::options().create(true).append(true).open(path);
    file.map_err(|e| Failure::Environment(format!("cannot open {}: {e}", path.display())))
}

/// Starts it as a process that ends with us.
pub(super) fn spawn(command: &mut Command) -> Result<Child, Failure> {
    // In a group of its own: an interrupt typed at the terminal is the drill's to pass on.
    command
        .stdin(Stdio::null())
        .process_group(0)
        .kill_on_drop(true);
    command.spawn().map_err(|e| Failure::environment(&e))
}
