//! Known mistakes, each with the trials that must notice it. A proof that cannot fail shows nothing.
//!
//! The list of mistakes is the product's, `homeostat_mutants`; a mistake without a killer here is a
//! survivor, and so is one whose trials all pass. A trial that the honest program fails too notices nothing:
//! it is played by that program as well, and must hold.

use std::{collections::BTreeMap, sync::Arc};

use homeostat_clock::Stopwatch;
use serde::{Deserialize, Serialize};
use tokio::{sync::Semaphore, task::JoinSet};

use crate::{
    fault::Fault,
    points,
    scenario::named,
    trial::{Ground, Strike, Trial},
    trouble::Trouble,
};

/// What notices a mistake.
struct Killer {
    mutant: &'static str,
    scenario: &'static str,
    /// The fault; none: the scenario as it is.
    fault: Option<&'static str>,
    /// What is struck: these words are in what is said. All of them are tried until one notices.
    at: &'static str,
}

const fn whole(mutant: &'static str, scenario: &'static str) -> Killer {
    Killer {
        mutant,
        scenario,
        fault: None,
        at: "",
    }
}

const fn struck(
    mutant: &'static str,
    scenario: &'static str,
    fault: &'static str,
    at: &'static str,
) -> Killer {
    Killer {
        mutant,
        scenario,
        fault: Some(fault),
        at,
    }
}

const KILLERS: [Killer; 40] = [
    whole("no_probe", "recover"),
    whole("no_fence", "stale"),
    whole("no_hold", "launch"),
    whole("resend_before_horizon", "late"),
    struck(
        "rescue_once_per_epoch",
        "rescue",
        "pg.kill_before",
        "SELECT j.id, j.fence,",
    ),
    struck("decide_anew", "launch", "pg.kill_after", "Query COMMIT"),
    whole("no_skip_locked", "locked"),
    whole("fence_stands", "work"),
    whole("finish_unlogged", "work"),
    struck("phase_apart", "phases", "pg.kill_after", "COMMIT"),
    struck(
        "results_dropped",
        "work",
        "pg.cut_before",
        "WITH o AS MATERIALIZED",
    ),
    struck(
        "lost_claims_kept",
        "work",
        "pg.cut_after",
        "WITH me AS MATERIALIZED",
    ),
    struck("snooze_spends", "sense", "http.throttled", ""),
    struck(
        "interruption_spends",
        "work",
        "pg.cut_after",
        "WITH me AS MATERIALIZED",
    ),
    whole("error_is_free", "give_up"),
    struck("guess_at_once", "work", "pg.gap", "WITH o AS MATERIALIZED"),
    whole("no_deadlines", "stale"),
    whole("no_poll", "later"),
    whole("fire_twice", "schedule"),
    struck(
        "dedup_forgotten",
        "enqueue",
        "pg.kill_after",
        "Query COMMIT",
    ),
    struck("unknown_releases", "launch", "http.lose_reply", "POST"),
    struck("unknown_is_void", "launch", "http.lose_reply", "POST"),
    struck("refused_keeps_hold", "launch", "http.refused", "POST"),
    struck("settle_apart", "launch", "pg.kill_after", "COMMIT; BEGIN"),
    whole("settled_stays_held", "launch"),
    whole("late_dropped", "overtaken"),
    whole("mode_ignored", "halted"),
    whole("lease_ignored", "lapsed"),
    whole("cap_ignored", "spend"),
    struck("breaker_untold", "launch", "http.throttled", "POST"),
    struck("absent_is_done", "launch", "http.lose_request", "POST"),
    whole("absent_is_void", "late"),
    struck("client_resends", "launch", "http.lose_reply", "POST"),
    struck("unknown_is_refused", "launch", "http.malformed", "POST"),
    struck("unknown_is_unsent", "launch", "http.lose_reply", "POST"),
    whole("reference_left_out", "launch"),
    struck("call_before_intent", "launch", "http.kill_after", "POST"),
    whole("hold_after_call", "spend"),
    whole("living_amnestied", "company"),
    struck("group_kill", "command", "run.leave_daemon", ""),
];

/// More trials than these are not tried for one mistake: struck ones, and whole ones, in which chance has
/// hardly a say.
const STRUCK_MAX: usize = 60;
const WHOLE_MAX: usize = 3;

/// How one mistake was found out.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Outcome {
    pub(crate) name: String,
    pub(crate) what: String,
    /// The trial that noticed; none: it survived.
    pub(crate) killed_by: Option<String>,
    pub(crate) because: Option<String>,
    /// Trials until then.
    pub(crate) trials: usize,
    pub(crate) took_s: u64,
    /// The drills that were played with it, and what each noticed; none: it went by.
    #[serde(default)]
    pub(crate) drills: BTreeMap<String, Option<String>>,
}

/// The same trials by two programs.
#[derive(Debug, Clone)]
pub(crate) struct Programs {
    pub(crate) honest: Arc<Ground>,
    /// One with all the mistakes, of which a trial switches one on.
    pub(crate) mistaken: Arc<Ground>,
}

/// Builds each mistake in, and plays the trials that must notice.
pub(crate) async fn all(
    programs: &Programs,
    jobs: usize,
    only: &[String],
) -> Result<Vec<Outcome>, Trouble> {
    let room = Arc::new(Semaphore::new(jobs));
    let mut tasks = JoinSet::new();
    let wanted = |name: &str| only.is_empty() || only.iter().any(|one| one == name);
    for (name, what) in homeostat_mutants::MUTANTS {
        if !wanted(name) {
            continue;
        }
        let (programs, room) = (programs.clone(), room.clone());
        tasks.spawn(async move {
            let _room = room.acquire_owned().await;
            hunt(&programs, name, what).await
        });
    }
    let mut all = Vec::new();
    while let Some(ended) = tasks.join_next().await {
        let outcome = ended.map_err(|e| Trouble::Ground(format!("a hunt panicked: {e}")))??;
        eprintln!(
            "points: mutant {}: {}",
            outcome.name,
            outcome.because.as_deref().unwrap_or("SURVIVED")
        );
        all.push(outcome);
    }
    all.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(all)
}

async fn hunt(
    programs: &Programs,
    name: &'static str,
    what: &'static str,
) -> Result<Outcome, Trouble> {
    let watch = Stopwatch::start();
    let mut outcome = Outcome {
        name: name.to_owned(),
        what: what.to_owned(),
        killed_by: None,
        because: None,
        trials: 0,
        took_s: 0,
        drills: BTreeMap::new(),
    };
    for killer in KILLERS.iter().filter(|killer| killer.mutant == name) {
        let trials_max = match killer.fault {
            Some(_) => STRUCK_MAX,
            None => WHOLE_MAX,
        };
        // Which of several messages of one text carries the work is decided anew in each life. So they are
        // listed anew as well, and struck until one notices.
        let mut tried = 0;
        while outcome.killed_by.is_none() && tried < trials_max {
            let trials = match trials_of(&programs.mistaken, killer).await {
                Ok(trials) if trials.is_empty() => break,
                Ok(trials) => trials,
                Err(error) => {
                    eprintln!("points: {name}: not listed: {error}");
                    tried += 1;
                    continue;
                }
            };
            for trial in trials.into_iter().take(trials_max - tried) {
                tried += 1;
                if let Some((by, because)) = noticed(programs, &trial).await? {
                    (outcome.killed_by, outcome.because) = (Some(by), Some(because));
                    break;
                }
            }
        }
        outcome.trials += tried;
    }
    outcome.took_s = watch.elapsed().as_secs();
    Ok(outcome)
}

/// The name of the trial that notices a mistake, and what it finds. One that the honest program fails too
/// notices nothing.
async fn noticed(programs: &Programs, trial: &Trial) -> Result<Option<(String, String)>, Trouble> {
    let played = match trial.play_to_the_blow(&programs.mistaken).await {
        Ok(played) => played,
        // One play that does not come about is no word on the mistake, and none on all others.
        Err(error) => {
            eprintln!("points: not played: {trial}: {error}");
            return Ok(None);
        }
    };
    let Some(because) = played.violations.into_iter().next() else {
        return Ok(None);
    };
    let honest = trial
        .without_mutant()
        .play_to_the_blow(&programs.honest)
        .await?;
    match honest.violations.first() {
        None => Ok(Some((played.trial, because))),
        Some(broken) => {
            eprintln!(
                "points: {} notices nothing: without the mistake, {broken}",
                played.trial
            );
            Ok(None)
        }
    }
}

/// The trials of a killer. What can be struck is looked up with the mistake built in, since a mistake may
/// say something else than the truth.
async fn trials_of(ground: &Ground, killer: &Killer) -> Result<Vec<Trial>, Trouble> {
    let scenario = named(killer.scenario)
        .ok_or_else(|| Trouble::Ground(format!("no scenario is called {}", killer.scenario)))?;
    let base = Trial::undisturbed(scenario).with_mutant(killer.mutant);
    let Some(fault) = killer.fault else {
        return Ok(vec![base]);
    };
    let fault = Fault::named(fault)
        .ok_or_else(|| Trouble::Ground(format!("no fault is called {fault}")))?;
    let spots = points::spots(ground, &base, fault).await?;
    let here = spots
        .into_iter()
        .filter(|point| said(&point.label, killer.at));
    Ok(here
        .map(|point| base.with_first(Strike::at(&point, fault)))
        .collect())
}

/// Whether a label holds these words, whatever hash stands between them.
fn said(label: &str, words: &str) -> bool {
    let plain = match (label.split_once(" ["), label.split_once("] ")) {
        (Some((kind, _)), Some((_, text))) => format!("{kind} {text}"),
        _ => label.to_owned(),
    };
    plain.contains(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mistake_has_a_killer_that_can_be_played() {
        for (name, _) in homeostat_mutants::MUTANTS {
            assert!(KILLERS.iter().any(|killer| killer.mutant == name), "{name}");
        }
        for killer in &KILLERS {
            assert!(named(killer.scenario).is_some(), "{}", killer.scenario);
            assert!(
                killer
                    .fault
                    .is_none_or(|fault| Fault::named(fault).is_some())
            );
        }
    }

    #[test]
    fn a_label_is_searched_without_its_hash() {
        assert!(said("Query [79663c] COMMIT", "Query COMMIT"));
        assert!(!said("Sync [79663c] COMMIT", "Query COMMIT"));
        assert!(said("POST /meta/v26.0/7", "POST"));
    }
}
