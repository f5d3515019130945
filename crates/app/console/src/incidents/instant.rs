//! What each thing of an incident was at one instant, folded from its events alone.

use homeostat_effects::HoldView;
use homeostat_model::{Money, RuntimeTime};
use homeostat_store::{
    Db, StoreError,
    journal::{Event, last_events_of, states_of},
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::story::Story;
use crate::{lists::encoded, words};

/// Windows and acts that are told of.
const WINDOWS_MAX: usize = 8;
const ACTS_MAX: usize = 20;

/// A row of the table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Thing {
    /// What: `worker-ads`.
    pub(crate) name: String,
    /// Which: `process 12`.
    pub(crate) sub: String,
    /// In a word or two.
    pub(crate) state: String,
    /// `s-ok`, `s-bad`, `s-held`, `s-want`, `s-warn` or nothing.
    #[serde(skip)]
    pub(crate) class: &'static str,
    /// What else was so.
    pub(crate) detail: String,
    /// All of it.
    pub(crate) href: Option<String>,
}

/// What was folded.
#[derive(Debug, Default)]
pub(super) struct Then {
    pub(super) processes: Vec<(String, Value)>,
    pub(super) jobs: Vec<Event>,
    pub(super) runs: Vec<(String, Value)>,
    pub(super) acts: Vec<(String, Value)>,
    pub(super) windows: Vec<(String, Value)>,
    pub(super) mode: Option<Value>,
}

/// Folds what belongs to a crash.
pub(super) async fn look(db: &Db, story: &Story, at: RuntimeTime) -> Result<Then, StoreError> {
    let processes: Vec<String> = lives(story).into_iter().map(|(id, _)| id).collect();
    let jobs: Vec<String> = story.taken.iter().map(|job| job.job.to_string()).collect();
    let runs: Vec<String> = story.runs.iter().map(|run| run.id.to_string()).collect();
    let acts: Vec<String> = story
        .acts
        .iter()
        .take(ACTS_MAX)
        .map(|act| act.view.id.to_string())
        .collect();
    let windows: Vec<String> = windows(story)
        .iter()
        .map(|hold| hold.window.to_string())
        .collect();
    Ok(Then {
        processes: states_of(db, "process", &processes, at).await?,
        jobs: last_events_of(db, "job", &jobs, at).await?,
        runs: states_of(db, "run", &runs, at).await?,
        acts: states_of(db, "effect", &acts, at).await?,
        windows: states_of(db, "budget_window", &windows, at).await?,
        mode: db.state_at("mode", "mode", at).await?,
    })
}

/// The lives of a crash, each once: those that ended and those that came after.
fn lives(story: &Story) -> Vec<(String, &str)> {
    let mut lives: Vec<(String, &str)> = Vec::new();
    for life in story.crash.deaths() {
        for process in [Some(life.process), life.next].into_iter().flatten() {
            let id = process.to_string();
            if lives.iter().all(|(known, _)| *known != id) {
                lives.push((id, &life.kind));
            }
        }
    }
    lives
}

/// One hold for each window that it touched.
fn windows(story: &Story) -> Vec<&HoldView> {
    let mut windows: Vec<&HoldView> = Vec::new();
    for hold in &story.holds {
        if windows.iter().all(|known| known.window != hold.window) {
            windows.push(hold);
        }
    }
    windows.truncate(WINDOWS_MAX);
    windows
}

/// The table of a crash.
pub(super) fn things(story: &Story, then: &Then, at: RuntimeTime) -> Vec<Thing> {
    let mut things = Vec::new();
    let of = |all: &[(String, Value)], id: &str| -> Option<Value> {
        let found = all.iter().find(|(known, _)| known == id);
        found.map(|(_, state)| state.clone())
    };
    for (id, kind) in lives(story) {
        let state = of(&then.processes, &id);
        things.push(linked(
            process(kind, &id, state.as_ref()),
            ("process", &id),
            at,
        ));
    }
    things.extend(jobs(story, then));
    for run in &story.runs {
        let id = run.id.to_string();
        let state = of(&then.runs, &id);
        things.extend(state.map(|s| linked(self::run(&run.pipeline, &id, &s), ("run", &id), at)));
    }
    for act in story.acts.iter().take(ACTS_MAX) {
        let id = act.view.id.to_string();
        let state = of(&then.acts, &id);
        things.extend(state.map(|s| linked(effect(&act.name, &id, &s), ("effect", &id), at)));
    }
    for hold in windows(story) {
        let id = hold.window.to_string();
        let state = of(&then.windows, &id);
        let told = state.map(|s| linked(window(hold, &s), ("budget_window", &id), at));
        things.extend(told);
    }
    if let Some(state) = &then.mode {
        things.push(linked(mode(state), ("mode", "mode"), at));
    }
    things
}

/// With the way to all that was known of it then.
pub(super) fn linked(thing: Thing, (entity, id): (&str, &str), at: RuntimeTime) -> Thing {
    let href = format!("/replay?entity={entity}&id={}&at={}", encoded(id), at.0);
    Thing {
        href: Some(href),
        ..thing
    }
}

pub(super) fn text<'a>(state: &'a Value, column: &str) -> Option<&'a str> {
    state.get(column).and_then(Value::as_str)
}

fn number(state: &Value, column: &str) -> Option<i64> {
    state.get(column).and_then(Value::as_i64)
}

fn process(kind: &str, id: &str, state: Option<&Value>) -> Thing {
    let (word, class, detail) = match state {
        None => ("not begun", "", String::new()),
        Some(state) => match text(state, "state") {
            Some("ended") => {
                let by = text(state, "ended_by").unwrap_or_default();
                let proof = match by {
                    "guess" => "a guess: its lock stayed free",
                    "planned" => "as planned",
                    "waitpid" => "proven: its parent saw it exit",
                    "flock" => "proven: the lock on its file was free",
                    "boot_id" => "proven: its host has booted since",
                    other => other,
                };
                let class = if by == "planned" { "" } else { "s-bad" };
                ("ended", class, proof.to_owned())
            }
            _ => ("live", "s-ok", "as far as anybody knew".to_owned()),
        },
    };
    Thing {
        name: words::name(kind),
        sub: format!("process {id}"),
        state: word.into(),
        class,
        detail,
        href: None,
    }
}

/// All jobs in one row.
fn jobs(story: &Story, then: &Then) -> Option<Thing> {
    if story.taken.is_empty() {
        return None;
    }
    let dead: Vec<i64> = story
        .crash
        .processes()
        .iter()
        .map(|process| process.0)
        .collect();
    let count = |is_it: &dyn Fn(&Event) -> bool| then.jobs.iter().filter(|job| is_it(job)).count();
    let held = |event: &Event| {
        event.to_state == "running" && event.owner.is_some_and(|owner| dead.contains(&owner))
    };
    let kept = count(&held);
    let running = count(&|event| event.to_state == "running" && !held(event));
    let of = |state: &str| count(&|event| event.to_state == state);
    let parts = [
        (of("ready"), "ready", "s-held"),
        (kept, "with the dead or about to be", "s-bad"),
        (running, "running elsewhere", "s-ok"),
        (of("failed"), "failed", "s-warn"),
        (of("cancelled"), "called off", ""),
        (of("done"), "done", "s-ok"),
    ];
    let told: Vec<_> = parts.into_iter().filter(|(n, _, _)| *n > 0).collect();
    let (first, rest) = match told.as_slice() {
        [] => return None,
        [first, rest @ ..] => (first, rest),
    };
    let word = match first.1 {
        "with the dead or about to be" => format!("{} running", first.0),
        other => format!("{} {other}", first.0),
    };
    let mut detail: Vec<String> = rest
        .iter()
        .map(|(n, word, _)| format!("{n} {word}"))
        .collect();
    if first.1.starts_with("with") {
        detail.insert(0, "their owner is the one that died".to_owned());
    }
    Some(Thing {
        name: "Jobs".into(),
        sub: format!("{} taken back", story.taken.len()),
        state: word,
        class: first.2,
        detail: detail.join(", "),
        href: None,
    })
}

fn run(pipeline: &str, id: &str, state: &Value) -> Thing {
    let word = text(state, "state").unwrap_or_default();
    let resumes = number(state, "resumes").unwrap_or_default();
    Thing {
        name: format!("Run {id}"),
        sub: words::name(pipeline),
        state: word.to_owned(),
        class: match word {
            "running" | "done" => "s-ok",
            "failed" => "s-bad",
            _ => "",
        },
        detail: match (resumes, text(state, "resumed_from")) {
            (0, _) | (_, None) => "never interrupted so far".to_owned(),
            (n, Some(phase)) => {
                let times = words::count(n.unsigned_abs(), "time");
                format!("interrupted {times}, last at {}", words::name(phase))
            }
        },
        href: None,
    }
}

fn effect(name: &str, id: &str, state: &Value) -> Thing {
    let word = text(state, "state").unwrap_or_default();
    let owner = number(state, "owner");
    let held = money(state, "amount_micros", text(state, "currency"));
    let counts = match held {
        Some(held) => format!("{held} count as spent until its end is known"),
        None => "nothing is held for it".to_owned(),
    };
    let (class, detail) = match word {
        "sending" | "unknown" => {
            let whose = match owner {
                Some(owner) => format!("in hand of process {owner}"),
                None => "waits to be asked about".to_owned(),
            };
            let class = if word == "unknown" {
                "s-warn"
            } else {
                "s-want"
            };
            (class, format!("{whose}; {counts}"))
        }
        "accepted" => ("s-held", format!("the vendor finishes later; {counts}")),
        "settled" => {
            let how = text(state, "provenance").unwrap_or_default();
            ("s-ok", format!("booked as {how}"))
        }
        _ => (
            "",
            text(state, "reason").map(words::name).unwrap_or_default(),
        ),
    };
    Thing {
        name: name.to_owned(),
        sub: format!("receipt {id}"),
        state: word.to_owned(),
        class,
        detail,
        href: None,
    }
}

fn window(hold: &HoldView, state: &Value) -> Thing {
    let amount = |column: &str| number(state, column).unwrap_or_default();
    let (cap, held, settled) = (amount("cap"), amount("held"), amount("settled"));
    let taken = held.saturating_add(settled);
    let told = |n: i64| match hold.currency.as_deref().map(str::parse) {
        Some(Ok(currency)) => words::money(Money::from_micros(n, currency)),
        _ => words::grouped(n.unsigned_abs()),
    };
    let (word, class) = match taken > cap {
        false => ("under its cap", "s-ok"),
        true => ("over its cap", "s-bad"),
    };
    let room = cap.saturating_sub(taken).max(0);
    Thing {
        name: words::name(&hold.interlock.replace('_', " ")),
        sub: format!("{}, cap {}", words::name(&hold.scope), told(cap)),
        state: word.into(),
        class,
        detail: format!(
            "{} settled, {} held, {} room",
            told(settled),
            told(held),
            told(room)
        ),
        href: None,
    }
}

pub(super) fn mode(state: &Value) -> Thing {
    let word = text(state, "state").unwrap_or_default();
    let who = text(state, "who").map(words::name).unwrap_or_default();
    Thing {
        name: "Mode".into(),
        sub: match word {
            "NORMAL" => "may act",
            "SAFE" => "only what lowers risk",
            _ => "nothing goes out",
        }
        .into(),
        state: word.to_owned(),
        class: match word {
            "NORMAL" => "s-ok",
            "SAFE" => "s-warn",
            _ => "s-bad",
        },
        detail: format!("set by {who}"),
        href: None,
    }
}

/// A positive amount of money; none: there is none.
fn money(state: &Value, column: &str, currency: Option<&str>) -> Option<String> {
    let micros = number(state, column).filter(|micros| *micros > 0)?;
    let currency = currency?.parse().ok()?;
    Some(words::money(Money::from_micros(micros, currency)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::case::{at, event, story},
        *,
    };

    fn then() -> Then {
        let job = |id, job: &str, to: &str, owner: Value| {
            event(
                id,
                "00:14:07.131",
                ("job", job),
                (None, to),
                json!({ "owner": owner }),
            )
        };
        Then {
            processes: vec![("12".into(), json!({"state": "ended", "ended_by": "flock"}))],
            jobs: vec![
                job(4, "101", "ready", Value::Null),
                job(5, "102", "running", json!(13)),
                job(6, "103", "failed", Value::Null),
            ],
            runs: vec![(
                "90".into(),
                json!({"state": "running", "resumes": 1, "resumed_from": "track"}),
            )],
            acts: vec![(
                "7".into(),
                json!({"state": "sending", "owner": 12, "amount_micros": 4_570_000, "currency": "EUR"}),
            )],
            windows: Vec::new(),
            mode: Some(json!({"state": "NORMAL", "who": "system"})),
        }
    }

    #[test]
    fn each_thing_is_told_as_it_was_then() {
        let things = things(&story(), &then(), at("00:14:07.135"));
        let told: Vec<_> = things
            .iter()
            .map(|thing| {
                (
                    thing.name.as_str(),
                    thing.state.as_str(),
                    thing.detail.as_str(),
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                (
                    "worker-ads",
                    "ended",
                    "proven: the lock on its file was free"
                ),
                ("worker-ads", "not begun", ""),
                ("Jobs", "1 ready", "1 running elsewhere, 1 failed"),
                ("Run 90", "running", "interrupted 1 time, last at track"),
                (
                    "Campaign linen-suit-eu",
                    "sending",
                    "in hand of process 12; €4.57 count as spent until its end is known"
                ),
                ("Mode", "NORMAL", "set by system"),
            ]
        );
        assert_eq!(
            things[0].href.as_deref(),
            Some("/replay?entity=process&id=12&at=2026-06-16T00:14:07.135Z")
        );
    }

    #[test]
    fn jobs_of_the_dead_are_told_as_such() {
        let mut then = then();
        then.jobs = vec![event(
            1,
            "00:14:07",
            ("job", "101"),
            (None, "running"),
            json!({"owner": 12}),
        )];
        let jobs = jobs(&story(), &then).unwrap();
        assert_eq!(jobs.state, "1 running");
        assert_eq!(jobs.detail, "their owner is the one that died");
        then.jobs.clear();
        assert_eq!(
            self::jobs(&story(), &then),
            None,
            "nothing is known: nothing is said"
        );
    }

    #[test]
    fn a_window_has_its_numbers_in_its_own_unit() {
        let hold = |currency: Option<&str>| HoldView {
            id: 1,
            effect: homeostat_model::EffectId(7),
            window: 3,
            interlock: "daily_budget".into(),
            scope: "brand:marram".into(),
            currency: currency.map(str::to_owned),
            amount: 4_570_000,
            state: "held".into(),
        };
        let state = json!({"cap": 1_200_000_000, "held": 764_200_000, "settled": 101_370_000});
        let told = window(&hold(Some("EUR")), &state);
        assert_eq!(told.name, "daily budget");
        assert_eq!(told.detail, "€101.37 settled, €764.20 held, €334.43 room");
        let acts = window(&hold(None), &json!({"cap": 3, "held": 1, "settled": 4}));
        assert_eq!((acts.state.as_str(), acts.class), ("over its cap", "s-bad"));
        assert_eq!(acts.detail, "4 settled, 1 held, 0 room");
    }
}
