//! Healed: who died and how long that lasted, and which incidents were found.

use homeostat_effects::IncidentView;
use homeostat_liveness::Life;
use homeostat_model::RuntimeTime;
use jiff::{SignedDuration, tz::TimeZone};

use super::say::{self, Line, Section, are};
use crate::words;

/// Incidents that are told one by one.
const TOLD: usize = 5;

/// Who died on that day, and when it is now.
pub(super) fn section(
    lives: &[Life],
    incidents: &[IncidentView],
    now: RuntimeTime,
    zone: &TimeZone,
) -> Section {
    let mut lines = deaths(lives, now, zone);
    lines.extend(found(incidents, now, zone));
    Section::new("healed", "Healed", lines)
}

fn away(life: &Life, now: RuntimeTime) -> SignedDuration {
    let back_at = life.back_at.unwrap_or(now);
    back_at.since(life.died_at).max(SignedDuration::ZERO)
}

fn deaths(lives: &[Life], now: RuntimeTime, zone: &TimeZone) -> Vec<Line> {
    let film = |life: &Life| format!("/incidents?process={}", life.process);
    let (back, gone): (Vec<&Life>, Vec<&Life>) =
        lives.iter().partition(|life| life.back_at.is_some());
    let longest = back.iter().max_by_key(|life| away(life, now));
    let mut lines = Vec::new();
    match (back.len(), longest) {
        (_, None) if gone.is_empty() => lines.push(Line::of("No process died.")),
        (_, None) => {}
        (1, Some(life)) => lines.push(
            Line::of(format!(
                "Process {} died at {}, and the next of its kind began {} later: {}",
                words::name(&life.kind),
                say::time(life.died_at, zone),
                words::lasted(away(life, now)),
                say::text(&life.reason)
            ))
            .to("film", film(life)),
        ),
        (n, Some(life)) => lines.push(
            Line::of(format!(
                "{} processes died, and others of their kind took over. The longest gap was {}, after {} died at {}.",
                words::grouped(n as u64),
                words::lasted(away(life, now)),
                words::name(&life.kind),
                say::time(life.died_at, zone)
            ))
            .to("film", film(life)),
        ),
    }
    lines.extend(gone.iter().take(TOLD).map(|life| {
        Line::of(format!(
            "Process {} died at {} and none of its kind has begun since, for {}: {}",
            words::name(&life.kind),
            say::time(life.died_at, zone),
            words::lasted(away(life, now)),
            say::text(&life.reason)
        ))
        .to("film", film(life))
    }));
    if let Some(more) = gone.len().checked_sub(TOLD).filter(|n| *n > 0) {
        let more = words::count(more as u64, "more process").replace("processs", "processes");
        lines.push(Line::of(format!(
            "{more} died without another of their kind."
        )));
    }
    lines
}

fn found(incidents: &[IncidentView], now: RuntimeTime, zone: &TimeZone) -> Vec<Line> {
    if incidents.is_empty() {
        return vec![Line::of("No incident was opened.")];
    }
    let by = |is: fn(&IncidentView) -> bool| incidents.iter().filter(|one| is(one)).count() as u64;
    let open = by(|one| one.closed_at.is_none());
    let alone = by(|one| one.closed_by.as_deref() == Some("system"));
    let people = incidents.len() as u64 - open - alone;
    let mut parts = Vec::new();
    for (n, what) in [
        (alone, "ended when its cause was gone"),
        (people, "closed by a person"),
    ] {
        if n > 0 {
            parts.push(format!("{} {what}", words::grouped(n)));
        }
    }
    parts.push(format!("{} {} open", words::grouped(open), are(open)));
    let mut lines = vec![Line::of(format!(
        "{} opened: {}.",
        words::count(incidents.len() as u64, "incident"),
        parts.join(", ")
    ))];
    lines.extend(incidents.iter().take(TOLD).map(|one| {
        let lasted = one.closed_at.unwrap_or(now).since(one.opened_at);
        let lasted = words::lasted(lasted.max(SignedDuration::ZERO));
        let end = match one.closed_at {
            Some(_) => format!("It lasted {lasted}."),
            None => format!("It is open, for {lasted}."),
        };
        let at = say::time(one.opened_at, zone);
        Line::of(format!("{at}: {} {end}", say::text(&one.reason)))
            .to("film", format!("/incidents/finding-{}", one.id))
    }));
    if let Some(more) = incidents.len().checked_sub(TOLD).filter(|n| *n > 0) {
        let more = format!("{} more in the list.", words::grouped(more as u64));
        lines.push(Line::of(more).to("all", "/incidents"));
    }
    lines
}

#[cfg(test)]
mod tests {
    use homeostat_model::ProcessId;

    use super::*;
    use crate::brief::say::texts;

    fn at(text: &str) -> RuntimeTime {
        RuntimeTime(format!("2026-06-16T{text}Z").parse().unwrap())
    }

    fn life(died: &str, back: Option<&str>) -> Life {
        Life {
            process: ProcessId(7),
            kind: "worker-ads".into(),
            host: "here".into(),
            pid: 42,
            version: "0.1.0".into(),
            started_at: at("00:00:00"),
            seen_at: at("00:00:00"),
            died_at: at(died),
            reason: "killed".into(),
            ended_by: "waitpid".into(),
            next: back.map(|_| ProcessId(8)),
            back_at: back.map(at),
        }
    }

    fn incident(id: i64, closed: Option<(&str, &str)>) -> IncidentView {
        IncidentView {
            id,
            brand: None,
            kind: "effect_unknown".into(),
            entity: "effect".into(),
            entity_id: "7".into(),
            reason: "no answer for 5 min".into(),
            opened_at: at("01:00:00"),
            closed_at: closed.map(|(when, _)| at(when)),
            closed_by: closed.map(|(_, who)| who.into()),
        }
    }

    fn told(lives: &[Life], incidents: &[IncidentView]) -> Vec<String> {
        let found = section(lives, incidents, at("02:00:00"), &TimeZone::UTC);
        texts(&found).into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn a_day_without_a_death_says_so() {
        assert_eq!(
            told(&[], &[]),
            ["No process died.", "No incident was opened."]
        );
    }

    #[test]
    fn one_death_is_told_with_its_gap() {
        let told = told(
            &[life("00:14:07.104", Some("00:14:07.904"))],
            &[incident(3, Some(("01:03:00", "system")))],
        );
        assert_eq!(
            told,
            [
                "Process worker-ads died at 00:14:07, and the next of its kind began 0.8 s later: Killed.",
                "1 incident opened: 1 ended when its cause was gone, 0 are open.",
                "01:00:00: No answer for 5 min. It lasted 3 min.",
            ]
        );
    }

    #[test]
    fn of_many_the_longest_gap_is_told_and_who_is_not_back() {
        let lives = [
            life("00:10:00", Some("00:10:01")),
            life("00:20:00", Some("00:20:12")),
            life("01:30:00", None),
        ];
        let mut incidents = vec![incident(1, None), incident(2, Some(("01:10:00", "ada")))];
        incidents.extend((3..=7).map(|id| incident(id, Some(("01:10:00", "system")))));
        let told = told(&lives, &incidents);
        assert_eq!(
            told[0],
            "2 processes died, and others of their kind took over. The longest gap was 12 s, after worker-ads died at \
             00:20:00."
        );
        assert_eq!(
            told[1],
            "Process worker-ads died at 01:30:00 and none of its kind has begun since, for 30 min: Killed."
        );
        assert_eq!(
            told[2],
            "7 incidents opened: 5 ended when its cause was gone, 1 closed by a person, 1 is open."
        );
        assert_eq!(
            told[3],
            "01:00:00: No answer for 5 min. It is open, for 1 h."
        );
        assert_eq!(told.last().unwrap(), "2 more in the list.");
    }
}
