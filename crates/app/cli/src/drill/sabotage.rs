//! `./dev sabotage`: the bad day once for each known mistake. A drill that cannot fail shows nothing,
//! so each mistake must turn a field of its answer red, and the same program without one must pass.

use std::process::{ExitCode, Stdio};

use homeostat_mutants as mutants;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::process::Command;

use crate::{failure::Failure, ui};

/// Those that the bad day has a scene for. The others are caught by the crash points.
const CAUGHT: [&str; 6] = [
    "no_probe",
    "no_fence",
    "no_hold",
    "resend_before_horizon",
    "rescue_once_per_epoch",
    "decide_anew",
];

/// What the days are like.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// Only this mistake
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
}

/// How one mistake was found out.
#[derive(Debug, Serialize)]
struct Caught {
    name: &'static str,
    what: &'static str,
    /// What noticed; absent: nothing did.
    caught_by: Option<&'static str>,
    /// The field that went red first.
    field: Option<String>,
    because: Option<String>,
}

/// The answer of a drill, as far as it matters here.
#[derive(Debug, Deserialize)]
struct Answer {
    failed: Vec<Unmet>,
}

#[derive(Debug, Deserialize)]
struct Unmet {
    field: String,
    what: String,
}

/// Plays all days; exit code 0 when every mistake was caught and the unmutated day holds.
pub(crate) async fn run(options: &Options, json: bool) -> Result<ExitCode, Failure> {
    if !mutants::BUILT {
        let text = "this program has no mutants: use `./dev sabotage`, which builds one that has";
        return Err(Failure::Environment(text.into()));
    }
    check(options.only.as_deref())?;
    let healthy = play(None).await?;
    for unmet in &healthy.failed {
        ui::note(&format!(
            "without a mistake: {}: {}",
            unmet.field, unmet.what
        ));
    }
    let is_healthy = healthy.failed.is_empty();
    let mut all = Vec::new();
    let wanted = |mutant: &&(&str, &str)| match options.only.as_deref() {
        Some(only) => only == mutant.0,
        None => CAUGHT.contains(&mutant.0),
    };
    for &(name, what) in mutants::MUTANTS.iter().filter(wanted) {
        ui::note(&format!("sabotage: {name}: {what}"));
        let first = play(Some(name)).await?.failed.into_iter().next();
        let (field, because) = first.map(|unmet| (unmet.field, unmet.what)).unzip();
        all.push(Caught {
            name,
            what,
            caught_by: field.as_ref().map(|_| "drill bad-day"),
            field,
            because,
        });
    }
    let caught = all.iter().filter(|one| one.field.is_some()).count();
    show(&all, caught, is_healthy, json);
    Ok(match caught == all.len() && is_healthy {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(1),
    })
}

/// Refuses a mistake that this program cannot make.
pub(super) fn check(mutant: Option<&str>) -> Result<(), Failure> {
    let Some(name) = mutant else {
        return Ok(());
    };
    if !mutants::BUILT {
        let text = "--mutant: this program has no mutants; build it with HOMEOSTAT_MUTANTS=1";
        return Err(Failure::Usage(text.into()));
    }
    if mutants::MUTANTS.iter().any(|(known, _)| *known == name) {
        return Ok(());
    }
    let known: Vec<&str> = mutants::MUTANTS.iter().map(|(known, _)| *known).collect();
    let text = format!("--mutant: {name:?} is none; known: {}", known.join(", "));
    Err(Failure::Usage(text))
}

fn show(all: &[Caught], caught: usize, is_healthy: bool, json: bool) {
    if json {
        ui::json(&json!({
            "mutants": all, "mutants_total": all.len(), "mutants_killed": caught, "healthy": is_healthy,
        }));
        return;
    }
    let rows = all.iter().map(|one| {
        let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "NOT CAUGHT".into());
        vec![
            one.name.to_owned(),
            one.caught_by.unwrap_or("nobody").to_owned(),
            or_none(&one.field),
            or_none(&one.because),
        ]
    });
    ui::table(
        &["mutant", "caught by", "field", "because"],
        rows.collect(),
        "",
    );
    let health = if is_healthy { "holds" } else { "FAILS" };
    ui::line(&format!(
        "{caught} of {} caught; the same program without a mistake {health}.",
        all.len()
    ));
}

/// The shortest honest day, by this same program.
async fn play(mutant: Option<&str>) -> Result<Answer, Failure> {
    let program = std::env::current_exe().map_err(|e| Failure::environment(&e))?;
    let mut command = Command::new(program);
    command.args(["drill", "bad-day", "--json", "--load-events", "1000"]);
    command.args(["--load-seconds", "1", "--mttr-max-s", "30"]);
    if let Some(mutant) = mutant {
        command.args(["--mutant", mutant]);
    }
    // The story goes to the terminal as it happens; only the answer is for us.
    command.stdout(Stdio::piped()).stderr(Stdio::inherit());
    let child = command.spawn().map_err(|e| Failure::environment(&e))?;
    let output = child.wait_with_output().await;
    let output = output.map_err(|e| Failure::environment(&e))?;
    serde_json::from_slice(&output.stdout).map_err(|error| {
        let said = String::from_utf8_lossy(&output.stdout);
        Failure::Environment(format!(
            "the drill gave no answer: {error}: {}",
            said.trim()
        ))
    })
}
