//! Needs a person: what stands there now and does not go away by itself, or of which nobody knows whether it will.

use homeostat_control::because;
use homeostat_effects::{EffectState, EffectView, Incident, ModeView, WaitingDecision};
use homeostat_model::{Mode, RuntimeTime};
use homeostat_operator::{
    PROPOSAL_LIFE, actuators,
    records::{sensor::Sensor, spend_cap::SpendCap},
};
use homeostat_queue::{JobCount, ScheduleRow};
use jiff::{SignedDuration, tz::TimeZone};

use super::say::{self, Line, Names, Section, number};
use crate::{lists::encoded, operations::Now, status::Status, words};

/// Things of one sort that are told one by one.
const TOLD: usize = 10;
/// What is said when there is nothing.
const NOTHING: &str = "Nothing needs you.";

/// What the section is made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Needs<'a> {
    pub(super) status: &'a Status,
    pub(super) waiting: &'a [WaitingDecision],
    pub(super) names: &'a Names,
    pub(super) now: Now,
}

/// The section; and how many things there are.
pub(super) fn section(needs: Needs<'_>, zone: &TimeZone) -> (Section, u64) {
    let Needs {
        status,
        waiting,
        names,
        now,
    } = needs;
    let sorts = [
        mode(&status.mode).into_iter().collect(),
        waiting
            .iter()
            .map(|one| approval(one, names, now.runtime))
            .collect(),
        unknown(&status.open_effects, names, now.runtime),
        status
            .incidents
            .iter()
            .map(|one| incident(one, now.runtime))
            .collect(),
        failed(&status.jobs),
        status
            .stopped_schedules
            .iter()
            .map(|one| schedule(one, now.runtime))
            .collect(),
        blind(&status.sensors, now),
        status.spend_caps.iter().filter_map(limit).collect(),
        dead(&status.wrong),
    ];
    let n = sorts.iter().map(|sort: &Vec<Line>| sort.len() as u64).sum();
    let mut lines: Vec<Line> = sorts.into_iter().flat_map(first).collect();
    if lines.is_empty() {
        lines.push(Line::of(NOTHING));
    }
    let clock = words::world_clock(now.world, zone);
    let aside = format!("as of {}, {}", clock.day, clock.time);
    (
        Section::new("needs", "Needs a person", lines).aside(aside),
        n,
    )
}

/// The same in a sentence at the top.
pub(super) fn sentence(n: u64) -> String {
    match n {
        0 => NOTHING.to_owned(),
        1 => "1 thing needs a person.".to_owned(),
        n => format!("{} things need a person.", words::grouped(n)),
    }
}

/// Some of a sort, and how many more there are.
fn first(mut sort: Vec<Line>) -> Vec<Line> {
    if let Some(more) = sort.len().checked_sub(TOLD).filter(|n| *n > 0) {
        sort.truncate(TOLD);
        sort.push(Line::of(format!(
            "{} more like these.",
            words::grouped(more as u64)
        )));
    }
    sort
}

fn lasted(since: RuntimeTime, now: RuntimeTime) -> String {
    words::lasted(now.since(since).max(SignedDuration::ZERO))
}

fn mode(mode: &ModeView) -> Option<Line> {
    if mode.effective == Mode::Normal {
        return None;
    }
    let back = match mode.stored {
        Mode::Normal => "It ends by itself once the supervisor's lease holds again.",
        Mode::Safe | Mode::Halt => "Only a person can switch back.",
    };
    let text = format!(
        "Mode {}: {} {back}",
        mode.effective,
        say::text(&mode.reason)
    );
    Some(Line::of(text).to("controls", "/controls"))
}

fn approval(one: &WaitingDecision, names: &Names, now: RuntimeTime) -> Line {
    let life = SignedDuration::try_from(PROPOSAL_LIFE).unwrap_or(SignedDuration::MAX);
    let left = one.created_at.plus(life).since(now);
    let until = match left.is_positive() {
        true => format!("in {}", words::lasted(left)),
        false => "any moment now".to_owned(),
    };
    let because = because(&one.policy, &one.inputs, &one.belief, &one.proposal);
    let because = because.map_or_else(String::new, |why| format!(": {}", say::text(&why)));
    let because = because.trim_end_matches('.');
    Line::of(format!(
        "{} of {} wants to act on {} and waits for a word{because}. It expires {until}.",
        words::name(&one.policy),
        words::name(&one.brand),
        names.name(&one.target),
    ))
    .to("decide", "/controls")
}

fn unknown(open: &[EffectView], names: &Names, now: RuntimeTime) -> Vec<Line> {
    let unknown = open.iter().filter(|one| one.state == EffectState::Unknown);
    unknown
        .map(|one| {
            let its = actuators::words(&one.kind);
            let age = lasted(one.unknown_since.unwrap_or(one.created_at), now);
            let money = match one.worst_case.amount_micros {
                0 => String::new(),
                _ => format!(
                    " {} count as spent until then.",
                    words::money(one.worst_case)
                ),
            };
            Line::of(format!(
                "{} {}: whether it is {} is not known, for {age}. The vendor is asked.{money}",
                its.subject,
                names.name(&one.target),
                its.done
            ))
            .to("why", format!("/receipts/{}", one.id))
        })
        .collect()
}

fn incident(one: &Incident, now: RuntimeTime) -> Line {
    let age = lasted(one.opened_at, now);
    Line::of(format!(
        "Incident {}, open for {age}: {}",
        one.id,
        say::text(&one.reason)
    ))
    .to("film", format!("/incidents/finding-{}", one.id))
}

fn failed(jobs: &[JobCount]) -> Vec<Line> {
    let failed = jobs
        .iter()
        .filter(|one| one.state == "failed" && one.jobs > 0);
    failed
        .map(|one| {
            let text = format!(
                "{} of kind {} failed for good: a person retries or cancels.",
                words::count(number(one.jobs), "job"),
                words::name(&one.kind)
            );
            let href = format!("/jobs?state=failed&kind={}", encoded(&one.kind));
            Line::of(text).to("jobs", href)
        })
        .collect()
}

fn schedule(one: &ScheduleRow, now: RuntimeTime) -> Line {
    let why = one
        .disabled_reason
        .as_deref()
        .map(say::text)
        .unwrap_or_default();
    let then = match one.probe_at {
        Some(at) if at > now => format!("It is tried again in {}.", words::lasted(at.since(now))),
        Some(_) => "It is tried again any moment now.".to_owned(),
        None => "Only a person enables it.".to_owned(),
    };
    let text = format!(
        "Schedule {} is {}: {why} {then}",
        words::name(&one.name),
        one.state
    );
    Line::of(text).to("schedules", "/schedules")
}

fn blind(sensors: &[Sensor], now: Now) -> Vec<Line> {
    let blind = sensors.iter().filter(|one| one.state == "blind");
    blind
        .map(|one| {
            let why = one.fault.as_deref().map(say::text).unwrap_or_default();
            let last = match one.as_of {
                Some(at) => {
                    let age = now.world.since(at).max(SignedDuration::ZERO);
                    format!("Its last full reading is {}.", words::age(age))
                }
                None => "It has never read anything in full.".to_owned(),
            };
            Line::of(format!(
                "Sensor {} is blind: {why} {last}",
                words::name(&one.id)
            ))
        })
        .collect()
}

fn limit(cap: &SpendCap) -> Option<Line> {
    let fault = cap.fault.as_deref()?;
    let account = words::name(&cap.account);
    Some(Line::of(format!(
        "The limit of account {account} at its vendor is not there: {}",
        say::text(fault)
    )))
}

/// Of the clauses of the status: how many dead nobody has buried, which has no row of its own.
fn dead(wrong: &[String]) -> Vec<Line> {
    let dead = wrong
        .iter()
        .filter(|clause| clause.contains("died and wait"));
    dead.map(|clause| Line::of(words::sentence(clause)))
        .collect()
}

#[cfg(test)]
mod tests {
    use homeostat_effects::{Cause, Class};
    use homeostat_model::{DecisionId, EffectId, Money, WorldTime};
    use serde_json::json;

    use super::*;
    use crate::brief::say::texts;

    fn at(text: &str) -> RuntimeTime {
        RuntimeTime(format!("2026-06-16T{text}Z").parse().unwrap())
    }

    fn now() -> Now {
        Now {
            runtime: at("02:00:00"),
            world: WorldTime(at("02:00:00").0),
        }
    }

    fn well() -> Status {
        Status {
            nominal: true,
            wrong: Vec::new(),
            mode: ModeView {
                effective: Mode::Normal,
                stored: Mode::Normal,
                cause: Cause::Started,
                reason: "installed".into(),
                who: "system".into(),
                changed_at: at("00:00:00"),
                lease_expires_at: None,
            },
            processes: Vec::new(),
            jobs: vec![JobCount {
                kind: "sense".into(),
                state: "ready".into(),
                jobs: 3,
            }],
            open_effects: Vec::new(),
            open_counts: Vec::new(),
            sensors: Vec::new(),
            spend_caps: Vec::new(),
            incidents: Vec::new(),
            stopped_schedules: Vec::new(),
        }
    }

    fn told(status: &Status, waiting: &[WaitingDecision]) -> (Section, u64) {
        let names = Names::default();
        let needs = Needs {
            status,
            waiting,
            names: &names,
            now: now(),
        };
        section(needs, &TimeZone::UTC)
    }

    fn waiting() -> WaitingDecision {
        WaitingDecision {
            id: DecisionId(9),
            brand: "marram".into(),
            target: "linen-suit-eu".into(),
            policy: "request".into(),
            inputs: r#"{"by":"ada","reason":"spring","nonce":"1","wish":{"act":"pause","campaign":"7"}}"#.into(),
            belief: "{}".into(),
            proposal: "{}".into(),
            created_at: at("01:30:00"),
        }
    }

    fn lost() -> EffectView {
        EffectView {
            id: EffectId(7),
            key: "k".into(),
            decision: DecisionId(3),
            kind: "meta.resume_campaign".into(),
            vendor: "meta".into(),
            class: Class::Idempotent,
            brand: "marram".into(),
            target: "linen-suit-eu".into(),
            request: "{}".into(),
            request_hash: "h".into(),
            worst_case: Money::from_micros(42_000_000, "EUR".parse().unwrap()),
            vendor_key: None,
            state: EffectState::Unknown,
            owner: None,
            calls: 1,
            sends: 1,
            probes: 2,
            reason: Some("timeout".into()),
            receipt: None,
            vendor_ref: None,
            provenance: None,
            actual_micros: None,
            unknown_since: Some(at("01:49:00")),
            next_probe_at: Some(at("02:01:00")),
            created_at: at("01:48:00"),
            finished_at: None,
        }
    }

    fn incident(id: i64) -> Incident {
        Incident {
            id,
            brand: None,
            kind: "standing_hold_short".into(),
            entity: "standing_hold".into(),
            entity_id: "7".into(),
            reason: "no room".into(),
            opened_at: at("01:00:00"),
        }
    }

    #[test]
    fn when_all_is_well_nothing_needs_you() {
        let (section, n) = told(&well(), &[]);
        assert_eq!((texts(&section), n), (vec!["Nothing needs you."], 0));
        assert_eq!(section.aside, "as of Tue 16 June, 02:00:00");
        assert_eq!(sentence(0), "Nothing needs you.");
        assert_eq!(sentence(1), "1 thing needs a person.");
        assert_eq!(sentence(1_200), "1,200 things need a person.");
    }

    #[test]
    fn an_approval_says_until_when_it_waits() {
        let (section, n) = told(&well(), &[waiting()]);
        assert_eq!(
            texts(&section),
            [
                "request of marram wants to act on linen-suit-eu and waits for a word: Ada asks for it: spring. It expires \
              in 1 h 30 min."
            ]
        );
        assert_eq!(n, 1);
    }

    #[test]
    fn everything_that_is_not_as_it_should_be_is_told() {
        let mut status = well();
        status.mode.effective = Mode::Safe;
        status.mode.stored = Mode::Safe;
        status.mode.reason = "books do not balance".into();
        status.open_effects = vec![
            lost(),
            EffectView {
                state: EffectState::Sending,
                ..lost()
            },
        ];
        status.incidents = vec![incident(3)];
        status.jobs.push(JobCount {
            kind: "act.pause".into(),
            state: "failed".into(),
            jobs: 2,
        });
        status.stopped_schedules = vec![stopped()];
        status.sensors = vec![Sensor {
            id: "meta.insights:marram".into(),
            state: "blind".into(),
            as_of: Some(WorldTime(at("01:49:00").0)),
            fault: Some("throttled".into()),
        }];
        status.wrong = vec!["2 processes died and wait for the next `homeostat up`".into()];
        let (section, n) = told(&status, &[]);
        assert_eq!(
            texts(&section),
            [
                "Mode SAFE: Books do not balance. Only a person can switch back.",
                "Campaign linen-suit-eu: whether it is resumed is not known, for 11 min. The vendor is asked. €42.00 count \
                 as spent until then.",
                "Incident 3, open for 1 h: No room.",
                "2 jobs of kind act.pause failed for good: a person retries or cancels.",
                "Schedule decide.kill:marram is tripped: 3 failures in a row. It is tried again in 5 min.",
                "Sensor meta.insights:marram is blind: Throttled. Its last full reading is 11 min old.",
                "2 processes died and wait for the next `homeostat up`.",
            ]
        );
        assert_eq!(n, 7);
    }

    #[test]
    fn of_very_many_the_first_are_told_and_all_are_counted() {
        let mut status = well();
        status.incidents = (1..=12).map(incident).collect();
        let (section, n) = told(&status, &[]);
        assert_eq!((section.lines.len(), n), (11, 12));
        assert_eq!(texts(&section)[10], "2 more like these.");
    }

    fn stopped() -> ScheduleRow {
        ScheduleRow {
            id: 1,
            name: "decide.kill:marram".into(),
            kind: "decide.kill".into(),
            brand: None,
            cron: None,
            every_s: Some(60),
            zone: "UTC".into(),
            overlap: "skip".into(),
            missed: "once".into(),
            guards_money: false,
            state: "tripped".into(),
            disabled_reason: Some("3 failures in a row".into()),
            consecutive_failures: 3,
            evidence: json!([]),
            next_at: None,
            last_due_at: None,
            probe_at: Some(at("02:05:00")),
        }
    }
}
