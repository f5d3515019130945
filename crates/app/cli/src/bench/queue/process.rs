//! A process that is measured: the pool or the scheduler of every role, with the bench's kinds.
//!
//! It says `ready`, waits for a line on its standard input, and works; then it says `finished N` when
//! it has written N results. The end of its standard input is its parent's death.

use std::{path::PathBuf, process::ExitCode};

use clap::ValueEnum;
use homeostat_liveness::Host;
use homeostat_queue::{
    Pool, PoolHandle, PoolOptions, Scheduler, SchedulerOptions, Stopped, recovery_pass,
};
use homeostat_store::Listener;
use tokio::io::{AsyncBufReadExt, BufReader, Lines, Stdin};
use tokio_util::sync::CancellationToken;

use super::kinds;
use crate::{
    failure::{Failure, chain},
    run::{Common, Ground},
    ui,
};

/// As many as a worker of the house has.
const CONNECTIONS_MAX: u32 = 12;

/// Which process.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    common: Common,
    #[arg(value_enum)]
    role: Role,
    /// The kinds to work on
    #[arg(long = "kind")]
    kinds: Vec<String>,
    /// The pool's options as JSON; absent, the defaults
    #[arg(long)]
    pool: Option<String>,
    /// Say so when this many results are written
    #[arg(long)]
    until: Option<u64>,
    /// Where jobs leave their ids
    #[arg(long)]
    marks: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Role {
    Worker,
    Scheduler,
}

/// Works until told to stop.
pub(crate) async fn run(args: Args) -> Result<ExitCode, Failure> {
    let kind = match args.role {
        Role::Worker => "bench-worker",
        Role::Scheduler => "bench-scheduler",
    };
    let ground = args.common.ground(kind, CONNECTIONS_MAX).await?;
    let lines = BufReader::new(tokio::io::stdin()).lines();
    let stopped = match args.role {
        Role::Worker => worker(&args, &ground, lines).await,
        Role::Scheduler => scheduler(&ground, lines).await,
    };
    match stopped.map_err(broken)? {
        Stopped::Planned => ground.end().await?,
        Stopped::EpochEnded(reason) => {
            return Err(Failure::TryAgain(format!("the epoch was ended: {reason}")));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn broken(error: homeostat_queue::Error) -> Failure {
    Failure::Environment(chain(&error))
}

async fn worker(
    args: &Args,
    ground: &Ground,
    lines: Lines<BufReader<Stdin>>,
) -> Result<Stopped, homeostat_queue::Error> {
    let options = match &args.pool {
        None => PoolOptions::default(),
        Some(json) => serde_json::from_str(json)
            .map_err(|e| homeostat_queue::Error::Broken(format!("--pool: {e}")))?,
    };
    let all = kinds::registry(args.marks.as_deref())?;
    all.register(&ground.db).await?;
    let registry = all.only(&args.kinds)?;
    let (listener, wake) = Listener::new(&ground.db, &[Pool::CHANNEL]);
    let listening = CancellationToken::new();
    let listener = tokio::spawn(listener.run(listening.clone()));
    let (pool, handle) = Pool::new(
        &ground.db,
        &ground.epoch,
        registry,
        &ground.entropy,
        options,
        wake,
    )?;
    recovery_pass(&ground.db, &ground.entropy, None).await?;
    start_line(lines).await;
    if let Some(until) = args.until {
        tokio::spawn(announce(handle, until));
    }
    let stopped = pool.run(ground.stop.clone()).await;
    listening.cancel();
    let _ = listener.await;
    stopped
}

async fn scheduler(
    ground: &Ground,
    lines: Lines<BufReader<Stdin>>,
) -> Result<Stopped, homeostat_queue::Error> {
    let host = Host::this()?;
    let (scheduler, _) = Scheduler::new(
        &ground.db,
        &ground.epoch,
        host,
        ground.clock.clone(),
        &ground.entropy,
        SchedulerOptions::default(),
    )?;
    start_line(lines).await;
    scheduler.run(ground.stop.clone()).await
}

/// Says that everything is in place and waits for the word.
async fn start_line(mut lines: Lines<BufReader<Stdin>>) {
    ui::line("ready");
    let word = lines.next_line().await;
    if !matches!(word, Ok(Some(_))) {
        std::process::exit(75);
    }
    tokio::spawn(async move {
        while let Ok(Some(_)) = lines.next_line().await {}
        std::process::exit(75);
    });
}

async fn announce(handle: PoolHandle, until: u64) {
    handle.finished().at_least(until).await;
    ui::line(&format!("finished {}", handle.finished().count()));
}
