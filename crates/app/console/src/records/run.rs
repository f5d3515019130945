//! One run of a pipeline, as its phases.

use homeostat_model::RunId;
use homeostat_queue::{PhaseRow, RunFilter, RunRow, phases, runs};
use jiff::{SignedDuration, tz::TimeZone};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Record, at, fact, journal, moments};
use crate::{
    board::{Board, Trouble},
    dialog::Dialog,
    frame::Frame,
    lists::{Cell, List},
    routes::Console,
    words,
};

/// Longest output of a phase that is shown.
const OUTPUT_MAX: usize = 120;

/// It.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct RunRecord(Record);

/// Which one.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    #[schemars(with = "i64")]
    id: RunId,
}

impl Board for RunRecord {
    const PATH: &'static str = "/runs/{id}";
    const TAB: &'static str = "/runs";
    type Ask = Asked;

    async fn look(console: &Console, ask: &Asked) -> Result<Self, Trouble> {
        let filter = RunFilter {
            id: Some(ask.id),
            ..RunFilter::default()
        };
        let found = runs(&console.db, &filter).await?.pop();
        let missing = || Trouble::Missing(format!("There is no run {}.", ask.id));
        let run = found.ok_or_else(missing)?;
        let done = phases(&console.db, ask.id).await?;
        let journal = journal(&console.db, "run", &ask.id.to_string()).await?;
        let zone = console.zone();
        Ok(Self(Record {
            moments: moments(&journal, &zone),
            ..of(&run, &done, &zone)
        }))
    }

    fn html(&self, frame: &Frame) -> askama::Result<String> {
        self.0.html(frame)
    }
}

fn of(run: &RunRow, done: &[PhaseRow], zone: &TimeZone) -> Record {
    let class = match run.state.as_str() {
        "running" => "held",
        "failed" => "crash",
        _ => "",
    };
    let mut badges = vec![(run.state.clone(), class)];
    // The phase that it is in is not among those that are done.
    let live = |phase: &str| (run.phase.as_deref() == Some(phase)).then_some(done.len() + 1);
    let no = |phase: &str| {
        let is_it = done.iter().find(|one| one.name == phase);
        is_it
            .map(|one| one.no)
            .or_else(|| i16::try_from(live(phase)?).ok())
    };
    if let Some(phase) = &run.resumed_from {
        let no = no(phase)
            .map(|no| format!(" {}", roman(no)))
            .unwrap_or_default();
        badges.push((format!("resumed from{no} {phase}"), "recovered"));
    }
    let took = run
        .finished_at
        .map(|end| words::lasted(end.since(run.created_at)));
    let lead = match (&took, &run.phase, &run.reason) {
        (Some(took), _, None) => format!("{} of {} phases in {took}.", done.len(), run.phases),
        (Some(took), _, Some(why)) => {
            format!(
                "{} of {} phases, ended after {took}: {}",
                done.len(),
                run.phases,
                words::sentence(&words::name(why))
            )
        }
        (None, Some(phase), _) => format!(
            "{} of {} phases are done; it is at {phase}.",
            done.len(),
            run.phases
        ),
        (None, None, _) => format!("{} of {} phases are done.", done.len(), run.phases),
    };
    Record {
        parent: ("Runs", "/runs"),
        title: format!("Run {} of {}", run.id, run.pipeline),
        badges,
        lead,
        facts: vec![
            fact("Brand", run.brand.clone().unwrap_or_else(|| "none".into())),
            fact("Asked to do", run.args.to_string()),
            fact("Began", at(run.created_at, zone)),
            fact(
                "Interrupted by crashes",
                words::count(run.resumes.unsigned_abs().into(), "time"),
            ),
        ],
        parts: Some(List {
            title: "Phases",
            columns: vec!["", "Phase", "Done", "Took", "Crashes", "Left"],
            rows: done.iter().map(|phase| row(phase, zone)).collect(),
            when_empty: "No phase is done yet.",
            ..List::default()
        }),
        dialogs: dialogs(run),
        ..Record::default()
    }
}

fn row(phase: &PhaseRow, zone: &TimeZone) -> Vec<Cell> {
    let mut left: String = phase.output.to_string().chars().take(OUTPUT_MAX).collect();
    if left == "null" || left == "{}" {
        left.clear();
    }
    vec![
        Cell::text(roman(phase.no)),
        Cell::link(phase.name.clone(), format!("/jobs/{}", phase.job)),
        Cell::text(at(phase.finished_at, zone)),
        Cell::text(words::lasted(SignedDuration::from_millis(
            phase.duration_ms,
        ))),
        Cell::text(phase.resumes.to_string()),
        Cell::text(left),
    ]
}

/// How phases are numbered on a screen.
fn roman(no: i16) -> String {
    match no {
        1 => "i".into(),
        2 => "ii".into(),
        3 => "iii".into(),
        4 => "iv".into(),
        5 => "v".into(),
        6 => "vi".into(),
        7 => "vii".into(),
        8 => "viii".into(),
        no => no.to_string(),
    }
}

fn dialogs(run: &RunRow) -> Vec<Dialog> {
    let thing = format!("run {}", run.id);
    let path = |verb: &str| format!("/jobs/{}/{verb}", run.id);
    let text = "The phase under way is told to stop, and no other is begun. Phases that are done stay done.";
    let cancel = Dialog::new("Cancel", &thing, path("cancel"), text).danger();
    match run.state.as_str() {
        "running" => vec![cancel],
        "failed" => {
            let text = "It goes on at the phase at which it failed, with all attempts anew.";
            vec![Dialog::new("Retry", &thing, path("retry"), text), cancel]
        }
        _ => Vec::new(),
    }
}
