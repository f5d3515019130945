//! Where one trial plays: a database of its own, a vendor of its own, and processes that are the
//! product's, started as anybody would start them.
//!
//! *Who is authoritative.* Postgres and the vendor's books; this file keeps nothing but process ids.
//! *Limits.* The cluster is one without fsync, shared by all trials: what a crash of the server itself
//! does is the storm's to show.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    net::SocketAddr,
    os::unix::net::UnixDatagram,
    path::{Path, PathBuf},
    process::Stdio,
    sync::Arc,
    time::Duration,
};

use homeostat_clock::{Stopwatch, pause};
use rustix::process::{Pid, Signal, kill_process};
use serde::Deserialize;
use serde_json::Value;
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use crate::{
    database::Database,
    errand,
    http::{HttpProxy, HttpTap},
    pg::{Proxy, Tap},
    scenario::Role,
    trouble::Trouble,
};

/// What is not ready by then never is.
const READY: Duration = Duration::from_secs(30);
/// Between two looks at what nothing wakes us for.
const LOOK: Duration = Duration::from_millis(3);
/// The owner's configuration.
const CONFIG: &str = include_str!("homeostat.toml");

/// Port 9 discards, and nobody listens there.
const NOBODY: &str = "http://127.0.0.1:9/meta";

/// The vendor as it announced itself.
#[derive(Debug, Clone, Deserialize)]
struct Announcement {
    listen: SocketAddr,
    environment: BTreeMap<String, String>,
    clock: Value,
}

/// A vendor that runs.
#[derive(Debug)]
struct World {
    child: Child,
    said: Announcement,
}

/// What a process is put behind, and where.
#[derive(Debug, Default)]
pub(crate) struct Behind {
    /// Between it and Postgres.
    pub(crate) pg: Option<Arc<Tap>>,
    /// Between it and the vendors.
    pub(crate) http: Option<Arc<HttpTap>>,
    /// Where a former life of it ran; none: a place of its own.
    pub(crate) run_dir: Option<PathBuf>,
}

/// A process of the product's.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    pub(crate) pid: u32,
    pub(crate) run_dir: PathBuf,
    ready: UnixDatagram,
    _pg: Option<Proxy>,
    _http: Option<HttpProxy>,
}

/// Where one trial plays.
#[derive(Debug)]
pub(crate) struct Plant {
    dir: TempDir,
    program: PathBuf,
    mutant: Option<String>,
    pub(crate) database: Database,
    world: Option<World>,
    started: u32,
}

impl Plant {
    /// A directory and a configuration; the vendor goes on from `books`, if it is in the play.
    pub(crate) async fn new(
        program: &Path,
        mutant: Option<&str>,
        database: Database,
        books: Option<&Path>,
    ) -> Result<Self, Trouble> {
        let dir = tempfile::Builder::new()
            .prefix("homeostat-point-")
            .tempdir_in("/tmp")?;
        fs::write(
            dir.path().join("homeostat.toml"),
            CONFIG.replace("$DIR", &dir.path().display().to_string()),
        )?;
        fs::write(dir.path().join("errand.sh"), errand::SCRIPT)?;
        fs::create_dir(dir.path().join("log"))?;
        fs::create_dir(dir.path().join("books"))?;
        let mut plant = Self {
            dir,
            program: program.to_owned(),
            mutant: mutant.map(str::to_owned),
            database,
            world: None,
            started: 0,
        };
        if let Some(from) = books {
            for file in fs::read_dir(from)? {
                let file = file?;
                fs::copy(file.path(), plant.books().join(file.file_name()))?;
            }
            plant.start_world().await?;
        }
        Ok(plant)
    }

    /// Where everybody works.
    pub(crate) fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// The vendor's books.
    pub(crate) fn books(&self) -> PathBuf {
        self.dir.path().join("books")
    }

    /// Keeps the directory for a look at it.
    pub(crate) fn keep(&mut self) -> PathBuf {
        self.dir.disable_cleanup(true);
        self.dir.path().to_owned()
    }

    async fn start_world(&mut self) -> Result<(), Trouble> {
        let mut command = self.command();
        command
            .args([
                "run", "sandbox", "--json", "--seed", "1", "--speed", "1", "--books",
            ])
            .arg(self.books())
            .stdout(Stdio::piped())
            .stderr(self.log("sandbox")?);
        let mut child = command.spawn()?;
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut line).await?;
        }
        let said = serde_json::from_str(&line)
            .map_err(|e| Trouble::Ground(format!("the sandbox announced {line:?}: {e}")))?;
        self.world = Some(World { child, said });
        Ok(())
    }

    /// Orders a fault of the vendor's own.
    pub(crate) async fn order(&self, fault: &str) -> Result<(), Trouble> {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let Some(world) = &self.world else {
            return Ok(());
        };
        let mut line = tokio::net::TcpStream::connect(world.said.listen).await?;
        let request = format!(
            "POST /_faults HTTP/1.1\r\nhost: sandbox\r\nconnection: close\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{fault}",
            fault.len()
        );
        line.write_all(request.as_bytes()).await?;
        let mut reply = String::new();
        line.read_to_string(&mut reply).await?;
        match reply.contains(" 200 ") {
            true => Ok(()),
            false => Err(Trouble::Ground(format!(
                "the sandbox refused {fault}: {reply}"
            ))),
        }
    }

    /// Starts a process; it need not be ready yet.
    pub(crate) async fn start(&mut self, role: &Role, behind: Behind) -> Result<Process, Trouble> {
        self.started += 1;
        let name = format!("{}-{}", role.name(), self.started);
        let run_dir = match behind.run_dir {
            Some(former) => former,
            None => {
                let own = self.dir.path().join(format!("run-{name}"));
                fs::create_dir(&own)?;
                own
            }
        };
        let mut command = self.command();
        command.args(role.args());
        let pg = match behind.pg {
            Some(tap) => Some(Proxy::before(self.database.url(), tap)?),
            None => None,
        };
        let url = pg.as_ref().map_or(self.database.url(), Proxy::url);
        let socket = self.dir.path().join(format!("ready-{}", self.started));
        let ready = UnixDatagram::bind(&socket)?;
        ready.set_nonblocking(true)?;
        command
            .env("DATABASE_URL", url)
            .env("HOMEOSTAT_RUN_DIR", &run_dir)
            .env("NOTIFY_SOCKET", &socket)
            .stdout(self.log(&name)?)
            .stderr(self.log(&name)?);
        let http = match (&self.world, behind.http.clone()) {
            (Some(world), Some(tap)) => Some(HttpProxy::before(world.said.listen, tap).await?),
            _ => None,
        };
        self.tell_of_vendors(&mut command, http.as_ref());
        let child = command.spawn()?;
        let pid = child.id().unwrap_or_default();
        if let Some(proxy) = &pg {
            proxy.tap().strikes.is_of(pid);
        }
        if let Some(tap) = behind.http {
            tap.is_of(pid);
        }
        Ok(Process {
            child,
            pid,
            run_dir,
            ready,
            _pg: pg,
            _http: http,
        })
    }

    fn tell_of_vendors(&self, command: &mut Command, http: Option<&HttpProxy>) {
        let Some(world) = &self.world else {
            // Nobody in the play asks a vendor; a worker wants to know how it would.
            command
                .env("HOMEOSTAT_META_URL", NOBODY)
                .env("META_ACCESS_TOKEN", "none")
                .env("AD_LIBRARY_TOKEN", "none");
            return;
        };
        // Where a proxy stands between, everything goes through it.
        let (place, listen) = (
            world.said.listen.to_string(),
            http.map_or(world.said.listen, |proxy| proxy.address)
                .to_string(),
        );
        for (name, value) in &world.said.environment {
            command.env(name, value.replace(&place, &listen));
        }
        command.env("HOMEOSTAT_WORLD_CLOCK", world.said.clock.to_string());
    }

    /// A command of the product to its end: its exit code, and what it printed.
    pub(crate) async fn ask(&self, args: &[&str]) -> Result<(Option<i32>, String), Trouble> {
        let mut command = self.command();
        command.args(args).env("DATABASE_URL", self.database.url());
        let output = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .output()
            .await?;
        let said = [output.stdout, output.stderr].concat();
        Ok((
            output.status.code(),
            String::from_utf8_lossy(&said).into_owned(),
        ))
    }

    /// The auditor's findings.
    pub(crate) async fn audit(
        &self,
        patience: Duration,
        may_fail: bool,
    ) -> Result<Vec<String>, Trouble> {
        #[derive(Deserialize)]
        struct Answer {
            findings: Vec<Finding>,
        }
        #[derive(Deserialize)]
        struct Finding {
            field: String,
            what: String,
        }
        let mut command = self.command();
        command
            .args(["drill", "audit", "--json", "--books"])
            .arg(self.books())
            .args(["--patience-ms", &patience.as_millis().to_string()])
            .args(may_fail.then_some("--may-fail"))
            .env("DATABASE_URL", self.database.url())
            // The judge has no mistakes built in.
            .env_remove("HOMEOSTAT_MUTANT");
        let output = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .output()
            .await?;
        let answer: Answer = serde_json::from_slice(&output.stdout).map_err(|e| {
            let said = String::from_utf8_lossy(&output.stderr);
            Trouble::Ground(format!("the auditor gave no answer: {e}: {}", said.trim()))
        })?;
        let words = |one: Finding| format!("{}: {}", one.field, one.what);
        Ok(answer.findings.into_iter().map(words).collect())
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command
            .env_remove("HOMEOSTAT_MUTANT")
            .env_remove("NOTIFY_SOCKET")
            .env("HOMEOSTAT_CONFIG", self.dir.path().join("homeostat.toml"))
            .env("HOMEOSTAT_LOG_DIR", self.dir.path().join("log"))
            .env("NO_COLOR", "1")
            // A session costs the server as much as all that a trial says in it.
            .env("HOMEOSTAT_CONNECTIONS", "3")
            // By this the processes of a trial are known to the last.
            .current_dir(self.dir.path())
            .stdin(Stdio::null())
            .process_group(0)
            .kill_on_drop(true);
        if let Some(mutant) = &self.mutant {
            command.env("HOMEOSTAT_MUTANT", mutant);
        }
        command
    }

    fn log(&self, name: &str) -> std::io::Result<File> {
        let path = self.dir.path().join("log").join(format!("{name}.log"));
        File::options().create(true).append(true).open(path)
    }

    /// Ends everything that is left, and says what should not have been there any more: processes that
    /// nobody of the play started, or that outlived who did.
    pub(crate) async fn clear(&mut self, mut ours: Vec<Process>) -> Result<Vec<u32>, Trouble> {
        for process in &mut ours {
            process.kill();
        }
        for process in &mut ours {
            process.ended().await;
        }
        if let Some(mut world) = self.world.take() {
            let _ = world.child.start_kill();
            let _ = world.child.wait().await;
        }
        let watch = Stopwatch::start();
        let mut left = working_below(self.dir.path());
        // A child of who was killed dies with its leash, which takes a moment.
        while !left.is_empty() && watch.elapsed() < Duration::from_secs(5) {
            pause(LOOK).await;
            left = working_below(self.dir.path());
        }
        for pid in &left {
            signal(*pid, Signal::KILL);
        }
        Ok(left)
    }
}

impl Process {
    /// Waits until it says that it is ready.
    pub(crate) async fn is_ready(&mut self) -> Result<(), Trouble> {
        let watch = Stopwatch::start();
        let mut said = [0; 256];
        loop {
            match self.ready.recv(&mut said) {
                Ok(n) if said[..n].starts_with(b"READY=1") => return Ok(()),
                Ok(_) => continue,
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error.into()),
            }
            if self.has_ended() || watch.elapsed() > READY {
                return Err(Trouble::Ground(
                    "a process of the play did not become ready".into(),
                ));
            }
            pause(LOOK).await;
        }
    }

    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// SIGKILL.
    pub(crate) fn kill(&mut self) {
        let _ = self.child.start_kill();
    }

    /// SIGTERM: a planned stop.
    pub(crate) fn stop(&self) {
        signal(self.pid, Signal::TERM);
    }

    /// Any other signal.
    pub(crate) fn signal(&self, which: Signal) {
        signal(self.pid, which);
    }

    /// Waits for its end.
    pub(crate) async fn ended(&mut self) {
        let _ = self.child.wait().await;
    }
}

fn signal(pid: u32, signal: Signal) {
    if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
        let _ = kill_process(pid, signal);
    }
}

/// Every process that works in this directory or below it.
fn working_below(dir: &Path) -> Vec<u32> {
    let pids = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = pids.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let works =
        |pid: &u32| fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|cwd| cwd.starts_with(dir));
    pids.filter(works).collect()
}
