//! What happened to one act, by its own transitions and calls.

use homeostat_effects::{ActCall, EffectView};
use homeostat_model::RuntimeTime;
use homeostat_store::journal::Event;
use jiff::{SignedDuration, tz::TimeZone};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::words;

/// All of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Timeline {
    /// `3 phases, 0.93 s`.
    pub lasted: String,
    /// In order.
    pub moments: Vec<Moment>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Moment {
    /// `02:14:06.912`.
    pub time: String,
    /// For programs.
    pub datetime: String,
    /// `+9 ms`; empty at the first.
    pub offset: String,
    /// `ok`, ``, `bad`, with ` gap` where nobody held it until the next.
    pub class: &'static str,
    /// A few words.
    pub title: String,
    /// A sentence.
    pub text: String,
}

pub(super) fn of(
    act: &EffectView,
    journal: &[Event],
    calls: &[ActCall],
    zone: &TimeZone,
) -> Timeline {
    let first = journal.first().map_or(act.created_at, |event| event.at);
    let transitions = journal
        .iter()
        .filter_map(|event| Some((event.at, moment(event, act, first, zone)?)));
    let calls = calls.iter().map(|one| {
        let began = began(one, journal).max(first);
        (began, call(one, act, Moment::at(began, first, zone)))
    });
    let mut moments: Vec<(RuntimeTime, Moment)> = transitions.chain(calls).collect();
    // In this order where the time is the same: it is stable.
    moments.sort_by_key(|(at, _)| *at);
    let moments: Vec<Moment> = moments.into_iter().map(|(_, moment)| moment).collect();
    let lasted = match act.finished_at {
        Some(at) => words::lasted(at.since(act.created_at)),
        None => "not closed yet".to_owned(),
    };
    Timeline {
        lasted: format!("{}, {lasted}", words::count(moments.len() as u64, "step")),
        moments,
    }
}

/// A call's row is written in one transaction with what came of it, a little later: the call was over before that.
fn began(one: &ActCall, journal: &[Event]) -> RuntimeTime {
    let mut outcomes = journal.iter().skip(1).map(|event| event.at);
    let outcome = outcomes.rfind(|at| *at <= one.ended_at);
    let ended_at = outcome.unwrap_or(one.ended_at);
    ended_at.plus(-SignedDuration::from_millis(one.latency_ms))
}

fn call(one: &ActCall, act: &EffectView, at: Moment) -> Moment {
    let ms = one.latency_ms;
    let (class, text) = match one.outcome.as_str() {
        "ok" => ("ok", format!("One request. Answered after {ms} ms.")),
        "refused" => ("ok", format!("One request. Refused after {ms} ms.")),
        "throttled" => ("", format!("Told to wait after {ms} ms.")),
        "unsent" => ("", "Nothing left this machine.".to_owned()),
        _ => (
            "bad",
            format!("One request. No answer that tells within {ms} ms."),
        ),
    };
    let title = format!("ii. {} called", words::name(&act.vendor));
    at.titled(class, title, text)
}

fn moment(event: &Event, act: &EffectView, first: RuntimeTime, zone: &TimeZone) -> Option<Moment> {
    let (class, title, text) = said(event, act)?;
    Some(Moment::at(event.at, first, zone).titled(class, title, text))
}

impl Moment {
    /// At an instant, counted from the first one.
    pub(crate) fn at(at: RuntimeTime, first: RuntimeTime, zone: &TimeZone) -> Self {
        let since = at.since(first);
        let at = at.0.to_zoned(zone.clone());
        Self {
            time: at.strftime("%H:%M:%S%.3f").to_string(),
            datetime: at.strftime("%Y-%m-%dT%H:%M:%S%.3f%:z").to_string(),
            offset: match since.as_millis() {
                0 => String::new(),
                ms @ ..1_000 => format!("+{ms} ms"),
                _ => format!("+{}", words::lasted(since)),
            },
            class: "",
            title: String::new(),
            text: String::new(),
        }
    }

    pub(crate) fn titled(self, class: &'static str, title: String, text: String) -> Self {
        Self {
            class,
            title,
            text,
            ..self
        }
    }
}

fn said(event: &Event, act: &EffectView) -> Option<(&'static str, String, String)> {
    let column = |name: &str| event.data.get(name).and_then(Value::as_str);
    let reason = column("reason").map(words::name).unwrap_or_default();
    let told = |class, title: &str, text: String| Some((class, title.to_owned(), text));
    match (event.from_state.as_deref(), event.to_state.as_str()) {
        (None, "sending") => told(
            "ok",
            "i. Intent written",
            format!(
                "Booked as sending, permit issued. Worst case {}.",
                words::money(act.worst_case)
            ),
        ),
        (Some("unknown"), "unknown") => told("", "Asked, and still not known", reason),
        (_, "unknown") => told(
            "bad gap",
            "No answer",
            format!("{reason} Its money stays held until the vendor has told."),
        ),
        (Some("sending"), "sending") if event.data.get("owner").is_some() => told(
            "",
            "In hand",
            match event.data.get("owner") {
                Some(Value::Null) | None => format!("Nobody holds it. {reason}"),
                Some(owner) => format!("Process {owner} holds it."),
            },
        ),
        (_, "accepted") => told("", "The vendor took it", "It finishes later.".into()),
        (_, "settled") => told(
            "ok",
            "iii. Booked",
            match column("provenance") {
                Some(provenance) => format!("Settled as {provenance}."),
                None => "Settled.".into(),
            },
        ),
        (_, "refused") => told("ok", "The vendor refused", reason),
        (_, "void") => told("ok", "Closed, nothing was sent", reason),
        _ => None,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use homeostat_effects::{Class, EffectState};
    use homeostat_model::{DecisionId, EffectId, Money};
    use serde_json::json;

    use super::*;

    fn event(at: &str, from: Option<&str>, to: &str, data: Value) -> Event {
        Event {
            id: 1,
            at: RuntimeTime(format!("2026-06-16T00:14:{at}Z").parse().unwrap()),
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

    pub(in super::super) fn act() -> EffectView {
        let at = |text: &str| RuntimeTime(format!("2026-06-16T00:14:{text}Z").parse().unwrap());
        EffectView {
            id: EffectId(7),
            key: "k".into(),
            decision: DecisionId(1),
            kind: "meta.pause_campaign".into(),
            vendor: "meta".into(),
            class: Class::Idempotent,
            brand: "marram".into(),
            target: "1".into(),
            request: "{}".into(),
            request_hash: String::new(),
            worst_case: Money::zero("EUR".parse().unwrap()),
            vendor_key: None,
            state: EffectState::Settled,
            owner: None,
            calls: 1,
            sends: 1,
            probes: 1,
            reason: None,
            receipt: None,
            vendor_ref: None,
            provenance: None,
            actual_micros: None,
            unknown_since: None,
            next_probe_at: None,
            created_at: at("06.912"),
            finished_at: Some(at("07.846")),
        }
    }

    #[test]
    fn a_lost_answer_is_a_gap_between_the_intent_and_its_end() {
        let journal = [
            event("06.912", None, "sending", json!({})),
            event(
                "07.104",
                Some("sending"),
                "unknown",
                json!({"reason": "its worker died"}),
            ),
            event(
                "07.846",
                Some("unknown"),
                "settled",
                json!({"provenance": "recovered"}),
            ),
        ];
        let call = ActCall {
            ended_at: act()
                .finished_at
                .unwrap()
                .plus(SignedDuration::from_millis(40)),
            latency_ms: 930,
            outcome: "ok".into(),
        };
        let timeline = of(&act(), &journal, &[call], &TimeZone::UTC);
        let told: Vec<_> = timeline
            .moments
            .iter()
            .map(|m| (m.offset.as_str(), m.class))
            .collect();
        assert_eq!(
            told,
            [
                ("", "ok"),
                ("+4 ms", "ok"),
                ("+192 ms", "bad gap"),
                ("+934 ms", "ok")
            ]
        );
        assert_eq!(timeline.moments[0].time, "00:14:06.912");
        assert_eq!(timeline.moments[1].title, "ii. meta called");
        assert_eq!(timeline.lasted, "4 steps, 0.9 s");
    }
}
