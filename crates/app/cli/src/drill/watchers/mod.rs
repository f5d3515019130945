//! `homeostat drill watchers`: one thing after another is broken under a real system, and who speaks first is
//! noted, and after how long. The watchers share no fault with what is broken, each with another thing:
//!
//! ```text
//!   guard ─▶ supervisor ─▶ alerts, to a file      needs no database, no PATH, no configuration that is good
//!   homeostat watch ─▶ a file of its own          needs nothing of ours but the canary's silence
//!   check at start ─▶ exit code 2                 needs a person who starts it
//! ```
//! Some faults need no word: then it is shown that work went on from end to end. What cannot be broken here
//! is listed with the reason.

mod scene;

use std::{
    fs::{self, Permissions},
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{ExitCode, Stdio},
    time::Duration,
};

use clap::ValueEnum;
use homeostat_alerts::{Cause, Severity, Spool};
use homeostat_clock::wall;
use rustix::process::Signal;
use serde::{Deserialize, Serialize};
use tokio::process::Command;

use self::scene::{Scene, Spoke};
use super::{
    faketime, processes,
    stage::{Stage, row},
};
use crate::{
    failure::{Failure, chain},
    ui,
};

/// What has not been said by then is never said.
const PATIENCE: Duration = Duration::from_secs(90);
/// The supervisor's silence that its guard allows here; in service it is longer, since machines are slow.
const HEARTBEAT: &str = "4s";
/// The disk that is filled; a fresh system takes about a quarter of it.
const DISK: &str = "size=320m";
/// By this code the script says that it has no disk.
const NO_DISK: i32 = 77;
/// Restarting is the drill's own doing where it kills the supervisor.
const RESTARTED: &str = "supervisor_restarted";
/// What the drill itself raises, to see who is told.
const PROBE: &str = "drill";
const NO_CLOCK: &str = "libfaketime is not here to move the clock for a process alone (Debian: apt-get install \
                        faketime); by unit tests: a_jump_is_told_from_a_wait_that_lasted, \
                        a_clock_that_jumps_makes_no_silence_and_hides_none, \
                        a_clock_that_jumps_ahead_kills_nobody_early";

/// What to break.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// Only this; repeatable
    #[arg(long, value_name = "FAULT")]
    only: Vec<Fault>,
    /// The canary's silence that the outside watch allows
    #[arg(long, default_value_t = 20, value_name = "S", value_parser = clap::value_parser!(u64).range(2..))]
    watch_limit_s: u64,
    /// A place that is not on the disk to be filled, which then is where temporary files are
    #[arg(long, value_name = "DIR", hide = true)]
    outside: Option<PathBuf>,
}

/// What can be broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Fault {
    /// No program is found by its bare name
    Path,
    /// No name of a host is known
    Dns,
    /// Nothing can be written where the system lives
    DiskFull,
    /// The database does not answer
    DatabaseDown,
    /// The wall clock jumps
    ClockJump,
    /// The supervisor does nothing any more
    SupervisorHung,
    /// The configuration is spoilt, and the supervisor started again
    ConfigBroken,
    /// The configuration is spoilt before the start
    ConfigBrokenAtStart,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Answered {
    faults: Vec<Played>,
    not_run: Vec<NotRun>,
    failed: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Played {
    fault: Fault,
    watcher: String,
    spoke_after_s: Option<f64>,
    evidence: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct NotRun {
    fault: Fault,
    why: String,
}

/// How one fault came out.
enum Came {
    Said(Spoke, String),
    CannotBe(String),
}

/// Plays them; exit code 1 when one was met with silence, or the system did not get over it.
pub(crate) async fn run(options: &Options, json: bool) -> Result<ExitCode, Failure> {
    let mut answered = Answered::default();
    let wanted = |fault: &&Fault| options.only.is_empty() || options.only.contains(fault);
    for fault in Fault::value_variants().iter().filter(wanted) {
        ui::note(&name(*fault));
        match play(*fault, options).await {
            Ok(Came::Said(spoke, evidence)) => answered.faults.push(Played {
                fault: *fault,
                watcher: spoke.watcher,
                spoke_after_s: Some((spoke.after.as_secs_f64() * 1e3).round() / 1e3),
                evidence,
            }),
            Ok(Came::CannotBe(why)) => answered.not_run.push(NotRun { fault: *fault, why }),
            Err(failure) => answered.failed.push(format!("{}: {failure}", name(*fault))),
        }
    }
    tell(&answered, json);
    Ok(match answered.failed.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(1),
    })
}

async fn play(fault: Fault, options: &Options) -> Result<Came, Failure> {
    match fault {
        Fault::Path => path(options).await,
        Fault::Dns => dns(options).await,
        Fault::DiskFull => match &options.outside {
            Some(outside) => disk_full(options, outside).await,
            None => disk_full_apart(options).await,
        },
        Fault::DatabaseDown => database_down(options).await,
        Fault::ClockJump => clock_jump(options).await,
        Fault::SupervisorHung => supervisor_hung(options).await,
        Fault::ConfigBroken => config_broken(options).await,
        Fault::ConfigBrokenAtStart => config_broken_at_start().await,
    }
}

/// Nothing is found by its bare name. Our roles need no name; a declared daemon does.
async fn path(options: &Options) -> Result<Came, Failure> {
    let more = "[daemons.by-name]\ncommand = \"sh\"\nargs = [\"-c\", \"exec sleep 1000000\"]\n";
    let mut scene = Scene::new(None, options.watch_limit_s, "", more)?;
    scene.is_broken_now();
    scene.start(&["env", "PATH=/nonexistent"], &[])?;
    let spoke = heard(&scene, &[]).await?;
    scene.beats(2).await?;
    end_well(scene).await?;
    let evidence = "our own roles need no PATH: the canary went on singing";
    Ok(Came::Said(spoke, evidence.to_owned()))
}

/// A name that no resolver knows is all that a program sees of a network without one.
async fn dns(options: &Options) -> Result<Came, Failure> {
    let sink = ", { webhook = \"https://homeostat-drill.invalid/\" }";
    let mut scene = Scene::new(None, options.watch_limit_s, sink, "")?;
    scene.start_whole(&[]).await?;
    let spool = Spool::open(&scene.stage.state.alerts_dir());
    let spool = spool.map_err(|e| Failure::Environment(chain(&e)))?;
    scene.is_broken_now();
    let probe = Cause {
        severity: Severity::Warning,
        code: PROBE.to_owned(),
        subject: "dns".to_owned(),
        text: "Something that every sink is to be told.".to_owned(),
    };
    let raised = spool.raise(&probe, wall());
    raised.map_err(|e| Failure::Environment(chain(&e)))?;
    let spoke = heard(&scene, &[PROBE]).await?;
    scene.beats(2).await?;
    end_well(scene).await?;
    let evidence = "nothing but the sink by name needed one: the canary went on singing";
    Ok(Came::Said(spoke, evidence.to_owned()))
}

/// The same drill on a small disk of its own, which nobody else sees and which goes with it.
async fn disk_full_apart(options: &Options) -> Result<Came, Failure> {
    let broken = |e: std::io::Error| Failure::environment(&e);
    let open = || Permissions::from_mode(0o711);
    let place = tempfile::Builder::new()
        .prefix("homeostat-drill-")
        .permissions(open())
        .tempdir()
        .map_err(broken)?;
    let disk = place.path().join("disk");
    fs::create_dir(&disk).map_err(broken)?;
    let mount =
        format!("mount -t tmpfs -o {DISK} homeostat-drill \"$0\" || exit {NO_DISK}; exec \"$@\"");
    let output = Command::new("unshare")
        .args(["--mount", "sh", "-c", &mount])
        .arg(&disk)
        .arg(std::env::current_exe().map_err(broken)?)
        .args(["drill", "watchers", "--json", "--only", "disk-full"])
        .args(["--watch-limit-s", &options.watch_limit_s.to_string()])
        .arg("--outside")
        .arg(place.path())
        .env("TMPDIR", &disk)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .await;
    let output = match output {
        Ok(output) => output,
        Err(error) => return Ok(Came::CannotBe(format!("unshare: {error}"))),
    };
    // The script's own word, or unshare's: it failed before anything was played.
    let no_disk = matches!(output.status.code(), Some(NO_DISK | 1)) && output.stdout.is_empty();
    if no_disk {
        let why = "no disk can be mounted here by this user";
        return Ok(Came::CannotBe(why.to_owned()));
    }
    let answered: Answered = serde_json::from_slice(&output.stdout).map_err(|e| {
        let status = output.status;
        Failure::Law(format!("the drill on the small disk broke, {status}: {e}"))
    })?;
    if let [failed, ..] = answered.failed.as_slice() {
        return Err(Failure::Law(failed.clone()));
    }
    let played = answered.faults.into_iter().next();
    let played = played.ok_or_else(|| Failure::Law("it was not played".to_owned()))?;
    let spoke = Spoke {
        watcher: played.watcher,
        text: String::new(),
        after: Duration::from_secs_f64(played.spoke_after_s.unwrap_or(0.0)),
    };
    Ok(Came::Said(spoke, played.evidence))
}

async fn disk_full(options: &Options, outside: &Path) -> Result<Came, Failure> {
    let mut scene = Scene::new(Some(outside), options.watch_limit_s, "", "")?;
    scene.start_whole(&[]).await?;
    let filler = std::env::temp_dir().join("filler");
    scene.is_broken_now();
    fill(&filler)?;
    let spoke = heard(&scene, &[]).await?;
    fs::remove_file(&filler).map_err(|e| Failure::environment(&e))?;
    scene.beats(2).await?;
    end_well(scene).await?;
    let evidence = "with room again the canary sang again by itself";
    Ok(Came::Said(spoke, evidence.to_owned()))
}

/// Takes the last page.
fn fill(path: &Path) -> Result<(), Failure> {
    let mut file = fs::File::create(path).map_err(|e| Failure::environment(&e))?;
    for size in [1 << 20, 4096, 1] {
        let block = vec![b'x'; size];
        while file.write_all(&block).is_ok() {}
    }
    Ok(())
}

/// The server and all its sessions stand still: no answer, and no error either.
async fn database_down(options: &Options) -> Result<Came, Failure> {
    let mut scene = Scene::new(None, options.watch_limit_s, "", "")?;
    scene.start_whole(&[]).await?;
    let server = processes::working_in(&scene.stage.state.cluster().dir.join("data"));
    scene.is_broken_now();
    for pid in &server {
        processes::signal(*pid, Signal::STOP);
    }
    let spoke = heard(&scene, &[]).await;
    for pid in &server {
        processes::signal(*pid, Signal::CONT);
    }
    let spoke = spoke?;
    scene.beats(2).await?;
    end_well(scene).await?;
    let evidence = "with the server at work again the canary sang again by itself";
    Ok(Came::Said(spoke, evidence.to_owned()))
}

/// The wall clock of all of ours jumps an hour ahead; that of the server and the outside watch does not.
async fn clock_jump(options: &Options) -> Result<Came, Failure> {
    let Some(library) = faketime::library() else {
        return Ok(Came::CannotBe(NO_CLOCK.to_owned()));
    };
    let mut scene = Scene::new(None, options.watch_limit_s, "", "")?;
    let offset = scene.stage.dir().join("offset");
    let set = |to: &str| {
        let set = homeostat_files::replace(&offset, to.as_bytes());
        set.map_err(|e| Failure::environment(&e))
    };
    set("+0s")?;
    let variables = faketime::variables(library, &offset);
    let variables = variables.map(|(name, value)| format!("{name}={value}"));
    let mut words = vec!["env"];
    words.extend(variables.iter().map(String::as_str));
    scene.start(&words, &[])?;
    scene.stage.all_at_work(scene::KINDS_MIN).await?;
    scene.beats(2).await?;
    scene.is_broken_now();
    set("+3600s")?;
    let spoke = heard(&scene, &[]).await?;
    scene.stage.all_at_work(scene::KINDS_MIN).await?;
    scene.beats(2).await?;
    end_well(scene).await?;
    let evidence = "an hour ahead: nobody was ended for it, and the canary went on singing";
    Ok(Came::Said(spoke, evidence.to_owned()))
}

/// The supervisor is stopped in the middle of life. Its guard ends it, and the next one tells.
async fn supervisor_hung(options: &Options) -> Result<Came, Failure> {
    let mut scene = Scene::new(None, options.watch_limit_s, "", "")?;
    scene.start_whole(&["--guard-heartbeat", HEARTBEAT]).await?;
    let old = supervisor(&scene).await?;
    scene.is_broken_now();
    processes::signal(old, Signal::STOP);
    let mut spoke = heard(&scene, &[]).await?;
    let new = supervisor(&scene).await?;
    if new == old {
        return Err(Failure::Law("the supervisor was not replaced".to_owned()));
    }
    if spoke.watcher.starts_with(RESTARTED) {
        spoke.watcher = format!("guard, by a {}", spoke.watcher);
    }
    scene.stage.all_at_work(scene::KINDS_MIN).await?;
    scene.beats(2).await?;
    end_well(scene).await?;
    let evidence = format!(
        "the guard allowed {HEARTBEAT} of silence here; supervisor {old} was replaced by {new}, and the canary sang on"
    );
    Ok(Came::Said(spoke, evidence))
}

/// The owner's file is spoilt under a running system, and the supervisor has to start again.
async fn config_broken(options: &Options) -> Result<Came, Failure> {
    let mut scene = Scene::new(None, options.watch_limit_s, "", "")?;
    scene.start_whole(&[]).await?;
    let old = supervisor(&scene).await?;
    spoil(&scene.stage)?;
    scene.is_broken_now();
    processes::signal(old, Signal::KILL);
    let spoke = heard(&scene, &[RESTARTED]).await?;
    if !spoke.text.contains("canary.every_s") {
        let text = format!("the field is not named: {}", spoke.text);
        return Err(Failure::Law(text));
    }
    scene.stage.all_at_work(scene::KINDS_MIN).await?;
    scene.beats(2).await?;
    end_well(scene).await?;
    let evidence = "it named the field; everything runs with the configuration from before";
    Ok(Came::Said(spoke, evidence.to_owned()))
}

/// Nothing runs yet, so nothing is kept up: whoever starts it is told.
async fn config_broken_at_start() -> Result<Came, Failure> {
    let mut stage = Stage::new("[canary]\nevery_s = 1\n")?;
    spoil(&stage)?;
    let watch = homeostat_clock::Stopwatch::start();
    stage.start(&[], &[])?;
    let code = stage.ended().await;
    let (after, said) = (watch.elapsed(), stage.said());
    if code != Some(2) || !said.contains("canary.every_s") {
        return Err(Failure::Law(format!("exit code {code:?}: {said}")));
    }
    let spoke = Spoke {
        watcher: "check at start".to_owned(),
        text: said,
        after,
    };
    let evidence = "exit code 2, and the field by name";
    Ok(Came::Said(spoke, evidence.to_owned()))
}

/// Writes a value that cannot be.
fn spoil(stage: &Stage) -> Result<(), Failure> {
    let file = stage.config_file();
    let spoilt = fs::read_to_string(&file).and_then(|text| {
        let text = text.replace("every_s = 1", "every_s = 0");
        homeostat_files::replace(&file, text.as_bytes())
    });
    spoilt.map_err(|e| Failure::environment(&e))
}

async fn heard(scene: &Scene, but: &[&str]) -> Result<Spoke, Failure> {
    let spoke = scene.first(PATIENCE, but).await;
    spoke.ok_or_else(|| Failure::Law("nobody spoke".to_owned()))
}

/// The supervisor that answers, once the scheduler is at work below it.
async fn supervisor(scene: &Scene) -> Result<u32, Failure> {
    let stage = &scene.stage;
    let found = stage.reported("the supervisor", |report| {
        row(report, "scheduler")?;
        Some(report.supervisor.as_ref()?.pid.unsigned_abs())
    });
    found.await
}

async fn end_well(mut scene: Scene) -> Result<(), Failure> {
    match scene.stage.stop().await {
        true => Ok(()),
        false => Err(Failure::Law(format!(
            "`up` did not end well: {}",
            scene.stage.said()
        ))),
    }
}

/// A fault as it is written on the command line.
fn name(fault: Fault) -> String {
    fault
        .to_possible_value()
        .map_or_else(String::new, |value| value.get_name().to_owned())
}

fn tell(answered: &Answered, json: bool) {
    if json {
        return ui::json(answered);
    }
    let rows = answered.faults.iter().map(|played| {
        let after = played.spoke_after_s;
        vec![
            name(played.fault),
            played.watcher.clone(),
            after.map_or_else(String::new, |s| format!("{s} s")),
            played.evidence.clone(),
        ]
    });
    let header = ["fault", "who spoke first", "after", "and then"];
    ui::table(&header, rows.collect(), "nothing was broken");
    for not_run in &answered.not_run {
        ui::line(&format!(
            "not broken: {}: {}",
            name(not_run.fault),
            not_run.why
        ));
    }
    for failed in &answered.failed {
        ui::line(&format!("failed: {failed}"));
    }
}
