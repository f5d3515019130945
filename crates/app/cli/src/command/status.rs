//! `homeostat status`: the whole system on one screen, first of all in one sentence.

use std::process::ExitCode;

use homeostat_console::status::{Status, look};
use homeostat_operator::records::spend_cap::SpendCap;

use crate::{failure::Failure, session::Session, ui};

/// Answers.
pub(crate) async fn run(session: &Session, as_json: bool) -> Result<ExitCode, Failure> {
    let status = look(session.db()).await.map_err(|e| super::refused(&e))?;
    if as_json {
        ui::json(&status);
    } else {
        tell(&status);
    }
    Ok(ExitCode::SUCCESS)
}

fn tell(status: &Status) {
    ui::line(&status.sentence());
    let processes = status.processes.iter().map(|p| {
        let since = p.started_at.0.strftime("%m-%d %H:%M:%S").to_string();
        vec![p.kind.clone(), p.pid.to_string(), p.id.to_string(), since]
    });
    ui::line("");
    let nobody = "No process is running; start with `homeostat up`.";
    ui::table(
        &["process", "pid", "epoch", "since"],
        processes.collect(),
        nobody,
    );
    if !status.jobs.is_empty() {
        let jobs = status.jobs.iter();
        let rows = jobs.map(|c| vec![c.kind.clone(), c.state.clone(), c.jobs.to_string()]);
        ui::line("");
        ui::table(&["live jobs", "state", "count"], rows.collect(), "");
    }
    if !status.sensors.is_empty() {
        let rows = status.sensors.iter().map(|s| {
            let as_of = s.as_of.map(|at| at.0.strftime("%m-%d %H:%M").to_string());
            let fault = s.fault.clone().unwrap_or_default();
            vec![
                s.id.clone(),
                s.state.clone(),
                as_of.unwrap_or_default(),
                fault,
            ]
        });
        ui::line("");
        ui::table(
            &["sensor", "state", "as of (world)", "fault"],
            rows.collect(),
            "",
        );
    }
    if !status.spend_caps.is_empty() {
        let rows = status.spend_caps.iter().map(limit).collect();
        ui::line("");
        let header = ["account's own limit", "brand", "intended", "state", "reads"];
        ui::table(&header, rows, "");
    }
}

fn limit(cap: &SpendCap) -> Vec<String> {
    let read_back = cap.read_back.map(|amount| amount.to_string());
    vec![
        cap.account.clone(),
        cap.brand.clone(),
        cap.intended.to_string(),
        cap.state.clone(),
        read_back.unwrap_or_else(|| "no limit".to_owned()),
    ]
}
