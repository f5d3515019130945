//! House rules and golden files: everything `./dev check` runs that is not a stock cargo command.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool"
)]

mod cluster;
mod licences;
mod queries;
mod schema;
mod source;
mod spdx;
mod sqlx_cache;
mod tidy;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, Parser, Subcommand};

/// What every command returns: `Ok(true)` when the rule holds.
type Outcome = Result<bool, Box<dyn std::error::Error>>;

#[derive(Parser)]
#[command(about = "House rules and golden files")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check the layout of the repository; prints `path:line: rule: what to do`.
    Tidy,
    /// Compare db/schema.sql with what the migrations build.
    Schema(Golden),
    /// Compare .sqlx with what Postgres says about every query in the sources.
    Sqlx(Golden),
    /// Run a command with HOMEOSTAT_TEST_URL naming a throw-away Postgres; its exit code is ours.
    WithPostgres {
        /// The command and its arguments.
        #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
        command: Vec<String>,
    },
    /// Check the licence and the bans of every dependency against deny.toml.
    Licences,
}

#[derive(Args)]
struct Golden {
    /// Write the golden copy instead of comparing with it.
    #[arg(long, conflicts_with = "check")]
    write: bool,
    /// Compare with the golden copy (the default).
    #[arg(long)]
    check: bool,
}

fn main() -> ExitCode {
    let command = Cli::parse().command;
    match root().and_then(|root| run(&command, &root)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::from(if error.is::<cluster::Missing>() { 3 } else { 1 })
        }
    }
}

fn run(command: &Command, root: &Path) -> Outcome {
    match command {
        Command::Tidy => tidy::run(root),
        Command::Schema(golden) => block_on(schema::run(root, golden.write)),
        Command::Sqlx(golden) => block_on(sqlx_cache::run(root, golden.write)),
        Command::WithPostgres { command } => with_postgres(command),
        Command::Licences => licences::run(root),
    }
}

/// Tests take databases of their own from this cluster; it is gone when the command has ended.
fn with_postgres(command: &[String]) -> Outcome {
    let cluster = cluster::Cluster::start()?;
    let [program, args @ ..] = command else {
        return Ok(true);
    };
    let status = std::process::Command::new(program)
        .args(args)
        .env("HOMEOSTAT_TEST_URL", cluster.url())
        .status()
        .map_err(|error| format!("{program}: {error}"))?;
    Ok(status.success())
}

fn block_on(work: impl Future<Output = Outcome>) -> Outcome {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(work)
}

/// The folder that holds the workspace manifest, from wherever the command was called.
fn root() -> Result<PathBuf, Box<dyn std::error::Error>> {
    let here = std::env::current_dir()?;
    here.ancestors()
        .find(|dir| dir.join("xtask/Cargo.toml").is_file())
        .map(Path::to_owned)
        .ok_or_else(|| "run this inside the checkout: no xtask/Cargo.toml above".into())
}
