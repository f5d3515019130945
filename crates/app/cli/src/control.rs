//! What is said to a supervisor and what it answers, and the side that asks.

use std::{collections::BTreeMap, io, path::Path, time::Duration};

use homeostat_supervisor::{
    budget::{Entry, Refusal, Stray},
    jobs::{RunningJob, Waiting, connect},
    kinds::{View, Wish},
    mechanism::{Limiter, Mechanism},
    process::Stat,
};
use serde::{Deserialize, Serialize};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    time::timeout,
};

use crate::failure::Failure;

/// An answer is a look at `/proc` away.
const PATIENCE: Duration = Duration::from_secs(10);

/// A question.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Ask {
    /// How everything is.
    Processes,
    /// How one kind is.
    Kind {
        /// Which.
        name: String,
    },
    /// An order of a person.
    Wish {
        /// The kind.
        name: String,
        /// What is wanted of it.
        wish: Wish,
    },
}

/// An answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Answer {
    /// How everything is.
    Processes(Box<Report>),
    /// How one kind is.
    Kind(View),
    /// It will be so.
    Done,
    /// It makes no sense: field and fix are in the text.
    Refused(String),
}

/// The tree below a guard.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Report {
    /// How trees are ended.
    pub(crate) mechanism: Mechanism,
    /// How they could not be, and why.
    pub(crate) not_available: Vec<(Mechanism, String)>,
    /// The guard.
    pub(crate) guard: Option<Member>,
    /// The supervisor.
    pub(crate) supervisor: Option<Member>,
    /// What the guard keeps beside the work.
    pub(crate) held: Vec<Member>,
    /// Jobs that run as processes now.
    pub(crate) jobs: Vec<RunningJob>,
    /// Kinds whose work is left in the queue because it does not fit, with the figures.
    pub(crate) waiting: Vec<Waiting>,
    /// Kinds whose work is left in the queue because they cannot run, with the reason by field.
    #[serde(default)]
    pub(crate) not_enabled: BTreeMap<String, String>,
    /// Who has how much of the memory.
    pub(crate) memory: Memory,
    /// The kinds.
    pub(crate) kinds: Vec<Row>,
}

/// What the supervisor has to give, and what others on this host have.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Memory {
    /// What the host may grant to all who ask here; none: a supervisor of an earlier version answers.
    #[serde(default)]
    pub(crate) host_mb: Option<u64>,
    /// What it may give in all.
    pub(crate) ceiling_mb: u64,
    /// What of it is reserved.
    pub(crate) reserved_mb: u64,
    /// By whom: a kind, or a job by its kind and a number.
    pub(crate) held: BTreeMap<String, u64>,
    /// What holds a leaf to what it has reserved.
    pub(crate) limiter: Limiter,
    /// The host gave less than was asked for at the start, with the figures.
    pub(crate) refused: Option<Refusal>,
    /// What others on this host were granted.
    pub(crate) others: Vec<Entry>,
    /// Processes of ours on this host for which nobody holds a grant.
    pub(crate) strays: Vec<Stray>,
}

/// One process.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) pid: i32,
    pub(crate) memory_mb: u64,
}

/// One kind and what is in its leaf.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Row {
    #[serde(flatten)]
    pub(crate) view: View,
    /// Live processes in its leaf.
    pub(crate) processes: usize,
    /// What they have in memory, in megabytes; pages that several share count in parts.
    pub(crate) memory_mb: u64,
}

/// Asks the supervisor that listens there.
pub(crate) async fn ask(socket: &Path, question: &Ask) -> Result<Answer, Failure> {
    match timeout(PATIENCE, exchange(socket, question)).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => {
            let nobody = matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused
            );
            let place = socket.display();
            Err(match nobody {
                true => Failure::TryAgain(format!(
                    "no supervisor listens at {place}; start it with `homeostat up`"
                )),
                false => Failure::Environment(format!("cannot ask at {place}: {error}")),
            })
        }
        Err(_) => Err(Failure::TryAgain(
            "the supervisor does not answer; its guard replaces it when it hangs".to_owned(),
        )),
    }
}

async fn exchange(socket: &Path, question: &Ask) -> io::Result<Answer> {
    let (read, mut write) = connect(socket).await?.into_split();
    let mut text = serde_json::to_vec(question)?;
    text.push(b'\n');
    write.write_all(&text).await?;
    let mut line = String::new();
    BufReader::new(read).read_line(&mut line).await?;
    Ok(serde_json::from_str(&line)?)
}

/// What these processes have in memory, in megabytes of 2^20 bytes; pages that they share count for each.
pub(crate) fn memory_mb(members: &[Stat]) -> u64 {
    let resident = |stat: &Stat| -> Option<u64> {
        let text = std::fs::read_to_string(format!("/proc/{}/status", stat.process.pid)).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.trim().strip_suffix("kB")?.trim().parse().ok()
    };
    let kb: u64 = members.iter().filter_map(resident).sum();
    kb >> 10
}
