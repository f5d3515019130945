//! `homeostat runs`: the runs of pipelines, and what each phase left.

use std::process::ExitCode;

use homeostat_model::RunId;
use homeostat_queue::{PhaseRow, RunFilter, RunRow, phases, runs};
use serde_json::json;

use crate::{failure::Failure, session::Session, ui};

/// Longest part of an output that a table shows.
const OUTPUT_CHARS_MAX: usize = 200;

/// Which runs.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// One run, with its phases
    id: Option<RunId>,
    /// Only this pipeline
    #[arg(long)]
    pipeline: Option<String>,
    /// Only this state: running, done, failed, cancelled
    #[arg(long)]
    state: Option<String>,
    /// At most so many, the latest first
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,
}

/// Answers.
pub(crate) async fn run(
    session: &Session,
    args: &Args,
    as_json: bool,
) -> Result<ExitCode, Failure> {
    let db = session.db();
    let filter = RunFilter {
        before: None,
        id: args.id,
        state: args.state.clone(),
        pipeline: args.pipeline.clone(),
        limit: Some(args.limit),
    };
    let found = runs(db, &filter).await.map_err(|e| super::refused(&e))?;
    let checkpoints = match args.id {
        None => None,
        Some(id) if found.is_empty() => {
            return Err(Failure::Usage(format!(
                "run: {id} is none; a plain job is in `homeostat replay job {id}`"
            )));
        }
        Some(id) => Some(phases(db, id).await.map_err(|e| super::refused(&e))?),
    };
    if as_json {
        match checkpoints {
            None => ui::json(&json!({ "runs": found })),
            Some(phases) => ui::json(&json!({ "runs": found, "phases": phases })),
        }
        return Ok(ExitCode::SUCCESS);
    }
    let header = [
        "id", "pipeline", "brand", "state", "phase", "done", "resumes", "asked at", "why",
    ];
    let rows = found.iter().map(row).collect();
    ui::table(
        &header,
        rows,
        "No run matches. A run starts with: homeostat enqueue PIPELINE",
    );
    if let Some(phases) = checkpoints {
        ui::line("");
        let header = ["no", "phase", "job", "took ms", "finished at", "left"];
        let rows = phases.iter().map(phase_row).collect();
        ui::table(&header, rows, "No phase of it is done yet.");
    }
    Ok(ExitCode::SUCCESS)
}

fn row(run: &RunRow) -> Vec<String> {
    let resumed = run.resumed_from.as_ref();
    vec![
        run.id.to_string(),
        run.pipeline.clone(),
        run.brand.clone().unwrap_or_default(),
        run.state.clone(),
        run.phase.clone().unwrap_or_default(),
        format!("{}/{}", run.phases_done, run.phases),
        resumed.map_or_else(String::new, |phase| format!("{} ({phase})", run.resumes)),
        run.created_at.0.strftime("%m-%d %H:%M:%S").to_string(),
        run.reason.clone().unwrap_or_default(),
    ]
}

fn phase_row(phase: &PhaseRow) -> Vec<String> {
    let output = phase.output.to_string();
    vec![
        phase.no.to_string(),
        phase.name.clone(),
        phase.job.to_string(),
        phase.duration_ms.to_string(),
        phase.finished_at.0.strftime("%m-%d %H:%M:%S").to_string(),
        output.chars().take(OUTPUT_CHARS_MAX).collect(),
    ]
}
