//! The page of one incident: what broke, what it cost, its film, its story, and what each thing was at an instant. As
//! JSON it is all of that with its events.

use std::fmt;

use askama::Template;
use homeostat_model::{ProcessId, RuntimeTime};
use homeostat_store::journal::Event;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    TEXT_MAX,
    figures::{self, Figure},
    film::{self, Lane, Span},
    finding::{self, Finding},
    instant::{self, Thing},
    lanes, precise,
    scrub::{self, Slider},
    story::{self, EVENTS_MAX, Story},
    told,
};
use crate::{
    board::{Board, Trouble},
    dialog::Dialog,
    frame::Frame,
    receipt::Moment,
    routes::Console,
    words::{self, Clock},
};

/// Everything on the page.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Incident {
    /// Its name in an address.
    id: String,
    /// `worker-ads died at 02:14`.
    title: String,
    /// In a sentence or two.
    lead: String,
    /// `healed by itself`, `crashed`, `open` or `closed`.
    state: &'static str,
    #[serde(skip)]
    class: &'static str,
    /// When it began.
    clock: Clock,
    /// Four of them.
    figures: Vec<Figure>,
    /// The lanes.
    film: Film,
    /// What happened, in order.
    moments: Vec<Moment>,
    /// What each thing was at the chosen instant.
    things: Vec<Thing>,
    /// What all of it is told from, in the order in which it was written.
    #[schemars(with = "Vec<crate::schema::JournalEvent>")]
    events: Vec<Event>,
    /// Why not all events are here; none: they are.
    events_cut: Option<String>,
    /// What a person may do.
    #[serde(skip)]
    dialogs: Vec<Dialog>,
}

impl Incident {
    /// For the sign in its badge.
    fn has_healed(&self) -> bool {
        self.class == "recovered"
    }
}

/// All lanes on one axis.
#[derive(Debug, Serialize, JsonSchema)]
struct Film {
    #[serde(flatten)]
    span: Span,
    lanes: Vec<Lane>,
    #[serde(skip)]
    ruler: String,
    #[serde(skip)]
    slider: Slider,
    /// `1.2 s in 163 events`.
    says: String,
    /// The chosen instant.
    #[schemars(with = "crate::schema::Time")]
    at: RuntimeTime,
    /// `02:14:07.404`.
    at_time: String,
    /// The events before and after it.
    #[schemars(with = "Option<crate::schema::Time>")]
    previous: Option<RuntimeTime>,
    #[schemars(with = "Option<crate::schema::Time>")]
    next: Option<RuntimeTime>,
    /// Where a film begins to play.
    #[serde(skip)]
    first: RuntimeTime,
}

/// Which one, and which instant of it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    #[schemars(with = "String")]
    id: Which,
    at: Option<String>,
}

/// A crash, by a process that died in it, or a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
enum Which {
    Crash(ProcessId),
    Finding(i64),
}

impl TryFrom<String> for Which {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let number = |text: &str| text.parse::<i64>().ok();
        match text.strip_prefix("finding-") {
            Some(id) => number(id).map(Self::Finding),
            None => number(&text).map(|id| Self::Crash(ProcessId(id))),
        }
        .ok_or_else(|| {
            format!("{text:?} is no incident; use a process's number, or finding-NUMBER")
        })
    }
}

impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Crash(process) => process.fmt(f),
            Self::Finding(id) => write!(f, "finding-{id}"),
        }
    }
}

#[derive(Debug, Template)]
#[template(path = "incident.html")]
struct Page<'a> {
    frame: &'a Frame,
    board: &'a Incident,
}

impl Board for Incident {
    const PATH: &'static str = "/incidents/{id}";
    const TAB: &'static str = "/incidents";
    type Ask = Asked;

    async fn look(console: &Console, ask: &Asked) -> Result<Self, Trouble> {
        match ask.id {
            Which::Crash(process) => crash(console, process, ask.at.as_deref()).await,
            Which::Finding(id) => finding(console, id, ask.at.as_deref()).await,
        }
    }

    fn html(&self, frame: &Frame) -> askama::Result<String> {
        let board = self;
        Page { frame, board }.render()
    }
}

async fn crash(
    console: &Console,
    process: ProcessId,
    asked: Option<&str>,
) -> Result<Incident, Trouble> {
    let (db, zone, now) = (&console.db, console.zone(), console.desks.now().runtime);
    let missing = || {
        Trouble::Missing(format!(
            "Process {process} did not die unplanned. A finding has an address like /incidents/finding-7."
        ))
    };
    let found = story::crash_of(db, process).await?.ok_or_else(missing)?;
    let story = story::look(db, found, now).await?;
    // The event of the death, so that it is told as dead there.
    let died = story.ends.iter().map(|(_, event)| event.at).min();
    let at = scrub::chosen(asked, &story.span, died.unwrap_or(story.span.began))?;
    let then = instant::look(db, &story, at).await?;
    let things = instant::things(&story, &then, at);
    Ok(of_crash(story, things, at, &zone))
}

/// The board of a crash, from its rows.
fn of_crash(story: Story, things: Vec<Thing>, at: RuntimeTime, zone: &TimeZone) -> Incident {
    let (state, class) = figures::badge(&story);
    let lanes = lanes::of(&story);
    let names = ("death", if story.is_over() { "made up for" } else { "" });
    let film = film(&story.span, lanes, &story.events, (at, names), zone);
    let beats = told::beats(&story, zone);
    Incident {
        id: Which::Crash(story.crash.first.process).to_string(),
        title: figures::title(&story, zone),
        lead: figures::lead(&story),
        state,
        class,
        clock: words::runtime_clock(story.span.began, zone),
        figures: figures::figures(&story),
        moments: told::moments(beats, story.span.began, at, zone),
        film,
        things,
        events: story.events,
        events_cut: cut(story.is_cut),
        dialogs: Vec::new(),
    }
}

async fn finding(console: &Console, id: i64, asked: Option<&str>) -> Result<Incident, Trouble> {
    let (db, zone, now) = (&console.db, console.zone(), console.desks.now().runtime);
    let missing = || Trouble::Missing(format!("There is no finding {id}."));
    let found = finding::look(db, id, now).await?.ok_or_else(missing)?;
    let at = scrub::chosen(asked, &found.span, found.span.began)?;
    let things = finding::things(db, &found, at).await?;
    Ok(of_finding(found, things, (at, now), &zone))
}

/// The board of a finding, from its rows.
fn of_finding(
    found: Finding,
    things: Vec<Thing>,
    (at, now): (RuntimeTime, RuntimeTime),
    zone: &TimeZone,
) -> Incident {
    let row = &found.row;
    let (state, class, end) = finding::end(row);
    let names = ("found", "over");
    let beats = finding::beats(&found);
    Incident {
        id: Which::Finding(row.id).to_string(),
        title: format!(
            "{} at {}",
            finding::title(&row.kind),
            finding::minute(row, zone)
        ),
        lead: format!(
            "{} {end}",
            words::sentence(&words::plain(&row.reason, TEXT_MAX))
        ),
        state,
        class,
        clock: words::runtime_clock(row.opened_at, zone),
        figures: finding::figures(&found, now),
        film: film(
            &found.span,
            finding::lanes(&found),
            &found.events,
            (at, names),
            zone,
        ),
        moments: told::moments(beats, found.span.began, at, zone),
        things,
        dialogs: finding::dialogs(row),
        events: found.events,
        events_cut: cut(found.is_cut),
    }
}

fn film(
    span: &Span,
    mut lanes: Vec<Lane>,
    events: &[Event],
    (at, names): (RuntimeTime, (&str, &str)),
    zone: &TimeZone,
) -> Film {
    for lane in &mut lanes {
        lane.svg = film::draw(lane, span, at);
    }
    let shown = events.iter().filter(|event| span.covers(event.at)).count();
    let (previous, next) = scrub::neighbours(events.iter().map(|event| event.at), span, at);
    let (lasts, shown) = (precise(span.lasts()), words::count(shown as u64, "event"));
    Film {
        span: *span,
        lanes,
        ruler: film::ruler(span, at, names),
        slider: scrub::slider(span, at),
        says: format!("{lasts} in {shown}"),
        at,
        at_time: at
            .0
            .to_zoned(zone.clone())
            .strftime("%H:%M:%S%.3f")
            .to_string(),
        previous,
        next,
        first: span.from,
    }
}

fn cut(is_cut: bool) -> Option<String> {
    let most = words::grouped(EVENTS_MAX as u64);
    is_cut.then(|| {
        format!("not all events are here: at most {most}, and at most so many of each thing")
    })
}

#[cfg(test)]
mod tests {
    use super::{
        super::case::{at, row, story},
        *,
    };

    #[test]
    fn an_incident_is_named_by_who_died_or_by_its_row() {
        let which = |text: &str| Which::try_from(text.to_owned());
        assert_eq!(which("31"), Ok(Which::Crash(ProcessId(31))));
        assert_eq!(which("finding-7"), Ok(Which::Finding(7)));
        assert_eq!(Which::Finding(7).to_string(), "finding-7");
        let refused = which("seven").unwrap_err();
        assert!(refused.contains("finding-NUMBER"), "{refused}");
    }

    #[test]
    fn the_export_holds_the_events_that_it_is_told_from() {
        let zone = TimeZone::UTC;
        let board = of_crash(story(), Vec::new(), at("00:14:07.131"), &zone);
        let json = serde_json::to_value(&board).unwrap();
        assert_eq!(json["id"], "12");
        assert_eq!(json["state"], "healed by itself");
        assert_eq!(json["events"].as_array().unwrap().len(), 12);
        assert_eq!(json["events_cut"], serde_json::Value::Null);
        assert_eq!(json["film"]["lanes"][0]["stretches"][1]["word"], "dead");
        assert_eq!(json["film"]["next"], "2026-06-16T00:14:07.142Z");
        let mut long = story();
        long.is_cut = true;
        let board = of_crash(long, Vec::new(), at("00:14:07.131"), &zone);
        assert!(
            board.events_cut.is_some(),
            "who reads it is told that it is cut"
        );
    }

    #[test]
    fn a_finding_has_the_same_page() {
        let row = row(3, None);
        let found = Finding {
            span: Span::of(row.opened_at, row.closed_at, at("00:31:00")),
            row,
            events: Vec::new(),
            is_cut: false,
        };
        let (chosen, now) = (at("00:30:30"), at("00:31:00"));
        let board = of_finding(found, Vec::new(), (chosen, now), &TimeZone::UTC);
        assert_eq!(board.title, "Effect unknown at 00:30");
        assert_eq!(board.figures[0].value, "1 min");
        assert_eq!(board.dialogs.len(), 1);
        assert_eq!(board.film.lanes.len(), 1);
    }
}
