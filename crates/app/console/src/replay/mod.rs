//! Any one thing at any past instant: its columns folded from its events alone, what changed just before and after, and
//! the way to the next event. And the queue, as far back as a bounded number of events tells.
//!
//! *Who is authoritative.* The journal. *Limits.* A state is that of all events up to an instant, as they were written;
//! what a transaction wrote and had not committed yet at that instant is counted too.

mod steps;

use askama::Template;
use homeostat_model::RuntimeTime;
use homeostat_queue::{JobCount, Past, job_counts_at};
use homeostat_store::{
    Db,
    journal::{Event, events_after, events_until},
};
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    board::{Board, Trouble},
    frame::Frame,
    incidents,
    lists::{Cell, List, encoded},
    routes::Console,
    words,
};
use steps::{Column, Step, columns, step};

/// What is asked for the jobs of all kinds.
const QUEUE: &str = "queue";
/// Events on each side that are shown.
const AROUND: i64 = 4;
/// Events that are taken back to tell the queue of earlier.
const QUEUE_EVENTS_MAX: i64 = 10_000;
/// Longest id.
const ID_MAX: usize = 200;

/// Everything on the page.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Replay {
    /// `Effect 7`; `Replay` while nothing is asked for.
    title: String,
    /// In one sentence.
    lead: String,
    /// What may be asked for.
    entities: Vec<String>,
    /// What is.
    entity: String,
    id: String,
    #[schemars(with = "Option<crate::schema::Time>")]
    at: Option<RuntimeTime>,
    #[serde(skip)]
    time: String,
    #[serde(skip)]
    day: String,
    /// Its state, and the class of its badge.
    #[serde(skip)]
    badge: (String, &'static str),
    /// Its state then, as it was; none: it did not exist.
    state: Option<Value>,
    #[serde(skip)]
    columns: Vec<Column>,
    /// Its last events until then, and its first ones after.
    before: Vec<Step>,
    after: Vec<Step>,
    /// One event back, one on.
    previous: Option<String>,
    next: Option<String>,
    /// All of its events.
    #[serde(skip)]
    journal: String,
    /// The same as JSON.
    #[serde(skip)]
    api: String,
    /// The jobs of the queue.
    jobs: Option<Vec<JobsThen>>,
    #[serde(skip)]
    queue: Option<List>,
    /// The earliest instant that the queue can be told at; none: any.
    #[schemars(with = "Option<crate::schema::Time>")]
    reaches_back_to: Option<RuntimeTime>,
}

/// Live jobs of a kind in a state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
struct JobsThen {
    kind: String,
    state: String,
    jobs: i64,
}

/// What may be asked for.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    entity: Option<String>,
    id: Option<String>,
    at: Option<String>,
}

#[derive(Debug, Template)]
#[template(path = "replay.html")]
struct Page<'a> {
    frame: &'a Frame,
    board: &'a Replay,
}

impl Board for Replay {
    const PATH: &'static str = "/replay";
    const TAB: &'static str = "/incidents";
    type Ask = Asked;

    async fn look(console: &Console, ask: &Asked) -> Result<Self, Trouble> {
        let (db, zone) = (&console.db, console.zone());
        let mut entities = db.entities().await?;
        entities.push(QUEUE.to_owned());
        let board = match ask.entity.as_deref() {
            None => nothing(),
            Some(entity) => {
                let at = instant(ask.at.as_deref(), console.desks.now().runtime)?;
                match known(entity, &entities)? {
                    QUEUE => queue(db, at, &zone).await?,
                    entity => thing(db, (entity, id(ask)?), at, &zone).await?,
                }
            }
        };
        Ok(Self { entities, ..board })
    }

    fn html(&self, frame: &Frame) -> askama::Result<String> {
        let board = self;
        Page { frame, board }.render()
    }
}

/// Nothing is asked for.
fn nothing() -> Replay {
    Replay {
        title: "Replay".into(),
        lead: "Any one thing at any past instant, folded from its events. Without an instant: as it is now.".into(),
        entity: "job".into(),
        ..Replay::default()
    }
}

/// A word that names no kind of thing is a mistake, not an empty answer.
fn known<'a>(entity: &'a str, entities: &[String]) -> Result<&'a str, Trouble> {
    match entities.iter().any(|known| known == entity) {
        true => Ok(entity),
        false => {
            let entity = words::name(entity);
            let all = entities.join(", ");
            Err(Trouble::input(
                "entity",
                format!("{entity:?} is none of {all}"),
            ))
        }
    }
}

fn id(ask: &Asked) -> Result<&str, Trouble> {
    let id = ask.id.as_deref().map(str::trim).unwrap_or_default();
    match id.chars().count() {
        0 => Err(Trouble::input("id", "must say which one, such as 7")),
        n if n > ID_MAX => Err(Trouble::input("id", format!("over {ID_MAX} characters"))),
        _ => Ok(id),
    }
}

/// The instant that is asked for; absent: now.
fn instant(asked: Option<&str>, now: RuntimeTime) -> Result<RuntimeTime, Trouble> {
    let Some(text) = asked else {
        return Ok(now);
    };
    let at = incidents::parsed(text.trim())?;
    match at > now {
        true => Err(Trouble::input(
            "at",
            format!("{at} has not been yet; now is {now}"),
        )),
        false => Ok(at),
    }
}

async fn thing(
    db: &Db,
    (entity, id): (&str, &str),
    at: RuntimeTime,
    zone: &TimeZone,
) -> Result<Replay, Trouble> {
    let before = events_until(db, entity, id, at, AROUND).await?;
    let after = events_after(db, entity, id, at, AROUND).await?;
    if before.is_empty() && after.is_empty() {
        let text = format!("There is no {entity} {} in the journal.", words::name(id));
        return Err(Trouble::Missing(text));
    }
    let state = db.state_at(entity, id, at).await?;
    Ok(told((entity, id), at, state, (&before, &after), zone))
}

/// The board of one thing, from what was folded and the events around.
fn told(
    (entity, id): (&str, &str),
    at: RuntimeTime,
    state: Option<Value>,
    (before, after): (&[Event], &[Event]),
    zone: &TimeZone,
) -> Replay {
    let last = before.last();
    let word = last.map(|event| event.to_state.clone()).unwrap_or_default();
    let back = before.iter().rev().find(|event| event.at < at);
    let go = |event: &Event| address((entity, id), event.at);
    let name = match entity == id {
        true => entity.to_owned(),
        false => format!("{entity} {}", words::name(id)),
    };
    let ended = last.filter(|_| state.is_none());
    Replay {
        title: title(&name),
        lead: match (last, ended) {
            (None, _) => "It did not exist yet.".to_owned(),
            (_, Some(event)) => format!(
                "It had left its table, as {}.",
                words::name(&event.to_state)
            ),
            (Some(event), None) => {
                let age = words::lasted(at.since(event.at));
                format!("It was so for {age} since its last event.")
            }
        },
        badge: (word, if ended.is_some() { "" } else { "held" }),
        columns: columns(state.as_ref(), last),
        state,
        before: before
            .iter()
            .map(|event| step(event, go(event), zone))
            .collect(),
        after: after
            .iter()
            .map(|event| step(event, go(event), zone))
            .collect(),
        previous: back.map(go),
        next: after.first().map(go),
        journal: format!("/events?entity={}&id={}", encoded(entity), encoded(id)),
        api: format!("/api/v1{}", address((entity, id), at)),
        ..at_instant((entity, id), at, zone)
    }
}

fn at_instant((entity, id): (&str, &str), at: RuntimeTime, zone: &TimeZone) -> Replay {
    let local = at.0.to_zoned(zone.clone());
    Replay {
        entity: entity.to_owned(),
        id: id.to_owned(),
        at: Some(at),
        time: local.strftime("%H:%M:%S%.3f").to_string(),
        day: local.strftime("%a %-d %B %Y").to_string(),
        ..Replay::default()
    }
}

/// Where one thing at one instant is looked at.
pub(crate) fn address((entity, id): (&str, &str), at: RuntimeTime) -> String {
    let (entity, id) = (encoded(entity), encoded(id));
    format!("/replay?entity={entity}&id={id}&at={}", at.0)
}

/// `budget_window 3` as `Budget window 3`.
fn title(name: &str) -> String {
    let text = words::sentence(&name.replace('_', " "));
    text.trim_end_matches('.').to_owned()
}

async fn queue(db: &Db, at: RuntimeTime, zone: &TimeZone) -> Result<Replay, Trouble> {
    let past = job_counts_at(db, at, QUEUE_EVENTS_MAX).await?;
    told_queue(past, at, zone)
}

/// The board of the queue. It is refused where nothing can be told.
fn told_queue(past: Past, at: RuntimeTime, zone: &TimeZone) -> Result<Replay, Trouble> {
    let reach = past.reaches_back_to;
    if let Some(earliest) = reach.filter(|earliest| at < *earliest) {
        let most = words::grouped(QUEUE_EVENTS_MAX.unsigned_abs());
        let problem =
            format!("the queue is told from the newest {most} events, which go back to {earliest}");
        return Err(Trouble::input("at", problem));
    }
    let all: i64 = past.jobs.iter().map(|count| count.jobs).sum();
    let rows = past.jobs.iter().map(queue_row).collect();
    let jobs = past.jobs.into_iter().map(|count| JobsThen {
        kind: count.kind,
        state: count.state,
        jobs: count.jobs,
    });
    let reaches = match reach {
        Some(earliest) => {
            let clock = words::runtime_clock(earliest, zone);
            format!("It can be told back to {}, {}.", clock.day, clock.time)
        }
        None => "It can be told back to the first event.".to_owned(),
    };
    Ok(Replay {
        title: "The queue".into(),
        lead: format!(
            "{} then. {reaches}",
            words::count(all.unsigned_abs(), "live job")
        ),
        badge: (String::new(), ""),
        queue: Some(List {
            title: "Queue",
            columns: vec!["Kind", "State", "Jobs"],
            rows,
            when_empty: "There was no live job.",
            ..List::default()
        }),
        jobs: Some(jobs.collect()),
        reaches_back_to: reach,
        api: format!("/api/v1/replay?entity={QUEUE}&at={}", at.0),
        ..at_instant((QUEUE, ""), at, zone)
    })
}

fn queue_row(count: &JobCount) -> Vec<Cell> {
    let class = match count.state.as_str() {
        "running" => "held",
        "failed" => "crash",
        _ => "",
    };
    vec![
        Cell::text(words::name(&count.kind)),
        Cell::badge(count.state.clone(), class),
        Cell::text(words::grouped(count.jobs.unsigned_abs())),
    ]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn at(text: &str) -> RuntimeTime {
        RuntimeTime(format!("2026-06-16T{text}Z").parse().unwrap())
    }

    fn event(id: i64, when: &str, from: Option<&str>, to: &str, data: Value) -> Event {
        Event {
            id,
            at: at(when),
            brand: None,
            entity: "effect".into(),
            entity_id: "7".into(),
            from_state: from.map(str::to_owned),
            to_state: to.into(),
            fence: None,
            owner: None,
            cause: None,
            data,
        }
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        let entities = ["effect".to_owned(), QUEUE.to_owned()];
        assert!(known("effect", &entities).is_ok());
        let told = known("effects", &entities).unwrap_err().to_string();
        assert_eq!(told, "entity: \"effects\" is none of effect, queue");
        let told = id(&Asked::default()).unwrap_err().to_string();
        assert!(told.starts_with("id: "), "{told}");
        let now = at("00:20:00");
        assert_eq!(instant(None, now), Ok(now));
        for (text, part) in [
            ("tomorrow", "is no instant"),
            ("2026-06-17T00:00:00Z", "has not been yet"),
        ] {
            let told = instant(Some(text), now).unwrap_err().to_string();
            assert!(told.starts_with("at: ") && told.contains(part), "{told}");
        }
    }

    #[test]
    fn a_thing_is_told_between_its_events() {
        let before = [
            event(
                1,
                "00:14:06",
                None,
                "sending",
                json!({"id": 7, "state": "sending", "owner": 12}),
            ),
            event(
                2,
                "00:14:07",
                Some("sending"),
                "unknown",
                json!({"state": "unknown", "owner": null}),
            ),
        ];
        let after = [event(
            3,
            "00:14:08",
            Some("unknown"),
            "settled",
            json!({"state": "settled"}),
        )];
        let state = json!({"id": 7, "state": "unknown", "owner": null});
        let told = |when: &str| {
            told(
                ("effect", "7"),
                at(when),
                Some(state.clone()),
                (&before, &after),
                &TimeZone::UTC,
            )
        };
        let board = told("00:14:07.500");
        assert_eq!(board.title, "Effect 7");
        assert_eq!(board.badge.0, "unknown");
        assert_eq!(board.lead, "It was so for 0.5 s since its last event.");
        let to = |when: &str| Some(format!("/replay?entity=effect&id=7&at=2026-06-16T{when}Z"));
        assert_eq!(
            (board.previous, board.next),
            (to("00:14:07"), to("00:14:08"))
        );
        // Standing on an event, the one before it is the way back.
        assert_eq!(told("00:14:07").previous, to("00:14:06"));
    }

    #[test]
    fn what_did_not_exist_has_no_columns() {
        let after = [event(1, "00:14:06", None, "sending", json!({}))];
        let id = ("effect", "7");
        let early = told(id, at("00:00:00"), None, (&[], &after), &TimeZone::UTC);
        assert_eq!(early.lead, "It did not exist yet.");
        assert!(early.columns.is_empty() && early.previous.is_none());
        let gone = [event(
            2,
            "00:14:06",
            Some("running"),
            "done",
            json!({"$gone": true}),
        )];
        let late = told(id, at("01:00:00"), None, (&gone, &[]), &TimeZone::UTC);
        assert_eq!(late.lead, "It had left its table, as done.");
    }

    #[test]
    fn the_queue_says_how_far_back_it_goes() {
        let past = |earliest: Option<&str>| Past {
            jobs: vec![JobCount {
                kind: "ads.track".into(),
                state: "ready".into(),
                jobs: 1_200,
            }],
            reaches_back_to: earliest.map(at),
        };
        let zone = TimeZone::UTC;
        let board = told_queue(past(None), at("00:14:07"), &zone).unwrap();
        assert_eq!(
            board.lead,
            "1,200 live jobs then. It can be told back to the first event."
        );
        assert_eq!(board.queue.unwrap().rows[0][2].text, "1,200");
        let board = told_queue(past(Some("00:14:07")), at("00:14:07"), &zone).unwrap();
        assert!(
            board.lead.ends_with("Tue 16 June, 00:14:07."),
            "{}",
            board.lead
        );
        let refused = told_queue(past(Some("00:15:00")), at("00:14:07"), &zone);
        let refused = refused.unwrap_err().to_string();
        assert!(
            refused.contains("go back to 2026-06-16T00:15:00Z"),
            "{refused}"
        );
    }
}
