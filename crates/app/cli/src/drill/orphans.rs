//! `homeostat drill orphans`: SIGKILL of the supervisor again and again, for each way of ending trees that
//! the machine offers. Judged by `/proc`: who of the old lives when the first of the new runs (orphans), and
//! whether a kind ever runs twice (double copies). The server that the guard keeps must not notice.

use std::{collections::BTreeSet, process::ExitCode, time::Duration};

use homeostat_clock::Stopwatch;
use homeostat_supervisor::mechanism::{Mechanism, probe};
use rustix::process::Signal;
use serde::Serialize;

use super::{
    processes,
    stage::Stage,
    times::{ms, percentile},
};
use crate::{failure::Failure, ui};

/// A kind that leaves three processes in sessions of their own.
const CONFIG: &str = r#"
[daemons.nest]
command = "/bin/sh"
args = ["-c", "for i in 1 2 3; do setsid sleep 1000000 & done; wait"]
"#;
/// The kinds by the words of their command lines.
const KINDS: [&[&str]; 8] = [
    &["run", "web"],
    &["run", "sandbox"],
    &["run", "scheduler"],
    &["worker", "--name", "act"],
    &["worker", "--name", "ads"],
    &["worker", "--name", "decide"],
    &["worker", "--name", "sense"],
    &["-c", "for i in 1 2 3; do setsid sleep 1000000 & done; wait"],
];
/// What has not come back by then does not.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// Kills for each mechanism
    #[arg(long, default_value_t = 20, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    repeat: u32,
    /// Only this mechanism
    #[arg(long, value_name = "NAME")]
    mechanism: Option<Mechanism>,
}

#[derive(Debug, Serialize)]
struct Answered {
    mechanisms: Vec<Played>,
    not_available: Vec<String>,
    why_not: Vec<String>,
}

#[derive(Debug, Default, Serialize)]
struct Played {
    name: String,
    kills: u32,
    orphans: usize,
    double_copies: usize,
    server_restarts: usize,
    ended_well: bool,
    all_running_again_p50_ms: Option<f64>,
    all_running_again_p95_ms: Option<f64>,
}

/// What one kill came to.
struct Kill {
    orphans: usize,
    doubles: usize,
    server_restarted: bool,
    took: Duration,
}

/// Plays it; exit code 1 when anything was left or ran twice.
pub(crate) async fn run(options: &Options, json: bool) -> Result<ExitCode, Failure> {
    let mut answered = Answered {
        mechanisms: Vec::new(),
        not_available: Vec::new(),
        why_not: Vec::new(),
    };
    let wanted = |m: &Mechanism| options.mechanism.is_none_or(|only| only == *m);
    for mechanism in Mechanism::ALL.into_iter().filter(wanted) {
        match before(mechanism) {
            Ok(words) => {
                let played = play(mechanism, words, options.repeat).await?;
                answered.mechanisms.push(played);
            }
            Err(why) => {
                answered.not_available.push(mechanism.to_string());
                answered.why_not.push(format!("{mechanism}: {why}"));
            }
        }
    }
    tell(&answered, json);
    let clean = |p: &Played| p.orphans + p.double_copies + p.server_restarts == 0 && p.ended_well;
    let played = !answered.mechanisms.is_empty();
    Ok(match played && answered.mechanisms.iter().all(clean) {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(1),
    })
}

/// The words before `up` that make this mechanism possible, or why none do.
fn before(mechanism: Mechanism) -> Result<&'static [&'static str], String> {
    if mechanism == Mechanism::Pid1 {
        let words: &[&str] = &["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"];
        let works = std::process::Command::new(words[0])
            .args(&words[1..])
            .arg("true")
            .output()
            .is_ok_and(|output| output.status.success());
        return match works {
            true => Ok(words),
            false => Err("no namespace of processes can be made here".to_owned()),
        };
    }
    match probe().refused.iter().find(|(name, _)| *name == mechanism) {
        Some((_, why)) => Err(why.clone()),
        None => Ok(&[]),
    }
}

async fn play(mechanism: Mechanism, words: &[&str], repeat: u32) -> Result<Played, Failure> {
    let mut stage = Stage::new(CONFIG)?;
    let name = mechanism.to_string();
    // Each kill is to be one of a system that ran well, so the guard's waits do not grow.
    let more = ["--mechanism", &name, "--guard-healthy-after", "1ms"];
    stage.start(words, &more)?;
    let mut played = Played {
        name: name.clone(),
        ..Played::default()
    };
    let mut times = Vec::new();
    for round in 1..=repeat {
        stage.all_at_work(KINDS.len()).await?;
        let root = stage.pid();
        let kill = tokio::task::spawn_blocking(move || kill(root)).await;
        let kill = kill.map_err(|e| Failure::environment(&e))??;
        played.kills = round;
        played.orphans += kill.orphans;
        played.double_copies += kill.doubles;
        played.server_restarts += usize::from(kill.server_restarted);
        times.push(kill.took);
        ui::note(&format!(
            "{name} {round}/{repeat}: all again after {} ms",
            ms(kill.took)
        ));
    }
    stage.all_at_work(KINDS.len()).await?;
    // What came late is there by now.
    let root = stage.pid();
    for words in KINDS {
        let pids = copies(root, words);
        if pids.len() > 1 {
            tell_of_twice(words, &pids);
            played.double_copies += 1;
        }
    }
    played.ended_well = stage.stop().await;
    played.all_running_again_p50_ms = percentile(&times, 50).map(ms);
    played.all_running_again_p95_ms = percentile(&times, 95).map(ms);
    Ok(played)
}

/// Guard, supervisor and server as the kernel knows them.
struct Family {
    supervisor: u32,
    server: Vec<u32>,
    /// The supervisor and everything of its kinds.
    work: BTreeSet<u32>,
}

impl Family {
    fn of(root: u32) -> Option<Self> {
        let (guard, supervisor) = processes::guard_and_supervisor(root)?;
        let all = processes::tree(guard);
        let work: BTreeSet<u32> = processes::tree(supervisor).into_iter().collect();
        // Orphans that the guard took in are of the work; only the server is not.
        let server = leaders(processes::running(guard, &["-D"]));
        let server: Vec<u32> = server
            .into_iter()
            .filter(|pid| !work.contains(pid))
            .collect();
        let spared: BTreeSet<u32> = server
            .iter()
            .flat_map(|pid| processes::tree(*pid))
            .collect();
        // Without the one server there is nothing to say about it.
        if server.len() != 1 {
            return None;
        }
        let work = all
            .into_iter()
            .filter(|pid| *pid != guard && !spared.contains(pid))
            .collect();
        Some(Self {
            supervisor,
            server,
            work,
        })
    }
}

/// The processes of a kind. One beside a worker, for a job that is to run alone after crashes, is another kind.
fn copies(root: u32, words: &[&str]) -> Vec<u32> {
    let mut pids = leaders(processes::running(root, words));
    pids.retain(|pid| {
        let line = processes::command_line(*pid);
        !line.split(|byte| *byte == 0).any(|word| word == b"--alone")
    });
    pids
}

/// Those whose parent is none of them: what is forked looks like its parent until it has become its own
/// program, and is no copy.
fn leaders(pids: Vec<u32>) -> Vec<u32> {
    let is_forked = |pid: &u32| processes::parent_of(*pid).is_some_and(|of| pids.contains(&of));
    pids.iter().copied().filter(|pid| !is_forked(pid)).collect()
}

fn kill(root: u32) -> Result<Kill, Failure> {
    let broken = || Failure::Law("the supervisor was not there".to_owned());
    let before = Family::of(root).ok_or_else(broken)?;
    let watch = Stopwatch::start();
    processes::signal(before.supervisor, Signal::KILL);
    let mut seen = Kill {
        orphans: 0,
        doubles: 0,
        server_restarted: false,
        took: Duration::ZERO,
    };
    let mut begun = false;
    let mut twice: BTreeSet<usize> = BTreeSet::new();
    let mut missing = Vec::new();
    while watch.elapsed() < PATIENCE {
        let counts: Vec<Vec<u32>> = KINDS.iter().map(|words| copies(root, words)).collect();
        let fresh = |pids: &Vec<u32>| pids.iter().any(|pid| !before.work.contains(pid));
        if !begun && counts.iter().any(fresh) {
            begun = true;
            seen.orphans = before
                .work
                .iter()
                .filter(|pid| processes::lives(**pid))
                .count();
        }
        let doubled = counts.iter().zip(KINDS).enumerate();
        for (at, (pids, words)) in doubled.filter(|(_, (pids, _))| pids.len() > 1) {
            if twice.insert(at) {
                tell_of_twice(words, pids);
            }
        }
        let running = |(pids, words): (&Vec<u32>, &[&str])| {
            // A script begins no threads.
            let threads_min = if words[0] == "-c" { 1 } else { 2 };
            fresh(pids)
                && pids
                    .iter()
                    .any(|pid| processes::threads(*pid) >= threads_min)
        };
        let back = counts.iter().zip(KINDS).map(running);
        missing = back
            .zip(KINDS)
            .filter(|(back, _)| !back)
            .map(|(_, words)| words.join(" "))
            .collect();
        if missing.is_empty() {
            seen.took = watch.elapsed();
            seen.doubles = twice.len();
            let server = Family::of(root).map(|after| after.server);
            seen.server_restarted = server.as_ref() != Some(&before.server);
            return Ok(seen);
        }
        std::thread::yield_now();
    }
    let missing = missing.join(", ");
    Err(Failure::Law(format!("did not come back: {missing}")))
}

/// Who they are, for whoever has to find out why.
fn tell_of_twice(words: &[&str], pids: &[u32]) {
    let who = pids.iter().map(|pid| {
        let line = processes::command_line(*pid);
        let line = String::from_utf8_lossy(&line).replace('\0', " ");
        let parent = processes::parent_of(*pid).unwrap_or(0);
        format!("{pid} below {parent}: {line}")
    });
    let who: Vec<String> = who.collect();
    ui::note(&format!("twice: {}: {}", words.join(" "), who.join("; ")));
}

fn tell(answered: &Answered, json: bool) {
    if json {
        return ui::json(answered);
    }
    let rows = answered.mechanisms.iter().map(|played| {
        let again = played.all_running_again_p95_ms;
        vec![
            played.name.clone(),
            played.kills.to_string(),
            played.orphans.to_string(),
            played.double_copies.to_string(),
            played.server_restarts.to_string(),
            again.map_or_else(String::new, |ms| format!("{ms} ms")),
        ]
    });
    let header = [
        "mechanism",
        "kills",
        "orphans",
        "double copies",
        "server restarts",
        "all again p95",
    ];
    ui::table(&header, rows.collect(), "no mechanism was played");
    for why in &answered.why_not {
        ui::line(&format!("not played: {why}"));
    }
}
