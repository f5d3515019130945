//! A replicated Postgres: two servers under Patroni, which agrees through etcd on who is the primary. All of it on
//! loopback addresses of this drill's own, as a user that Postgres accepts.
//!
//! ```text
//! etcd ── who holds the leader's key, for how long, and who may take it
//!   ├─ patroni 1 ── postgres, primary ──────▶ replies to a commit once the standby has it (unless asynchronous)
//!   └─ patroni 2 ── postgres, standby ◀── WAL
//! ```
//! *Why not strict.* Patroni promotes nobody but the synchronous standby, so a commit that was answered is on
//! whoever is promoted. Strict would also make the one server that is left after a failover wait for the other
//! to come back: it guards against the loss of a disk, which is no fault of this drill.
//!
//! *Limits.* While the drill lasts, any user of this machine can reach etcd, and with it the servers' settings.

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    time::Duration,
};

use homeostat_clock::{Entropy, Stopwatch, pause};
use homeostat_store::ServerPrograms;
use rand::Rng;
use rustix::process::Signal;
use serde::Deserialize;
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::{
    drill::{http, plant::spawn, processes},
    failure::Failure,
};

/// Made, started and streaming within this; back after a kill within this.
const READY: Duration = Duration::from_secs(180);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(50);
/// Who does not tell this fast whom it knows is not asked further.
const TELLS: Duration = Duration::from_secs(2);
/// Without a sign of the leader for so long another may take its place.
const TTL_S: u32 = 6;
/// So much of the log may be under way to a standby that keeps up.
const CLOSE_BYTES: i64 = 1 << 20;
const USER: &str = "homeostat";
const WHERE_PROGRAMS_ARE: [&str; 4] = ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/bin"];

/// The whole of it.
#[derive(Debug)]
pub(super) struct Cluster {
    dir: TempDir,
    programs: ServerPrograms,
    patroni: PathBuf,
    etcd: Child,
    nodes: Vec<Node>,
    secret: String,
}

#[derive(Debug)]
struct Node {
    name: String,
    postgres: String,
    api: String,
    process: Option<Child>,
}

/// What Patroni knows of its members.
#[derive(Debug, Deserialize)]
struct Members {
    members: Vec<Member>,
}

#[derive(Debug, Deserialize)]
struct Member {
    name: String,
    role: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    lag: serde_json::Value,
}

impl Cluster {
    /// Starts everything. It is not ready yet.
    pub(super) async fn start(synchronous: bool) -> Result<Self, Failure> {
        let (patroni, etcd) = (program("patroni")?, program("etcd")?);
        let broken = |e: std::io::Error| Failure::environment(&e);
        let dir = tempfile::Builder::new()
            .prefix("homeostat-failover-")
            .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o711))
            .tempdir()
            .map_err(broken)?;
        let programs = ServerPrograms::find(dir.path())?;
        let secret = Entropy::from_system().map_err(broken)?;
        let secret = format!("{:016x}", secret.rng().next_u64());
        let net = std::process::id();
        let net = format!("127.{}.{}", 64 + ((net >> 8) & 63), net & 255);
        let place = |host: u8| free(&format!("{net}.{host}"));
        let (client, peer) = (place(9)?, place(9)?);
        let mut cluster = Self {
            etcd: start_etcd(&programs, &etcd, dir.path(), (&client, &peer))?,
            nodes: Vec::new(),
            dir,
            programs,
            patroni,
            secret,
        };
        for n in [1, 2] {
            cluster.nodes.push(Node {
                name: format!("node{n}"),
                postgres: place(n)?,
                api: place(n)?,
                process: None,
            });
        }
        for n in 0..cluster.nodes.len() {
            let home = cluster.home(n);
            cluster.programs.create_dir(&home)?;
            let text = cluster.configuration(n, &client, synchronous);
            fs::write(home.join("patroni.yml"), text).map_err(broken)?;
            cluster.start_node(n)?;
        }
        Ok(cluster)
    }

    /// Both servers, for who works on the primary.
    pub(super) fn url(&self) -> String {
        let hosts: Vec<&str> = self.nodes.iter().map(|n| n.postgres.as_str()).collect();
        let (hosts, secret) = (hosts.join(","), &self.secret);
        format!("postgres://{USER}:{secret}@{hosts}/postgres?target_session_attrs=read-write")
    }

    /// Waits until there is a primary and a standby that follows it closely. Gives back which is the primary.
    pub(super) async fn ready(&mut self, synchronous: bool) -> Result<usize, Failure> {
        let standby = match synchronous {
            true => "sync_standby",
            false => "replica",
        };
        let watch = Stopwatch::start();
        let mut last = None;
        while watch.elapsed() < READY {
            if let Some(members) = self.members().await {
                let of = |role: &str| members.iter().find(|member| member.role == role);
                let follows = of(standby).is_some_and(Member::follows);
                if let (Some(leader), true) = (of("leader"), follows)
                    && let Some(at) = self.nodes.iter().position(|n| n.name == leader.name)
                {
                    return Ok(at);
                }
                last = Some(members);
            }
            pause(LOOK).await;
        }
        let text = format!("no primary with a standby: {last:?}; {}", self.said());
        Err(Failure::Law(text))
    }

    async fn members(&self) -> Option<Vec<Member>> {
        for node in self.nodes.iter().filter(|node| node.process.is_some()) {
            let base = format!("http://{}", node.api);
            let asked = tokio::time::timeout(TELLS, http::get::<Members>(&base, "/cluster"));
            if let Ok(Ok(told)) = asked.await {
                return Some(told.members);
            }
        }
        None
    }

    /// Holds up what the primary sends to its standby.
    pub(super) fn hold_up(&self, primary: usize) -> usize {
        let data = self.home(primary).join("data");
        let senders = processes::working_in(&data).into_iter().filter(|pid| {
            let line = processes::command_line(*pid);
            String::from_utf8_lossy(&line).contains("walsender")
        });
        let senders: Vec<u32> = senders.collect();
        for pid in &senders {
            processes::signal(*pid, Signal::STOP);
        }
        senders.len()
    }

    /// SIGKILL to a server, everything below it, and its Patroni. Returns when all are gone.
    pub(super) async fn kill(&mut self, n: usize) -> Result<usize, Failure> {
        let data = self.home(n).join("data");
        let process = self.nodes.get_mut(n).and_then(|node| node.process.take());
        let mut all: Vec<u32> = match process.as_ref().and_then(Child::id) {
            Some(pid) => processes::tree(pid),
            None => Vec::new(),
        };
        // Patroni's server is no child of it any more.
        all.extend(processes::working_in(&data));
        for pid in &all {
            processes::signal(*pid, Signal::KILL);
        }
        // What was forked meanwhile is in no list yet.
        let late = processes::working_in(&data);
        for pid in &late {
            processes::signal(*pid, Signal::KILL);
        }
        if let Some(mut process) = process {
            // It was killed; its exit status tells nothing more.
            let _ = process.wait().await;
        }
        all.extend(late);
        all.sort_unstable();
        all.dedup();
        processes::gone(&all).await?;
        Ok(all.len())
    }

    /// Starts a node, which finds out by itself what it is now.
    pub(super) fn start_node(&mut self, n: usize) -> Result<(), Failure> {
        let home = self.home(n);
        let mut command = Command::from(self.programs.command(&self.patroni, &home));
        let log = log(&home.join("patroni.log"))?;
        let again = log.try_clone().map_err(|e| Failure::environment(&e))?;
        command
            .arg(home.join("patroni.yml"))
            .stdout(log)
            .stderr(again);
        let process = spawn(&mut command)?;
        if let Some(node) = self.nodes.get_mut(n) {
            node.process = Some(process);
        }
        Ok(())
    }

    /// Ends everything and leaves nothing behind.
    pub(super) async fn clear(mut self) -> Result<(), Failure> {
        for n in 0..self.nodes.len() {
            self.kill(n).await?;
        }
        // It may have ended already; then there is nothing to wait for.
        let _ = self.etcd.kill().await;
        self.dir.close().map_err(|e| Failure::environment(&e))
    }

    /// The ends of the logs, for people.
    pub(super) fn said(&self) -> String {
        let nodes = self.nodes.iter().enumerate().map(|(n, node)| {
            let text = fs::read_to_string(self.home(n).join("patroni.log")).unwrap_or_default();
            let lines: Vec<&str> = text.lines().rev().take(3).collect();
            let lines: Vec<&str> = lines.into_iter().rev().collect();
            format!("{}: {}", node.name, lines.join(" | "))
        });
        nodes.collect::<Vec<_>>().join("; ")
    }

    fn home(&self, n: usize) -> PathBuf {
        self.dir.path().join(format!("n{n}"))
    }

    /// As short as it may be: a leader that is gone is missed after [`TTL_S`], instead of half a minute.
    fn configuration(&self, n: usize, etcd: &str, synchronous: bool) -> String {
        let Some(node) = self.nodes.get(n) else {
            return String::new();
        };
        let (name, postgres, api, secret) = (&node.name, &node.postgres, &node.api, &self.secret);
        let home = self.home(n);
        let home = home.display();
        let bin = self.programs.path("postgres");
        let bin = bin.parent().unwrap_or_else(|| Path::new("/")).display();
        format!(
            "scope: drill
name: {name}
restapi: {{listen: '{api}', connect_address: '{api}', authentication: {{username: {USER}, password: '{secret}'}}}}
etcd3: {{host: '{etcd}'}}
bootstrap:
  dcs:
    ttl: {TTL_S}
    loop_wait: 1
    retry_timeout: 2
    # What an asynchronous standby may have missed and be promoted all the same: the drill wants to see it lost.
    maximum_lag_on_failover: 268435456
    synchronous_mode: {synchronous}
    postgresql:
      use_pg_rewind: true
      use_slots: true
      parameters:
        max_connections: 140
        wal_log_hints: 'on'
        wal_keep_size: 256MB
        max_wal_size: 128MB
        checkpoint_timeout: 60s
        recovery_init_sync_method: syncfs
  initdb: [{{encoding: UTF8}}, {{locale: C}}]
postgresql:
  listen: '{postgres}'
  connect_address: '{postgres}'
  data_dir: '{home}/data'
  bin_dir: '{bin}'
  pgpass: '{home}/pgpass'
  remove_data_directory_on_rewind_failure: true
  remove_data_directory_on_diverged_timelines: true
  authentication:
    superuser: {{username: {USER}, password: '{secret}'}}
    replication: {{username: replicator, password: '{secret}'}}
  pg_hba: ['host all all 127.0.0.0/8 scram-sha-256', 'host replication all 127.0.0.0/8 scram-sha-256']
  parameters: {{unix_socket_directories: ''}}
"
        )
    }
}

impl Member {
    /// Whether it streams and is close, as far as is known. Work goes on, so it is always a little behind.
    fn follows(&self) -> bool {
        let is_close = self.lag.as_i64().is_some_and(|bytes| bytes <= CLOSE_BYTES);
        ["running", "streaming"].contains(&self.state.as_str()) && is_close
    }
}

fn start_etcd(
    programs: &ServerPrograms,
    etcd: &Path,
    dir: &Path,
    (client, peer): (&str, &str),
) -> Result<Child, Failure> {
    let home = dir.join("etcd");
    programs.create_dir(&home)?;
    let (client, peer) = (format!("http://{client}"), format!("http://{peer}"));
    let mut command = Command::from(programs.command(etcd, &home));
    command.arg("--data-dir").arg(home.join("data"));
    command.args(["--listen-client-urls", &client]);
    command.args(["--advertise-client-urls", &client]);
    command.args(["--listen-peer-urls", &peer]);
    command.args(["--initial-advertise-peer-urls", &peer]);
    command.args(["--initial-cluster", &format!("default={peer}")]);
    let log = log(&home.join("etcd.log"))?;
    let again = log.try_clone().map_err(|e| Failure::environment(&e))?;
    command.stdout(log).stderr(again);
    spawn(&mut command)
}

fn log(path: &Path) -> Result<fs::File, Failure> {
    let file = fs::File::options().create(true).append(true).open(path);
    file.map_err(|e| Failure::Environment(format!("cannot open {}: {e}", path.display())))
}

/// A program that the machine must have.
fn program(name: &str) -> Result<PathBuf, Failure> {
    let found = WHERE_PROGRAMS_ARE
        .iter()
        .map(|dir| Path::new(dir).join(name));
    found.into_iter().find(|path| path.is_file()).ok_or_else(|| {
        Failure::Environment(format!(
            "the drill needs Patroni and etcd, and there is no {name} here (Debian: apt-get install patroni \
             etcd-server)"
        ))
    })
}

/// An address with a port that nobody listens on.
fn free(host: &str) -> Result<String, Failure> {
    let listener = TcpListener::bind((host, 0)).map_err(|e| {
        Failure::Environment(format!("cannot listen on the loopback address {host}: {e}"))
    })?;
    let address = listener
        .local_addr()
        .map_err(|e| Failure::environment(&e))?;
    Ok(address.to_string())
}
