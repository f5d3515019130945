//! `homeostat drill restart`: SIGKILL of each kind of process again and again; how soon another is there, and
//! how soon it is ready for work.
//!
//! Main is running when the new process has become its program and has begun its threads (a script has none,
//! so there the program counts), seen by looking at the spawner's children without pause. Ready is when it
//! has said so to the supervisor. Between two kills of a kind its record is cleared as a person would
//! clear it, since a kind that is killed so often in a row would be left alone.

use std::{fs, process::ExitCode, time::Duration};

use homeostat_clock::Stopwatch;
use homeostat_supervisor::kinds::{View, Wish};
use rustix::process::Signal;
use serde::Serialize;

use super::{
    processes,
    stage::{Stage, row},
    times::{ms, percentile},
};
use crate::{
    control::{Answer, Ask, ask},
    failure::Failure,
    ui,
};

/// A kind beside our own roles, as an owner would declare it.
const CONFIG: &str = r#"
[daemons.script]
command = "/bin/sh"
args = ["-c", "while :; do sleep 1000; done"]
"#;
const KINDS_MIN: usize = 8;
/// What is not there by then does not come.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// Kills of each kind
    #[arg(long, default_value_t = 20, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    repeat: u32,
}

#[derive(Debug, Serialize)]
struct Answered {
    kinds: Vec<Kind>,
    kills: u32,
    /// Kinds that were not back, or that came back twice.
    failed: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Kind {
    kind: String,
    main_p50_ms: Option<f64>,
    main_p95_ms: Option<f64>,
    ready_p50_ms: Option<f64>,
    ready_p95_ms: Option<f64>,
}

/// Plays it; exit code 1 when a kind did not come back.
pub(crate) async fn run(options: &Options, json: bool) -> Result<ExitCode, Failure> {
    let mut stage = Stage::new(CONFIG)?;
    stage.start(&[], &[])?;
    let names = stage.all_at_work(KINDS_MIN).await?;
    let mut answered = Answered {
        kinds: Vec::new(),
        kills: 0,
        failed: Vec::new(),
    };
    for name in names {
        ui::note(&format!("killing {name} {} times", options.repeat));
        let (mut mains, mut readies) = (Vec::new(), Vec::new());
        for _ in 0..options.repeat {
            answered.kills += 1;
            match kill(&stage, &name).await? {
                Came::Back { main, ready } => {
                    mains.push(main);
                    readies.push(ready);
                }
                Came::Not => {
                    answered.failed.push(format!("{name} did not come back"));
                    break;
                }
                Came::Twice(main, ready) => {
                    answered.failed.push(format!("{name} came back twice"));
                    mains.push(main);
                    readies.push(ready);
                }
            }
        }
        let at = |times: &[Duration], percent| percentile(times, percent).map(ms);
        answered.kinds.push(Kind {
            main_p50_ms: at(&mains, 50),
            main_p95_ms: at(&mains, 95),
            ready_p50_ms: at(&readies, 50),
            ready_p95_ms: at(&readies, 95),
            kind: name,
        });
    }
    if !stage.stop().await {
        answered.failed.push("`up` did not end well".to_owned());
    }
    tell(&answered, json);
    Ok(match answered.failed.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(1),
    })
}

/// What came of a kill, with the times until another runs, and until that is ready.
enum Came {
    Back { main: Duration, ready: Duration },
    Twice(Duration, Duration),
    Not,
}

/// Kills the process of a kind once.
async fn kill(stage: &Stage, name: &str) -> Result<Came, Failure> {
    let socket = stage.state.control_socket();
    let pardon = Ask::Wish {
        name: name.to_owned(),
        wish: Wish::Unquarantine,
    };
    ask(&socket, &pardon).await?;
    let (old, supervisor) = stage
        .reported(&format!("{name} at work"), |report| {
            let process = row(report, name)
                .filter(|row| row.view.is_ready())?
                .view
                .process?;
            let supervisor = report.supervisor.as_ref()?.pid;
            Some((process.pid, supervisor))
        })
        .await?;
    let old = old.unsigned_abs();
    let spawner = Spawner::of(supervisor, old)?;
    let watch = Stopwatch::start();
    processes::signal(old, Signal::KILL);
    let is_script = !stage_runs_roles(name);
    let seen = tokio::task::spawn_blocking(move || {
        let seen = spawner.replacement(is_script, &watch);
        (seen, spawner)
    });
    let (seen, spawner) = seen.await.map_err(|e| Failure::environment(&e))?;
    let Some((pid, main)) = seen else {
        return Ok(Came::Not);
    };
    let question = Ask::Kind {
        name: name.to_owned(),
    };
    let is_it =
        |view: &View| view.is_ready() && view.process.is_some_and(|p| p.pid.unsigned_abs() == pid);
    let ready = stage
        .until(&format!("{name} ready again"), async || {
            match ask(&socket, &question).await {
                Ok(Answer::Kind(view)) if is_it(&view) => Some(watch.elapsed()),
                _ => None,
            }
        })
        .await?;
    Ok(match spawner.new_ones().len() {
        0 | 1 => Came::Back { main, ready },
        _ => Came::Twice(main, ready),
    })
}

/// Whether this is one of our own roles, which begin threads.
fn stage_runs_roles(name: &str) -> bool {
    name != "script"
}

/// The thread of a supervisor whose children the kinds are.
#[derive(Debug)]
struct Spawner {
    children: String,
    before: Vec<u32>,
    /// What the killed one was started with. One that is to work alone has a word more.
    line: Vec<u8>,
}

impl Spawner {
    fn of(supervisor: i32, old: u32) -> Result<Self, Failure> {
        let tasks = fs::read_dir(format!("/proc/{supervisor}/task"));
        let tasks = tasks.map_err(|e| Failure::environment(&e))?.flatten();
        let named = |dir: &std::path::Path| {
            fs::read_to_string(dir.join("comm")).is_ok_and(|comm| comm.trim() == "spawner")
        };
        let dir = tasks.map(|task| task.path()).find(|dir| named(dir));
        let dir = dir.ok_or_else(|| Failure::Environment("no spawner thread".to_owned()))?;
        let mut spawner = Self {
            children: dir.join("children").to_string_lossy().into_owned(),
            before: Vec::new(),
            line: processes::command_line(old),
        };
        spawner.before = spawner.look();
        Ok(spawner)
    }

    fn look(&self) -> Vec<u32> {
        let text = fs::read_to_string(&self.children).unwrap_or_default();
        text.split_whitespace()
            .filter_map(|w| w.parse().ok())
            .collect()
    }

    /// Those that were started in the place of the dead.
    fn new_ones(&self) -> Vec<u32> {
        let mut found = self.look();
        found
            .retain(|pid| !self.before.contains(pid) && processes::command_line(*pid) == self.line);
        found
    }

    /// Looks without pause for the one in the place of the dead.
    fn replacement(&self, is_script: bool, watch: &Stopwatch) -> Option<(u32, Duration)> {
        let threads_min = if is_script { 1 } else { 2 };
        while watch.elapsed() < PATIENCE {
            let mut new = self.new_ones().into_iter();
            if let Some(pid) = new.find(|pid| processes::threads(*pid) >= threads_min) {
                return Some((pid, watch.elapsed()));
            }
            std::thread::yield_now();
        }
        None
    }
}

fn tell(answered: &Answered, json: bool) {
    if json {
        return ui::json(answered);
    }
    let text = |value: Option<f64>| value.map_or_else(String::new, |ms| format!("{ms} ms"));
    let rows = answered.kinds.iter().map(|kind| {
        let times = [
            kind.main_p50_ms,
            kind.main_p95_ms,
            kind.ready_p50_ms,
            kind.ready_p95_ms,
        ];
        let mut row = vec![kind.kind.clone()];
        row.extend(times.map(text));
        row
    });
    let header = ["kind", "main p50", "p95", "ready p50", "p95"];
    ui::table(&header, rows.collect(), "nothing was killed");
    for failed in &answered.failed {
        ui::line(failed);
    }
}
