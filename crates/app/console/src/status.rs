//! The whole system at one look, first of all in one sentence.

use homeostat_effects::{
    EffectFilter, EffectState, EffectView, Incident, ModeView, effective_mode, effects,
    open_counts, open_incidents,
};
use homeostat_liveness::{DeathWatch, DeathWatchOptions, Host, Process, processes};
use homeostat_model::{Classify, Fault, Mode};
use homeostat_operator::records::{
    sensor::{self, Sensor},
    spend_cap::{self, SpendCap},
};
use homeostat_queue::{JobCount, ScheduleRow, job_counts, schedules};
use homeostat_store::{Db, StoreError};
use serde::Serialize;

use crate::words;

/// Letters of a reason that are shown.
const REASON_MAX: usize = 200;

/// The system as it stands; `--json` prints it as it is.
#[derive(Debug, Serialize)]
pub struct Status {
    /// Nothing is wrong.
    pub nominal: bool,
    /// What is not as it should be, one clause each.
    pub wrong: Vec<String>,
    /// What may go out.
    pub mode: ModeView,
    /// Live processes.
    pub processes: Vec<Process>,
    /// Live jobs by kind and state.
    pub jobs: Vec<JobCount>,
    /// Acts that are not closed.
    pub open_effects: Vec<EffectView>,
    /// All of them, counted.
    #[serde(skip)]
    pub open_counts: Vec<(EffectState, i64)>,
    /// What is seen, and what is not.
    pub sensors: Vec<Sensor>,
    /// The accounts' own limits.
    pub spend_caps: Vec<SpendCap>,
    /// Those that are not closed.
    pub incidents: Vec<Incident>,
    /// Schedules that do not fire.
    pub stopped_schedules: Vec<ScheduleRow>,
}

/// Why it cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum StatusError {
    /// The database does not answer, or holds what it must not.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The same, told by the queue.
    #[error(transparent)]
    Queue(#[from] homeostat_queue::Error),
    /// The same, told by the keepers of lives.
    #[error(transparent)]
    Liveness(#[from] homeostat_liveness::Error),
}

/// Looks at everything once.
///
/// # Errors
/// When the database does not answer.
pub async fn look(db: &Db) -> Result<Status, StatusError> {
    let (alive, dead) = the_living(db).await?;
    let open = EffectFilter {
        open_only: true,
        ..EffectFilter::default()
    };
    let all = schedules(db).await?;
    let mut status = Status {
        nominal: true,
        wrong: Vec::new(),
        mode: effective_mode(db, None).await?,
        processes: alive,
        jobs: job_counts(db).await?,
        open_effects: effects(db, &open).await?,
        open_counts: open_counts(db).await?,
        sensors: sensor::list(db).await?,
        spend_caps: spend_cap::list(db).await?,
        incidents: open_incidents(db).await?,
        stopped_schedules: all.into_iter().filter(|s| s.state != "enabled").collect(),
    };
    status.wrong = wrong(&status, dead);
    status.nominal = status.wrong.is_empty();
    Ok(status)
}

/// How many processes are dead and hold work that nobody has taken back yet.
///
/// # Errors
/// When the database does not answer.
pub async fn dead(db: &Db) -> Result<usize, StatusError> {
    Ok(the_living(db).await?.1)
}

/// Live processes, without those that are dead and not buried yet, and how many those are.
async fn the_living(db: &Db) -> Result<(Vec<Process>, usize), StatusError> {
    let mut alive = processes(db, false).await?;
    let host = Host::this()?;
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
        let (cause, reason) = (mode.cause, words::plain(&mode.reason, REASON_MAX));
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
    let unknown = status.open_counts.iter();
    let unknown = unknown.filter(|(state, _)| *state == EffectState::Unknown);
    match unknown.map(|(_, n)| n).sum::<i64>() {
        0 => {}
        1 => wrong.push("1 act with an unknown outcome".into()),
        n => wrong.push(format!("{n} acts with an unknown outcome")),
    }
    let failed = status.jobs.iter().filter(|count| count.state == "failed");
    match failed.map(|count| count.jobs).sum::<i64>() {
        0 => {}
        1 => wrong.push("1 failed job (`homeostat jobs --state failed`)".into()),
        n => wrong.push(format!("{n} failed jobs (`homeostat jobs --state failed`)")),
    }
    match status.incidents.len() {
        0 => {}
        1 => wrong.push("1 open incident".into()),
        n => wrong.push(format!("{n} open incidents")),
    }
    wrong
}

impl Status {
    /// All of it in one sentence.
    pub fn sentence(&self) -> String {
        match self.wrong.is_empty() {
            true => format!("all nominal.  mode {}", self.mode.effective),
            false => format!("{}.", self.wrong.join("; ")),
        }
    }

    /// How many there are of what.
    pub fn counts(&self) -> Vec<(String, i64)> {
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

impl Classify for StatusError {
    fn fault(&self) -> Fault {
        match self {
            Self::Store(error) => error.fault(),
            Self::Queue(error) => error.fault(),
            Self::Liveness(error) => error.fault(),
        }
    }
}
