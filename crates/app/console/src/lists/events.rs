//! The journal as it is: every transition, the newest first.

use homeostat_store::{
    Db,
    journal::{Event, History, events},
};
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Cell, Filter, List, PAGE, Source, asked, next};
use crate::{board::Trouble, replay, words};

/// Changed columns that are shown of an event.
const CHANGES: usize = 4;

/// What may be asked for.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    entity: Option<String>,
    id: Option<String>,
    brand: Option<String>,
    before: Option<i64>,
}

/// The list.
#[derive(Debug)]
pub(crate) enum Events {}

impl Source for Events {
    const PATH: &'static str = "/events";
    type Ask = Asked;

    fn brand(ask: &Asked) -> Option<&str> {
        ask.brand.as_deref()
    }

    async fn look(db: &Db, ask: &Asked, zone: &TimeZone) -> Result<List, Trouble> {
        if asked(&ask.id).is_some() && asked(&ask.entity).is_none() {
            return Err(Trouble::input(
                "entity",
                "say of what kind the thing with this id is",
            ));
        }
        let history = History {
            entity: asked(&ask.entity).map(str::to_owned),
            entity_id: asked(&ask.id).map(str::to_owned),
            brand: asked(&ask.brand).map(str::to_owned),
            before: ask.before,
            limit: i64::from(PAGE),
            ..History::default()
        };
        let mut found = events(db, &history).await?;
        found.reverse();
        let filters = vec![
            Filter::text("entity", "Kind of thing", asked(&ask.entity)),
            Filter::text("id", "Which one", asked(&ask.id)),
            Filter::text("brand", "Brand", asked(&ask.brand)),
        ];
        let is_full = found.len() == PAGE as usize;
        let last = found.last().filter(|_| is_full);
        Ok(List {
            title: "Events",
            lead: "One row for each transition, written with it.".into(),
            columns: vec!["Event", "When", "What", "From", "To", "Why", "Changed"],
            rows: found.iter().map(|event| row(event, zone)).collect(),
            when_empty: "No event is like this.",
            next: last.map(|event| next("/events", &filters, ("before", event.id))),
            filters,
        })
    }
}

fn row(event: &Event, zone: &TimeZone) -> Vec<Cell> {
    let clock = words::runtime_clock(event.at, zone);
    let of = format!(
        "/events?entity={}&id={}",
        super::encoded(&event.entity),
        super::encoded(&event.entity_id)
    );
    let changed = event.data.as_object().into_iter().flatten();
    // What begins so is about the row and no column of it.
    let changed = changed.filter(|(name, _)| !name.starts_with('$'));
    let changed = changed.take(CHANGES).map(|(name, value)| {
        let value = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        format!("{name} {}", words::name(&value))
    });
    vec![
        Cell::text(event.id.to_string()),
        Cell::link(
            format!("{} {}", clock.day, clock.time),
            replay::address((&event.entity, &event.entity_id), event.at),
        ),
        Cell::link(
            format!("{} {}", event.entity, words::name(&event.entity_id)),
            of,
        ),
        Cell::text(event.from_state.clone().unwrap_or_default()),
        Cell::text(event.to_state.clone()),
        Cell::text(event.cause.as_deref().map(words::name).unwrap_or_default()),
        Cell::text(changed.collect::<Vec<_>>().join(", ")),
    ]
}
