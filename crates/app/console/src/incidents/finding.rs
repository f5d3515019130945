//! A row of `homeostat.incident` as a film: the finding, what it is about, and the mode meanwhile.

use homeostat_effects::{IncidentView, incident_of};
use homeostat_model::RuntimeTime;
use homeostat_store::{
    Db, StoreError,
    journal::{Event, events_of, states_of},
};
use jiff::tz::TimeZone;
use serde_json::Value;

use super::{
    TEXT_MAX,
    figures::Figure,
    film::{Lane, Span, Turn},
    instant::{self, Thing, linked, text},
    precise,
    story::merged,
    told::{self, Beat},
};
use crate::{dialog::Dialog, tell, words};

/// Events of one thing.
const EACH_MAX: i64 = 200;

/// It, and its events.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) row: IncidentView,
    pub(super) span: Span,
    pub(super) events: Vec<Event>,
    pub(super) is_cut: bool,
}

pub(super) async fn look(
    db: &Db,
    id: i64,
    now: RuntimeTime,
) -> Result<Option<Finding>, StoreError> {
    let Some(row) = incident_of(db, id).await? else {
        return Ok(None);
    };
    let span = Span::of(row.opened_at, row.closed_at, now);
    let within = (span.from, span.until);
    let of = [
        ("incident", row.id.to_string()),
        (row.entity.as_str(), row.entity_id.clone()),
        ("mode", "mode".to_owned()),
    ];
    let (mut events, mut are_all) = (Vec::new(), true);
    for (entity, id) in of {
        let found = events_of(db, entity, &[id], within, EACH_MAX).await?;
        are_all &= found.len() < usize::try_from(EACH_MAX).unwrap_or(usize::MAX);
        events.extend(found);
    }
    let (events, fit) = merged(events);
    Ok(Some(Finding {
        row,
        span,
        events,
        is_cut: !(fit && are_all),
    }))
}

/// `effect unknown` as a title: `Effect unknown`.
pub(super) fn title(kind: &str) -> String {
    let text = words::sentence(&words::name(&kind.replace('_', " ")));
    text.trim_end_matches('.').to_owned()
}

/// How it ended: the word, its class, and a sentence.
pub(super) fn end(row: &IncidentView) -> (&'static str, &'static str, String) {
    let lasted = row.closed_at.map(|at| precise(at.since(row.opened_at)));
    match (lasted, row.closed_by.as_deref()) {
        (None, _) => (
            "open",
            "crash",
            "Open until somebody has looked at it.".into(),
        ),
        (Some(lasted), Some("system" | "recovery") | None) => (
            "healed by itself",
            "recovered",
            format!("Its cause was gone after {lasted}."),
        ),
        (Some(lasted), Some(who)) => {
            let text = format!("Closed by {} after {lasted}.", words::name(who));
            ("closed", "", text)
        }
    }
}

/// What a person may do about it.
pub(super) fn dialogs(row: &IncidentView) -> Vec<Dialog> {
    if row.closed_at.is_some() {
        return Vec::new();
    }
    let (thing, path) = (
        format!("finding {}", row.id),
        format!("/incidents/{}/close", row.id),
    );
    let text = "It is taken as looked at. What it was about is not changed; if it is found again, a new one is opened.";
    vec![Dialog::new("Close", &thing, path, text)]
}

pub(super) fn lanes(finding: &Finding) -> Vec<Lane> {
    let (row, span) = (&finding.row, &finding.span);
    let mut turns = vec![Turn::new(row.opened_at, "open", "open")];
    turns.extend(row.closed_at.map(|at| Turn::new(at, "done", "closed")));
    let about = about(row);
    let mut lanes = vec![Lane::of("Finding".into(), turns, span)];
    lanes.push(Lane::of(
        about,
        states(finding, &row.entity, &row.entity_id),
        span,
    ));
    if row.entity != "mode" {
        lanes.push(Lane::of(
            "Mode".into(),
            states(finding, "mode", "mode"),
            span,
        ));
    }
    lanes.into_iter().flatten().collect()
}

/// `Effect 7`.
fn about(row: &IncidentView) -> String {
    match row.entity.as_str() {
        "mode" => "Mode".to_owned(),
        entity => format!("{} {}", title(entity), words::name(&row.entity_id)),
    }
}

/// The states of one thing, where they changed.
fn states(finding: &Finding, entity: &str, id: &str) -> Vec<Turn> {
    let class = |state: &str| match state {
        "unknown" | "SAFE" | "tripped" | "open" => "open",
        "failed" | "HALT" | "disabled" | "ended" => "none",
        "settled" | "refused" | "void" | "done" => "done",
        "held" | "accepted" | "ready" => "ready",
        _ => "run",
    };
    let mut turns = Vec::new();
    let its = finding
        .events
        .iter()
        .filter(|e| e.entity == entity && e.entity_id == id);
    for event in its {
        if let (true, Some(from)) = (turns.is_empty(), event.from_state.as_deref()) {
            turns.push(Turn::new(finding.span.from, class(from), from));
        }
        turns.push(Turn::new(
            event.at,
            class(&event.to_state),
            event.to_state.clone(),
        ));
    }
    turns
}

pub(super) fn figures(finding: &Finding, now: RuntimeTime) -> Vec<Figure> {
    let row = &finding.row;
    let (name, lasted, note) = match (row.closed_at, row.closed_by.as_deref()) {
        (Some(at), Some("system" | "recovery") | None) => {
            ("Healed in", at.since(row.opened_at), "by itself".to_owned())
        }
        (Some(at), Some(who)) => {
            let note = format!("closed by {}", words::name(who));
            ("Closed after", at.since(row.opened_at), note)
        }
        (None, _) => (
            "Open for",
            now.since(row.opened_at),
            "nobody has closed it".to_owned(),
        ),
    };
    vec![
        Figure::new(name, precise(lasted), note),
        Figure::new("About", about(row), "the row that was found wrong"),
    ]
}

pub(super) fn beats(finding: &Finding) -> Vec<Beat> {
    let row = &finding.row;
    let text = words::sentence(&words::plain(&row.reason, TEXT_MAX));
    let mut beats = vec![Beat::new(row.opened_at, "bad", title(&row.kind), text)];
    let known = tell::Known::default();
    for event in &finding.events {
        if event.entity == "incident" {
            continue;
        }
        let beat = told::of_event(event, &known).or_else(|| changed(event, row));
        beats.extend(beat);
    }
    if let Some(at) = row.closed_at {
        let (word, _, text) = end(row);
        let class = if word == "closed" { "" } else { "ok" };
        beats.push(Beat::new(at, class, "Over", text));
    }
    told::in_order(beats, finding.span.until)
}

/// What it is about went from one state to another.
fn changed(event: &Event, row: &IncidentView) -> Option<Beat> {
    let from = event
        .from_state
        .as_deref()
        .filter(|from| *from != event.to_state)?;
    let title = format!("{}: {from} to {}", about(row), event.to_state);
    let why = event.cause.as_deref().map(words::name).unwrap_or_default();
    Some(Beat::new(event.at, "", title, words::sentence(&why)))
}

/// What all of it was at an instant.
pub(super) async fn things(
    db: &Db,
    finding: &Finding,
    at: RuntimeTime,
) -> Result<Vec<Thing>, StoreError> {
    let row = &finding.row;
    let id = row.id.to_string();
    let mut things = Vec::new();
    let itself = states_of(db, "incident", std::slice::from_ref(&id), at).await?;
    let its = states_of(db, &row.entity, std::slice::from_ref(&row.entity_id), at).await?;
    let finding = itself
        .first()
        .map(|(_, state)| thing("Finding".into(), &title(&row.kind), state));
    things.extend(finding.map(|thing| linked(thing, ("incident", &id), at)));
    if row.entity != "mode" {
        let about = its.first().map(|(_, state)| thing(about(row), "", state));
        things.extend(about.map(|thing| linked(thing, (&row.entity, &row.entity_id), at)));
    }
    let mode = db.state_at("mode", "mode", at).await?;
    things.extend(mode.map(|mode| linked(instant::mode(&mode), ("mode", "mode"), at)));
    Ok(things)
}

fn thing(name: String, sub: &str, state: &Value) -> Thing {
    let word = text(state, "state").unwrap_or("there");
    Thing {
        name,
        sub: sub.to_owned(),
        state: words::name(word),
        class: match word {
            "open" | "unknown" | "tripped" => "s-warn",
            "failed" | "disabled" => "s-bad",
            _ => "s-ok",
        },
        detail: text(state, "reason").map(words::name).unwrap_or_default(),
        href: None,
    }
}

/// The clock of a finding is of its opening.
pub(super) fn minute(row: &IncidentView, zone: &TimeZone) -> String {
    let time = words::runtime_clock(row.opened_at, zone).time;
    time.get(..5).unwrap_or(&time).to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::case::{at, event, row},
        *,
    };

    #[test]
    fn an_open_finding_can_be_closed_and_no_other() {
        assert_eq!(end(&row(3, None)).0, "open");
        assert_eq!(dialogs(&row(3, None))[0].path, "/incidents/3/close");
        assert!(dialogs(&row(3, Some("ada"))).is_empty());
    }

    #[test]
    fn who_ended_it_is_told() {
        let healed = end(&row(3, Some("system")));
        assert_eq!(healed.0, "healed by itself");
        assert_eq!(healed.2, "Its cause was gone after 10 min.");
        let closed = end(&row(3, Some("ada")));
        assert_eq!(
            (closed.0, closed.2.as_str()),
            ("closed", "Closed by ada after 10 min.")
        );
    }

    #[test]
    fn a_finding_is_a_film_of_what_it_is_about() {
        let row = row(3, Some("system"));
        let to = |id, when: &str, from, to| {
            event(id, when, ("effect", "7"), (Some(from), to), json!({}))
        };
        let finding = Finding {
            span: Span::of(row.opened_at, row.closed_at, at("01:00:00")),
            row,
            events: vec![
                to(1, "00:29:00", "sending", "unknown"),
                to(2, "00:39:00", "unknown", "settled"),
            ],
            is_cut: false,
        };
        let lanes = lanes(&finding);
        let told: Vec<(&str, Vec<&str>)> = lanes
            .iter()
            .map(|lane| {
                let words = lane.stretches.iter().map(|stretch| stretch.word.as_str());
                (lane.name.as_str(), words.collect())
            })
            .collect();
        assert_eq!(
            told,
            [
                ("Finding", vec!["open", "closed"]),
                ("Effect 7", vec!["sending", "unknown", "settled"]),
            ]
        );
        let beats = beats(&finding);
        let titles: Vec<&str> = beats.iter().map(|beat| beat.title.as_str()).collect();
        assert_eq!(
            titles,
            [
                "Effect 7: sending to unknown",
                "Effect unknown",
                "Effect 7: unknown to settled",
                "Over"
            ]
        );
    }
}
