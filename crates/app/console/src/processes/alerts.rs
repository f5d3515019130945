//! Alerts: what somebody must look at, and who was told of it when.

use homeostat_model::RuntimeTime;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    host::{Alert, Alerts, Told},
    say,
};
use crate::words;

/// Open ones that are listed.
const OPEN_MAX: usize = 50;
/// Those that are over, as far as they are listed.
const OVER_MAX: usize = 20;

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "AlertRow")]
pub(crate) struct Row {
    /// The sort of trouble.
    code: String,
    /// Its state, for a badge.
    pub(crate) state: &'static str,
    /// The badge's class.
    pub(crate) class: &'static str,
    /// `crash loop: worker-ads`.
    pub(crate) title: String,
    /// What happened, and what to do.
    pub(crate) text: String,
    /// When it opened.
    #[schemars(with = "crate::schema::Time")]
    raised_at: RuntimeTime,
    /// When it closed.
    #[schemars(with = "Option<crate::schema::Time>")]
    resolved_at: Option<RuntimeTime>,
    /// `Since 02:14:07, seen 3 times, last at 02:16:00.`
    pub(crate) when: String,
    /// Who was told, and when.
    pub(crate) told: Vec<Line>,
}

/// How far it has come at one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "AlertLine")]
pub(crate) struct Line {
    /// In one sentence.
    pub(crate) text: String,
    /// It does not know yet.
    pub(crate) warns: bool,
}

/// The open ones, and the latest of those that are over.
pub(crate) fn rows(alerts: &Alerts, now: RuntimeTime, zone: &TimeZone) -> Vec<Row> {
    let is_open = |one: &&Alert| one.resolved_at.is_none();
    let open = alerts.all.iter().filter(is_open).take(OPEN_MAX);
    let over = alerts.all.iter().filter(|one| !is_open(one)).take(OVER_MAX);
    open.chain(over).map(|one| row(one, now, zone)).collect()
}

/// What is to be said of all of them.
pub(crate) fn notes(alerts: &Alerts) -> Vec<String> {
    let mut notes = Vec::new();
    match alerts.sinks {
        Some(0) => {
            notes.push("Nobody is told of alerts: the configuration has no alerts.sinks.".into())
        }
        Some(_) => {}
        None => notes.push(
            "The places that are told cannot be read from the configuration; those that were told before are \
             listed."
                .into(),
        ),
    }
    notes.extend(
        alerts
            .troubles
            .iter()
            .map(|why| words::sentence(&say::line(why))),
    );
    notes
}

fn row(one: &Alert, now: RuntimeTime, zone: &TimeZone) -> Row {
    let at = |at| say::at(at, now, zone);
    let seen = match one.times_seen {
        0 | 1 => "seen once".to_owned(),
        n => format!("seen {}", words::count(n, "time")),
    };
    let when = match one.resolved_at {
        None if one.times_seen > 1 => {
            let (raised, last) = (at(one.raised_at), at(one.seen_at));
            format!("Since {raised}, {seen}, last {last}.")
        }
        None => format!("Since {}, {seen}.", at(one.raised_at)),
        Some(end) => {
            let lasted = words::lasted(end.since(one.raised_at));
            format!(
                "From {} to {}, {lasted}, {seen}.",
                at(one.raised_at),
                at(end)
            )
        }
    };
    let (state, class) = match (one.resolved_at, one.is_critical) {
        (Some(_), _) => ("over", ""),
        (None, true) => ("look now", "crash"),
        (None, false) => ("look today", "unknown"),
    };
    Row {
        code: one.code.clone(),
        state,
        class,
        title: format!(
            "{}: {}",
            words::name(&one.code.replace('_', " ")),
            words::name(&one.subject)
        ),
        text: say::line(&one.text),
        raised_at: one.raised_at,
        resolved_at: one.resolved_at,
        when,
        told: one.told.iter().map(|told| line(told, now, zone)).collect(),
    }
}

fn line(told: &Told, now: RuntimeTime, zone: &TimeZone) -> Line {
    let sink = say::line(&told.sink);
    let at = told.at.map(|at| say::at(at, now, zone));
    let tried = || {
        let why = told.last_error.as_deref().map(say::line);
        let times = words::count(told.failures.into(), "time");
        match (told.failures, why) {
            (0, _) => " It is about to be told.".to_owned(),
            (_, Some(why)) => format!(" Tried {times}: {}", words::sentence(&why)),
            (_, None) => format!(" Tried {times}."),
        }
    };
    let text = match (told.is_up_to_date, at) {
        (true, Some(at)) => format!("Told {sink} at {at}."),
        (true, None) => format!("Told {sink}."),
        (false, Some(at)) => format!(
            "{sink} was told at {at}, and not of what came since.{}",
            tried()
        ),
        (false, None) => format!("Not told yet: {sink}.{}", tried()),
    };
    Line {
        text,
        warns: !told.is_up_to_date,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> RuntimeTime {
        RuntimeTime(text.parse().unwrap())
    }

    fn alert(resolved_at: Option<&str>) -> Alert {
        Alert {
            is_critical: true,
            code: "crash_loop".into(),
            subject: "worker-ads".into(),
            text: "worker-ads keeps ending.\nLook at its log.".into(),
            raised_at: time("2026-06-16T02:14:07Z"),
            seen_at: time("2026-06-16T02:16:00Z"),
            resolved_at: resolved_at.map(time),
            times_seen: 3,
            told: vec![
                Told {
                    sink: "webhook alerts.example".into(),
                    is_up_to_date: true,
                    at: Some(time("2026-06-16T02:14:08Z")),
                    failures: 0,
                    last_error: None,
                },
                Told {
                    sink: "file ./alerts.jsonl".into(),
                    is_up_to_date: false,
                    at: None,
                    failures: 2,
                    last_error: Some("no space left".into()),
                },
            ],
        }
    }

    #[test]
    fn an_alert_says_since_when_and_who_was_told() {
        let (now, zone) = (time("2026-06-16T02:47:12Z"), TimeZone::UTC);
        let row = row(&alert(None), now, &zone);
        assert_eq!((row.state, row.class), ("look now", "crash"));
        assert_eq!(row.title, "crash loop: worker-ads");
        assert_eq!(row.when, "Since 02:14:07, seen 3 times, last 02:16:00.");
        let told: Vec<&str> = row.told.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(
            told,
            [
                "Told webhook alerts.example at 02:14:08.",
                "Not told yet: file ./alerts.jsonl. Tried 2 times: No space left."
            ]
        );
        assert!(row.told[1].warns && !row.told[0].warns);
    }

    #[test]
    fn what_is_over_comes_last_and_is_cut_sooner() {
        let over = Some("2026-06-16T02:20:07Z");
        let mut all = vec![alert(over); OVER_MAX + 5];
        all.push(alert(None));
        let alerts = Alerts {
            all,
            sinks: Some(0),
            troubles: Vec::new(),
        };
        let (now, zone) = (time("2026-06-16T02:47:12Z"), TimeZone::UTC);
        let rows = rows(&alerts, now, &zone);
        assert_eq!(rows.len(), OVER_MAX + 1);
        assert_eq!((rows[0].state, rows[1].state), ("look now", "over"));
        assert_eq!(
            rows[1].when,
            "From 02:14:07 to 02:20:07, 6 min, seen 3 times."
        );
        assert_eq!(notes(&alerts).len(), 1);
    }
}
