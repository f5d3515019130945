//! `homeostat drill audit`: the auditor as a program of its own, for whoever broke something and wants
//! to know what became of it.

use std::{path::PathBuf, process::ExitCode, time::Duration};

use serde_json::json;

use super::{
    auditor::{Audit, counts},
    witness::Witness,
};
use crate::{failure::Failure, ui};

/// What is judged.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// The database.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    database_url: String,
    /// The directory of the vendor's books
    #[arg(long, value_name = "DIR")]
    books: PathBuf,
    /// Where the vendor tells what was spent; absent, spending is not judged
    #[arg(long, value_name = "URL")]
    sandbox: Option<String>,
    /// Jobs may have failed for good
    #[arg(long)]
    may_fail: bool,
    /// How long a system that is still busy may take to settle
    #[arg(long, default_value_t = 0, value_name = "MILLISECONDS")]
    patience_ms: u64,
}

/// Judges; exit code 0 when nothing is wrong.
pub(crate) async fn run(options: &Options, as_json: bool) -> Result<ExitCode, Failure> {
    let audit = Audit {
        books: options.books.clone(),
        sandbox: options.sandbox.clone(),
        may_fail: options.may_fail,
    };
    let mut witness = Witness::at(options.database_url.clone());
    let patience = Duration::from_millis(options.patience_ms);
    let found = audit.settled(&mut witness, patience).await?;
    if as_json {
        ui::json(&json!({
            "violations": found.len(), "counts": counts(&found), "findings": found,
        }));
    } else {
        for finding in &found {
            ui::line(&format!("{}: {}", finding.field.name(), finding.what));
        }
        ui::line(&format!("{} findings", found.len()));
    }
    Ok(match found.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(1),
    })
}
