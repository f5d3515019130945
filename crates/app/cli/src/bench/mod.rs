//! Measured claims. Black-box where a system is measured, the real policy code where a rule is.

mod kill_rule;

use std::process::ExitCode;

use clap::Subcommand;

/// What can be measured.
#[derive(Debug, Subcommand)]
pub(crate) enum Bench {
    /// How often each kill rule stops a good campaign, against the published table
    KillRule(kill_rule::Args),
}

pub(crate) use kill_rule::Error;

/// Measures.
pub(crate) fn run(bench: &Bench, json: bool) -> Result<ExitCode, Error> {
    match bench {
        Bench::KillRule(args) => kill_rule::run(args, json),
    }
}
