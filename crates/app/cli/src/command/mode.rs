//! `homeostat mode`: how much the system may do, and a person's hand on it.

use std::process::ExitCode;

use homeostat_effects::{Author, Cause, ModeView, effective_mode, set_mode};
use homeostat_model::Mode;
use serde_json::json;

use crate::{failure::Failure, session::Session, ui};

/// The author of a mode that no person set.
const SYSTEM: &str = "system";

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
    ui::line(&sentence(&view));
    Ok(ExitCode::SUCCESS)
}

/// The mode in words. The stored mode and the effective one differ only while the lease has lapsed.
fn sentence(view: &ModeView) -> String {
    let (cause, reason) = (view.cause.as_str(), &view.reason);
    if view.effective == view.stored {
        return format!("{}  ({cause}, by {}: {reason})", view.effective, view.who);
    }
    let left = match view.who.as_str() {
        SYSTEM => String::new(),
        person => format!("A person ({person}) left it at {}. ", view.stored),
    };
    format!(
        "{}  ({cause}: {reason})\n{left}It returns to {} when a parent (`homeostat up`) renews the lease.",
        view.effective, view.stored
    )
}

#[cfg(test)]
mod tests {
    use homeostat_model::RuntimeTime;

    use super::*;

    fn lapsed(who: &str) -> String {
        sentence(&ModeView {
            effective: Mode::Safe,
            stored: Mode::Normal,
            cause: Cause::LeaseLapsed,
            reason: "the dead-man lease lapsed".into(),
            who: who.into(),
            changed_at: RuntimeTime(jiff::Timestamp::UNIX_EPOCH),
            lease_expires_at: None,
        })
    }

    #[test]
    fn a_person_is_named_only_where_one_set_the_mode() {
        assert!(!lapsed(SYSTEM).contains("person"), "{}", lapsed(SYSTEM));
        assert!(lapsed("ada").contains("A person (ada) left it at NORMAL"));
        assert!(lapsed(SYSTEM).ends_with("when a parent (`homeostat up`) renews the lease."));
    }
}
