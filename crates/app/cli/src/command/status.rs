//! `homeostat status`: the whole system on one screen.

use std::process::ExitCode;

use homeostat_effects::{EffectFilter, EffectState, effective_mode, effects, open_incidents};
use homeostat_liveness::{DeathWatch, DeathWatchOptions, Host, Process, processes};
use homeostat_operator::records::sensor;
use homeostat_queue::{job_counts, schedules};
use homeostat_store::Db;
use serde_json::json;

use crate::{failure::Failure, session::Session, ui};

/// Answers.
pub(crate) async fn run(session: &Session, as_json: bool) -> Result<ExitCode, Failure> {
    let db = session.db();
    let mode = effective_mode(db, None).await?;
    let (alive, dead) = the_living(db).await?;
    let counts = job_counts(db).await.map_err(|e| super::refused(&e))?;
    let open = effects(
        db,
        &EffectFilter {
            open_only: true,
            ..EffectFilter::default()
        },
    )
    .await?;
    let sensors = sensor::list(db).await?;
    let incidents = open_incidents(db).await?;
    let stopped: Vec<_> = schedules(db)
        .await
        .map_err(|e| super::refused(&e))?
        .into_iter()
        .filter(|schedule| schedule.state != "enabled")
        .collect();
    let mut wrong = wrong(&sensors, &stopped, &open, incidents.len());
    if dead > 0 {
        wrong.push(format!(
            "{dead} processes died and wait for the next `homeostat up`"
        ));
    }
    if as_json {
        ui::json(&json!({
            "mode": mode, "nominal": wrong.is_empty(), "wrong": wrong, "processes": alive, "jobs": counts,
            "open_effects": open, "sensors": sensors, "incidents": incidents, "stopped_schedules": stopped,
        }));
        return Ok(ExitCode::SUCCESS);
    }
    let sentence = if wrong.is_empty() {
        "all nominal".to_owned()
    } else {
        wrong.join("; ")
    };
    ui::line(&format!("{sentence}.  mode {}", mode.effective));
    ui::line("");
    let rows = alive
        .iter()
        .map(|p| {
            vec![
                p.kind.clone(),
                p.pid.to_string(),
                p.id.to_string(),
                p.started_at.0.strftime("%m-%d %H:%M:%S").to_string(),
            ]
        })
        .collect();
    ui::table(
        &["process", "pid", "epoch", "since"],
        rows,
        "No process is running; start with `homeostat up`.",
    );
    if !counts.is_empty() {
        ui::line("");
        let rows = counts
            .iter()
            .map(|c| vec![c.kind.clone(), c.state.clone(), c.jobs.to_string()])
            .collect();
        ui::table(&["live jobs", "state", "count"], rows, "");
    }
    if !sensors.is_empty() {
        ui::line("");
        let rows = sensors
            .iter()
            .map(|s| {
                let as_of = s.as_of.map(|at| at.0.strftime("%m-%d %H:%M").to_string());
                vec![
                    s.id.clone(),
                    s.state.clone(),
                    as_of.unwrap_or_default(),
                    s.fault.clone().unwrap_or_default(),
                ]
            })
            .collect();
        ui::table(&["sensor", "state", "as of (world)", "fault"], rows, "");
    }
    Ok(ExitCode::SUCCESS)
}

/// Live processes, without those that are dead and not buried yet, and how many those are.
async fn the_living(db: &Db) -> Result<(Vec<Process>, usize), Failure> {
    let mut alive = processes(db, false).await?;
    let host = Host::this().map_err(|e| Failure::environment(&e))?;
    let deaths = DeathWatch::new(host, DeathWatchOptions::default())
        .look(db)
        .await?;
    alive.retain(|process| deaths.iter().all(|death| death.process != process.id));
    Ok((alive, deaths.len()))
}

/// What is not as it should be, one clause each.
fn wrong(
    sensors: &[sensor::Sensor],
    stopped: &[homeostat_queue::ScheduleRow],
    open: &[homeostat_effects::EffectView],
    incidents: usize,
) -> Vec<String> {
    let mut wrong = Vec::new();
    wrong.extend(
        sensors
            .iter()
            .filter(|s| s.state == "blind")
            .map(|s| format!("sensor {} is blind", s.id)),
    );
    wrong.extend(
        stopped
            .iter()
            .map(|s| format!("schedule {} is {}", s.name, s.state)),
    );
    let unknown = open
        .iter()
        .filter(|e| e.state == EffectState::Unknown)
        .count();
    if unknown > 0 {
        wrong.push(format!("{unknown} acts with an unknown outcome"));
    }
    if incidents > 0 {
        wrong.push(format!("{incidents} open incidents"));
    }
    wrong
}
