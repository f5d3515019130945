//! `homeostat budgets`: every window with its cap, what is held in it and what is settled.

use std::process::ExitCode;

use homeostat_effects::{BudgetView, budgets};
use homeostat_model::{BrandId, Currency, Money};
use serde_json::json;

use crate::{failure::Failure, session::Session, ui};

/// Which windows.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only this brand
    #[arg(long)]
    brand: Option<BrandId>,
    /// Only windows that are open at this world time [default: all that were not closed for long]
    #[arg(long, value_name = "INSTANT")]
    at: Option<jiff::Timestamp>,
}

/// Answers.
pub(crate) async fn run(
    session: &Session,
    args: &Args,
    as_json: bool,
) -> Result<ExitCode, Failure> {
    let at = args.at.map(homeostat_model::WorldTime);
    let found = budgets(session.db(), args.brand.as_ref(), at).await?;
    if as_json {
        ui::json(&json!({ "budgets": found }));
        return Ok(ExitCode::SUCCESS);
    }
    let rows = found.iter().map(row).collect();
    let header = [
        "brand",
        "interlock",
        "scope",
        "window (world, UTC)",
        "cap",
        "held",
        "settled",
    ];
    ui::table(&header, rows, "No window is open yet.");
    Ok(ExitCode::SUCCESS)
}

fn row(window: &BudgetView) -> Vec<String> {
    let amount = |n: i64| match window.currency.as_deref().map(str::parse::<Currency>) {
        Some(Ok(currency)) => Money::from_micros(n, currency).to_string(),
        Some(Err(_)) | None => n.to_string(),
    };
    let span = format!(
        "{} {}",
        window.period,
        window.starts_at.0.strftime("%m-%d %H:%M")
    );
    let frozen = if window.frozen { " FROZEN" } else { "" };
    vec![
        window.brand.clone(),
        window.interlock.clone(),
        window.scope.clone(),
        span,
        format!("{}{frozen}", amount(window.cap)),
        amount(window.held),
        amount(window.settled),
    ]
}
