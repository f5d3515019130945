//! Crash points: every place in which a small piece of work can be struck, struck on real processes
//! and a real Postgres, and judged from outside.
//!
//! ```text
//!   scenario ──recorded──▶ points ──× faults──▶ trials ──played side by side──▶ judged ──▶ report
//! ```
//! Started by `./dev proof`, under a throw-away cluster whose URL is in `HOMEOSTAT_TEST_URL`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool"
)]

mod cpu;
mod database;
mod errand;
mod fault;
mod http;
mod layers;
mod ledger;
mod mutants;
mod pg;
mod plant;
mod points;
mod proof;
mod report;
mod run;
mod scenario;
mod strike;
mod template;
mod trial;
mod trouble;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use clap::Parser;
use tokio::task::JoinSet;

use crate::{
    database::Cluster,
    ledger::Ledger,
    mutants::Programs,
    trial::{Ground, Trial, must_exist},
    trouble::Trouble,
};

/// What has not come by then never comes.
const PATIENCE: Duration = Duration::from_secs(60);
/// The same where it is expected not to come.
const SHORT: Duration = Duration::from_secs(20);

/// Strikes small pieces of work at every point, on real processes and a real Postgres
#[derive(Debug, Parser)]
struct Options {
    /// The product's program
    #[arg(long)]
    program: PathBuf,
    /// The same with known mistakes built in; without it none is hunted
    #[arg(long)]
    mutants: Option<PathBuf>,
    /// Every point of every scenario, pairs and storms
    #[arg(long)]
    full: bool,
    /// Plays one trial by its name and says what came of it
    #[arg(long, value_name = "TRIAL")]
    replay: Option<String>,
    /// Hunts this mistake alone; repeatable
    #[arg(long, value_name = "NAME")]
    mutant: Vec<String>,
    /// Only the points of this scenario; repeatable
    #[arg(long, value_name = "SCENARIO")]
    only: Vec<String>,
    /// Of the sample and of the first storm
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many storms
    #[arg(long, default_value_t = 0)]
    storms: u64,
    /// How long each of them lasts
    #[arg(long, default_value_t = 5.0)]
    storm_minutes: f64,
    /// Repeat it so often, or until it breaks
    #[arg(long, requires = "replay", default_value_t = 1)]
    times: usize,
    /// Trials side by side
    #[arg(long, default_value_t = 9)]
    jobs: usize,
    /// What is proven, for the report
    #[arg(long, default_value = "unknown")]
    commit: String,
    /// Where what came of each trial is kept; a run that was broken off goes on with it
    #[arg(long, value_name = "FILE")]
    ledger: PathBuf,
    /// Where the report is written, as RESULTS.md and results.json
    #[arg(long, value_name = "DIR", conflicts_with = "only")]
    report: Option<PathBuf>,
    /// Print the answer as JSON on the last line
    #[arg(long)]
    json: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Options::parse()).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("points: {error}");
            ExitCode::from(3)
        }
    }
}

async fn run(options: Options) -> Result<ExitCode, Trouble> {
    let admin = std::env::var("HOMEOSTAT_TEST_URL")
        .map_err(|_| Trouble::Ground("HOMEOSTAT_TEST_URL is not set; use ./dev proof".into()))?;
    let cluster = Cluster::at(admin);
    if let Some(name) = &options.replay {
        return replay(&options, name, &cluster).await;
    }
    let ground = ground(&options.program, &options.program, &cluster, PATIENCE).await?;
    // Templates are the honest program's: a mistake is to be noticed by the trial.
    let mutants = match &options.mutants {
        Some(mutants) => Some(Programs {
            honest: ground.clone(),
            mistaken: self::ground(mutants, &options.program, &cluster, SHORT).await?,
        }),
        None => None,
    };
    if let (false, Some(mutants)) = (options.mutant.is_empty(), &mutants) {
        let all = mutants::all(mutants, options.jobs, &options.mutant).await?;
        println!("{}", pretty(&all));
        return Ok(code(all.iter().all(|one| one.killed_by.is_some())));
    }
    let mut ledger = Ledger::open(&options.ledger, &options.commit)?;
    let wanted = proof::Options {
        full: options.full,
        seed: options.seed,
        jobs: options.jobs,
        mutants,
        storms: (options.storms, options.storm_minutes),
        only: options.only.clone(),
    };
    let answer = proof::run(&ground, &wanted, &mut ledger).await?;
    if let Some(dir) = &options.report {
        report::write(dir, &answer)?;
    }
    match options.json {
        true => println!("{}", serde_json::to_string(&answer).unwrap_or_default()),
        false => println!("{}", report::summary(&answer)),
    }
    let holds = answer.violations == 0 && answer.survivors.is_empty();
    Ok(code(holds && answer.not_covered.is_empty()))
}

async fn ground(
    program: &Path,
    honest: &Path,
    cluster: &Arc<Cluster>,
    patience: Duration,
) -> Result<Arc<Ground>, Trouble> {
    must_exist(program)?;
    // Processes of a trial work in a directory of their own.
    let (program, honest) = (program.canonicalize()?, honest.canonicalize()?);
    Ok(Arc::new(Ground {
        program,
        cluster: cluster.clone(),
        templates: template::make(&honest, cluster).await?,
        patience,
    }))
}

async fn replay(
    options: &Options,
    name: &str,
    cluster: &Arc<Cluster>,
) -> Result<ExitCode, Trouble> {
    let trial: Trial = name.parse().map_err(Trouble::Ground)?;
    let program = match (&trial.mutant, &options.mutants) {
        (None, _) => &options.program,
        (Some(_), Some(mutants)) => mutants,
        (Some(mutant), None) => {
            let text = format!("{mutant}: --mutants must name a program that has it");
            return Err(Trouble::Ground(text));
        }
    };
    let ground = ground(program, &options.program, cluster, PATIENCE).await?;
    let mut played = trial.play_to_the_blow(&ground).await?;
    // Side by side, as in the whole of it: what breaks seldom breaks under load.
    let mut again = JoinSet::new();
    for n in 1..options.times {
        let (trial, ground) = (trial.clone(), ground.clone());
        again.spawn(async move { trial.play_to_the_blow(&ground).await });
        if again.len() < options.jobs && n + 1 < options.times {
            continue;
        }
        while let Some(ended) = again.join_next().await {
            let next = ended.map_err(|e| Trouble::Ground(format!("a trial panicked: {e}")))??;
            if played.violations.is_empty() {
                played = next;
            }
        }
        if !played.violations.is_empty() {
            break;
        }
    }
    for point in played
        .points
        .iter()
        .chain(&played.calls)
        .chain(&played.runs)
    {
        eprintln!("{}#{}", point.label, point.nth);
    }
    println!("{}", pretty(&played));
    let fell = trial.is_covered(played.struck.as_deref(), played.struck_second.as_deref());
    Ok(code(fell && played.violations.is_empty()))
}

fn pretty(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

fn code(holds: bool) -> ExitCode {
    ExitCode::from(u8::from(!holds))
}
