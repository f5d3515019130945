//! Plays trials side by side, and keeps what came of each in a file of lines, so that a run that was
//! broken off goes on where it was.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::Write,
    path::Path,
    sync::Arc,
};

use homeostat_clock::Stopwatch;
use serde::{Deserialize, Serialize};
use tokio::{sync::Semaphore, task::JoinSet};

use crate::{
    trial::{Ground, Trial},
    trouble::Trouble,
};

/// What came of one trial.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Line {
    /// The part of the proof that it belongs to.
    pub(crate) layer: String,
    pub(crate) trial: String,
    pub(crate) struck: Option<String>,
    #[serde(default)]
    pub(crate) struck_second: Option<String>,
    pub(crate) violations: Vec<String>,
    pub(crate) recovery_ms: Option<u64>,
    #[serde(default)]
    pub(crate) effects: Vec<String>,
}

/// The file of lines.
#[derive(Debug)]
pub(crate) struct Ledger {
    file: File,
    pub(crate) lines: BTreeMap<String, Line>,
}

impl Ledger {
    /// Goes on with what is there.
    pub(crate) fn open(path: &Path) -> Result<Self, Trouble> {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let lines = text
            .lines()
            .filter_map(|line| serde_json::from_str::<Line>(line).ok());
        let lines = lines.map(|line| (line.trial.clone(), line)).collect();
        let file = File::options().create(true).append(true).open(path)?;
        Ok(Self { file, lines })
    }

    fn write(&mut self, line: Line) -> Result<(), Trouble> {
        let text = serde_json::to_string(&line).map_err(std::io::Error::other)?;
        writeln!(self.file, "{text}")?;
        self.lines.insert(line.trial.clone(), line);
        Ok(())
    }
}

/// Plays what the ledger has not yet, so many side by side. A trial that could not be played at all is
/// told of and not written down: it is not covered.
pub(crate) async fn all(
    ground: &Arc<Ground>,
    layer: &str,
    trials: &[Trial],
    jobs: usize,
    ledger: &mut Ledger,
) -> Result<(), Trouble> {
    let known: BTreeSet<String> = ledger.lines.keys().cloned().collect();
    let todo: Vec<&Trial> = trials
        .iter()
        .filter(|trial| !known.contains(&trial.to_string()))
        .collect();
    let room = Arc::new(Semaphore::new(jobs));
    let (watch, total) = (Stopwatch::start(), todo.len());
    let mut tasks = JoinSet::new();
    let (mut done, mut broken, mut told) = (0_usize, 0_usize, 0_usize);
    for trial in todo {
        let permit = room.clone().acquire_owned().await;
        while let Some(ended) = tasks.try_join_next() {
            take(ended, layer, ledger, (&mut done, &mut broken))?;
        }
        if done / 100 > told {
            told = done / 100;
            eprintln!(
                "points: {layer}: {done} of {total}, {broken} broken, {} s",
                watch.elapsed().as_secs()
            );
        }
        let (ground, trial) = (ground.clone(), trial.clone());
        tasks.spawn(async move {
            let _room = permit;
            let name = trial.to_string();
            (name, trial.play_to_the_blow(&ground).await)
        });
    }
    while let Some(ended) = tasks.join_next().await {
        take(ended, layer, ledger, (&mut done, &mut broken))?;
    }
    eprintln!(
        "points: {layer}: {total} played, {broken} broken, {} s",
        watch.elapsed().as_secs()
    );
    Ok(())
}

type Ended = Result<(String, Result<crate::trial::Played, Trouble>), tokio::task::JoinError>;

fn take(
    ended: Ended,
    layer: &str,
    ledger: &mut Ledger,
    (done, broken): (&mut usize, &mut usize),
) -> Result<(), Trouble> {
    *done += 1;
    let (name, played) = ended.map_err(|e| Trouble::Ground(format!("a trial panicked: {e}")))?;
    match played {
        Err(error) => eprintln!("points: not played: {name}: {error}"),
        Ok(played) => {
            if !played.violations.is_empty() {
                *broken += 1;
                eprintln!("points: BROKEN: {name}: {}", played.violations.join("; "));
            }
            ledger.write(Line {
                layer: layer.to_owned(),
                trial: played.trial,
                struck: played.struck,
                struck_second: played.struck_second,
                violations: played.violations,
                recovery_ms: played.recovery_ms,
                effects: played.effects,
            })?;
        }
    }
    Ok(())
}
