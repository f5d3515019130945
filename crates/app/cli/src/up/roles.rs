//! Our own roles and the declared daemons as kinds: first what needs no database, then the sandbox, then
//! scheduler and worker groups.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    net::TcpListener,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use homeostat_alerts::Severity;
use homeostat_operator::config::Settings;

use homeostat_supervisor::{
    guard::{STANDBY_VARIABLE, TREE_VARIABLE, TRIAL_VARIABLE},
    kinds::{Spec, State as Stands, Talks, View},
    notify::SOCKET_VARIABLE,
    oom,
    preflight::Kind,
    sockets::Held,
    trampoline::Setup,
};

use super::{
    fallback::SYSTEM_VARIABLE, hear, house::House, memory::role_mb, options::Options, world::World,
};
use crate::{failure::Failure, state::State};

/// This very program, whatever becomes of its file: the guard gives it another name once it was ready.
pub(super) const OURSELVES: &str = "/proc/self/exe";
/// The sandbox's name among the kinds.
pub(super) const SANDBOX: &str = "sandbox";
/// What fires schedules and looks after the dead.
const SCHEDULER: &str = "scheduler";
/// The pages.
pub(super) const WEB: &str = "web";
/// The supervisor itself, among them.
pub(super) const SUPERVISOR_NAME: &str = "supervisor";
/// What does not fit is not started.
pub(super) const NO_ROOM: &str = "memory";
/// The drills' worker group, and how many of their jobs it does at once.
const DRILL: (&str, &str) = ("drill", "64");
/// Silence of this length is a hang: a role says once a second that it is there.
const SILENCE_MAX: Duration = Duration::from_secs(10);
/// A loop that has not gone round for so long stands still. Longer than any wait for the database.
const STALL_MAX: Duration = Duration::from_secs(60);
/// A worker waits ten seconds for the work in hand and then gives it back, which takes another moment: killed
/// before that, the work would have spent an attempt.
const STOP_MAX: Duration = Duration::from_secs(20);
/// What ended so often before it was ever there will not come to be.
const HOPELESS: u32 = 3;
/// Of a supervisor and a service, and of no role, whatever it starts.
const NOT_THEIRS: [&str; 10] = [
    TREE_VARIABLE,
    STANDBY_VARIABLE,
    TRIAL_VARIABLE,
    SYSTEM_VARIABLE,
    SOCKET_VARIABLE,
    "WATCHDOG_USEC",
    "WATCHDOG_PID",
    "LISTEN_FDS",
    "LISTEN_FDNAMES",
    "LISTEN_PID",
];
/// Where a role finds its supervisor.
pub(crate) const SUPERVISOR: &str = "HOMEOSTAT_SUPERVISOR";

/// What all roles of a system are given.
#[derive(Debug)]
pub(super) struct Roles<'a> {
    house: &'a House,
    log_dir: PathBuf,
    env: Vec<(String, String)>,
}

impl<'a> Roles<'a> {
    pub(super) fn new(house: &'a House, state: &State, url: &str) -> Self {
        // The children read what we have read, whatever becomes of the owner's file meanwhile.
        let own = [
            ("DATABASE_URL", url.to_owned()),
            ("HOMEOSTAT_RUN_DIR", text(&state.run_dir())),
            ("HOMEOSTAT_LOG_DIR", text(&state.log_dir())),
            ("HOMEOSTAT_CONFIG", text(&state.config_of(house.tree()))),
            (SUPERVISOR, text(&state.control_socket())),
            ("HOMEOSTAT_ALERTS_DIR", text(&state.alerts_dir())),
            (
                "HOMEOSTAT_WORLD_CLOCK_FILE",
                text(&state.world_clock_file()),
            ),
        ];
        let mut roles = Self {
            house,
            log_dir: state.log_dir(),
            env: inherited(),
        };
        for (name, value) in own {
            roles.give(name, value);
        }
        roles
    }

    fn give(&mut self, name: &str, value: String) {
        self.env.retain(|(known, _)| known != name);
        self.env.push((name.to_owned(), value));
    }

    fn spec(&self, name: &str, args: Vec<String>, oom_score_adj: i32) -> Spec {
        let mut args: Vec<OsString> = args.into_iter().map(OsString::from).collect();
        args.push("--with-parent".into());
        let kind = Kind {
            name: name.to_owned(),
            command: OURSELVES.to_owned(),
            args,
            env: self.env.clone(),
            setup: Setup {
                oom_score_adj: Some(oom_score_adj),
                called: Some("homeostat".to_owned()),
                ..Setup::default()
            },
            preflight: None,
            preflight_limit: Duration::ZERO,
        };
        Spec {
            talks: Talks::Notify {
                silence_max: Some(SILENCE_MAX),
                stall_max: Some(STALL_MAX),
            },
            stop_limit: STOP_MAX,
            memory_mb: Some(role_mb(name)),
            ..Spec::new(kind, self.log_dir.join(format!("{name}.log")))
        }
    }

    /// Starts the declared daemons, which need no database. One that cannot be had is told of, and keeps
    /// nobody else.
    pub(super) fn start_daemons(&self, settings: &Settings) {
        for (name, daemon) in &settings.daemons {
            if let Err(refused) = self.house.reserve(name, daemon.memory_mb) {
                let text = format!(
                    "{name} is not started: {refused}. Lower daemons.{name}.memory_mb, or give more."
                );
                hear::raise(&self.house.spool, Severity::Critical, NO_ROOM, name, text);
                continue;
            }
            hear::over(&self.house.spool, NO_ROOM, name);
            let silence_max = daemon.watchdog_s.map(|s| Duration::from_secs(s.into()));
            let talks = match daemon.notify {
                false => Talks::Not,
                true => Talks::Notify {
                    silence_max,
                    stall_max: None,
                },
            };
            self.house.kinds.add(Spec {
                talks,
                memory_mb: Some(daemon.memory_mb),
                ..Spec::new(
                    daemon.to_kind(name),
                    self.log_dir.join(format!("{name}.log")),
                )
            });
        }
    }

    /// Starts the pages on this socket.
    pub(super) fn start_web(&self, socket: Arc<Held>) {
        let spec = self.spec(WEB, vec!["run".to_owned(), "web".to_owned()], oom::WEB);
        self.house.kinds.add(Spec {
            sockets: vec![socket],
            ..spec
        });
    }

    /// Whether a kind has come to be ready; else, how it ended so often.
    pub(super) async fn until_ready(&self, name: &str) -> Result<(), Failure> {
        let settled = |view: &View| {
            let is_left_alone = matches!(view.state, Stands::Quarantined { .. });
            view.is_ready() || is_left_alone || view.unhealthy >= HOPELESS
        };
        let view = self.house.kinds.until(name, settled).await;
        if view.as_ref().is_some_and(View::is_ready) {
            return Ok(());
        }
        let cause = view.and_then(|view| view.cause);
        let why = cause.map_or_else(String::new, |cause| {
            format!(": {}: {}", cause.ending, cause.last_words)
        });
        let text = format!("the {name} cannot be started{why}");
        Err(Failure::Environment(text))
    }

    /// Starts the sandbox, or attaches to one that runs. Started again, it listens at the same address.
    pub(super) async fn start_world(
        &mut self,
        options: &Options,
        state: &State,
    ) -> Result<World, Failure> {
        if let Some(file) = &options.sandbox {
            let text = std::fs::read_to_string(file).map_err(|e| {
                Failure::Usage(format!("--sandbox: cannot read {}: {e}", file.display()))
            })?;
            return self.live_in(World::announced(&text)?);
        }
        let announced = state.announcement();
        let args = sandbox_args(options, state, &announced)?;
        // Whoever starts the system wants its world, whatever became of an earlier one.
        self.house.kinds.pardon(SANDBOX);
        self.house.kinds.add(self.spec(SANDBOX, args, oom::WEB));
        self.until_ready(SANDBOX).await?;
        let text = std::fs::read_to_string(&announced).map_err(|e| {
            Failure::Environment(format!("cannot read {}: {e}", announced.display()))
        })?;
        self.live_in(World::announced(&text)?)
    }

    fn live_in(&mut self, world: World) -> Result<World, Failure> {
        self.give("HOMEOSTAT_WORLD_CLOCK", world.anchor()?);
        for (name, value) in world.env.clone() {
            self.give(&name, value);
        }
        Ok(world)
    }

    /// Starts the scheduler and one worker process per group. All of them need the database.
    pub(super) fn start_workers(&self, groups: &BTreeMap<String, Vec<String>>, options: &Options) {
        let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
        self.behind_gate(self.spec(SCHEDULER, words(&["run", "scheduler"]), oom::WEB));
        let worker = |name: &str, kinds: &[String], more: &[&str]| {
            let mut args: Vec<String> = words(&["run", "worker", "--name", name]);
            for kind in kinds {
                args.extend(["--kind".to_owned(), kind.clone()]);
            }
            args.extend(words(more));
            self.behind_gate(self.spec(&format!("worker-{name}"), args, oom::WORKER));
        };
        for (name, kinds) in groups {
            worker(name, kinds, &[]);
        }
        for name in drill_groups(options) {
            worker(&name, &options.drill_kinds, &["--slots", DRILL.1]);
        }
    }

    fn behind_gate(&self, spec: Spec) {
        self.house.kinds.add(Spec {
            gate: Some(self.house.gate()),
            ..spec
        });
    }
}

/// Our own processes below the guard, as a configuration means them.
pub(crate) fn names(settings: &Settings) -> Vec<String> {
    let is_sandbox = settings.meta.base_url.is_none();
    let may_be = [
        (SUPERVISOR_NAME, true),
        (WEB, settings.web.enabled),
        (SANDBOX, is_sandbox),
        (SCHEDULER, true),
    ];
    let alone = may_be.into_iter().filter(|(_, there)| *there);
    let groups = settings.workers.keys();
    let mut names: Vec<String> = alone.map(|(name, _)| name.to_owned()).collect();
    names.extend(groups.map(|group| format!("worker-{group}")));
    names
}

/// The drills' worker groups, which are in no configuration.
pub(super) fn drill_groups(options: &Options) -> Vec<String> {
    let all = match options.drill_kinds.is_empty() {
        true => 0,
        false => options.drill_workers,
    };
    let name = |n| match n {
        1 => DRILL.0.to_owned(),
        _ => format!("{}-{n}", DRILL.0),
    };
    (1..=all).map(name).collect()
}

fn sandbox_args(
    options: &Options,
    state: &State,
    announced: &Path,
) -> Result<Vec<String>, Failure> {
    let free = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr());
    let listen = free.map_err(|e| Failure::environment(&e))?;
    let mut args: Vec<String> = ["run", "sandbox"].map(str::to_owned).to_vec();
    for (name, value) in [
        ("--listen", listen.to_string()),
        ("--announce", text(announced)),
        ("--books", text(&state.books_dir())),
        ("--seed", options.seed.to_string()),
        ("--speed", options.speed.to_string()),
        ("--faults", options.faults.clone()),
    ] {
        args.extend([name.to_owned(), value]);
    }
    if let Some(world) = &options.world {
        args.extend(["--world".to_owned(), text(world)]);
    }
    Ok(args)
}

/// Our environment, as far as it is text and theirs.
fn inherited() -> Vec<(String, String)> {
    let all = std::env::vars_os().filter_map(|(name, value)| {
        let (name, value) = (name.into_string().ok()?, value.into_string().ok()?);
        Some((name, value))
    });
    all.filter(|(name, _)| !NOT_THEIRS.contains(&name.as_str()))
        .collect()
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
