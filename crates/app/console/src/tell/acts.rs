//! What was wished, what was done of it, and the runs that did it.

use homeostat_store::journal::Event;

use super::{Act, Badge, Go, Run, Told, Wish, text};
use crate::words;

pub(super) fn act(event: &Event, act: &Act) -> Option<Told> {
    let (subject, done) = (&act.words.0, &act.words.1);
    let name = words::name(&act.target);
    let provenance = text(event, "provenance");
    let is_recovered = matches!(provenance, Some("recovered" | "probed" | "deduplicated"));
    let told = |badge, text: String, sub: Option<String>| {
        Some(Told {
            badge,
            text,
            sub,
            go: Some(Go {
                word: "why",
                href: format!("/receipts/{}", event.entity_id),
            }),
        })
    };
    match event.to_state.as_str() {
        "settled" if is_recovered => told(
            Badge::Recovered,
            format!("{subject} {name} {done}."),
            Some("The answer was lost. The vendor was asked, then it was booked.".into()),
        ),
        "settled" => told(
            if done == Badge::Paused.word() {
                Badge::Paused
            } else {
                Badge::Done
            },
            format!("{subject} {name} {done}."),
            act.because.clone(),
        ),
        "accepted" => told(
            Badge::Held,
            format!("{subject} {name}: the vendor took it and finishes later."),
            Some(format!(
                "{} stay held until then.",
                words::money(act.worst_case)
            )),
        ),
        "refused" => told(
            Badge::Refused,
            format!("The vendor refused: {subject} {name} is not {done}."),
            text(event, "reason").map(words::name),
        ),
        "unknown" => told(
            Badge::Unknown,
            format!("{subject} {name}: no answer from the vendor yet."),
            Some(match act.worst_case.amount_micros {
                0 => "It will be asked.".into(),
                _ => format!(
                    "{} count as spent until we know.",
                    words::money(act.worst_case)
                ),
            }),
        ),
        "void" => told(
            Badge::Done,
            format!("{subject} {name} was not {done}: nothing was sent."),
            text(event, "reason").map(words::name),
        ),
        _ => None,
    }
}

pub(super) fn wish(event: &Event, wish: &Wish) -> Option<Told> {
    let (badge, sub) = match event.to_state.as_str() {
        "refused" => (Badge::Refused, wish.refusal.clone()),
        "shadowed" => (
            Badge::Done,
            Some("Only noted: its policy is in shadow.".into()),
        ),
        "expired" => (
            Badge::Done,
            Some("It waited too long for an answer.".into()),
        ),
        _ => return None,
    };
    Some(Told {
        badge,
        text: format!("{}.", wish.wants),
        sub,
        go: Some(Go {
            word: "why",
            href: format!("/decisions/{}", event.entity_id),
        }),
    })
}

pub(super) fn run(event: &Event, run: &Run) -> Option<Told> {
    let id = &event.entity_id;
    let (done, all) = run.phases;
    let took = run.lasted.map(|time| format!("{}.", words::lasted(time)));
    let (badge, text, sub) = match event.to_state.as_str() {
        "done" => (
            match run.resumed_from {
                Some(_) => Badge::Recovered,
                None => Badge::Done,
            },
            format!(
                "Pipeline {} {id} finished, {done} of {all} phases.",
                run.pipeline
            ),
            match &run.resumed_from {
                Some(phase) => Some(format!("Resumed from {phase} after a crash.")),
                None => took,
            },
        ),
        "failed" => (
            Badge::Crashed,
            format!(
                "Pipeline {} {id} was given up, {done} of {all} phases.",
                run.pipeline
            ),
            text(event, "reason").map(words::name),
        ),
        "cancelled" => (
            Badge::Done,
            format!("Pipeline {} {id} was called off.", run.pipeline),
            text(event, "reason").map(words::name),
        ),
        _ => return None,
    };
    Some(Told {
        badge,
        text,
        sub,
        go: Some(Go {
            word: "run",
            href: format!("/runs/{id}"),
        }),
    })
}
