//! `homeostat budgets`: every window with its cap, what is held in it and what is settled; and what
//! spends by itself.

use std::process::ExitCode;

use homeostat_effects::{
    BudgetView, budgets,
    standing::{StandingView, standing_holds},
};
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
    let standing = standing_holds(session.db(), args.brand.as_ref()).await?;
    if as_json {
        ui::json(&json!({ "budgets": found, "standing": standing }));
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
    if !standing.is_empty() {
        let header = [
            "brand",
            "spends",
            "per day",
            "since (world)",
            "day",
            "held",
            "settled",
        ];
        ui::line("");
        ui::table(&header, standing.iter().map(standing_row).collect(), "");
    }
    Ok(ExitCode::SUCCESS)
}

fn standing_row(standing: &StandingView) -> Vec<String> {
    let amount = |n: i64| money(n, Some(&standing.currency));
    let since = standing.started_at.0.strftime("%m-%d %H:%M");
    vec![
        standing.brand.clone(),
        standing.target.clone(),
        amount(standing.per_day_micros),
        match standing.ended_at {
            Some(at) => format!("{since} until {}", at.0.strftime("%m-%d %H:%M")),
            None => since.to_string(),
        },
        standing.day.map(|day| day.to_string()).unwrap_or_default(),
        amount(standing.day_held_micros),
        amount(standing.day_settled_micros),
    ]
}

fn money(amount: i64, currency: Option<&str>) -> String {
    match currency.map(str::parse::<Currency>) {
        Some(Ok(currency)) => Money::from_micros(amount, currency).to_string(),
        Some(Err(_)) | None => amount.to_string(),
    }
}

fn row(window: &BudgetView) -> Vec<String> {
    let amount = |n: i64| money(n, window.currency.as_deref());
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
