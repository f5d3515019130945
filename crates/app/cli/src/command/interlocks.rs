//! `homeostat interlocks`: every check between a proposal and an act, and what each has refused.

use std::process::ExitCode;

use homeostat_effects::{RefusedBy, refused_by};
use homeostat_envelope::{InterlockWords, interlock_words};
use serde::Serialize;
use serde_json::json;

use crate::{failure::Failure, session::Session, ui};

/// Columns that a reason may take in the table; all of it is in the JSON.
const REASON_WIDTH: usize = 60;

/// An interlock with its past.
#[derive(Debug, Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    words: InterlockWords,
    /// Decisions that it refused so far.
    refused: i64,
    /// The last of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<&'a RefusedBy>,
}

/// Answers.
pub(crate) async fn run(session: &Session, as_json: bool) -> Result<ExitCode, Failure> {
    let refused = refused_by(session.db()).await?;
    let rows: Vec<Row<'_>> = interlock_words()
        .into_iter()
        .map(|words| {
            let last = refused.iter().find(|one| one.name == words.name);
            Row {
                words,
                refused: last.map_or(0, |one| one.refused),
                last,
            }
        })
        .collect();
    if as_json {
        ui::json(&json!({ "interlocks": rows }));
        return Ok(ExitCode::SUCCESS);
    }
    let header = ["interlock", "refuses", "refused", "the last time"];
    ui::table(&header, rows.iter().map(cells).collect(), "");
    Ok(ExitCode::SUCCESS)
}

fn cells(row: &Row<'_>) -> Vec<String> {
    let last = row.last.map(|last| {
        let reason: String = last.last_reason.chars().take(REASON_WIDTH).collect();
        format!("decision {}: {reason}", last.last_decision)
    });
    vec![
        row.words.name.to_owned(),
        row.words.refuses.to_owned(),
        row.refused.to_string(),
        last.unwrap_or_default(),
    ]
}
