//! `homeostat mode`: how much the system may do, and a person's hand on it.

use std::process::ExitCode;

use homeostat_effects::{Author, Cause, effective_mode, set_mode};
use homeostat_model::Mode;
use serde_json::json;

use crate::{failure::Failure, session::Session, ui};

/// Show it, or set it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// NORMAL, SAFE (only acts that reduce risk) or HALT (none)
    #[arg(requires = "reason")]
    mode: Option<Mode>,
    /// Why
    #[arg(long)]
    reason: Option<String>,
    /// Who says so
    #[arg(long, env = "USER", default_value = "operator")]
    who: String,
}

/// Answers.
pub(crate) async fn run(
    session: &Session,
    args: &Args,
    as_json: bool,
) -> Result<ExitCode, Failure> {
    if let (Some(mode), Some(reason)) = (args.mode, &args.reason) {
        let author = Author::Person(args.who.clone());
        set_mode(session.db(), mode, Cause::Person, &author, reason)
            .await
            .map_err(|e| super::refused(&e))?;
    }
    let view = effective_mode(session.db(), None).await?;
    if as_json {
        ui::json(&json!({
            "mode": view.effective, "stored": view.stored, "cause": view.cause,
            "reason": view.reason, "who": view.who, "changed_at": view.changed_at,
            "lease_expires_at": view.lease_expires_at,
        }));
        return Ok(ExitCode::SUCCESS);
    }
    ui::line(&format!(
        "{}  ({}, by {}: {})",
        view.effective,
        view.cause.as_str(),
        view.who,
        view.reason
    ));
    if view.effective != view.stored {
        ui::line(&format!(
            "A person left it at {}; it will return there by itself.",
            view.stored
        ));
    }
    Ok(ExitCode::SUCCESS)
}
