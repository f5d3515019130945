//! Schedules: what fires when, and what does not any more.

use homeostat_queue::{ScheduleRow, schedules};
use homeostat_store::Db;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Cell, List, Source};
use crate::{board::Trouble, words};

/// What may be asked for.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {}

/// The list.
#[derive(Debug)]
pub(crate) enum Schedules {}

impl Source for Schedules {
    const PATH: &'static str = "/schedules";
    type Ask = Asked;

    async fn look(db: &Db, _: &Asked, zone: &TimeZone) -> Result<List, Trouble> {
        let found = schedules(db).await?;
        let stopped = found.iter().filter(|one| one.state != "enabled").count();
        Ok(List {
            title: "Schedules",
            lead: match stopped {
                0 => "All of them fire.".into(),
                n => format!(
                    "{} not fire.",
                    words::count(n as u64, "schedule") + if n == 1 { " does" } else { " do" }
                ),
            },
            columns: vec![
                "Schedule",
                "Fires",
                "Every",
                "Brand",
                "State",
                "Next, in the world",
                "Why not",
            ],
            rows: found.iter().map(|one| row(one, zone)).collect(),
            when_empty: "There is none.",
            ..List::default()
        })
    }
}

fn row(one: &ScheduleRow, zone: &TimeZone) -> Vec<Cell> {
    let next = one.next_at.map(|at| {
        let clock = words::world_clock(at, zone);
        format!("{} {}", clock.day, clock.time)
    });
    let class = match one.state.as_str() {
        "tripped" => "unknown",
        "disabled" => "refused",
        _ => "",
    };
    let why = one.disabled_reason.as_deref().map(words::name);
    vec![
        Cell::link(
            one.name.clone(),
            format!("/schedules/{}", super::encoded(&one.name)),
        ),
        Cell::link(
            one.kind.clone(),
            format!("/jobs?kind={}", super::encoded(&one.kind)),
        ),
        Cell::text(every(one)),
        Cell::text(one.brand.clone().unwrap_or_default()),
        Cell::badge(one.state.clone(), class),
        Cell::text(next.unwrap_or_default()),
        Cell::text(why.unwrap_or_default()),
    ]
}

/// How often one fires: its expression, or its step of world time.
pub(crate) fn every(one: &ScheduleRow) -> String {
    match (&one.cron, one.every_s) {
        (Some(cron), _) => format!("{cron} ({})", one.zone),
        (None, Some(s)) => words::lasted(jiff::SignedDuration::from_secs(s)),
        (None, None) => String::new(),
    }
}
