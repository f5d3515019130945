//! Measured claims. Black-box where a system is measured, the real policy code where a rule is.

mod cluster;
mod console;
mod kill_rule;
mod quantile;
mod queue;

use std::process::ExitCode;

use clap::Subcommand;

use crate::failure::{Failure, chain};

/// What can be measured.
#[derive(Debug, Subcommand)]
pub(crate) enum Bench {
    /// How often each kill rule stops a good campaign, against the published table
    KillRule(kill_rule::Args),
    /// How fast the queue is, on a durable cluster of its own with real processes
    Queue(queue::Args),
    /// How fast the console is on a long history, with many who look at it
    Console(console::Args),
    /// One process that `bench queue` measures
    #[command(hide = true)]
    QueueProcess(Box<queue::process::Args>),
}

/// Measures.
pub(crate) async fn run(bench: Bench, json: bool) -> Result<ExitCode, Failure> {
    match bench {
        Bench::KillRule(args) => kill_rule::run(&args, json).map_err(|e| Failure::Law(chain(&e))),
        Bench::Queue(args) => queue::run(&args, json).await,
        Bench::Console(args) => console::run(&args, json).await,
        Bench::QueueProcess(args) => queue::process::run(*args).await,
    }
}
