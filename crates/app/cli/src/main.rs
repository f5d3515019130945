//! `homeostat`: one binary for every role and every question.

mod alerts;
mod bench;
mod command;
mod control;
mod deploy;
mod drill;
mod exec;
mod failure;
mod grants;
mod programs;
mod rehearse;
mod run;
mod run_sandbox;
mod session;
mod state;
mod ui;
mod up;
mod watch;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use homeostat_supervisor::trampoline;

use crate::failure::Failure;

/// Runs an operation that acts on the world: decides, acts once, proves it, and heals itself.
#[derive(Debug, Parser)]
#[command(
    name = "homeostat",
    version,
    about,
    max_term_width = 100,
    propagate_version = true
)]
struct Cli {
    /// Where this system keeps what is its own on this machine
    #[arg(
        long,
        global = true,
        env = "HOMEOSTAT_STATE_DIR",
        default_value = ".homeostat",
        value_name = "DIR"
    )]
    state_dir: PathBuf,
    /// Print exactly one JSON object on stdout
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start everything on this machine: Postgres, sandbox vendors, scheduler, workers
    Up(up::Options),
    /// Run one role alone
    #[command(subcommand)]
    Run(run::Role),
    /// Run a command beside the system, within memory that this host grants or refuses. Needs no database
    Exec(exec::Args),
    /// Put another version in the place of the one that runs, without a moment in which the pages are away
    Deploy(deploy::Args),
    #[command(flatten)]
    Ask(command::Ask),
    /// Dead-man's switch: speak when a beat has been silent for too long. Needs no database, no config
    Watch(watch::Args),
    #[command(about = "Judge your own ad history: what would have been paused, saved and lost")]
    Rehearse(rehearse::Args),
    /// Measure a claim
    #[command(subcommand)]
    Bench(bench::Bench),
    /// Play a bad day on real processes, judged from outside
    #[command(subcommand)]
    Drill(drill::Drill),
}

fn main() -> ExitCode {
    let mut words = std::env::args_os().skip(1);
    // Before anything else: a trampoline is to become its program at once.
    if words.next().is_some_and(|word| word == trampoline::WORD) {
        return trampoline::run(words);
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return misread(&error),
    };
    let json = cli.json;
    let runtime = match runtime() {
        Ok(runtime) => runtime,
        Err(error) => return end(Err(Failure::environment(&error)), json),
    };
    let outcome = match cli.command {
        Command::Up(options) => {
            logging(std::env::var("HOMEOSTAT_LOG").is_ok());
            runtime.block_on(up::run(&options, &cli.state_dir, cli.json))
        }
        Command::Run(role) => {
            logging(true);
            runtime.block_on(run::run(role, cli.json))
        }
        Command::Watch(args) => {
            logging(true);
            runtime.block_on(watch::run(&args, cli.json))
        }
        Command::Exec(args) => {
            logging(std::env::var("HOMEOSTAT_LOG").is_ok());
            runtime.block_on(exec::run(args, &cli.state_dir, cli.json))
        }
        Command::Deploy(args) => runtime.block_on(deploy::run(&args, &cli.state_dir, cli.json)),
        Command::Ask(ask) => runtime.block_on(command::answer(ask, &cli.state_dir, cli.json)),
        Command::Rehearse(args) => {
            rehearse::run(&args, cli.json).map_err(|e| Failure::Usage(failure::with_help(&e)))
        }
        Command::Drill(drill) => runtime.block_on(drill::run(drill, cli.json)),
        Command::Bench(bench) => {
            logging(std::env::var("HOMEOSTAT_LOG").is_ok());
            runtime.block_on(bench::run(bench, cli.json))
        }
    };
    // A read of stdin that never returns must not keep a process that is done.
    runtime.shutdown_background();
    end(outcome, json)
}

/// A thread for each processor, and never one alone: work that blocks its thread must not keep the rest
/// from seeing that.
fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    let threads = std::thread::available_parallelism().map_or(2, |n| n.get().max(2));
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads)
        .enable_all()
        .build()
}

fn end(outcome: Result<ExitCode, Failure>, json: bool) -> ExitCode {
    outcome.unwrap_or_else(|failure| {
        ui::note(&format!("homeostat: {failure}"));
        if json {
            tell_json(&failure.to_string(), failure.code());
        }
        failure.exit_code()
    })
}

/// Words that are no command of ours; or a question for help, which is no failure.
fn misread(error: &clap::Error) -> ExitCode {
    // A closed terminal is the reader's choice, not our failure.
    let _ = error.print();
    let code = u8::try_from(error.exit_code()).unwrap_or(2);
    if error.use_stderr() && std::env::args_os().any(|word| word == "--json") {
        let text = error.render().to_string();
        tell_json(text.trim_start_matches("error: ").trim(), code);
    }
    ExitCode::from(code)
}

/// What a script reads when there is no answer.
fn tell_json(error: &str, exit_code: u8) {
    ui::json(&serde_json::json!({ "error": error, "exit_code": exit_code }));
}

/// Logs go to stderr, one line each; nothing that a role logs holds a secret.
fn logging(wanted: bool) {
    if !wanted {
        return;
    }
    let level = match std::env::var("HOMEOSTAT_LOG").as_deref() {
        Ok("debug") => tracing::Level::DEBUG,
        Ok("warn") => tracing::Level::WARN,
        Ok(_) | Err(_) => tracing::Level::INFO,
    };
    let format = tracing_subscriber::fmt()
        .with_max_level(level)
        // What cannot be logged would be told on stderr, which is where it could not be written: that panics.
        .log_internal_errors(false)
        .with_writer(std::io::stderr);
    // A second subscriber would be a bug of ours, and losing logs is no reason to stop.
    let _ = format.with_ansi(false).try_init();
}
