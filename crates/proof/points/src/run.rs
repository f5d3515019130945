//! Plays trials side by side, and writes down what came of each.

use std::sync::Arc;

use homeostat_clock::Stopwatch;
use tokio::{sync::Semaphore, task::JoinSet};

use crate::{
    ledger::{Ledger, Line},
    trial::{Ground, Trial},
    trouble::Trouble,
};

/// Plays what the ledger has not yet, so many side by side. A trial that could not be played at all is
/// told of and not written down: it is not covered.
pub(crate) async fn all(
    ground: &Arc<Ground>,
    layer: &str,
    trials: &[Trial],
    jobs: usize,
    ledger: &mut Ledger,
) -> Result<(), Trouble> {
    let is_open = |trial: &&Trial| ledger.trial(trial).is_none();
    let todo: Vec<&Trial> = trials.iter().filter(is_open).collect();
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
            ledger.write_trial(Line {
                commit: ledger.commit.clone(),
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
