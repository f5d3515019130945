//! `homeostat jobs`: the live work, and a person's hand on one job.

use std::process::ExitCode;

use homeostat_model::JobId;
use homeostat_queue::{Cancelled, JobFilter, JobRow, cancel, job_counts, jobs, retry_failed};
use serde_json::json;

use crate::{failure::Failure, session::Session, ui};

/// Which jobs, or what to do with one.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Args {
    /// One job
    id: Option<JobId>,
    /// Only this kind
    #[arg(long)]
    kind: Option<String>,
    /// Only this state: ready, running, failed (finished jobs are in `homeostat replay job`)
    #[arg(long)]
    state: Option<String>,
    /// Only this brand
    #[arg(long)]
    brand: Option<String>,
    /// At most so many
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,
    #[command(subcommand)]
    word: Option<Word>,
}

#[derive(Debug, clap::Subcommand)]
enum Word {
    /// Give a failed job all its attempts again
    Retry {
        /// The job
        id: JobId,
    },
    /// Call a job off
    Cancel {
        /// The job
        id: JobId,
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
        Some(Word::Retry { id }) => {
            retry_failed(db, *id, None)
                .await
                .map_err(|e| super::refused(&e))?;
            return done(as_json, *id, "ready");
        }
        Some(Word::Cancel { id, reason }) => {
            let outcome = match cancel(db, *id, reason)
                .await
                .map_err(|e| super::refused(&e))?
            {
                Cancelled::Gone => "cancelled",
                Cancelled::Asked => "asked to stop",
            };
            return done(as_json, *id, outcome);
        }
        None => {}
    }
    let filter = JobFilter {
        after: None,
        kind: args.kind.clone(),
        state: args.state.clone(),
        brand: args.brand.clone(),
        id: args.id,
        limit: Some(args.limit),
    };
    let found = jobs(db, &filter).await.map_err(|e| super::refused(&e))?;
    if let (Some(id), true) = (args.id, found.is_empty()) {
        return Err(Failure::Usage(format!(
            "job: {id} is not live; a finished one is in `homeostat replay job {id}`"
        )));
    }
    if as_json {
        let counts = job_counts(db).await.map_err(|e| super::refused(&e))?;
        ui::json(&json!({ "jobs": found, "counts": counts }));
        return Ok(ExitCode::SUCCESS);
    }
    let rows = found.iter().map(row).collect();
    let header = [
        "id",
        "kind",
        "brand",
        "state",
        "attempts",
        "run at",
        "last error",
    ];
    ui::table(
        &header,
        rows,
        "No live job matches. Finished ones: homeostat replay job ID",
    );
    Ok(ExitCode::SUCCESS)
}

fn done(as_json: bool, id: JobId, outcome: &str) -> Result<ExitCode, Failure> {
    if as_json {
        ui::json(&json!({ "job": id, "outcome": outcome }));
    } else {
        ui::line(&format!("job {id}: {outcome}"));
    }
    Ok(ExitCode::SUCCESS)
}

fn row(job: &JobRow) -> Vec<String> {
    vec![
        job.id.to_string(),
        job.kind.clone(),
        job.brand.clone().unwrap_or_default(),
        job.state.clone(),
        format!("{}/{}", job.attempts_used, job.attempts_max),
        job.run_at.0.strftime("%m-%d %H:%M:%S").to_string(),
        job.last_error.clone().unwrap_or_default(),
    ]
}
