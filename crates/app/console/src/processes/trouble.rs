//! Why a kind does not run, in words: quarantine, crashes, a gate, a person.

use homeostat_model::RuntimeTime;
use jiff::tz::TimeZone;

use super::{
    host::{Kind, Stands},
    say,
};
use crate::words;

/// In one word, with its badge's class.
pub(super) fn standing(kind: &Kind) -> (&'static str, &'static str) {
    match kind.stands {
        Stands::Starting => ("starting", "held"),
        Stands::Running => ("running", ""),
        Stands::Stopping => ("stopping", "held"),
        Stands::Waiting { .. } if kind.bad_ends > 0 => ("crashed", "crash"),
        Stands::Waiting { .. } => ("waiting", ""),
        Stands::Gated => ("waiting", "unknown"),
        Stands::Quarantined { .. } => ("quarantine", "crash"),
        Stands::Stopped => ("stopped", "refused"),
    }
}

/// What is wrong with it, or was just before; none: nothing.
pub(super) fn trouble(kind: &Kind, now: RuntimeTime, zone: &TimeZone) -> Option<String> {
    let ends = bad_ends(kind);
    match kind.stands {
        Stands::Quarantined {
            needs_change,
            probe_at,
        } => Some(quarantine(kind, (needs_change, probe_at), now, zone)),
        Stands::Waiting { until } => {
            let what = ends.unwrap_or_else(|| "It ended".to_owned());
            let when = say::until(until, now);
            Some(format!(
                "{} It is started again {when}.",
                words::sentence(&what)
            ))
        }
        Stands::Gated => Some("It waits for the database.".into()),
        Stands::Stopped => Some(format!(
            "A person stopped it; homeostat processes start {} starts it again.",
            words::name(&kind.name)
        )),
        Stands::Starting | Stands::Running | Stands::Stopping => {
            ends.map(|ends| words::sentence(&format!("Before this came {ends}")))
        }
    }
}

/// Since when, after what, what helps, and when it is tried again.
fn quarantine(
    kind: &Kind,
    (needs_change, probe_at): (bool, RuntimeTime),
    now: RuntimeTime,
    zone: &TimeZone,
) -> String {
    let since = kind.since.map_or_else(String::new, |since| {
        format!(" since {}", say::at(since, now, zone))
    });
    let after = bad_ends(kind).map_or_else(String::new, |ends| format!(" after {ends}"));
    let heals = match needs_change {
        true => " Time does not heal this: something of it must be changed.",
        false => "",
    };
    format!(
        "{}{heals} It is tried again {}, or at once when its program or its settings change; homeostat processes \
         unquarantine {} starts it now.",
        words::sentence(&format!("In quarantine{since}{after}")),
        say::until(probe_at, now),
        words::name(&kind.name)
    )
}

/// `9 bad ends in a row, the last exited with code 1: no route to host`.
fn bad_ends(kind: &Kind) -> Option<String> {
    let ends = match kind.bad_ends {
        0 => return None,
        1 => "one bad end".to_owned(),
        n => format!("{} in a row", words::count(n.into(), "bad end")),
    };
    let Some(last) = kind.last_end.as_deref().map(say::line) else {
        return Some(ends);
    };
    let said = kind.last_words.as_deref().and_then(say::last_line);
    let said = said.map_or_else(String::new, |said| format!(": {said}"));
    Some(match kind.bad_ends {
        1 => format!("{ends}, {last}{said}"),
        _ => format!("{ends}, the last {last}{said}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> RuntimeTime {
        RuntimeTime(text.parse().unwrap())
    }

    fn kind(stands: Stands, bad_ends: u32) -> Kind {
        Kind {
            name: "worker-ads".into(),
            stands,
            since: Some(time("2026-06-16T02:14:07Z")),
            pid: None,
            started: None,
            restarts: 9,
            bad_ends,
            last_end: (bad_ends > 0).then(|| "exited with code 1".into()),
            last_words: Some("Traceback\nno route to host\n".into()),
            progress: None,
            processes: 0,
            memory_mb: 0,
        }
    }

    fn told(kind: &Kind) -> Option<String> {
        trouble(kind, time("2026-06-16T02:17:07Z"), &TimeZone::UTC)
    }

    #[test]
    fn a_quarantine_says_since_when_why_and_what_ends_it() {
        let probe_at = time("2026-06-16T02:29:07Z");
        let stands = |needs_change| Stands::Quarantined {
            needs_change,
            probe_at,
        };
        let text = told(&kind(stands(false), 9)).unwrap();
        assert_eq!(
            text,
            "In quarantine since 02:14:07 after 9 bad ends in a row, the last exited with code 1: no route to host. \
             It is tried again in 12 min, or at once when its program or its settings change; homeostat processes \
             unquarantine worker-ads starts it now."
        );
        let text = told(&kind(stands(true), 2)).unwrap();
        assert!(
            text.contains("host. Time does not heal this: something of it must be changed. It is")
        );
        assert_eq!(standing(&kind(stands(true), 2)), ("quarantine", "crash"));
    }

    #[test]
    fn what_waits_says_for_what() {
        let until = time("2026-06-16T02:17:11Z");
        let waits = kind(Stands::Waiting { until }, 1);
        assert_eq!(
            told(&waits).unwrap(),
            "One bad end, exited with code 1: no route to host. It is started again in 4.0 s."
        );
        assert_eq!(standing(&waits), ("crashed", "crash"));
        let planned = kind(Stands::Waiting { until }, 0);
        assert_eq!(standing(&planned), ("waiting", ""));
        assert_eq!(
            told(&planned).unwrap(),
            "It ended. It is started again in 4.0 s."
        );
        assert_eq!(
            told(&kind(Stands::Gated, 0)).unwrap(),
            "It waits for the database."
        );
        assert_eq!(told(&kind(Stands::Running, 0)), None);
        let text = told(&kind(Stands::Running, 2)).unwrap();
        assert!(text.starts_with("Before this came 2 bad ends in a row, the last exited"));
    }
}
