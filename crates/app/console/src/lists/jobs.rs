//! Live jobs: what waits, what runs, and what failed for good.

use homeostat_model::JobId;
use homeostat_queue::{JobFilter, JobRow, jobs};
use homeostat_store::Db;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Cell, Filter, List, PAGE, Source, asked, next};
use crate::{board::Trouble, words};

const STATES: [&str; 3] = ["ready", "running", "failed"];

/// What may be asked for.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    state: Option<String>,
    kind: Option<String>,
    brand: Option<String>,
    after: Option<i64>,
}

/// The list.
#[derive(Debug)]
pub(crate) enum Jobs {}

impl Source for Jobs {
    const PATH: &'static str = "/jobs";
    type Ask = Asked;

    fn brand(ask: &Asked) -> Option<&str> {
        ask.brand.as_deref()
    }

    async fn look(db: &Db, ask: &Asked, zone: &TimeZone) -> Result<List, Trouble> {
        let filter = JobFilter {
            state: asked(&ask.state).map(str::to_owned),
            kind: asked(&ask.kind).map(str::to_owned),
            brand: asked(&ask.brand).map(str::to_owned),
            after: ask.after.map(JobId),
            limit: Some(PAGE),
            ..JobFilter::default()
        };
        let found = jobs(db, &filter).await?;
        let filters = vec![
            Filter::choice("state", "State", asked(&ask.state), &STATES),
            Filter::text("kind", "Kind", asked(&ask.kind)),
            Filter::text("brand", "Brand", asked(&ask.brand)),
        ];
        let is_full = found.len() == PAGE as usize;
        let last = found.last().filter(|_| is_full);
        Ok(List {
            title: "Jobs",
            lead: "What waits, what runs, and what failed for good. Jobs that are done are in the journal.".into(),
            columns: vec!["Job", "Kind", "Brand", "State", "Attempts", "When", "Last"],
            rows: found.iter().map(|job| row(job, zone)).collect(),
            when_empty: "No job is like this.",
            next: last.map(|job| next("/jobs", &filters, ("after", job.id.0))),
            filters,
        })
    }
}

fn row(job: &JobRow, zone: &TimeZone) -> Vec<Cell> {
    let at = job.claimed_at.unwrap_or(job.run_at);
    let clock = words::runtime_clock(at, zone);
    let class = match job.state.as_str() {
        "running" => "held",
        "failed" => "crash",
        _ => "",
    };
    let last = match (&job.last_cause, &job.last_error) {
        (Some(cause), Some(error)) => format!("{cause}: {}", words::name(error)),
        (Some(cause), None) => cause.clone(),
        (None, _) => String::new(),
    };
    vec![
        Cell::link(job.id.to_string(), format!("/jobs/{}", job.id)),
        match job.run {
            Some(run) => Cell::link(job.kind.clone(), format!("/runs/{run}")),
            None => Cell::text(job.kind.clone()),
        },
        Cell::text(job.brand.clone().unwrap_or_default()),
        Cell::badge(job.state.clone(), class),
        Cell::text(format!("{} of {}", job.attempts_used, job.attempts_max)),
        Cell::text(format!("{} {}", clock.day, clock.time)),
        Cell::text(last),
    ]
}
