//! Which trials there are: every spot of a recorded scenario, with every fault that fits it.

use std::sync::Arc;

use rand::seq::SliceRandom;
use tokio::{sync::Semaphore, task::JoinSet};

use crate::{
    fault::{Fault, HttpFault, PgFault, RunFault},
    scenario::Scenario,
    strike::{Befalls, Point},
    trial::{Ground, Second, Strike, Trial},
    trouble::Trouble,
};

/// Plays a scenario undisturbed and lists what can be struck in it.
pub(crate) async fn enumerate(
    ground: &Ground,
    scenario: &'static Scenario,
) -> Result<Vec<Trial>, Trouble> {
    let recording = Trial::undisturbed(scenario);
    let played = recording.play(ground).await?;
    if let Some(first) = played.violations.first() {
        let text = format!("{}: broken without a fault: {first}", scenario.name);
        return Err(Trouble::Ground(text));
    }
    let struck = |strike| recording.with_first(strike);
    let pg = pg_strikes(&played.points).map(struck);
    let http = strikes(&played.calls, HttpFault::ALL, Fault::Http).map(struck);
    let run = strikes(&played.runs, RunFault::ALL, Fault::Run).map(struck);
    let pg: Vec<Trial> = match scenario.only_calls {
        true => Vec::new(),
        false => pg.collect(),
    };
    Ok(pg.into_iter().chain(http).chain(run).collect())
}

/// What such a fault can strike in a trial as it is.
pub(crate) async fn spots(
    ground: &Ground,
    trial: &Trial,
    fault: Fault,
) -> Result<Vec<Point>, Trouble> {
    let played = trial.play(ground).await?;
    Ok(match fault {
        Fault::Pg(fault) => {
            let fits = |point: &Point| point.is_answered || !fault.is_after();
            played.points.into_iter().filter(fits).collect()
        }
        Fault::Http(_) => played.calls,
        Fault::Run(_) => played.runs,
    })
}

/// Every kill of the subject, each with every kill of who takes over: the recovery run is recorded after
/// the first kill, and then struck at each of its points. Besides, whose recovery could not be recorded.
pub(crate) async fn pairs(
    ground: &Arc<Ground>,
    firsts: &[Trial],
    jobs: usize,
) -> Result<(Vec<Trial>, Vec<String>), Trouble> {
    let room = Arc::new(Semaphore::new(jobs));
    let mut recordings = JoinSet::new();
    for (place, first) in firsts.iter().enumerate() {
        let (ground, room, first) = (ground.clone(), room.clone(), first.clone());
        recordings.spawn(async move {
            let _room = room.acquire_owned().await;
            let recording = first.with_second(Second::Recorded);
            let played = recording.play_to_the_blow(&ground).await?;
            let is_recorded = played.struck.is_some() && played.violations.is_empty();
            let missed = (!is_recorded).then(|| format!("pairs of {first}"));
            let strikes = pg_strikes(&played.points);
            let kills = strikes.filter(|strike| strike.fault == Fault::Pg(PgFault::KillBefore));
            let pairs = kills.map(|strike| first.with_second(Second::Struck(strike)));
            Ok::<_, Trouble>((place, pairs.collect::<Vec<Trial>>(), missed))
        });
    }
    let mut all = Vec::new();
    while let Some(ended) = recordings.join_next().await {
        all.push(ended.map_err(|e| Trouble::Ground(format!("a recording panicked: {e}")))??);
    }
    // In the order of the first blow, however long each took.
    all.sort_by_key(|(place, ..)| *place);
    let (mut pairs, mut missed) = (Vec::new(), Vec::new());
    for (_, some, none) in all {
        pairs.extend(some);
        missed.extend(none);
    }
    Ok((pairs, missed))
}

fn pg_strikes(points: &[Point]) -> impl Iterator<Item = Strike> + '_ {
    points.iter().flat_map(|point| {
        let fits = |fault: &PgFault| point.is_answered || !fault.is_after();
        let strike = |fault| Strike::at(point, Fault::Pg(fault));
        PgFault::ALL.into_iter().filter(fits).map(strike)
    })
}

fn strikes<F: Copy>(
    points: &[Point],
    all: impl IntoIterator<Item = F> + Copy,
    fault: impl Fn(F) -> Fault + Copy,
) -> impl Iterator<Item = Strike> {
    points.iter().flat_map(move |point| {
        let strike = move |one| Strike::at(point, fault(one));
        all.into_iter().map(strike)
    })
}

/// So many of them, the same ones for the same seed.
pub(crate) fn sample(mut trials: Vec<Trial>, n: usize, rng: &mut impl rand::Rng) -> Vec<Trial> {
    trials.shuffle(rng);
    trials.truncate(n);
    trials
}
