//! The latest processes that ended: why, and what that knowledge rests on.

use homeostat_liveness::{Evidence, Process};
use homeostat_model::RuntimeTime;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Serialize;

use super::say;
use crate::words;

/// Ends that are listed.
const ENDED_MAX: usize = 30;

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Ended {
    /// Its epoch.
    pub(crate) id: i64,
    /// What it was.
    pub(crate) name: String,
    /// Where: its host and number there.
    pub(crate) place: String,
    /// Its program's version.
    pub(crate) version: String,
    /// When it ended.
    #[schemars(with = "Option<crate::schema::Time>")]
    ended_at: Option<RuntimeTime>,
    /// The same for a person.
    pub(crate) when: String,
    /// How long it lived.
    pub(crate) lived: String,
    /// Why it ended.
    pub(crate) reason: String,
    /// `planned`, `proven` or `guess`.
    pub(crate) proof: &'static str,
    /// The badge's class.
    pub(crate) class: &'static str,
    /// What its end rests on, in words.
    pub(crate) rests_on: &'static str,
}

/// The latest of them first.
pub(crate) fn rows(all: &[Process], now: RuntimeTime, zone: &TimeZone) -> Vec<Ended> {
    let mut ended: Vec<&Process> = all.iter().filter(|one| one.ended_at.is_some()).collect();
    ended.sort_by_key(|one| std::cmp::Reverse((one.ended_at, one.id)));
    ended
        .into_iter()
        .take(ENDED_MAX)
        .map(|one| row(one, now, zone))
        .collect()
}

fn row(one: &Process, now: RuntimeTime, zone: &TimeZone) -> Ended {
    let by = one.ended_by.as_deref();
    let evidence = by.and_then(|word| word.parse::<Evidence>().ok());
    let (proof, class) = match evidence {
        Some(Evidence::Planned) => ("planned", ""),
        Some(evidence) if evidence.is_proof() => ("proven", "recovered"),
        Some(_) => ("guess", "unknown"),
        None => ("not told", "unknown"),
    };
    Ended {
        id: one.id.0,
        name: words::name(&one.kind),
        place: format!("{}, process {}", words::name(&one.host), one.pid),
        version: words::name(&one.version),
        ended_at: one.ended_at,
        when: one
            .ended_at
            .map(|at| say::at(at, now, zone))
            .unwrap_or_default(),
        lived: one
            .ended_at
            .map(|at| words::lasted(at.since(one.started_at)))
            .unwrap_or_default(),
        reason: one
            .end_reason
            .as_deref()
            .map(|why| words::sentence(&say::line(why)))
            .unwrap_or_default(),
        proof,
        class,
        rests_on: evidence.map_or("Nobody knows what it rests on.", rests_on),
    }
}

fn rests_on(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Planned => "It said goodbye itself.",
        Evidence::Waitpid => "Its parent waited for it and has its exit status.",
        Evidence::Flock => "The lock on its running file was free: the kernel frees it at the end.",
        Evidence::BootId => "Its host has booted since.",
        Evidence::Guess => {
            "Its lock in the database stayed free for the whole grace. What it may have sent waits for proof."
        }
    }
}

#[cfg(test)]
mod tests {
    use homeostat_model::ProcessId;

    use super::*;

    fn time(text: &str) -> RuntimeTime {
        RuntimeTime(text.parse().unwrap())
    }

    fn process(id: i64, ended: Option<(&str, &str)>) -> Process {
        let (at, by) = ended.unzip();
        Process {
            id: ProcessId(id),
            kind: "worker-ads".into(),
            host: "marram/1f2e3d4c".into(),
            pid: 4_711,
            version: "1.4.0".into(),
            state: ended.map_or("live", |_| "ended").into(),
            started_at: time("2026-06-16T00:14:07Z"),
            seen_at: time("2026-06-16T02:14:00Z"),
            ended_at: at.map(time),
            end_reason: by.map(|_| "its parent saw it exit".into()),
            ended_by: by.map(str::to_owned),
        }
    }

    #[test]
    fn an_end_says_what_it_rests_on() {
        let all = [
            process(1, Some(("2026-06-16T02:14:07Z", "waitpid"))),
            process(2, Some(("2026-06-16T02:14:09Z", "guess"))),
            process(3, None),
            process(4, Some(("2026-06-15T23:14:07Z", "planned"))),
        ];
        let rows = rows(&all, time("2026-06-16T02:47:12Z"), &TimeZone::UTC);
        let told: Vec<_> = rows.iter().map(|row| (row.id, row.proof)).collect();
        assert_eq!(told, [(2, "guess"), (1, "proven"), (4, "planned")]);
        assert_eq!(
            (rows[1].when.as_str(), rows[1].lived.as_str()),
            ("02:14:07", "2 h")
        );
        assert_eq!(rows[1].reason, "Its parent saw it exit.");
        assert_eq!(rows[2].when, "Mon 15 June, 23:14:07");
        assert!(rows[0].rests_on.contains("waits for proof"));
    }
}
