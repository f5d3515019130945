//! One thing of the runtime on a page of its own: what it is, what it came to step by step, and what a person may do to it.

pub(crate) mod job;
pub(crate) mod run;
pub(crate) mod schedule;

use askama::Template;
use homeostat_model::RuntimeTime;
use homeostat_store::{
    Db, StoreError,
    journal::{Event, History, events},
};
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    dialog::Dialog,
    frame::Frame,
    lists::List,
    receipt::{Fact, Moment},
    words,
};

/// Steps of one thing that are shown.
const STEPS_MAX: i64 = 200;
/// Longest text of a step.
const TEXT_MAX: usize = 300;

/// Everything on the page.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Record {
    /// The list that it is from: its name and path.
    pub(crate) parent: (&'static str, &'static str),
    /// `Job 7`.
    pub(crate) title: String,
    /// Its state, and what else is worth a badge: the word and its class.
    pub(crate) badges: Vec<(String, &'static str)>,
    /// In one sentence.
    pub(crate) lead: String,
    /// What is known of it.
    pub(crate) facts: Vec<Fact>,
    /// What belongs to it, where anything does.
    pub(crate) parts: Option<List>,
    /// What became of it, oldest first.
    pub(crate) moments: Vec<Moment>,
    /// What a person may do.
    #[serde(skip)]
    pub(crate) dialogs: Vec<Dialog>,
}

#[derive(Debug, Template)]
#[template(path = "record.html")]
struct RecordPage<'a> {
    frame: &'a Frame,
    record: &'a Record,
}

impl Record {
    fn html(&self, frame: &Frame) -> askama::Result<String> {
        let record = self;
        RecordPage { frame, record }.render()
    }
}

/// The latest transitions of one thing, oldest first.
async fn journal(db: &Db, entity: &str, id: &str) -> Result<Vec<Event>, StoreError> {
    let which = History {
        entity: Some(entity.to_owned()),
        entity_id: Some(id.to_owned()),
        limit: STEPS_MAX,
        ..History::default()
    };
    events(db, &which).await
}

/// Transitions as steps: what changed, when, and why.
fn moments(journal: &[Event], zone: &TimeZone) -> Vec<Moment> {
    let first = journal.first().map(|event| event.at);
    journal
        .iter()
        .map(|event| moment(event, first.unwrap_or(event.at), zone))
        .collect()
}

fn moment(event: &Event, first: RuntimeTime, zone: &TimeZone) -> Moment {
    let title = match event.from_state.as_deref() {
        None => format!("Made, {}", event.to_state),
        Some(from) if from == event.to_state => event.cause.as_deref().map_or_else(
            || event.to_state.clone(),
            |cause| format!("{}: {cause}", event.to_state),
        ),
        Some(from) => format!("{from} to {}", event.to_state),
    };
    let class = match event.to_state.as_str() {
        "failed" | "tripped" => "bad",
        "done" | "enabled" => "ok",
        _ => "",
    };
    Moment::at(event.at, first, zone).titled(class, title, text(event))
}

/// What changed, in one line.
fn text(event: &Event) -> String {
    let changed = event.data.as_object().into_iter().flatten();
    let told = changed.filter(|(name, value)| {
        // What the title says, what is as it was when the row was made, and what marks an end.
        !matches!(name.as_str(), "state" | "id" | "$gone") && !value.is_null()
    });
    let words = told.map(|(name, value)| {
        let value = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        format!("{} {value}", name.replace('_', " "))
    });
    let mut text = words.collect::<Vec<_>>().join(", ");
    if event.from_state.is_none() {
        // All of its columns: the facts beside say them.
        text = event.cause.clone().unwrap_or_default();
    }
    match text.char_indices().nth(TEXT_MAX) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text,
    }
}

/// A row of what is known.
fn fact(name: &str, value: impl Into<String>) -> Fact {
    Fact::new(name, value.into(), "")
}

/// `Tue 16 June, 02:47:12`.
fn at(at: RuntimeTime, zone: &TimeZone) -> String {
    let clock = words::runtime_clock(at, zone);
    format!("{}, {}", clock.day, clock.time)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(from: Option<&str>, to: &str, data: serde_json::Value) -> Event {
        Event {
            id: 1,
            at: RuntimeTime("2026-06-16T00:14:07.104Z".parse().unwrap()),
            brand: None,
            entity: "job".into(),
            entity_id: "7".into(),
            from_state: from.map(str::to_owned),
            to_state: to.to_owned(),
            fence: None,
            owner: None,
            cause: Some("finish".into()),
            data,
        }
    }

    #[test]
    fn a_step_says_what_changed_and_no_more() {
        let all = [
            event(None, "ready", json!({"kind": "decide"})),
            event(
                Some("ready"),
                "running",
                json!({"state": "running", "owner": 12}),
            ),
            event(
                Some("running"),
                "failed",
                json!({"last_error": "no answer", "failed_at": null}),
            ),
        ];
        let steps = moments(&all, &TimeZone::UTC);
        let told: Vec<_> = steps
            .iter()
            .map(|step| (step.title.as_str(), step.text.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                ("Made, ready", "finish"),
                ("ready to running", "owner 12"),
                ("running to failed", "last error no answer")
            ]
        );
        assert_eq!(steps[2].class, "bad");
    }

    #[test]
    fn a_long_step_is_cut() {
        let step = event(
            Some("ready"),
            "ready",
            json!({"last_error": "ü".repeat(900)}),
        );
        assert_eq!(text(&step).chars().count(), TEXT_MAX + 1);
    }
}
