//! What policies proposed, the latest first; each leads to why it was or was not done.

use homeostat_effects::{DecisionFilter, DecisionView, decisions};
use homeostat_model::DecisionId;
use homeostat_store::Db;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Cell, Filter, List, PAGE, Source, asked, next};
use crate::{board::Trouble, receipt::state_class, words};

const STATES: [&str; 6] = [
    "proposed",
    "permitted",
    "refused",
    "shadowed",
    "expired",
    "vetoed",
];

/// What may be asked for.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "DecisionsAsked")]
pub(crate) struct Asked {
    state: Option<String>,
    brand: Option<String>,
    target: Option<String>,
    before: Option<i64>,
}

/// The list.
#[derive(Debug)]
pub(crate) enum Decisions {}

impl Source for Decisions {
    const PATH: &'static str = "/decisions";
    const TAB: &'static str = "/receipts";
    type Ask = Asked;

    fn brand(ask: &Asked) -> Option<&str> {
        ask.brand.as_deref()
    }

    async fn look(db: &Db, ask: &Asked, zone: &TimeZone) -> Result<List, Trouble> {
        if let Some(word) = asked(&ask.state).filter(|word| !STATES.contains(word)) {
            let all = STATES.join(", ");
            let text = format!("{word:?} is none; use one of {all}");
            return Err(Trouble::input("state", text));
        }
        let brand = asked(&ask.brand).map(|id| {
            id.parse()
                .map_err(|e| Trouble::input("brand", format!("{e}")))
        });
        let filter = DecisionFilter {
            state: asked(&ask.state).map(str::to_owned),
            brand: brand.transpose()?,
            target: asked(&ask.target).map(str::to_owned),
            before: ask.before.map(DecisionId),
            limit: PAGE,
        };
        let found = decisions(db, &filter).await?;
        let filters = vec![
            Filter::choice("state", "State", asked(&ask.state), &STATES),
            Filter::text("brand", "Brand", asked(&ask.brand)),
            Filter::text("target", "To act on", asked(&ask.target)),
        ];
        let last = found.last().filter(|_| found.len() == PAGE as usize);
        Ok(List {
            title: "Decisions",
            lead: "What policies proposed, and what the envelope said to it.".into(),
            columns: vec!["Decision", "Policy", "Brand", "On", "State", "When"],
            rows: found.iter().map(|one| row(one, zone)).collect(),
            when_empty: "No decision is like this.",
            next: last.map(|one| next("/decisions", &filters, ("before", one.id.0))),
            filters,
        })
    }
}

fn row(one: &DecisionView, zone: &TimeZone) -> Vec<Cell> {
    let clock = words::runtime_clock(one.created_at, zone);
    vec![
        Cell::link(one.id.to_string(), format!("/decisions/{}", one.id)),
        Cell::text(words::name(&one.policy)),
        Cell::text(words::name(&one.brand)),
        Cell::text(words::name(&one.target)),
        Cell::badge(one.state.clone(), state_class(&one.state)),
        Cell::text(format!("{} {}", clock.day, clock.time)),
    ]
}
