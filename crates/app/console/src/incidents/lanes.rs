//! The lanes of a crash: what each thing was, from which event to which.

use std::collections::BTreeMap;

use homeostat_model::{ProcessId, RuntimeTime};
use homeostat_queue::TakenBack;
use homeostat_store::journal::Event;
use serde_json::Value;

use super::{
    deaths::back_at,
    film::{Lane, Turn},
    held::Act,
    story::Story,
};
use crate::words;

/// Lanes of runs and of acts; the table and the story tell of all of them.
const RUNS: usize = 3;
const ACTS: usize = 5;

/// All of them, from top to bottom.
pub(super) fn of(story: &Story) -> Vec<Lane> {
    let span = &story.span;
    let mut lanes: Vec<Option<Lane>> = Vec::new();
    for role in story.crash.roles() {
        lanes.push(Lane::of(words::name(role), role_turns(story, role), span));
    }
    if !story.taken.is_empty() {
        let name = format!("Jobs, {}", story.taken.len());
        lanes.push(Lane::of(name, job_turns(story), span));
    }
    for job in story
        .taken
        .iter()
        .filter(|job| job.run.is_some())
        .take(RUNS)
    {
        lanes.push(Lane::of(run_name(job), run_turns(story, job), span));
    }
    for act in story.acts.iter().take(ACTS) {
        lanes.push(Lane::of(act.name.clone(), act_turns(story, act), span));
    }
    lanes.push(Lane::of(
        "Money of its acts".into(),
        money_turns(story),
        span,
    ));
    lanes.push(Lane::of("Mode".into(), mode_turns(story), span));
    lanes.into_iter().flatten().collect()
}

/// `Run 90, track`.
fn run_name(job: &TakenBack) -> String {
    let run = job.run.map(|run| run.to_string()).unwrap_or_default();
    match &job.phase {
        Some(phase) => format!("Run {run}, {}", words::name(phase)),
        None => format!("Run {run}"),
    }
}

/// The lives of one role after each other.
fn role_turns(story: &Story, role: &str) -> Vec<Turn> {
    let mut turns = Vec::new();
    for life in story.crash.deaths().filter(|life| life.kind == role) {
        turns.push(Turn::new(life.started_at, "run", life.process.to_string()));
        turns.push(Turn::new(life.died_at, "none", "dead"));
        if let (Some(at), Some(next)) = (back_at(life), life.next) {
            turns.push(Turn::new(at, "run", format!("{next} lives")));
        }
    }
    turns
}

/// All jobs that were taken back, as one.
fn job_turns(story: &Story) -> Vec<Turn> {
    let span = &story.span;
    let Some(back) = story.taken.iter().map(|job| job.at).max() else {
        return Vec::new();
    };
    let mut turns = vec![
        Turn::new(span.from, "run", "running"),
        Turn::new(orphaned_at(story), "none", "no owner"),
    ];
    let ready = story
        .taken
        .iter()
        .filter(|job| job.state == "ready")
        .count();
    if ready == 0 {
        turns.push(Turn::new(back, "none", "none is ready"));
        return turns;
    }
    turns.push(Turn::new(back, "ready", "ready"));
    let again = again(story);
    if let Some(first) = again.values().min() {
        turns.push(Turn::new(*first, "start", "being taken up"));
    }
    if again.len() == ready
        && let Some(last) = again.values().max()
    {
        turns.push(Turn::new(*last, "run", "running again"));
    }
    let ended = ended(story);
    if ended.len() == ready
        && let Some(last) = ended.values().max()
    {
        turns.push(Turn::new(*last, "done", "all ended"));
    }
    turns
}

/// When the first of those who held jobs was found dead.
fn orphaned_at(story: &Story) -> RuntimeTime {
    let held = |owner: &ProcessId| story.taken.iter().any(|job| job.owner == *owner);
    let deaths = story.crash.deaths().filter(|life| held(&life.process));
    let first = deaths.map(|life| life.died_at).min();
    first.unwrap_or(story.span.began)
}

/// When each job ran again for the first time after it was taken back.
pub(super) fn again(story: &Story) -> BTreeMap<i64, RuntimeTime> {
    firsts(story, |event| event.to_state == "running")
}

/// When each job left for good.
fn ended(story: &Story) -> BTreeMap<i64, RuntimeTime> {
    firsts(story, |event| {
        matches!(event.to_state.as_str(), "done" | "failed" | "cancelled")
    })
}

fn firsts(story: &Story, is_it: impl Fn(&Event) -> bool) -> BTreeMap<i64, RuntimeTime> {
    let ready = story.taken.iter().filter(|job| job.state == "ready");
    let since: BTreeMap<String, (i64, RuntimeTime)> = ready
        .map(|job| (job.job.to_string(), (job.job.0, job.at)))
        .collect();
    let mut firsts = BTreeMap::new();
    for event in story.of("job").filter(|event| is_it(event)) {
        if let Some((job, back)) = since.get(&event.entity_id)
            && event.at > *back
        {
            firsts.entry(*job).or_insert(event.at);
        }
    }
    firsts
}

/// A run by the job of its phase, and by its own end.
fn run_turns(story: &Story, job: &TakenBack) -> Vec<Turn> {
    let mut turns = vec![
        Turn::new(story.span.from, "run", "running"),
        Turn::new(died_at(story, job.owner), "none", "interrupted"),
    ];
    if let Some(at) = again(story).get(&job.job.0) {
        let word = match &job.phase {
            Some(phase) => format!("resumed from {}", words::name(phase)),
            None => "resumed".to_owned(),
        };
        turns.push(Turn::new(*at, "run", word));
    }
    let id = job.run.map(|run| run.to_string()).unwrap_or_default();
    for event in story.of("run").filter(|event| event.entity_id == id) {
        let class = match event.to_state.as_str() {
            "done" => "done",
            "failed" | "cancelled" => "none",
            _ => continue,
        };
        turns.push(Turn::new(event.at, class, event.to_state.clone()));
    }
    turns
}

fn died_at(story: &Story, process: ProcessId) -> RuntimeTime {
    let mut deaths = story.crash.deaths();
    let death = deaths.find(|life| life.process == process);
    death.map_or(story.span.began, |life| life.died_at)
}

fn act_turns(story: &Story, act: &Act) -> Vec<Turn> {
    let id = act.view.id.to_string();
    let its = story.of("effect").filter(|event| event.entity_id == id);
    let mut turns: Vec<Turn> = its.filter_map(|event| act_turn(event, act)).collect();
    turns.push(Turn::new(act.orphaned_at, "none", "no owner"));
    turns
}

/// What an act is from this event on; none: it stays what it was.
fn act_turn(event: &Event, act: &Act) -> Option<Turn> {
    let turn = |class, word: String| Some(Turn::new(event.at, class, word));
    let owner = event.data.get("owner");
    match event.to_state.as_str() {
        "settled" | "refused" | "void" => turn("done", event.to_state.clone()),
        "accepted" => turn("ready", "held by the vendor".into()),
        _ if event.from_state.is_none() => turn("send", "call".into()),
        _ if event.data.get("sends").is_some() => turn("send", "sent again".into()),
        _ => match owner.map(Value::as_i64) {
            Some(Some(owner)) if event.at >= act.orphaned_at => {
                turn("probe", format!("in hand of {owner}"))
            }
            Some(Some(_)) => turn("send", "call".into()),
            Some(None) => turn("open", format!("{}, waits", event.to_state)),
            None => None,
        },
    }
}

/// What was held for acts, from the intent until each end was known.
fn money_turns(story: &Story) -> Vec<Turn> {
    let held = || {
        let acts = story.acts.iter();
        acts.filter(|act| act.view.worst_case.amount_micros > 0)
    };
    let (Some(first), Some(died)) = (
        held().map(|act| act.view.created_at).min(),
        held().map(|act| act.orphaned_at).min(),
    ) else {
        return Vec::new();
    };
    let mut turns = vec![
        Turn::new(first, "ready", "held"),
        Turn::new(died, "open", "held, end not known"),
    ];
    let known: Option<Vec<RuntimeTime>> = held().map(|act| act.known_at).collect();
    if let Some(last) = known.and_then(|all| all.into_iter().max()) {
        turns.push(Turn::new(last, "run", "every end known"));
    }
    turns
}

/// Only where it changed.
fn mode_turns(story: &Story) -> Vec<Turn> {
    let class = |mode: &str| match mode {
        "NORMAL" => "run",
        "SAFE" => "open",
        _ => "none",
    };
    let mut turns = Vec::new();
    for event in story.of("mode") {
        if let (true, Some(from)) = (turns.is_empty(), event.from_state.as_deref()) {
            turns.push(Turn::new(story.span.from, class(from), from));
        }
        turns.push(Turn::new(
            event.at,
            class(&event.to_state),
            event.to_state.clone(),
        ));
    }
    turns
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::{
            case::{at, event, life, story},
            film::{Lane, Span},
        },
        *,
    };

    fn told(lane: &Lane) -> Vec<(&str, &str, RuntimeTime)> {
        lane.stretches
            .iter()
            .map(|stretch| (stretch.class, stretch.word.as_str(), stretch.from))
            .collect()
    }

    #[test]
    fn lanes_are_told_from_events() {
        let story = story();
        let lanes = of(&story);
        let names: Vec<&str> = lanes.iter().map(|lane| lane.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "worker-ads",
                "Jobs, 3",
                "Run 90, track",
                "Campaign linen-suit-eu",
                "Money of its acts"
            ]
        );
        let from = story.span.from;
        assert_eq!(
            told(&lanes[0]),
            [
                ("run", "12", from),
                ("none", "dead", at("00:14:07.104")),
                ("run", "13 lives", at("00:14:07.142")),
            ]
        );
        assert_eq!(
            told(&lanes[1]),
            [
                ("run", "running", from),
                ("none", "no owner", at("00:14:07.104")),
                ("ready", "ready", at("00:14:07.131")),
                ("run", "running again", at("00:14:07.361")),
            ],
            "two of three are ready, and both run again"
        );
        assert_eq!(
            told(&lanes[2]),
            [
                ("run", "running", from),
                ("none", "interrupted", at("00:14:07.104")),
                ("run", "resumed from track", at("00:14:07.361")),
            ]
        );
        assert_eq!(
            told(&lanes[3]),
            [
                ("send", "call", from),
                ("none", "no owner", at("00:14:07.104")),
                ("probe", "in hand of 13", at("00:14:07.387")),
                ("done", "settled", at("00:14:07.846")),
            ]
        );
        assert_eq!(told(&lanes[4])[1].1, "held, end not known");
        assert_eq!(
            told(&lanes[4])[2],
            ("run", "every end known", at("00:14:07.846"))
        );
    }

    #[test]
    fn jobs_that_wait_are_not_told_as_running() {
        let mut story = story();
        story.events.retain(|event| event.id != 10);
        let jobs = &of(&story)[1];
        assert_eq!(told(jobs).last().unwrap().1, "being taken up");
    }

    #[test]
    fn a_mode_has_a_lane_where_it_changed() {
        let mut story = story();
        let (from, to) = (Some("NORMAL"), "SAFE");
        let changed = event(20, "00:14:07.500", ("mode", "mode"), (from, to), json!({}));
        story.events.push(changed);
        let lanes = of(&story);
        let mode = lanes.last().unwrap();
        let (before, after) = (("run", "NORMAL"), ("open", "SAFE"));
        let words: Vec<_> = told(mode).iter().map(|(c, w, _)| (*c, *w)).collect();
        assert_eq!((mode.name.as_str(), words), ("Mode", vec![before, after]));
    }

    #[test]
    fn a_successor_that_was_there_before_is_no_death() {
        let mut story = story();
        story.crash.first = life(12, "web", "00:14:07.104", Some("00:14:07.050"));
        story.span = Span::of(at("00:14:07.104"), Some(at("00:14:07.104")), at("00:20:00"));
        let lane = &of(&story)[0];
        let words: Vec<_> = told(lane).iter().map(|(_, word, _)| *word).collect();
        assert_eq!(words, ["12", "13 lives"]);
    }
}
