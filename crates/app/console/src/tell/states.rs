//! The states of what does the work and of what bounds it.

use homeostat_store::journal::Event;

use super::{Badge, Go, Told, text};
use crate::words;

pub(super) fn incident(event: &Event) -> Option<Told> {
    let badge = match (event.to_state.as_str(), text(event, "closed_by")) {
        ("open", _) => Badge::Crashed,
        ("closed", Some("recovery" | "system") | None) => Badge::Healed,
        ("closed", Some(_)) => Badge::Done,
        _ => return None,
    };
    let what = text(event, "reason").or(event.cause.as_deref());
    Some(Told {
        badge,
        text: match what {
            Some(what) => format!("{}.", words::name(what)),
            None => "An incident ended.".into(),
        },
        sub: None,
        go: Some(Go {
            word: "film",
            href: format!("/incidents/finding-{}", event.entity_id),
        }),
    })
}

/// Planned ends are no news.
pub(super) fn process(event: &Event, role: Option<&String>) -> Option<Told> {
    if event.to_state != "ended" || text(event, "ended_by") == Some("planned") {
        return None;
    }
    let reason = text(event, "end_reason").unwrap_or("it died");
    let who = role.map_or_else(
        || format!("Process {}", event.entity_id),
        |role| words::name(role),
    );
    Some(Told {
        badge: Badge::Recovered,
        text: format!("{who} died, and its work was taken back."),
        sub: Some(words::sentence(&words::name(reason))),
        go: Some(Go {
            word: "film",
            href: format!("/incidents?process={}", event.entity_id),
        }),
    })
}

pub(super) fn mode(event: &Event) -> Option<Told> {
    let who = text(event, "who").unwrap_or("the system");
    let reason = text(event, "reason").map(words::name);
    Some(Told {
        badge: Badge::Mode,
        text: format!("Mode {}, by {}.", event.to_state, words::name(who)),
        sub: reason,
        go: None,
    })
}

pub(super) fn breaker(event: &Event) -> Option<Told> {
    let vendor = words::name(&event.entity_id);
    let (badge, text) = match event.to_state.as_str() {
        "open" => (Badge::Waiting, format!("Calls to {vendor} wait.")),
        "closed" => (Badge::Done, format!("{vendor} answers again.")),
        _ => return None,
    };
    Some(Told {
        badge,
        text,
        sub: self::text(event, "cause").map(|cause| format!("{}.", words::name(cause))),
        go: None,
    })
}

pub(super) fn sensor(event: &Event) -> Option<Told> {
    let sensor = words::name(&event.entity_id);
    let (badge, text) = match event.to_state.as_str() {
        "blind" => (Badge::Waiting, format!("Sensor {sensor} is blind.")),
        "seeing" if event.from_state.as_deref() == Some("blind") => {
            (Badge::Done, format!("Sensor {sensor} sees again."))
        }
        _ => return None,
    };
    Some(Told {
        badge,
        text,
        sub: self::text(event, "fault").map(words::name),
        go: None,
    })
}

/// What our books were corrected to. What is left for a person is told by its incident.
pub(super) fn drift(event: &Event) -> Option<Told> {
    if event.from_state.is_some() || event.to_state != "repaired" {
        return None;
    }
    let kind = text(event, "kind").map(words::name)?;
    let subject = text(event, "subject").map(words::name)?;
    let side = |column| text(event, column).map(words::name);
    Some(Told {
        badge: Badge::Healed,
        text: format!("The books had another {kind} {subject} than its vendor, and follow it."),
        sub: side("believed")
            .zip(side("seen"))
            .map(|(believed, seen)| format!("Here: {believed}. There: {seen}.")),
        go: None,
    })
}

pub(super) fn schedule(event: &Event) -> Option<Told> {
    let name = text(event, "name").unwrap_or(&event.entity_id);
    let name = words::name(name);
    let (badge, text) = match (event.from_state.as_deref(), event.to_state.as_str()) {
        (_, "tripped") => (
            Badge::Waiting,
            format!("Schedule {name} failed too often and rests."),
        ),
        (_, "disabled") => (Badge::Waiting, format!("Schedule {name} is disabled.")),
        (Some("tripped" | "disabled"), "enabled") => {
            (Badge::Done, format!("Schedule {name} goes on."))
        }
        _ => return None,
    };
    Some(Told {
        badge,
        text,
        sub: self::text(event, "disabled_reason").map(words::name),
        go: Some(Go {
            word: "jobs",
            href: "/schedules".into(),
        }),
    })
}

pub(super) fn restraint(event: &Event) -> Option<Told> {
    let scope = text(event, "scope").map_or_else(|| event.entity_id.clone(), words::name);
    let kind = text(event, "kind").unwrap_or("restraint");
    let text = match event.to_state.as_str() {
        "active" => format!("{scope}: {kind} set."),
        "lifted" => format!("{scope}: {kind} lifted."),
        _ => return None,
    };
    Some(Told {
        badge: Badge::Mode,
        text,
        sub: self::text(event, "reason").map(words::name),
        go: None,
    })
}

pub(super) fn autonomy(event: &Event) -> Option<Told> {
    let who = text(event, "who").unwrap_or("the system");
    Some(Told {
        badge: Badge::Mode,
        text: format!(
            "Policy {} is {} now, by {}.",
            words::name(&event.entity_id),
            event.to_state,
            words::name(who)
        ),
        sub: text(event, "reason").map(words::name),
        go: None,
    })
}

pub(super) fn spend_cap(event: &Event) -> Option<Told> {
    let account = words::name(&event.entity_id);
    let (badge, text) = match event.to_state.as_str() {
        "missing" => (
            Badge::Waiting,
            format!("The limit of account {account} is not there."),
        ),
        "confirmed" => (
            Badge::Done,
            format!("The limit of account {account} was read back."),
        ),
        _ => return None,
    };
    Some(Told {
        badge,
        text,
        sub: self::text(event, "fault").map(words::name),
        go: None,
    })
}
