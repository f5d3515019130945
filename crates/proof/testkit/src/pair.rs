//! Two servers, of which one may stand in for the other: a primary and its streaming standby.

use std::{
    fs::Permissions,
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use homeostat_store::ServerPrograms;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

const USER: &str = "homeostat";
/// Either may be the primary, and may be rewound by hand.
const SETTINGS: [&str; 6] = [
    "listen_addresses=",
    "fsync=off",
    "full_page_writes=on",
    "wal_log_hints=on",
    "max_connections=60",
    "timezone=UTC",
];

/// The servers 0 and 1. The first one starts as the primary, and no commit is answered that the second one does
/// not have.
#[derive(Debug)]
pub struct Pair {
    dir: TempDir,
    programs: ServerPrograms,
    servers: [Option<Child>; 2],
    /// What no end of its server wakes.
    held_up: Option<Pid>,
}

impl Pair {
    /// Both, streaming.
    ///
    /// # Panics
    /// When they cannot be made.
    pub fn start() -> Self {
        // Not under TMPDIR: a socket path has room for about 100 bytes.
        let dir = tempfile::Builder::new()
            .prefix("hs-pair-")
            .permissions(Permissions::from_mode(0o711))
            .tempdir_in("/tmp")
            .expect("a temporary directory");
        let programs = ServerPrograms::find(dir.path()).expect("Postgres is installed");
        let mut pair = Self {
            dir,
            programs,
            servers: [None, None],
            held_up: None,
        };
        for n in [0, 1] {
            let made = pair.programs.create_dir(&pair.home(n));
            made.expect("a directory of the server");
        }
        run(pair.command("initdb", 0).arg("-D").arg(pair.data(0)).args([
            "-U",
            USER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "-N",
        ]));
        pair.start_server(0);
        run(pair
            .command("pg_basebackup", 1)
            .arg("-h")
            .arg(pair.home(0))
            .arg("-D")
            .arg(pair.data(1))
            .args(["-U", USER, "-R", "-X", "stream", "-c", "fast", "-N"]));
        pair.start_server(1);
        let synchronous = "ALTER SYSTEM SET synchronous_standby_names = '*'";
        pair.sql(0, synchronous);
        pair.sql(0, "SELECT pg_reload_conf()");
        pair
    }

    /// Both, in order, as a URL.
    pub fn url(&self) -> String {
        self.url_in([0, 1])
    }

    /// Both, in this order.
    pub fn url_in(&self, order: [usize; 2]) -> String {
        let [first, second] = order.map(|n| self.home(n).display().to_string());
        format!("postgres://{USER}@/postgres?host={first},{second}&target_session_attrs=read-write")
    }

    /// Starts a server that is down, as what it was.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start_server(&mut self, n: usize) {
        let mut command = self.command("postgres", n);
        command
            .arg("-D")
            .arg(self.data(n))
            .arg("-k")
            .arg(self.home(n));
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let mut server = command.spawn().expect("postgres starts");
        let log = server.stderr.take().expect("its log");
        let mut lines = BufReader::new(log).lines().map_while(Result::ok);
        let is_ready = |line: &String| line.contains("ready to accept");
        assert!(lines.any(|line| is_ready(&line)), "postgres came up");
        std::thread::spawn(move || lines.for_each(drop));
        self.servers[n] = Some(server);
    }

    /// SIGKILL to a server. Its sessions end when they notice.
    ///
    /// # Panics
    /// When it is down.
    pub fn kill(&mut self, n: usize) {
        let mut server = self.servers[n].take().expect("it runs");
        server.kill().expect("it is ours");
        server.wait().expect("it is ours");
        self.end_held_up();
    }

    /// From now on a commit is answered without the standby.
    ///
    /// # Panics
    /// When the primary is down.
    pub fn wait_for_nobody(&self) {
        self.sql(0, "ALTER SYSTEM SET synchronous_standby_names = ''");
        self.sql(0, "SELECT pg_reload_conf()");
        // A session that began before the reload may not have heard of it.
        while !self.sql(0, "SHOW synchronous_standby_names").is_empty() {
            std::thread::yield_now();
        }
    }

    /// From now on the standby hears of nothing that the primary does.
    ///
    /// # Panics
    /// When the primary is down, or has no standby.
    pub fn hold_up(&mut self) {
        let pid = self.sql(0, "SELECT pid FROM pg_stat_replication");
        let pid = pid.parse().ok().and_then(Pid::from_raw);
        let sent = kill_process(pid.expect("a standby is served"), Signal::STOP);
        sent.expect("it is ours");
        self.held_up = pid;
    }

    /// Makes the standby a primary. Returns when it is one.
    ///
    /// # Panics
    /// When it does not become one.
    pub fn promote(&self, n: usize) {
        run(self
            .command("pg_ctl", n)
            .args(["promote", "-w", "-D"])
            .arg(self.data(n)));
    }

    /// A statement on one of them.
    ///
    /// # Panics
    /// When it is refused.
    pub fn sql(&self, n: usize, statement: &str) -> String {
        let answer = run(self
            .command("psql", n)
            .args(["-XAtq", "-U", USER, "-d", "postgres", "-c", statement, "-h"])
            .arg(self.home(n)));
        answer.trim().to_owned()
    }

    /// After its server, or the standby would be served again. It is stopped, so its number is still its own.
    fn end_held_up(&mut self) {
        if let Some(pid) = self.held_up.take() {
            // It may have been ended with its server.
            let _ = kill_process(pid, Signal::KILL);
        }
    }

    fn home(&self, n: usize) -> PathBuf {
        self.dir.path().join(n.to_string())
    }

    fn data(&self, n: usize) -> PathBuf {
        self.home(n).join("data")
    }

    fn command(&self, name: &str, n: usize) -> Command {
        let home = self.home(n);
        self.programs
            .command(&self.programs.path(name), Path::new(&home))
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        for server in self.servers.iter_mut().flatten() {
            // Nothing in it is worth a clean shutdown.
            let _ = server.kill();
            let _ = server.wait();
        }
        self.end_held_up();
    }
}

fn run(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|e| panic!("{command:?}: {e}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
