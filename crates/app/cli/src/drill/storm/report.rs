//! The answer of the drill.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    recovery::Times,
    settle::{Class, Work},
    tally::Counts,
};
use crate::ui;

/// How many findings are named; all are counted.
const NAMED: usize = 20;

/// What `--json` prints.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) kills: usize,
    pub(super) violations: usize,
    pub(super) effects_by_class: BTreeMap<String, Class>,
    /// Of all effects, those that nobody knew about at some time.
    pub(super) unknown_rate: f64,
    pub(super) recovery_ms: BTreeMap<String, Times>,
    pub(super) seed: u64,
    pub(super) minutes: f64,
    pub(super) kills_a_second: f64,
    pub(super) kills_by_kind: BTreeMap<String, usize>,
    pub(super) faults: BTreeMap<&'static str, u64>,
    /// Strikes that found nobody.
    pub(super) missed: BTreeMap<&'static str, u64>,
    /// How processes ended that nobody had killed, by sort and exit code.
    pub(super) ended_otherwise: BTreeMap<String, u64>,
    /// What broke, the first of it.
    pub(super) findings: Vec<String>,
    /// What this machine does not offer.
    pub(super) not_done: Vec<String>,
    pub(super) conservation_checks: u64,
    pub(super) jobs_accepted: usize,
    #[serde(flatten)]
    pub(super) work: Work,
    /// From the end of the storm to nothing under way.
    pub(super) settled_after_s: f64,
}

/// What the report is made of.
pub(super) struct Judged {
    pub(super) classes: BTreeMap<String, Class>,
    pub(super) unknown_rate: f64,
    pub(super) recovery: BTreeMap<String, Times>,
    pub(super) work: Work,
    pub(super) accepted: usize,
    pub(super) settled_after_s: f64,
}

impl Report {
    pub(super) fn new(
        (seed, minutes): (u64, f64),
        counts: Counts,
        judged: Judged,
        not_done: Vec<String>,
    ) -> Self {
        let mut kills_by_kind = BTreeMap::new();
        for kill in &counts.kills {
            *kills_by_kind.entry(kill.sort.clone()).or_default() += 1;
        }
        let named = |counts: &BTreeMap<super::plan::Fault, u64>| {
            let named = counts.iter().map(|(fault, n)| (fault.name(), *n));
            named.collect()
        };
        let a_second = counts.kills.len() as f64 / (minutes * 60.0);
        Self {
            kills: counts.kills.len(),
            violations: counts.findings.len(),
            effects_by_class: judged.classes,
            unknown_rate: judged.unknown_rate,
            recovery_ms: judged.recovery,
            seed,
            minutes,
            kills_a_second: (a_second * 100.0).round() / 100.0,
            kills_by_kind,
            faults: named(&counts.faults),
            missed: named(&counts.missed),
            ended_otherwise: counts.exits,
            findings: counts.findings.into_iter().take(NAMED).collect(),
            not_done,
            conservation_checks: counts.conservation_checks,
            jobs_accepted: judged.accepted,
            work: judged.work,
            settled_after_s: judged.settled_after_s,
        }
    }

    /// For people.
    pub(super) fn show(&self) {
        let counted = [
            ("kills", self.kills.to_string()),
            ("kills a second", self.kills_a_second.to_string()),
            ("violations", self.violations.to_string()),
            ("jobs done", self.work.jobs_done.to_string()),
            (
                "effects ever unknown",
                format!("{:.2} %", self.unknown_rate * 100.0),
            ),
            ("conservation checks", self.conservation_checks.to_string()),
            ("settled after", format!("{} s", self.settled_after_s)),
        ];
        let rows = counted.map(|(name, n)| vec![name.to_owned(), n]);
        ui::table(&["storm", "measured"], rows.to_vec(), "");
        let rows = self.recovery_ms.iter().map(|(kind, times)| {
            let Times { p50, p99, max } = times;
            let kills = self.kills_by_kind.get(kind);
            let kills = kills.map_or_else(String::new, usize::to_string);
            vec![
                kind.clone(),
                kills,
                p50.to_string(),
                p99.to_string(),
                max.to_string(),
            ]
        });
        let header = ["killed", "how often", "back p50 ms", "p99", "max"];
        ui::table(&header, rows.collect(), "nobody was killed");
        for finding in &self.findings {
            ui::line(&format!("FOUND  {finding}"));
        }
        for missing in &self.not_done {
            ui::line(&format!("not done: {missing}"));
        }
        ui::line(&format!(
            "repeat: homeostat drill storm --minutes {} --seed {}",
            self.minutes, self.seed
        ));
    }
}
