//! `homeostat enqueue`: a job by hand, by the same road as from SQL.

use std::{process::ExitCode, time::Duration};

use homeostat_model::BrandId;
use homeostat_queue::{Enqueue, enqueue_raw};
use serde_json::{Value, json};

use crate::{failure::Failure, session::Session, ui};

/// What to enqueue.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The kind, such as sense.meta
    kind: String,
    /// Its args, a JSON object
    #[arg(default_value = "{}")]
    args: String,
    /// Lower runs first, -100 to 100
    #[arg(long, allow_hyphen_values = true)]
    priority: Option<i16>,
    /// Nothing happens while a job with this key lives or lived a moment ago
    #[arg(long, value_name = "KEY")]
    dedup_key: Option<String>,
    /// How long the key outlives the job, seconds
    #[arg(long, value_name = "SECONDS", requires = "dedup_key")]
    dedup_for_s: Option<u64>,
    /// The brand it works for
    #[arg(long)]
    brand: Option<BrandId>,
}

/// Answers.
pub(crate) async fn run(
    session: &Session,
    args: &Args,
    as_json: bool,
) -> Result<ExitCode, Failure> {
    let parsed: Value = serde_json::from_str(&args.args).map_err(|e| {
        Failure::Usage(format!(
            "args: {e}; write a JSON object, such as '{{\"brand\":\"aurora\"}}'"
        ))
    })?;
    let how = Enqueue {
        priority: args.priority,
        dedup_key: args.dedup_key.clone(),
        dedup_for: args.dedup_for_s.map(Duration::from_secs),
        brand: args.brand.clone(),
        ..Enqueue::default()
    };
    let done = enqueue_raw(session.db(), &args.kind, parsed, &how)
        .await
        .map_err(|e| super::refused(&e))?;
    if as_json {
        ui::json(&json!({ "job": done.job, "fresh": done.fresh }));
    } else if done.fresh {
        ui::line(&format!("job {} is in the queue", done.job));
    } else {
        ui::line(&format!("nothing new: the key stands for job {}", done.job));
    }
    Ok(ExitCode::SUCCESS)
}
