//! The questions a person asks a system, one file each.

mod ads;
mod alerts;
mod brief;
mod budgets;
mod campaigns;
mod check;
mod decisions;
mod effects;
mod enqueue;
mod erase;
mod init;
mod interlocks;
mod jobs;
mod mode;
mod processes;
mod replay;
mod runs;
mod schedules;
pub(crate) mod status;
mod tokens;
pub(crate) mod verify;

use std::{path::Path, process::ExitCode};

use clap::Subcommand;

use crate::{failure::Failure, session::Session};

/// Everything that asks or tells a system something.
#[derive(Debug, Subcommand)]
pub(crate) enum Ask {
    /// Write a commented configuration for a brand, from flags or by asking
    Init(init::Args),
    /// Check the configuration and the ground it stands on
    Check(check::Args),
    /// How is it? Processes, jobs, effects, sensors, mode
    Status,
    /// What a day came to: done, saved, spent, refused, healed; and what needs a person now
    Brief(brief::Args),
    /// List jobs; retry or cancel one
    Jobs(jobs::Args),
    /// List runs of pipelines, or the phases of one
    Runs(runs::Args),
    /// List acts on the world with their receipts; resolve an unknown one
    Effects(effects::Args),
    /// List what the policies decided, and why
    Decisions(decisions::Args),
    /// List campaigns; launch or resume one, limit their account
    Campaigns(campaigns::Args),
    /// Caps, and what is held and settled in each window
    Budgets(budgets::Args),
    /// Every check between a proposal and an act, and what each has refused
    Interlocks,
    /// What competitors advertise: the latest report on each brand
    Ads(ads::Args),
    /// What somebody must look at, and who was told
    Alerts(alerts::Args),
    /// The tree of processes; restart, stop or start one
    Processes(processes::Args),
    /// List schedules; enable or disable one
    Schedules(schedules::Args),
    /// Put a job into the queue
    Enqueue(enqueue::Args),
    /// Take away what leads to a person: mail addresses on standard input, one a line
    Erase,
    /// What happened, and the state of anything at any past instant
    Replay(replay::Args),
    /// Prove that log, state, money and books agree
    Verify,
    /// Show or set the mode: NORMAL, SAFE, HALT
    Mode(mode::Args),
    /// Who may look at the console and change things from it
    Tokens(tokens::Args),
}

/// Opens the database where the question needs one, answers, closes.
pub(crate) async fn answer(ask: Ask, root: &Path, json: bool) -> Result<ExitCode, Failure> {
    if let Ask::Check(args) = &ask {
        return check::run(args, json).await;
    }
    if let Ask::Init(args) = &ask {
        return init::run(args, json);
    }
    // Works without a database: that may be what the alerts are about.
    if let Ask::Alerts(args) = &ask {
        return alerts::run(args, root, json).await;
    }
    if let Ask::Processes(args) = &ask {
        return processes::run(args, root, json).await;
    }
    let session = Session::open(root).await?;
    let answered = match &ask {
        // Answered above, without a session.
        Ask::Init(_) | Ask::Check(_) | Ask::Alerts(_) | Ask::Processes(_) => Ok(ExitCode::SUCCESS),
        Ask::Status => status::run(&session, json).await,
        Ask::Brief(args) => brief::run(&session, args, json).await,
        Ask::Jobs(args) => jobs::run(&session, args, json).await,
        Ask::Runs(args) => runs::run(&session, args, json).await,
        Ask::Effects(args) => effects::run(&session, args, json).await,
        Ask::Decisions(args) => decisions::run(&session, args, json).await,
        Ask::Campaigns(args) => campaigns::run(&session, args, json).await,
        Ask::Budgets(args) => budgets::run(&session, args, json).await,
        Ask::Interlocks => interlocks::run(&session, json).await,
        Ask::Ads(args) => ads::run(&session, args, json).await,
        Ask::Schedules(args) => schedules::run(&session, args, json).await,
        Ask::Enqueue(args) => enqueue::run(&session, args, json).await,
        Ask::Erase => erase::run(&session, json).await,
        Ask::Replay(args) => replay::run(&session, args, json).await,
        Ask::Verify => verify::run(&session, json).await,
        Ask::Mode(args) => mode::run(&session, args, json).await,
        Ask::Tokens(args) => tokens::run(&session, args, json).await,
    };
    session.close().await?;
    answered
}

/// What a person asked for and the system would not do: the field is in the text.
pub(crate) fn refused(error: &(impl std::error::Error + homeostat_model::Classify)) -> Failure {
    use homeostat_model::Fault;
    let text = crate::failure::chain(error);
    match error.fault() {
        Fault::Permanent => Failure::Usage(text),
        Fault::Transient | Fault::UnknownOutcome => Failure::TryAgain(text),
    }
}
