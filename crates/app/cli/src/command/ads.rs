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
    if let Some(line) = pace(&report["cadence"]) {
        ui::line(&line);
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

/// How often pages are looked at and what that finds; nothing in reports from before there was a cadence.
fn pace(cadence: &Value) -> Option<String> {
    let number = |name: &str| cadence["freshness"][name].as_f64();
    let days =
        |name: &str| number(name).map_or("-".to_owned(), |s| format!("{:.1} d", s / 86_400.0));
    let fresh = number("up_to_date_ppm").map_or("-".to_owned(), |n| format!("{:.0} %", n / 1e4));
    let looks =
        number("looks_per_find_milli").map_or("-".to_owned(), |n| format!("{:.1}", n / 1e3));
    cadence.is_object().then(|| {
        format!(
            "  looked at daily {}, every three days {}, weekly {}   up to date {fresh}   new ads seen after {} \
             (95 of 100: {})   {looks} looks for each",
            plain(&cadence["daily"]),
            plain(&cadence["three_days"]),
            plain(&cadence["weekly"]),
            days("mean_delay_s"),
            days("p95_delay_s"),
        )
    })
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
