//! A folded state as columns, and an event as a step of a story.

use homeostat_store::journal::Event;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::words;

/// Longest value that is shown.
const VALUE_MAX: usize = 300;
/// Longest value within a step, and how many of them.
const PART_MAX: usize = 60;
const PARTS_MAX: usize = 8;

/// One column of a row as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) value: String,
    /// Its last event changed it.
    pub(super) is_new: bool,
}

/// One event.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(super) struct Step {
    /// The event.
    pub(super) event: i64,
    /// When, for people and for programs.
    pub(super) time: String,
    pub(super) day: String,
    pub(super) datetime: String,
    /// `sending to unknown`.
    pub(super) title: String,
    /// What changed.
    pub(super) text: String,
    /// The thing at this instant.
    pub(super) href: String,
}

/// The columns of a row, by name, and which of them its last event changed.
pub(super) fn columns(state: Option<&Value>, last: Option<&Event>) -> Vec<Column> {
    let changed = last.filter(|event| event.from_state.is_some());
    let changed = changed.and_then(|event| event.data.as_object());
    let all = state.and_then(Value::as_object).into_iter().flatten();
    let column = |(name, value): (&String, &Value)| Column {
        name: words::name(&name.replace('_', " ")),
        value: told(value, VALUE_MAX),
        is_new: changed.is_some_and(|changed| changed.contains_key(name)),
    };
    all.map(column).collect()
}

/// An event as a step.
pub(super) fn step(event: &Event, href: String, zone: &TimeZone) -> Step {
    let at = event.at.0.to_zoned(zone.clone());
    Step {
        event: event.id,
        time: at.strftime("%H:%M:%S%.3f").to_string(),
        day: at.strftime("%-d %B").to_string(),
        datetime: at.strftime("%Y-%m-%dT%H:%M:%S%.3f%:z").to_string(),
        title: title(event),
        text: text(event),
        href,
    }
}

fn title(event: &Event) -> String {
    let cause = event.cause.as_deref().map(words::name);
    let told = match event.from_state.as_deref() {
        None => format!("Made, {}", event.to_state),
        Some(from) if from == event.to_state => format!("Still {from}"),
        Some(from) => format!("{from} to {}", event.to_state),
    };
    match cause {
        Some(cause) => format!("{told}: {cause}"),
        None => told,
    }
}

/// What changed; all columns of a new row are beside it.
fn text(event: &Event) -> String {
    if event.from_state.is_none() {
        return String::new();
    }
    let all = event.data.as_object().into_iter().flatten();
    let changed: Vec<String> = all
        .filter(|(name, _)| !matches!(name.as_str(), "state" | "$gone"))
        .map(|(name, value)| {
            let name = words::name(&name.replace('_', " "));
            format!("{name} {}", told(value, PART_MAX))
        })
        .collect();
    let more = changed.len().saturating_sub(PARTS_MAX);
    let mut text = changed
        .into_iter()
        .take(PARTS_MAX)
        .collect::<Vec<_>>()
        .join(", ");
    if more > 0 {
        text.push_str(&format!(", and {more} more"));
    }
    text
}

fn told(value: &Value, most: usize) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => words::plain(text, most),
        other => words::plain(&other.to_string(), most),
    }
}

#[cfg(test)]
mod tests {
    use homeostat_model::RuntimeTime;
    use serde_json::json;

    use super::*;

    fn event(from: Option<&str>, to: &str, data: Value) -> Event {
        Event {
            id: 5,
            at: RuntimeTime("2026-06-16T00:14:07.104Z".parse().unwrap()),
            brand: None,
            entity: "job".into(),
            entity_id: "7".into(),
            from_state: from.map(str::to_owned),
            to_state: to.into(),
            fence: None,
            owner: None,
            cause: Some("crash".into()),
            data,
        }
    }

    #[test]
    fn columns_say_which_of_them_the_last_event_changed() {
        let last = event(
            Some("running"),
            "ready",
            json!({"state": "ready", "owner": null}),
        );
        let state = json!({"state": "ready", "owner": null, "last_error": "x".repeat(400)});
        let told: Vec<_> = columns(Some(&state), Some(&last))
            .into_iter()
            .map(|column| (column.name, column.value.chars().count(), column.is_new))
            .collect();
        assert_eq!(
            told,
            [
                ("last error".to_owned(), VALUE_MAX, false),
                ("owner".to_owned(), 4, true),
                ("state".to_owned(), 5, true),
            ]
        );
        let made = event(None, "ready", json!({"state": "ready"}));
        assert!(
            !columns(Some(&state), Some(&made))[2].is_new,
            "all of a new row is new"
        );
        assert!(columns(None, Some(&last)).is_empty());
    }

    #[test]
    fn a_step_says_what_changed_and_no_more() {
        let data = json!({"state": "ready", "owner": null, "crashes": 1});
        let step = step(
            &event(Some("running"), "ready", data),
            "/x".into(),
            &TimeZone::UTC,
        );
        assert_eq!(step.title, "running to ready: crash");
        assert_eq!(step.text, "crashes 1, owner none");
        assert_eq!(
            (step.time.as_str(), step.day.as_str()),
            ("00:14:07.104", "16 June")
        );
        let made = event(None, "ready", json!({"kind": "act"}));
        assert_eq!(
            (title(&made), text(&made)),
            ("Made, ready: crash".into(), String::new())
        );
        let many: serde_json::Map<_, _> = (0..12).map(|n| (format!("c{n:02}"), json!(n))).collect();
        let long = text(&event(Some("a"), "b", Value::Object(many)));
        assert!(long.ends_with("and 4 more"), "{long}");
    }
}
