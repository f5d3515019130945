//! `bench queue`: how fast the queue is. Its own temporary cluster with durable settings, real
//! processes of this binary, and nothing measured that the event log does not tell in full.
//!
//! | figure | is |
//! |---|---|
//! | drain | no-op jobs through one worker process with the default options, from the word to begin until the last result is committed |
//! | drain, unbatched | the same with one job in each claim and one in each finish, each a transaction of its own |
//! | enqueue | jobs enqueued by one connection, 1,000 in a statement |
//! | latency | idle system, from just before the enqueue call to the first statement of the work |
//! | pipeline | runs of five no-op phases through one worker process, from the word to begin until the last is done |
//! | floor | claims and deletes of 500 rows in plain SQL, two connections, no log |
//! | rescue | SIGKILL of a worker → its job running in another; default options, no parent |
//! | idle | the server's transactions per second under a scheduler and three idle workers |
//! | reruns | the most jobs that ran twice after one SIGKILL under drain load |

mod drain;
mod fill;
mod floor;
mod idle;
mod kinds;
mod latency;
mod log;
mod pipeline;
mod plant;
pub(super) mod process;
mod report;
mod rerun;
mod rescue;

use std::process::ExitCode;

use clap::ValueEnum;
use homeostat_clock::Entropy;
use homeostat_queue::PoolOptions;

use crate::{failure::Failure, run::stop_signal, ui};
use plant::Plant;
use report::Report;

/// Rounds of the figures that differ from round to round; the median counts.
const ROUNDS: usize = 3;
/// A job costs two transactions here, so a tenth of the jobs takes long enough.
const UNBATCHED_SHARE: usize = 10;
/// A run is five jobs, and as many checkpoints.
const RUNS_SHARE: usize = 20;
const KILLS: usize = 40;

/// Measures the queue on a durable cluster of its own. Missing an aim is no failure.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Jobs of one drain
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    jobs: usize,
    /// Only these figures
    #[arg(long, value_enum, value_delimiter = ',', value_name = "FIGURE")]
    only: Vec<Figure>,
    /// Fill the event log to this many events first, by jobs that are done
    #[arg(long, value_name = "N", default_value_t = 0)]
    events: i64,
}

/// What can be measured alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Figure {
    Drain,
    Unbatched,
    Latency,
    Floor,
    Pipeline,
    Rescue,
    Idle,
    Rerun,
}

/// Measures and tells.
pub(crate) async fn run(args: &Args, as_json: bool) -> Result<ExitCode, Failure> {
    if args.jobs == 0 {
        return Err(Failure::Usage("--jobs must be at least 1".into()));
    }
    ui::note("a temporary cluster with durable settings is being made …");
    let plant = Plant::build().await?;
    let measured = tokio::select! {
        measured = measure(&plant, args) => measured,
        () = stop_signal() => Err(Failure::TryAgain("stopped before everything was measured".into())),
    };
    let razed = plant.raze().await;
    let report = measured?;
    razed?;
    report.tell(as_json);
    Ok(ExitCode::SUCCESS)
}

async fn measure(plant: &Plant, args: &Args) -> Result<Report, Failure> {
    let entropy = Entropy::from_system().map_err(|e| Failure::environment(&e))?;
    let mut report = Report::begin(&plant.db, args.jobs).await?;
    if args.events > 0 {
        fill::fill(plant, args.events).await?;
    }
    report.events_before = fill::events(plant).await?;
    if args.wants(Figure::Floor) {
        let mut rounds = Vec::new();
        for _ in 0..ROUNDS {
            rounds.push(floor::measure(plant, args.jobs).await?);
        }
        report.floor(&rounds);
    }
    if args.wants(Figure::Drain) {
        let mut rounds = Vec::new();
        for _ in 0..ROUNDS {
            rounds.push(drain::measure(plant, args.jobs, None).await?);
        }
        report.drain(&rounds);
    }
    if args.wants(Figure::Unbatched) {
        let jobs = (args.jobs / UNBATCHED_SHARE).max(1);
        let mut rounds = Vec::new();
        for _ in 0..ROUNDS {
            rounds.push(drain::measure(plant, jobs, Some(&unbatched())).await?);
        }
        report.unbatched(&rounds);
    }
    if args.wants(Figure::Latency) {
        report.latency(latency::measure(plant, &entropy).await?);
    }
    if args.wants(Figure::Pipeline) {
        let runs = (args.jobs / RUNS_SHARE).max(1);
        report.pipeline(pipeline::measure(plant, runs).await?);
    }
    if args.wants(Figure::Rescue) {
        report.rescue(rescue::measure(plant, KILLS).await?);
    }
    if args.wants(Figure::Rerun) {
        report.rerun(rerun::measure(plant).await?);
    }
    if args.wants(Figure::Idle) {
        report.idle(idle::measure(plant).await?);
    }
    Ok(report)
}

impl Args {
    fn wants(&self, figure: Figure) -> bool {
        self.only.is_empty() || self.only.contains(&figure)
    }
}

/// One job in each transaction, of which several are under way at once.
fn unbatched() -> PoolOptions {
    PoolOptions {
        claim_batch_max: 1,
        finish_batch_max: 1,
        lanes: 4,
        ..PoolOptions::default()
    }
}
