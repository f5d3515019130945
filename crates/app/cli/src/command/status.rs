//! `homeostat status`: the whole system on one screen, first of all in one sentence.

use std::process::ExitCode;

use homeostat_effects::{
    EffectFilter, EffectState, EffectView, Incident, ModeView, effective_mode, effects,
    open_incidents,
};
use homeostat_liveness::{DeathWatch, DeathWatchOptions, Host, Process, processes};
use homeostat_model::Mode;
use homeostat_operator::records::{
    sensor::{self, Sensor},
    spend_cap::{self, SpendCap},
};
use homeostat_queue::{JobCount, ScheduleRow, job_counts, schedules};
use homeostat_store::Db;
use serde::Serialize;

use crate::{failure::Failure, session::Session, ui};

/// The system as it stands; `--json` prints it as it is.
#[derive(Debug, Serialize)]
pub(crate) struct Status {
    nominal: bool,
    wrong: Vec<String>,
    mode: ModeView,
    processes: Vec<Process>,
    jobs: Vec<JobCount>,
    open_effects: Vec<EffectView>,
    sensors: Vec<Sensor>,
    spend_caps: Vec<SpendCap>,
    incidents: Vec<Incident>,
    stopped_schedules: Vec<ScheduleRow>,
}

/// Answers.
pub(crate) async fn run(session: &Session, as_json: bool) -> Result<ExitCode, Failure> {
    let status = look(session.db()).await?;
    if as_json {
        ui::json(&status);
    } else {
        tell(&status);
    }
    Ok(ExitCode::SUCCESS)
}

/// Looks at everything once.
pub(crate) async fn look(db: &Db) -> Result<Status, Failure> {
    let (alive, dead) = the_living(db).await?;
    let open = EffectFilter {
        open_only: true,
        ..EffectFilter::default()
    };
    let all = schedules(db).await.map_err(|e| super::refused(&e))?;
    let mut status = Status {
        nominal: true,
        wrong: Vec::new(),
        mode: effective_mode(db, None).await?,
        processes: alive,
        jobs: job_counts(db).await.map_err(|e| super::refused(&e))?,
        open_effects: effects(db, &open).await?,
        sensors: sensor::list(db).await?,
        spend_caps: spend_cap::list(db).await?,
        incidents: open_incidents(db).await?,
        stopped_schedules: all.into_iter().filter(|s| s.state != "enabled").collect(),
    };
    status.wrong = wrong(&status, dead);
    status.nominal = status.wrong.is_empty();
    Ok(status)
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
fn wrong(status: &Status, dead: usize) -> Vec<String> {
    let mut wrong = Vec::new();
    let mode = &status.mode;
    if mode.effective != Mode::Normal {
        let (cause, reason) = (mode.cause, &mode.reason);
        wrong.push(format!("mode {} ({cause}: {reason})", mode.effective));
    }
    if dead > 0 {
        wrong.push(format!(
            "{dead} processes died and wait for the next `homeostat up`"
        ));
    }
    let blind = status.sensors.iter().filter(|s| s.state == "blind");
    wrong.extend(blind.map(|s| format!("sensor {} is blind", s.id)));
    let limits = status.spend_caps.iter();
    wrong.extend(limits.filter_map(|cap| {
        let fault = cap.fault.as_ref()?;
        Some(format!(
            "the limit of {} is not there: {fault}",
            cap.account
        ))
    }));
    let stopped = status.stopped_schedules.iter();
    wrong.extend(stopped.map(|s| format!("schedule {} is {}", s.name, s.state)));
    let unknown = status
        .open_effects
        .iter()
        .filter(|e| e.state == EffectState::Unknown);
    match unknown.count() {
        0 => {}
        n => wrong.push(format!("{n} acts with an unknown outcome")),
    }
    let failed = status.jobs.iter().filter(|count| count.state == "failed");
    match failed.map(|count| count.jobs).sum::<i64>() {
        0 => {}
        n => wrong.push(format!("{n} failed jobs (`homeostat jobs --state failed`)")),
    }
    match status.incidents.len() {
        0 => {}
        n => wrong.push(format!("{n} open incidents")),
    }
    wrong
}

impl Status {
    /// All of it in one sentence.
    pub(crate) fn sentence(&self) -> String {
        match self.wrong.is_empty() {
            true => format!("all nominal.  mode {}", self.mode.effective),
            false => format!("{}.", self.wrong.join("; ")),
        }
    }

    /// How many there are of what.
    pub(crate) fn counts(&self) -> Vec<(String, i64)> {
        let many = |list: usize| i64::try_from(list).unwrap_or(i64::MAX);
        let jobs = self.jobs.iter();
        let jobs = jobs.map(|c| (format!("jobs {} {}", c.kind, c.state), c.jobs));
        let mut counts = vec![("processes".to_owned(), many(self.processes.len()))];
        counts.extend(jobs);
        counts.push(("open acts".to_owned(), many(self.open_effects.len())));
        counts.push(("open incidents".to_owned(), many(self.incidents.len())));
        counts
    }
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
