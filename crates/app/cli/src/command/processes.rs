//! `homeostat processes`: the tree below the guard, and a person's orders to it. No database is asked.

use std::{path::Path, process::ExitCode};

use homeostat_clock::wall;
use homeostat_supervisor::{
    crash_loop::Class,
    kinds::{State as Stands, View, Wish},
};
use serde_json::json;

use crate::{
    control::{Answer, Ask, Member, Memory, Report, Row, ask},
    failure::Failure,
    state::State,
    ui,
};

/// List them, or tell one what is wanted of it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    word: Option<Word>,
}

#[derive(Debug, clap::Subcommand)]
enum Word {
    /// End it and start it again
    Restart(Name),
    /// End it, and leave it so until it is started
    Stop(Name),
    /// Start it now, whatever its record says
    Start(Name),
    /// Forget its crashes and start it
    Unquarantine(Name),
}

#[derive(Debug, clap::Args)]
struct Name {
    /// The kind, as `processes` lists it
    name: String,
}

/// Answers.
pub(crate) async fn run(args: &Args, root: &Path, as_json: bool) -> Result<ExitCode, Failure> {
    let socket = State::current(root)?.control_socket();
    let Some(word) = &args.word else {
        match ask(&socket, &Ask::Processes).await? {
            Answer::Processes(report) if as_json => ui::json(&report),
            Answer::Processes(report) => tell(&report),
            Answer::Done | Answer::Kind(_) => {}
            Answer::Refused(why) => return Err(Failure::Usage(why)),
        }
        return Ok(ExitCode::SUCCESS);
    };
    let (name, wish) = match word {
        Word::Restart(name) => (name, Wish::Restart),
        Word::Stop(name) => (name, Wish::Stop),
        Word::Start(name) => (name, Wish::Start),
        Word::Unquarantine(name) => (name, Wish::Unquarantine),
    };
    let name = name.name.clone();
    let question = Ask::Wish {
        name: name.clone(),
        wish,
    };
    match ask(&socket, &question).await? {
        Answer::Refused(why) => Err(Failure::Usage(why)),
        Answer::Done | Answer::Kind(_) | Answer::Processes(_) => {
            if as_json {
                ui::json(&json!({ "name": name, "wish": wish }));
            } else {
                ui::line(&format!("{name}: told"));
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn tell(report: &Report) {
    let mut rows = Vec::new();
    let member = |name: String, member: &Member| {
        vec![
            name,
            "running".to_owned(),
            member.pid.to_string(),
            String::new(),
            format!("{} MB", member.memory_mb),
            String::new(),
        ]
    };
    if let Some(guard) = &report.guard {
        rows.push(member(format!("guard ({})", report.mechanism), guard));
    }
    for held in &report.held {
        rows.push(member(format!("├ {}", held.name), held));
    }
    if let Some(supervisor) = &report.supervisor {
        rows.push(member("└ supervisor".to_owned(), supervisor));
    }
    let last = report.kinds.len();
    rows.extend(
        (1..)
            .zip(&report.kinds)
            .map(|(n, kind)| row(kind, n == last)),
    );
    let header = [
        "process",
        "state",
        "pid",
        "restarts",
        "memory",
        "progress, or why not",
    ];
    ui::table(&header, rows, "nothing runs");
    for job in &report.jobs {
        let left_s = (job.deadline_ms - wall().0.as_millisecond()) / 1_000;
        let kind = ui::printable(&job.kind);
        ui::line(&format!(
            "job {} ({kind}) runs in {}, {left_s} s left",
            job.job, job.leaf
        ));
    }
    for waiting in &report.waiting {
        let why = ui::printable(&waiting.refusal.to_string());
        ui::line(&format!("waits in the queue for {why}"));
    }
    for (kind, why) in &report.not_enabled {
        ui::line(&format!(
            "{kind} waits in the queue: {}",
            ui::printable(why)
        ));
    }
    tell_memory(&report.memory);
    for (mechanism, why) in &report.not_available {
        ui::line(&format!("{mechanism} is not available: {why}"));
    }
}

fn tell_memory(memory: &Memory) {
    let Memory {
        ceiling_mb,
        reserved_mb,
        limiter,
        ..
    } = memory;
    ui::line(&format!(
        "memory: {reserved_mb} of {ceiling_mb} MB reserved; limiter: {limiter}"
    ));
    if let Some(refusal) = &memory.refused {
        ui::line(&format!(
            "  less than was asked for at the start: {refusal}"
        ));
    }
    for entry in &memory.others {
        let (what, pid) = (ui::printable(&entry.what), entry.process.pid);
        ui::line(&format!(
            "  {} MB of the host: {what}, process {pid}",
            entry.mb
        ));
    }
    for stray in &memory.strays {
        let (command, pid) = (ui::printable(&stray.command), stray.process.pid);
        let mb = stray.mb;
        ui::line(&format!(
            "  {mb} MB without a grant: {command}, process {pid}"
        ));
    }
}

fn row(row: &Row, is_last: bool) -> Vec<String> {
    let view = &row.view;
    let pid = view.process.map_or_else(String::new, |p| p.pid.to_string());
    let memory = match row.processes {
        0 => String::new(),
        1 => format!("{} MB", row.memory_mb),
        n => format!("{} MB in {n}", row.memory_mb),
    };
    vec![
        format!("  {} {}", if is_last { '└' } else { '├' }, view.name),
        state(view),
        pid,
        view.restarts.to_string(),
        memory,
        ui::printable(&why(view)),
    ]
}

fn state(view: &View) -> String {
    let in_s = |at_ms: i64| (at_ms - wall().0.as_millisecond()).max(0) / 1_000;
    match view.state {
        Stands::Starting => "starting".to_owned(),
        Stands::Running => "running".to_owned(),
        Stands::Stopping => "stopping".to_owned(),
        Stands::Waiting { until_ms } => format!("again in {} s", in_s(until_ms)),
        Stands::Gated => "waits for the database".to_owned(),
        Stands::Quarantined { probe_at_ms, .. } => {
            format!("quarantined, next try in {} min", in_s(probe_at_ms) / 60)
        }
        Stands::Stopped => "stopped by a person".to_owned(),
    }
}

fn why(view: &View) -> String {
    if view.is_ready() && view.unhealthy == 0 {
        return view.progress.clone().unwrap_or_default();
    }
    let Some(cause) = &view.cause else {
        return view.progress.clone().unwrap_or_default();
    };
    let last = cause.last_words.lines().last().unwrap_or_default();
    let words = match last {
        "" => String::new(),
        last => format!(": {last}"),
    };
    let class = match view.state {
        Stands::Quarantined {
            class: Class::Configuration,
            ..
        } => "configuration; ",
        _ => "",
    };
    format!(
        "{class}{} bad ends, last {}{words}",
        view.unhealthy, cause.ending
    )
}
