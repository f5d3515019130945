//! `homeostat ads`: what the competitors of each brand advertise, by the latest report.

use std::process::ExitCode;

use homeostat_model::BrandId;
use homeostat_operator::records::archive::report;
use serde_json::{Value, json};

use crate::{failure::Failure, session::Session, ui};

/// Which reports.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only this brand
    #[arg(long)]
    brand: Option<BrandId>,
}

/// Answers.
pub(crate) async fn run(
    session: &Session,
    args: &Args,
    as_json: bool,
) -> Result<ExitCode, Failure> {
    let brand = args.brand.as_ref().map(BrandId::as_str);
    let reports = report::latest(session.db(), brand).await?;
    if as_json {
        ui::json(&json!({ "reports": reports }));
        return Ok(ExitCode::SUCCESS);
    }
    if reports.is_empty() {
        ui::line("No report yet: the pipeline `ads` makes one for each brand with keywords.");
    }
    for report in &reports {
        show(report);
    }
    Ok(ExitCode::SUCCESS)
}

fn show(report: &Value) {
    let text = |name: &str| ui::printable(&plain(&report[name]));
    ui::line(&format!(
        "{}   run {}, {} (world)   trust: {}   {} competitors, {} ads running, {} of them new",
        text("brand"),
        text("run"),
        text("made_at"),
        text("trust"),
        text("competitors"),
        text("ads_running"),
        text("ads_new"),
    ));
    for finding in list(&report["findings"]) {
        let examples: Vec<String> = list(&finding["examples"]).iter().map(plain).collect();
        ui::line(&ui::printable(&format!(
            "  {} x {}: {}",
            plain(&finding["n"]),
            plain(&finding["what"]),
            examples.join("; ")
        )));
    }
    let rows = list(&report["winners"]).iter().map(winner).collect();
    let header = [
        "page",
        "days",
        "platforms",
        "reach",
        "headline",
        "library id",
    ];
    ui::table(&header, rows, "  No ad has run for long in several places.");
    ui::line("");
}

fn winner(ad: &Value) -> Vec<String> {
    vec![
        plain(&ad["page_name"]),
        plain(&ad["days_running"]),
        list(&ad["platforms"]).len().to_string(),
        plain(&ad["reach"]),
        plain(&ad["title"]),
        plain(&ad["library_id"]),
    ]
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// A value as people write it; nothing for null.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
