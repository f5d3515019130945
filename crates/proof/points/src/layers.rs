//! The mistakes against the drills. A crash point is made for the mistake that it notices; a drill is not,
//! and how many it notices all the same says how far its eye reaches.

use std::{collections::BTreeMap, path::Path, process::Stdio, sync::Arc};

use serde_json::Value;
use tokio::{process::Command, sync::Semaphore, task::JoinSet};

use crate::{
    ledger::{Ledger, Mistake},
    mutants::{Outcome, Programs},
    trouble::Trouble,
};

/// A drill that is told which mistake its processes make.
struct Drill {
    name: &'static str,
    words: &'static [&'static str],
    /// Where its answer tells what it found: an array of objects or of texts.
    found: &'static str,
}

/// The bad day has mistakes of its own, one for each scene: `./dev sabotage`.
const DRILLS: [Drill; 1] = [Drill {
    name: "storm",
    words: &["storm", "--minutes", "0.4", "--seed", "1"],
    found: "findings",
}];
/// Each is a system of its own, and idle while it waits for what a mistake never ends.
const SIDE_BY_SIDE: usize = 4;

/// Plays every mistake in every drill that the ledger does not know of, and tells the outcomes. Gives back what
/// could not be played.
pub(crate) async fn all(
    programs: &Programs,
    outcomes: &mut [Outcome],
    ledger: &mut Ledger,
) -> Result<Vec<String>, Trouble> {
    let mut missed = Vec::new();
    let room = Arc::new(Semaphore::new(SIDE_BY_SIDE));
    let mut tasks = JoinSet::new();
    for drill in &DRILLS {
        let open = |outcome: &&Outcome| ledger.mistake(drill.name, &outcome.name).is_none();
        let todo: Vec<&Outcome> = outcomes.iter().filter(open).collect();
        if todo.is_empty() {
            continue;
        }
        // What it finds without a mistake, it has not noticed of one.
        let honest = play(&programs.honest.program, drill, None).await;
        if let Some(text) = honest.unwrap_or_else(|error| Some(error.to_string())) {
            eprintln!("points: {}: without a mistake: {text}", drill.name);
            missed.push(format!("{} with any mistake", drill.name));
            continue;
        }
        for outcome in todo {
            let (room, program) = (room.clone(), programs.mistaken.program.clone());
            let mutant = outcome.name.clone();
            tasks.spawn(async move {
                let _room = room.acquire_owned().await;
                let noticed = play(&program, drill, Some(&mutant)).await;
                (drill, mutant, noticed)
            });
        }
    }
    while let Some(ended) = tasks.join_next().await {
        let (drill, mutant, noticed) =
            ended.map_err(|e| Trouble::Ground(format!("a drill panicked: {e}")))?;
        let because = match noticed {
            Ok(because) => because,
            Err(error) => {
                eprintln!("points: {mutant}: {}: not played: {error}", drill.name);
                missed.push(format!("{} with {mutant}", drill.name));
                continue;
            }
        };
        let told = because.as_deref().unwrap_or("went by");
        eprintln!("points: {mutant}: {}: {told}", drill.name);
        ledger.write_mistake(Mistake {
            commit: ledger.commit.clone(),
            mutant,
            drill: drill.name.to_owned(),
            because,
        })?;
    }
    for outcome in outcomes {
        outcome.drills = noticed(&outcome.name, ledger);
    }
    Ok(missed)
}

fn noticed(mutant: &str, ledger: &Ledger) -> BTreeMap<String, Option<String>> {
    let known = |drill: &Drill| {
        let mistake = ledger.mistake(drill.name, mutant)?;
        Some((drill.name.to_owned(), mistake.because.clone()))
    };
    DRILLS.iter().filter_map(known).collect()
}

/// What the drill found, first of all.
async fn play(
    program: &Path,
    drill: &Drill,
    mutant: Option<&str>,
) -> Result<Option<String>, Trouble> {
    let mut words = drill.words.to_vec();
    words.extend(mutant.iter().flat_map(|name| ["--mutant", name]));
    let answer = match self::drill(program, &words).await? {
        Told::Answer(answer) => answer,
        // It says that a law was broken before there was anything to count.
        Told::Broken(text) => return Ok(Some(text)),
    };
    let Some(found) = answer[drill.found].as_array() else {
        let text = format!("{}: no {:?} in {answer}", drill.name, drill.found);
        return Err(Trouble::Ground(text));
    };
    let word = |one: &Value| match one.as_str() {
        Some(text) => text.to_owned(),
        None => one.to_string(),
    };
    Ok(found.first().map(word))
}

/// What a drill tells.
pub(crate) enum Told {
    /// Its answer, whether or not it holds.
    Answer(Value),
    /// It broke off with the exit code for a broken law.
    Broken(String),
}

/// Plays one of the product's drills.
pub(crate) async fn drill(program: &Path, words: &[&str]) -> Result<Told, Trouble> {
    let output = Command::new(program)
        .arg("drill")
        .args(words)
        .arg("--json")
        .env_remove("DATABASE_URL")
        .stdin(Stdio::null())
        .output()
        .await?;
    let last = |said: &[u8]| {
        let said = String::from_utf8_lossy(said);
        said.trim().lines().last().unwrap_or_default().to_owned()
    };
    let (out, err) = (last(&output.stdout), last(&output.stderr));
    match (serde_json::from_str(&out), output.status.code()) {
        (Ok(answer), Some(0 | 1)) => Ok(Told::Answer(answer)),
        (Err(_), Some(1)) => Ok(Told::Broken(err)),
        (_, code) => {
            let text = format!("drill {}: exit code {code:?}: {err}", words.join(" "));
            Err(Trouble::Ground(text))
        }
    }
}
