//! What runs, on what memory, what somebody must look at, and what ended last. It also shows while the database is
//! away, as far as the supervisor knows.
//!
//! ```text
//!   supervisor's answer, files of alerts ─(Host)─┐
//!   lives, running jobs ─────────────(database)──┴▶ board
//! ```

mod alerts;
mod ended;
pub mod host;
mod memory;
mod say;
mod tree;
mod trouble;

use std::{sync::Arc, time::Duration};

use askama::Template;
use homeostat_liveness::{Host as Machine, Process, processes};
use homeostat_model::RuntimeTime;
use homeostat_queue::{AtWork, at_work};
use homeostat_store::Db;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::{task::spawn_blocking, time::timeout};

use self::{
    alerts::Row,
    ended::Ended,
    host::{Host, HostView, Stands, Tree},
    memory::Budget,
    tree::{Known, Node},
};
use crate::{
    board::{Board, Trouble},
    frame::Frame,
    routes::Console,
    words,
};

/// A database that does not answer in this time is away.
const DATABASE_MAX: Duration = Duration::from_secs(3);

/// Everything on the page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Processes {
    /// How it is, in one or two sentences.
    lead: String,
    /// What is not known, and what waits.
    notes: Vec<String>,
    /// From the guard down.
    tree: Vec<Node>,
    /// Live ones that are not in the tree.
    elsewhere: Vec<Node>,
    /// Who has how much; none: no supervisor tells.
    memory: Option<Budget>,
    /// What somebody must look at; none: nobody said where alerts are kept.
    alerts: Option<Vec<Row>>,
    /// What is to be said of all of them.
    alert_notes: Vec<String>,
    /// The latest ends.
    ended: Vec<Ended>,
}

#[derive(Debug, Template)]
#[template(path = "processes.html")]
struct ProcessesPage<'a> {
    frame: &'a Frame,
    board: &'a Processes,
}

/// Nothing may be asked for.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {}

impl Board for Processes {
    const PATH: &'static str = "/processes";
    const TAB: &'static str = "/processes";
    type Ask = Asked;

    async fn look(console: &Console, _: &Asked) -> Result<Self, Trouble> {
        let looked = look_at(console.host.clone());
        let (facts, view) = tokio::join!(facts(&console.db), looked);
        let (facts, away) = match facts {
            Ok(facts) => (facts, None),
            // The supervisor knows enough to go on.
            Err(Trouble::Away(why) | Trouble::Broken(why)) if view.is_some() => {
                (Facts::default(), Some(why))
            }
            Err(trouble) => return Err(trouble),
        };
        let zone = console.zone();
        let now = console.desks.now().runtime;
        Ok(board(
            &view.unwrap_or_default(),
            &facts,
            away.as_deref(),
            (now, &zone),
        ))
    }

    fn html(&self, frame: &Frame) -> askama::Result<String> {
        ProcessesPage { frame, board: self }.render()
    }
}

/// What the database knows.
#[derive(Debug, Default)]
struct Facts {
    /// This host's name, as lives have it.
    host: String,
    live: Vec<Process>,
    ended: Vec<Process>,
    at_work: Vec<AtWork>,
    server: Option<String>,
}

async fn facts(db: &Db) -> Result<Facts, Trouble> {
    let asked = async {
        let all = processes(db, true).await?;
        let (ended, live) = all.into_iter().partition(|one| one.ended_at.is_some());
        Ok::<_, Trouble>(Facts {
            host: Machine::this().map(|host| host.name).unwrap_or_default(),
            live,
            ended,
            at_work: at_work(db).await?,
            // What it runs on is not worth an error.
            server: db.server_version().await.ok().map(|name| short(&name)),
        })
    };
    match timeout(DATABASE_MAX, asked).await {
        Ok(facts) => facts,
        Err(_) => Err(Trouble::Away("it takes too long to answer".into())),
    }
}

/// Without the words of who built it.
fn short(server: &str) -> String {
    words::name(server.split(" (").next().unwrap_or(server))
}

async fn look_at(host: Option<Arc<dyn Host>>) -> Option<HostView> {
    let host = host?;
    match spawn_blocking(move || host.look()).await {
        Ok(view) => Some(view),
        Err(error) => {
            tracing::error!(%error, "a look at this machine broke");
            let tree = Some(Err("the look at it broke".to_owned()));
            Some(HostView { tree, alerts: None })
        }
    }
}

/// The page from what was found.
fn board(
    view: &HostView,
    facts: &Facts,
    away: Option<&str>,
    (now, zone): (RuntimeTime, &TimeZone),
) -> Processes {
    let known = Known {
        host: &facts.host,
        live: &facts.live,
        ended: &facts.ended,
        at_work: &facts.at_work,
        server: facts.server.as_deref(),
        own: (own_pid(), env!("CARGO_PKG_VERSION")),
        resident_mb: &resident_mb,
        now,
        zone,
    };
    let found = view.tree.as_ref().and_then(|tree| tree.as_ref().ok());
    let nodes = found.map_or_else(Vec::new, |tree| tree::build(tree, &known));
    let used = nodes
        .iter()
        .filter(|node| node.memory.reserved_mb.is_some());
    let used_mb: u64 = used.filter_map(|node| node.memory.used_mb).sum();
    let (alerts, alert_notes) = match &view.alerts {
        None => (None, Vec::new()),
        Some(Err(why)) => {
            let why = words::sentence(&say::line(why));
            (
                Some(Vec::new()),
                vec![format!("Alerts cannot be read: {why}")],
            )
        }
        Some(Ok(all)) => (Some(alerts::rows(all, now, zone)), alerts::notes(all)),
    };
    Processes {
        lead: lead(view),
        notes: notes(found, away),
        elsewhere: tree::elsewhere(&nodes, &known),
        memory: found.map(|tree| memory::budget(&tree.memory, used_mb)),
        alerts,
        alert_notes,
        ended: ended::rows(&facts.ended, now, zone),
        tree: nodes,
    }
}

fn own_pid() -> i32 {
    i32::try_from(std::process::id()).unwrap_or(0)
}

/// How it is, worst first.
fn lead(view: &HostView) -> String {
    let tree = match &view.tree {
        None => {
            return "No supervisor started this console, so there is no tree of processes and no budget of memory to \
                    show. Here is what the database knows."
                .into();
        }
        Some(Err(why)) => {
            return format!(
                "The supervisor does not say how its processes are: {} Here is what the database knows.",
                words::sentence(&say::line(why))
            );
        }
        Some(Ok(tree)) => tree,
    };
    let all = tree.kinds.len() as u64;
    let runs = tree
        .kinds
        .iter()
        .filter(|kind| kind.stands == Stands::Running);
    let runs = runs.count() as u64;
    let mut lead = match (runs, all) {
        (_, 0) => "The supervisor keeps no process yet.".to_owned(),
        (1, 1) => "The one process below the supervisor runs.".to_owned(),
        (runs, all) if runs == all => {
            format!(
                "All {} processes below the supervisor run.",
                words::grouped(all)
            )
        }
        (runs, all) => format!(
            "{} of {} processes below the supervisor run.",
            words::grouped(runs),
            words::grouped(all)
        ),
    };
    for (word, is_so) in NOT_RUNNING {
        let names: Vec<String> = tree
            .kinds
            .iter()
            .filter(|kind| is_so(&kind.stands))
            .map(|kind| words::name(&kind.name))
            .collect();
        if !names.is_empty() {
            lead.push_str(&format!(" {word}: {}.", names.join(", ")));
        }
    }
    lead
}

/// Whether something stands so.
type Question = fn(&Stands) -> bool;

/// What a kind can be that does not run, worst first.
const NOT_RUNNING: [(&str, Question); 6] = [
    ("In quarantine", |stands| {
        matches!(stands, Stands::Quarantined { .. })
    }),
    ("To be started again", |stands| {
        matches!(stands, Stands::Waiting { .. })
    }),
    ("Waiting for the database", |stands| {
        matches!(stands, Stands::Gated)
    }),
    ("Stopped by a person", |stands| {
        matches!(stands, Stands::Stopped)
    }),
    ("Starting", |stands| matches!(stands, Stands::Starting)),
    ("Stopping", |stands| matches!(stands, Stands::Stopping)),
];

fn notes(tree: Option<&Tree>, away: Option<&str>) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(why) = away {
        notes.push(format!(
            "The database does not answer: {} What it knows of lives, versions, jobs and ends is missing here.",
            words::sentence(&say::line(why))
        ));
    }
    let waiting = tree.map(|tree| tree.waiting.as_slice()).unwrap_or_default();
    notes.extend(waiting.iter().map(|(kind, why)| {
        let why = words::sentence(&say::line(why));
        format!("Jobs of {} stay in the queue: {why}", words::name(kind))
    }));
    notes
}

/// What one of our processes on this host has in memory, where nobody else counts it.
fn resident_mb(pid: i32) -> Option<u64> {
    resident_in(&std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?)
}

/// From what `/proc/PID/status` says. The number may be a stranger's by now, or of another namespace.
fn resident_in(status: &str) -> Option<u64> {
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.map(str::trim)
    };
    if !field("Name:")?.starts_with("homeostat") {
        return None;
    }
    let kb: u64 = field("VmRSS:")?.strip_suffix("kB")?.trim().parse().ok()?;
    Some(kb.div_ceil(1 << 10))
}

#[cfg(test)]
mod tests;
