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

mod database;
mod fault;
mod http;
mod mutants;
mod pg;
mod plant;
mod points;
mod run;
mod scenario;
mod template;
mod trial;
mod trouble;

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use clap::Parser;

use crate::{
    database::Cluster,
    trial::{Ground, Trial, must_exist},
    trouble::Trouble,
};

#[derive(Debug, Parser)]
struct Options {
    /// The product's program
    #[arg(long)]
    program: PathBuf,
    /// Plays one trial by its name
    #[arg(long)]
    replay: Vec<String>,
    /// The same with known mistakes built in; without it none is hunted
    #[arg(long)]
    mutants: Option<PathBuf>,
    /// Only these mistakes
    #[arg(long)]
    mutant: Vec<String>,
    /// Only these scenarios
    #[arg(long)]
    only: Vec<String>,
    /// Trials side by side
    #[arg(long, default_value_t = 6)]
    jobs: usize,
    /// Where what came of each trial is kept
    #[arg(long, default_value = "target/points.jsonl")]
    ledger: PathBuf,
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
    must_exist(&options.program)?;
    // Processes of a trial work in a directory of their own.
    let program = options.program.canonicalize()?;
    let admin = std::env::var("HOMEOSTAT_TEST_URL")
        .map_err(|_| Trouble::Ground("HOMEOSTAT_TEST_URL is not set; use ./dev proof".into()))?;
    let cluster = Cluster::at(admin);
    let templates = template::make(&program, &cluster).await?;
    let ground = Arc::new(Ground {
        program,
        cluster,
        templates,
        patience: std::time::Duration::from_secs(60),
    });
    let mut ledger = run::Ledger::open(&options.ledger)?;
    for name in &options.only {
        let scenario =
            scenario::named(name).ok_or_else(|| Trouble::Ground(format!("no scenario {name}")))?;
        let trials = points::enumerate(&ground, scenario).await?;
        eprintln!("points: {name}: {} trials", trials.len());
        run::all(&ground, "points", &trials, options.jobs, &mut ledger).await?;
    }
    for name in options.replay {
        let trial: Trial = name.parse().map_err(Trouble::Ground)?;
        let played = trial.play(&ground).await?;
        println!(
            "{}",
            serde_json::to_string_pretty(&played).unwrap_or_default()
        );
        println!(
            "{} points, {} calls",
            played.points.len(),
            played.calls.len()
        );
        for point in played.points.iter().chain(&played.calls) {
            println!("{}#{}", point.label, point.nth);
        }
    }
    if let Some(mutants) = &options.mutants {
        must_exist(mutants)?;
        let ground = Arc::new(Ground {
            program: mutants.canonicalize()?,
            cluster: ground.cluster.clone(),
            templates: template::make(&ground.program, &ground.cluster).await?,
            patience: std::time::Duration::from_secs(20),
        });
        let all = mutants::all(&ground, options.jobs, &options.mutant).await?;
        println!("{}", serde_json::to_string_pretty(&all).unwrap_or_default());
    }
    Ok(ExitCode::SUCCESS)
}
