//! The example that the tests of incidents tell of: a worker dies with three jobs and one act in its hands.

use homeostat_effects::{Class, EffectState, EffectView, IncidentView, Provenance};
use homeostat_liveness::Life;
use homeostat_model::{DecisionId, EffectId, JobId, Money, ProcessId, RunId, RuntimeTime};
use homeostat_queue::{RunEnd, TakenBack};
use homeostat_store::journal::Event;
use serde_json::{Value, json};

use super::{
    deaths::Crash,
    film::Span,
    held::{ends, orphans, over_at},
    story::{Story, known},
};

pub(super) fn at(text: &str) -> RuntimeTime {
    RuntimeTime(format!("2026-06-16T{text}Z").parse().unwrap())
}

pub(super) fn life(process: i64, kind: &str, died: &str, back: Option<&str>) -> Life {
    Life {
        process: ProcessId(process),
        kind: kind.into(),
        host: "host".into(),
        pid: 12,
        version: "0.1.0".into(),
        started_at: at("00:00:00"),
        seen_at: at("00:00:05"),
        died_at: at(died),
        reason: "its parent saw it exit".into(),
        ended_by: "waitpid".into(),
        next: back.map(|_| ProcessId(process + 1)),
        back_at: back.map(at),
    }
}

pub(super) fn event(
    id: i64,
    when: &str,
    (entity, entity_id): (&str, &str),
    (from, to): (Option<&str>, &str),
    data: Value,
) -> Event {
    Event {
        id,
        at: at(when),
        brand: None,
        entity: entity.into(),
        entity_id: entity_id.into(),
        from_state: from.map(str::to_owned),
        to_state: to.into(),
        fence: None,
        owner: data.get("owner").and_then(Value::as_i64),
        cause: None,
        data,
    }
}

pub(super) fn view(id: i64, state: EffectState) -> EffectView {
    EffectView {
        id: EffectId(id),
        key: "k".into(),
        decision: DecisionId(1),
        kind: "meta.pause_campaign".into(),
        vendor: "meta".into(),
        class: Class::Queryable,
        brand: "marram".into(),
        target: "c1".into(),
        request: "{}".into(),
        request_hash: "h".into(),
        worst_case: Money::from_micros(4_570_000, "EUR".parse().unwrap()),
        vendor_key: None,
        state,
        owner: None,
        calls: 2,
        sends: 1,
        probes: 1,
        reason: None,
        receipt: None,
        vendor_ref: None,
        provenance: state.is_closed().then_some(Provenance::Recovered),
        actual_micros: None,
        unknown_since: None,
        next_probe_at: None,
        created_at: at("00:14:06.912"),
        finished_at: state.is_closed().then(|| at("00:14:07.846")),
    }
}

/// What the journal says of the death.
fn given_back() -> Vec<Event> {
    vec![
        event(1, "00:00:00", ("process", "12"), (None, "live"), json!({})),
        event(
            2,
            "00:14:06.912",
            ("effect", "7"),
            (None, "sending"),
            json!({"owner": 12, "calls": 1, "sends": 1}),
        ),
        event(
            3,
            "00:14:07.104",
            ("process", "12"),
            (Some("live"), "ended"),
            json!({"ended_by": "flock", "end_reason": "killed"}),
        ),
        event(
            4,
            "00:14:07.131",
            ("job", "101"),
            (Some("running"), "ready"),
            json!({"owner": null, "attempts_used": 1}),
        ),
        event(
            5,
            "00:14:07.131",
            ("job", "102"),
            (Some("running"), "ready"),
            json!({"owner": null}),
        ),
        event(
            6,
            "00:14:07.131",
            ("run", "90"),
            (Some("running"), "running"),
            json!({"resumes": 1, "resumed_from": "track"}),
        ),
        event(
            7,
            "00:14:07.131",
            ("job", "103"),
            (Some("running"), "failed"),
            json!({"owner": null, "attempts_used": 3}),
        ),
    ]
}

/// What it says of who comes after.
fn taken_up() -> Vec<Event> {
    vec![
        event(
            8,
            "00:14:07.142",
            ("process", "13"),
            (None, "live"),
            json!({}),
        ),
        event(
            9,
            "00:14:07.361",
            ("job", "101"),
            (Some("ready"), "running"),
            json!({"owner": 13}),
        ),
        event(
            10,
            "00:14:07.361",
            ("job", "102"),
            (Some("ready"), "running"),
            json!({"owner": 13}),
        ),
        event(
            11,
            "00:14:07.387",
            ("effect", "7"),
            (Some("sending"), "sending"),
            json!({"owner": 13, "calls": 2, "crashed": true}),
        ),
        event(
            12,
            "00:14:07.846",
            ("effect", "7"),
            (Some("sending"), "settled"),
            json!({"owner": null, "provenance": "recovered"}),
        ),
    ]
}

/// The jobs that were given back.
fn taken_back() -> Vec<TakenBack> {
    let taken = [
        (101, "ready", None, true),
        (102, "ready", Some(90), false),
        (103, "failed", None, true),
    ];
    taken
        .into_iter()
        .map(|(job, state, run, spent_attempt)| TakenBack {
            job: JobId(job),
            kind: "ads.track".into(),
            run: run.map(RunId),
            phase: run.map(|_| "track".to_owned()),
            owner: ProcessId(12),
            at: at("00:14:07.131"),
            state: state.into(),
            spent_attempt,
        })
        .collect()
}

/// A worker dies with 3 jobs, one of them a phase, and one act in its hands.
pub(super) fn story() -> Story {
    let crash = Crash {
        first: life(12, "worker-ads", "00:14:07.104", Some("00:14:07.142")),
        later: Vec::new(),
    };
    let events = [given_back(), taken_up()].concat();
    let ends = ends(&events, &crash.processes());
    let taken = taken_back();
    let its: Vec<Event> = events
        .iter()
        .filter(|e| e.entity == "effect")
        .cloned()
        .collect();
    let mut acts = orphans(vec![view(7, EffectState::Settled)], &its, &ends);
    for act in &mut acts {
        act.name = "Campaign linen-suit-eu".into();
    }
    let runs = vec![RunEnd {
        id: RunId(90),
        pipeline: "ads".into(),
        phases_done: 2,
        phases: 5,
        resumed_from: Some("track".into()),
        created_at: at("00:10:00"),
        finished_at: None,
    }];
    let over = over_at(&crash, &taken, 0, &acts);
    Story {
        span: Span::of(crash.began_at(), over, at("00:20:00")),
        crash,
        ends,
        taken,
        still_held: 0,
        known: known(&acts, &runs),
        acts,
        holds: Vec::new(),
        runs,
        events,
        is_cut: false,
        is_whole: true,
    }
}

pub(super) fn row(id: i64, closed_by: Option<&str>) -> IncidentView {
    IncidentView {
        id,
        brand: None,
        kind: "effect_unknown".into(),
        entity: "effect".into(),
        entity_id: "7".into(),
        reason: "nobody can tell whether pause/c1 happened".into(),
        opened_at: at("00:30:00"),
        closed_at: closed_by.map(|_| at("00:40:00")),
        closed_by: closed_by.map(str::to_owned),
    }
}
