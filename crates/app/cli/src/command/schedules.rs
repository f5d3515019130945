//! `homeostat schedules`: what fires when, and a person's hand on one.

use std::process::ExitCode;

use homeostat_queue::{ScheduleRow, disable_schedule, enable_schedule, schedules};
use serde_json::json;

use crate::{failure::Failure, session::Session, ui};

/// List them, or change one.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    word: Option<Word>,
}

#[derive(Debug, clap::Subcommand)]
enum Word {
    /// Let a schedule fire again
    Enable {
        /// Its name
        name: String,
    },
    /// Stop a schedule from firing
    Disable {
        /// Its name
        name: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
}

/// Answers.
pub(crate) async fn run(
    session: &Session,
    args: &Args,
    as_json: bool,
) -> Result<ExitCode, Failure> {
    let db = session.db();
    match &args.word {
        Some(Word::Enable { name }) => {
            enable_schedule(db, name)
                .await
                .map_err(|e| super::refused(&e))?;
        }
        Some(Word::Disable { name, reason }) => {
            disable_schedule(db, name, reason)
                .await
                .map_err(|e| super::refused(&e))?;
        }
        None => {}
    }
    let found = schedules(db).await.map_err(|e| super::refused(&e))?;
    if as_json {
        ui::json(&json!({ "schedules": found }));
        return Ok(ExitCode::SUCCESS);
    }
    let rows = found.iter().map(row).collect();
    let header = [
        "name",
        "fires (world time)",
        "state",
        "next (world)",
        "failures",
        "why not",
    ];
    ui::table(&header, rows, "No schedule is defined yet.");
    Ok(ExitCode::SUCCESS)
}

fn row(schedule: &ScheduleRow) -> Vec<String> {
    let fires = match (&schedule.cron, schedule.every_s) {
        (Some(cron), _) => format!("{cron} in {}", schedule.zone),
        (None, Some(every_s)) if every_s % 60 == 0 => format!("every {} min", every_s / 60),
        (None, Some(every_s)) => format!("every {every_s} s"),
        (None, None) => String::new(),
    };
    vec![
        schedule.name.clone(),
        fires,
        schedule.state.clone(),
        schedule
            .next_at
            .map(|at| at.0.strftime("%m-%d %H:%M").to_string())
            .unwrap_or_default(),
        schedule.consecutive_failures.to_string(),
        schedule.disabled_reason.clone().unwrap_or_default(),
    ]
}
