//! `homeostat deploy`: asks the guard to put another version in the place of the one that runs.
//!
//! ```text
//!   is it a version of ours ─▶ grant ─▶ order ─▶ starting ─▶ draining ─▶ switching ─▶ done
//!        └─ no: 2               └─ refused: 75     └─────────── rolled back: 1 ──┘
//! ```
//! The new version starts with pages only; the old one finishes what it has in hand, and only when nothing of
//! it lives the new one starts the rest. Only guard and host are asked, so a version that cannot start, or does
//! not come to be ready, is replaced while it is broken.
//!
//! *Who is authoritative.* The guard for what became of it, the host's file of grants for the memory. *What
//! local time is for.* Between two looks at what the guard tells. *Crash points.* Killed, or interrupted, while
//! the new version starts, nothing has happened: the guard sees that nobody waits. Later the deploy goes on.
//! *Limits.* The guard itself stays of its version until `up` is started again.

use std::{
    path::{Path, PathBuf},
    process::{ExitCode, Stdio},
    time::Duration,
};

use homeostat_clock::{Entropy, Stopwatch, pause};
use homeostat_supervisor::{
    budget::{Grant, Grants, NotGranted},
    guard::{NotOrdered, Order, Ordered, Right, Stage, next_tree},
    process::Process,
};
use rand::Rng;
use serde::{Deserialize, Serialize};
use tokio::{process::Command, time::timeout};

use crate::{
    failure::{Failure, chain},
    grants::{grants, refused},
    state::State,
    ui,
    up::{ROLE_MB, options::duration},
};

/// What runs beside the old colour: a supervisor, and pages.
pub(crate) const STANDBY_MB: u64 = 2 * ROLE_MB;
/// Between two looks at what the guard tells.
const LOOK: Duration = Duration::from_millis(50);
/// A program says at once which version it is.
const VERSION_MAX: Duration = Duration::from_secs(10);
/// A guard looks once a second; a supervisor that is not ready yet gets ten.
const TAKEN_MAX: Duration = Duration::from_secs(60);

/// Which version, and how patiently.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The new version [default: this program]
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
    /// How long it may take to serve pages beside the old one, and again to be ready once it is alone
    #[arg(long, default_value = "60s", value_name = "DUR", value_parser = duration)]
    ready_within: Duration,
}

/// What is told of it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Deployed {
    /// Whether the new version runs.
    pub(crate) deployed: bool,
    /// What it calls itself.
    pub(crate) version: String,
    /// How far it came.
    pub(crate) stage: Stage,
    /// Why the old version runs still, or again.
    pub(crate) why: Option<String>,
    /// Until then, in milliseconds.
    pub(crate) took_ms: u64,
}

/// Deploys, and tells how it went. Exit code 1 when the old version runs still, or again.
pub(crate) async fn run(args: &Args, root: &Path, json: bool) -> Result<ExitCode, Failure> {
    let state = State::current(root)?;
    if !state.is_up() {
        let text = format!("{} is not up; start it with `homeostat up`", state.name());
        return Err(Failure::TryAgain(text));
    }
    let binary = binary(args.binary.as_deref())?;
    let version = version(&binary).await?;
    // Before anything is asked of the host: there is one line for one deploy.
    let right = Right::take(&state.guard_dir()).map_err(not_ordered)?;
    let grants = grants(root)?;
    let grant = match ask(&grants, &state) {
        Ok(grant) => grant,
        Err(NotGranted::Refused(refusal)) => {
            let never = "this host never has so much; stop something else on it, or start `homeostat up` again";
            return Ok(refused(&grants, &refusal, never, json));
        }
        Err(NotGranted::File(error)) => return Err(Failure::Environment(chain(&error))),
    };
    let mut chance = Entropy::from_system()
        .map_err(|e| Failure::environment(&e))?
        .rng();
    let order = Order {
        id: format!("{:016x}", chance.next_u64()),
        by: Process::own().map_err(|e| Failure::environment(&e))?,
        binary,
        ready_limit_ms: u64::try_from(args.ready_within.as_millis()).unwrap_or(u64::MAX),
    };
    let ordered = right.give(&order).map_err(not_ordered)?;
    let watch = Stopwatch::start();
    let (stage, why) = until_over(&ordered, &state, grant).await?;
    let deployed = Deployed {
        deployed: stage == Stage::Done,
        version,
        stage,
        why,
        took_ms: u64::try_from(watch.elapsed().as_millis()).unwrap_or(u64::MAX),
    };
    tell(&deployed, json);
    Ok(match deployed.deployed {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(1),
    })
}

fn not_ordered(error: NotOrdered) -> Failure {
    match error {
        NotOrdered::UnderWay => Failure::TryAgain(error.to_string()),
        NotOrdered::Files { .. } => Failure::Environment(chain(&error)),
    }
}

/// The new version by an absolute path.
fn binary(asked: Option<&Path>) -> Result<PathBuf, Failure> {
    let Some(asked) = asked else {
        return std::env::current_exe().map_err(|e| Failure::environment(&e));
    };
    let found = asked.canonicalize();
    found.map_err(|e| Failure::Usage(format!("--binary: cannot use {}: {e}", asked.display())))
}

/// What it says it is. What is none of our versions would be found out only after a start.
async fn version(binary: &Path) -> Result<String, Failure> {
    let refuse = |why: &str| {
        let place = binary.display();
        Failure::Usage(format!(
            "--binary: {place} {why}; give a version of homeostat"
        ))
    };
    let mut command = Command::new(binary);
    command
        .arg("--version")
        .env_clear()
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let said = timeout(VERSION_MAX, command.output()).await;
    let said = match said {
        Ok(Ok(said)) => said,
        Ok(Err(error)) => return Err(refuse(&format!("cannot be run: {error}"))),
        Err(_) => return Err(refuse("does not say which version it is")),
    };
    let said = String::from_utf8_lossy(&said.stdout);
    match said.trim().strip_prefix("homeostat ") {
        Some(version) => Ok(ui::printable(version)),
        None => Err(refuse("is another program")),
    }
}

/// In the name of the tree that is about to be, so that nobody takes it for a stray.
fn ask(grants: &Grants, state: &State) -> Result<Grant, NotGranted> {
    let what = format!("deploy {}", state.name());
    match next_tree(&state.guard_dir()) {
        Some(tree) => grants.ask_for_tree(&what, STANDBY_MB, &tree),
        None => grants.ask(&what, STANDBY_MB),
    }
}

/// Holds the grant for as long as two versions run.
async fn until_over(
    ordered: &Ordered,
    state: &State,
    grant: Grant,
) -> Result<(Stage, Option<String>), Failure> {
    let watch = Stopwatch::start();
    let (mut before, mut grant) = (None, Some(grant));
    loop {
        if let Some(told) = ordered.told() {
            if told.stage.is_over() {
                return Ok((told.stage, told.why));
            }
            if before != Some(told.stage) {
                ui::note(say(told.stage));
                if before.is_none() && told.stage == Stage::Switching {
                    // Nothing runs beside it, so there is nothing to have memory for.
                    grant.take();
                }
                before = Some(told.stage);
            }
        } else if watch.elapsed() > TAKEN_MAX {
            let text = "the guard did not take the order; `homeostat processes` says how it is";
            return Err(Failure::TryAgain(text.to_owned()));
        }
        if !state.is_up() {
            let text = "the system was stopped meanwhile; the next `homeostat up` starts it again";
            return Err(Failure::TryAgain(text.to_owned()));
        }
        pause(LOOK).await;
    }
}

fn say(stage: Stage) -> &'static str {
    match stage {
        Stage::Starting => "the new version starts, with pages only",
        Stage::Draining => "it serves pages; the old version finishes what it has in hand",
        Stage::Switching => "nothing of the old version runs; the new one starts the rest",
        Stage::Done => "done",
        Stage::RolledBack => "rolled back",
    }
}

fn tell(deployed: &Deployed, json: bool) {
    if json {
        return ui::json(deployed);
    }
    let seconds = Duration::from_millis(deployed.took_ms).as_secs_f64();
    let version = &deployed.version;
    match &deployed.why {
        None => ui::line(&format!(
            "deployed: homeostat {version} runs, after {seconds:.1} s"
        )),
        Some(why) => {
            let why = ui::printable(why);
            ui::line(&format!("rolled back, the version from before runs: {why}"));
        }
    }
}
