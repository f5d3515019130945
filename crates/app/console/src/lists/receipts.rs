//! Acts on the world, the latest first; each leads to why it was done.

use homeostat_effects::{EffectFilter, EffectState, EffectView, Provenance, effects};
use homeostat_model::EffectId;
use homeostat_operator::actuators;
use homeostat_store::Db;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Cell, Filter, List, PAGE, Source, asked, next};
use crate::{board::Trouble, words};

const STATES: [&str; 6] = [
    "sending", "accepted", "settled", "refused", "unknown", "void",
];

/// What may be asked for.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    state: Option<String>,
    brand: Option<String>,
    target: Option<String>,
    before: Option<i64>,
}

/// The list.
#[derive(Debug)]
pub(crate) enum Receipts {}

impl Source for Receipts {
    const PATH: &'static str = "/receipts";
    type Ask = Asked;

    fn brand(ask: &Asked) -> Option<&str> {
        ask.brand.as_deref()
    }

    async fn look(db: &Db, ask: &Asked, zone: &TimeZone) -> Result<List, Trouble> {
        let state = asked(&ask.state).map(|word| {
            let all = STATES.join(", ");
            let refused =
                |_| Trouble::input("state", format!("{word:?} is none; use one of {all}"));
            word.parse::<EffectState>().map_err(refused)
        });
        let brand = asked(&ask.brand).map(|id| {
            id.parse()
                .map_err(|e| Trouble::input("brand", format!("{e}")))
        });
        let filter = EffectFilter {
            state: state.transpose()?,
            brand: brand.transpose()?,
            target: asked(&ask.target).map(str::to_owned),
            before: ask.before.map(EffectId),
            limit: PAGE,
            ..EffectFilter::default()
        };
        let found = effects(db, &filter).await?;
        let filters = vec![
            Filter::choice("state", "State", asked(&ask.state), &STATES),
            Filter::text("brand", "Brand", asked(&ask.brand)),
            Filter::text("target", "Acted on", asked(&ask.target)),
        ];
        let is_full = found.len() == PAGE as usize;
        let last = found.last().filter(|_| is_full);
        Ok(List {
            title: "Receipts",
            lead: "Every act on the world, on what evidence, and that it happened once.".into(),
            columns: vec![
                "Receipt",
                "Act",
                "On",
                "State",
                "How it is known",
                "Held",
                "When",
            ],
            rows: found.iter().map(|act| row(act, zone)).collect(),
            when_empty: "No act is like this.",
            next: last.map(|act| next("/receipts", &filters, ("before", act.id.0))),
            filters,
        })
    }
}

fn row(act: &EffectView, zone: &TimeZone) -> Vec<Cell> {
    let clock = words::runtime_clock(act.created_at, zone);
    let its = actuators::words(&act.kind);
    let class = match act.state {
        EffectState::Unknown => "unknown",
        EffectState::Refused => "refused",
        EffectState::Sending | EffectState::Accepted => "held",
        EffectState::Settled | EffectState::Void => "",
    };
    let known = match act.provenance {
        Some(Provenance::Recovered | Provenance::Probed | Provenance::Deduplicated) => {
            Cell::badge("recovered", "recovered")
        }
        Some(Provenance::Manual) => Cell::text("a person said so"),
        Some(Provenance::Normal) => Cell::text("the vendor answered"),
        None => Cell::text(""),
    };
    vec![
        Cell::link(act.id.to_string(), format!("/receipts/{}", act.id)),
        Cell::text(match act.state {
            EffectState::Settled => format!("{} {}", its.subject, its.done),
            EffectState::Refused | EffectState::Void => {
                format!("{} not {}", its.subject, its.done)
            }
            _ => format!("{} to be {}", its.subject, its.done),
        }),
        Cell::text(words::name(&act.target)),
        Cell::badge(act.state.as_str(), class),
        known,
        Cell::text(words::money(act.worst_case)),
        Cell::text(format!("{} {}", clock.day, clock.time)),
    ]
}
