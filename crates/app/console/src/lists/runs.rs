//! Runs of pipelines, the latest first.

use homeostat_model::RunId;
use homeostat_queue::{RunFilter, RunRow, runs};
use homeostat_store::Db;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Cell, Filter, List, PAGE, Source, asked, next};
use crate::{board::Trouble, words};

const STATES: [&str; 4] = ["running", "done", "failed", "cancelled"];

/// What may be asked for.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    state: Option<String>,
    pipeline: Option<String>,
    before: Option<i64>,
}

/// The list.
#[derive(Debug)]
pub(crate) enum Runs {}

impl Source for Runs {
    const PATH: &'static str = "/runs";
    type Ask = Asked;

    async fn look(db: &Db, ask: &Asked, zone: &TimeZone) -> Result<List, Trouble> {
        let filter = RunFilter {
            state: asked(&ask.state).map(str::to_owned),
            pipeline: asked(&ask.pipeline).map(str::to_owned),
            before: ask.before.map(RunId),
            limit: Some(PAGE),
            ..RunFilter::default()
        };
        let found = runs(db, &filter).await?;
        let filters = vec![
            Filter::choice("state", "State", asked(&ask.state), &STATES),
            Filter::text("pipeline", "Pipeline", asked(&ask.pipeline)),
        ];
        let is_full = found.len() == PAGE as usize;
        let last = found.last().filter(|_| is_full);
        Ok(List {
            title: "Runs",
            lead: "Each phase that is done is kept; a crash resumes at the phase it met.".into(),
            columns: vec![
                "Run", "Pipeline", "Brand", "State", "Phases", "Began", "Took", "",
            ],
            rows: found.iter().map(|run| row(run, zone)).collect(),
            when_empty: "No run is like this.",
            next: last.map(|run| next("/runs", &filters, ("before", run.id.0))),
            filters,
        })
    }
}

fn row(run: &RunRow, zone: &TimeZone) -> Vec<Cell> {
    let clock = words::runtime_clock(run.created_at, zone);
    let class = match run.state.as_str() {
        "running" => "held",
        "failed" => "crash",
        _ => "",
    };
    let took = run
        .finished_at
        .map(|at| words::lasted(at.since(run.created_at)));
    let resumed = run.resumed_from.as_ref();
    vec![
        Cell::link(run.id.to_string(), format!("/runs/{}", run.id)),
        Cell::text(run.pipeline.clone()),
        Cell::text(run.brand.clone().unwrap_or_default()),
        Cell::badge(run.state.clone(), class),
        Cell::text(format!("{} of {}", run.phases_done, run.phases)),
        Cell::text(format!("{} {}", clock.day, clock.time)),
        Cell::text(took.unwrap_or_default()),
        match resumed {
            Some(phase) => Cell::badge(format!("resumed from {phase}"), "recovered"),
            None => Cell::text(run.reason.as_deref().map(words::name).unwrap_or_default()),
        },
    ]
}
