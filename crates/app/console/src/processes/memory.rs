//! Memory: what each process has against what is reserved for it, and what this host has granted to whom.

use schemars::JsonSchema;
use serde::Serialize;

use super::{
    host::{Holder, Memory},
    say,
};
use crate::{
    plot::{self, Level},
    words,
};

/// Holders that are listed.
const HOLDERS_MAX: usize = 60;

/// What a process has in memory, in megabytes of 2^20 bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Share {
    /// Now; none: it does not run, or nobody can look.
    pub(crate) used_mb: Option<u64>,
    /// What is reserved for it; none: nothing is.
    pub(crate) reserved_mb: Option<u64>,
    /// The first in parts of the second, in percent.
    pub(crate) percent: Option<u64>,
    /// It has more than is reserved for it.
    pub(crate) is_over: bool,
    /// `48 of 64 MB`.
    pub(crate) text: String,
    /// The plot; empty: there is nothing to compare.
    #[serde(skip)]
    pub(crate) svg: String,
}

/// What this host has granted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Budget {
    /// What the host may grant, and what this system was granted: both as gauges.
    pub(crate) gauges: Vec<Gauge>,
    /// Who has how much.
    pub(crate) holders: Vec<Held>,
    /// What is not as it should be, and what holds everybody to their share.
    pub(crate) notes: Vec<String>,
}

/// A whole and its parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "MemoryGauge")]
pub(crate) struct Gauge {
    /// Of what.
    pub(crate) name: &'static str,
    /// `3,400 MB`.
    pub(crate) whole: String,
    /// `1,024 MB` and `this system`.
    pub(crate) parts: Vec<(String, &'static str)>,
    /// What is free, in megabytes.
    pub(crate) free_mb: u64,
    /// The plot.
    #[serde(skip)]
    pub(crate) svg: String,
}

/// One who has some.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "MemoryHeld")]
pub(crate) struct Held {
    /// Who.
    pub(crate) what: String,
    /// How much, in megabytes.
    pub(crate) mb: u64,
    /// `64 MB`.
    pub(crate) text: String,
    /// Whose promise that is.
    pub(crate) of: &'static str,
}

/// What a process has against what it may have.
pub(crate) fn share(name: &str, used_mb: Option<u64>, reserved_mb: Option<u64>) -> Share {
    let percent = match (used_mb, reserved_mb) {
        (Some(used), Some(reserved)) if reserved > 0 => {
            used.saturating_mul(100).checked_div(reserved)
        }
        _ => None,
    };
    let text = match (used_mb, reserved_mb) {
        (Some(used), Some(reserved)) => {
            format!("{} of {}", words::grouped(used), mb(reserved))
        }
        (Some(used), None) => mb(used),
        (None, Some(reserved)) => format!("{} reserved", mb(reserved)),
        (None, None) => String::new(),
    };
    let svg = match (used_mb, reserved_mb) {
        (Some(used), Some(reserved)) => {
            let level = level(used, 0, reserved);
            plot::gauge(level, 1, &format!("{name}: memory {text}."))
        }
        _ => String::new(),
    };
    Share {
        is_over: percent.is_some_and(|percent| percent > 100),
        used_mb,
        reserved_mb,
        percent,
        text,
        svg,
    }
}

/// What is granted, to whom, and what is free. `used_mb`: what those have in memory who reserved some.
pub(crate) fn budget(memory: &Memory, used_mb: u64) -> Budget {
    let (granted, reserved) = (memory.granted_mb, sum(memory.held.values().copied()));
    let others = sum(memory.others.iter().map(|one| one.mb));
    let mut gauges = Vec::new();
    if let Some(host) = memory.host_mb {
        let parts = [
            (granted, "granted to this system"),
            (others, "granted to others"),
        ];
        gauges.push(gauge("This host", host, (granted, others), parts));
    }
    let parts = [(used_mb, "in use"), (reserved, "reserved")];
    let taken = (used_mb, reserved.saturating_sub(used_mb));
    gauges.push(gauge("This system", granted, taken, parts));
    Budget {
        gauges,
        holders: holders(memory),
        notes: notes(memory),
    }
}

/// `taken`: what is drawn solid, and what is drawn hatched after it. The rest is free.
fn gauge(
    name: &'static str,
    whole_mb: u64,
    taken: (u64, u64),
    parts: [(u64, &'static str); 2],
) -> Gauge {
    let free_mb = whole_mb.saturating_sub(taken.0.saturating_add(taken.1));
    let parts: Vec<(String, &'static str)> = parts
        .into_iter()
        .chain([(free_mb, "free")])
        .map(|(n, word)| (mb(n), word))
        .collect();
    let all: Vec<String> = parts
        .iter()
        .map(|(n, word)| format!("{n} {word}"))
        .collect();
    let whole = mb(whole_mb);
    let says = format!("{name}, memory: {} of {whole}.", all.join(", "));
    Gauge {
        svg: plot::gauge(level(taken.0, taken.1, whole_mb), 4, &says),
        name,
        whole,
        parts,
        free_mb,
    }
}

fn holders(memory: &Memory) -> Vec<Held> {
    let held = |what: String, n: u64, of| Held {
        what,
        mb: n,
        text: mb(n),
        of,
    };
    let numbered = |one: &Holder| format!("{}, process {}", say::line(&one.what), one.pid);
    let ours = memory.held.iter();
    let ours = ours.map(|(what, n)| held(say::line(what), *n, "reserved in this system"));
    let others = memory.others.iter();
    let others = others.map(|one| held(numbered(one), one.mb, "granted by this host"));
    let strays = memory.strays.iter();
    let strays = strays.map(|one| held(numbered(one), one.mb, "in use without a grant"));
    let mut all: Vec<Held> = ours.chain(others).chain(strays).collect();
    // The largest first; the order of names among equals stays.
    all.sort_by_key(|one| std::cmp::Reverse(one.mb));
    all.truncate(HOLDERS_MAX);
    all
}

fn notes(memory: &Memory) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(why) = &memory.refused {
        notes.push(format!(
            "The host granted less than was asked for at the start: {}",
            words::sentence(&say::line(why))
        ));
    }
    match memory.strays.len() as u64 {
        0 => {}
        1 => notes.push("One process has memory for which nobody holds a grant.".into()),
        n => notes.push(format!(
            "{} processes have memory for which nobody holds a grant.",
            words::grouped(n)
        )),
    }
    notes.push(match memory.limiter.as_str() {
        "none" => {
            "The kernel holds nobody to their share here: the supervisor looks once a second and ends who is \
             furthest over."
                .into()
        }
        limiter => format!("The kernel holds everybody to their share ({limiter})."),
    });
    notes
}

fn sum(all: impl Iterator<Item = u64>) -> u64 {
    all.fold(0, u64::saturating_add)
}

fn level(settled: u64, held: u64, cap: u64) -> Level {
    let n = |mb: u64| i64::try_from(mb).unwrap_or(i64::MAX);
    Level {
        settled: n(settled),
        held: n(held),
        unknown: 0,
        cap: n(cap),
    }
}

fn mb(n: u64) -> String {
    format!("{} MB", words::grouped(n))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn memory_is_told_against_what_is_reserved() {
        let told = |used, reserved| share("web", used, reserved);
        let web = told(Some(48), Some(64));
        assert_eq!((web.text.as_str(), web.percent), ("48 of 64 MB", Some(75)));
        assert!(!web.is_over && web.svg.contains("web: memory 48 of 64 MB."));
        let over = told(Some(80), Some(64));
        assert!(over.is_over && over.svg.contains("g-over"));
        assert_eq!(
            told(Some(1_200), None).text,
            "1,200 MB",
            "nothing is reserved"
        );
        assert_eq!(
            told(None, Some(64)).text,
            "64 MB reserved",
            "it does not run"
        );
        assert_eq!(told(None, None), Share::default());
        assert_eq!(told(Some(3), Some(0)).percent, None);
    }

    fn memory() -> Memory {
        let holder = |what: &str, pid, mb| Holder {
            what: what.into(),
            pid,
            mb,
        };
        Memory {
            host_mb: Some(3_400),
            granted_mb: 1_024,
            held: BTreeMap::from([("web".to_owned(), 64), ("job.scrape/3".to_owned(), 512)]),
            others: vec![holder("exec ./report", 77, 400)],
            strays: Vec::new(),
            limiter: "cgroup_v2".into(),
            refused: None,
        }
    }

    #[test]
    fn what_is_granted_and_what_is_free_add_up() {
        let budget = budget(&memory(), 100);
        let parts = |at: usize| -> Vec<String> {
            let parts = budget.gauges[at].parts.iter();
            parts.map(|(n, word)| format!("{n} {word}")).collect()
        };
        assert_eq!(
            parts(0),
            [
                "1,024 MB granted to this system",
                "400 MB granted to others",
                "1,976 MB free"
            ]
        );
        assert_eq!(
            parts(1),
            ["100 MB in use", "576 MB reserved", "448 MB free"]
        );
        let held: Vec<&str> = budget.holders.iter().map(|one| one.what.as_str()).collect();
        assert_eq!(held, ["job.scrape/3", "exec ./report, process 77", "web"]);
        assert_eq!(
            budget.notes,
            ["The kernel holds everybody to their share (cgroup_v2)."]
        );
    }

    #[test]
    fn a_host_that_nobody_told_of_is_left_out() {
        let mut memory = memory();
        memory.host_mb = None;
        memory.limiter = "none".into();
        memory.refused = Some("memory: up asks for 2048 MB and 1024 MB are free".into());
        memory.strays = memory.others.clone();
        let budget = budget(&memory, 0);
        assert_eq!(budget.gauges.len(), 1);
        assert_eq!(budget.notes.len(), 3);
        assert!(budget.notes[0].ends_with("1024 MB are free."));
    }
}
