//! `homeostat drill`: bad days, played on real processes and judged from outside.

mod auditor;
mod bad_day;
mod http;
mod sabotage;
mod witness;
pub(crate) mod work;

use std::process::ExitCode;

use clap::Subcommand;

use crate::failure::Failure;

/// The drills.
#[derive(Debug, Subcommand)]
pub(crate) enum Drill {
    /// Kill everything at once while everything is under way, and see what a boot makes of it
    BadDay(bad_day::Options),
    /// Play the bad day once for each known mistake, which must make it fail
    #[command(hide = true)]
    Sabotage(sabotage::Options),
}

/// Plays one.
pub(crate) async fn run(drill: Drill, json: bool) -> Result<ExitCode, Failure> {
    match drill {
        Drill::BadDay(options) => bad_day::run(&options, json).await,
        Drill::Sabotage(options) => sabotage::run(&options, json).await,
    }
}
