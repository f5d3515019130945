//! The answer of the drill.

use std::{collections::BTreeMap, time::Duration};

use serde::Serialize;

use super::{judge::Unknown, round::Fell};
use crate::{
    drill::{
        auditor::{Field, Finding, counts},
        storm::{settle::Class, tally::Counts},
        times::{ms, percentile},
    },
    ui,
};

/// How many findings, and how many acts, are named; all are counted.
const NAMED: usize = 20;

/// What `--json` prints.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) failovers: usize,
    pub(super) violations: usize,
    synchronous: bool,
    /// From the kill to the next write that was accepted.
    outage_ms: Times,
    /// From the kill to the next effect that was settled.
    recovered_ms: Times,
    /// From the start of the killed server to a standby that has everything.
    back_ms: Times,
    effects: i64,
    /// Acts whose reply was held when the primary died.
    effects_in_the_middle: usize,
    effects_lost: i64,
    effects_duplicated: i64,
    caps_passed: i64,
    /// Still not known when all was quiet, their money held.
    open: i64,
    /// Acts in the vendor's books that no row of ours tells of.
    acts_unknown_to_us: usize,
    /// What the campaigns among them may take a day, if somebody switches them on; what they took.
    budget_unknown_micros: i64,
    spent_unknown_micros: i64,
    jobs_accepted: usize,
    /// Accepted, and gone with the server that said so.
    jobs_lost: usize,
    effects_by_class: BTreeMap<String, Class>,
    unknown_rate: f64,
    conservation_checks: u64,
    findings: Vec<String>,
    unknown: Vec<String>,
}

#[derive(Debug, Clone, Copy, Default, Serialize)]
struct Times {
    p50: f64,
    max: f64,
}

/// What the report is made of.
pub(super) struct Judged {
    pub(super) audit: Vec<Finding>,
    pub(super) unknown: Unknown,
    pub(super) jobs_accepted: usize,
    pub(super) jobs_lost: usize,
    pub(super) effects: (BTreeMap<String, Class>, f64),
    pub(super) open: i64,
}

impl Report {
    pub(super) fn new(
        asynchronous: bool,
        fell: &[Fell],
        judged: Judged,
        counts_of: Counts,
    ) -> Self {
        let audited = counts(&judged.audit);
        let of = |field: Field| audited.get(&field).copied().unwrap_or(0);
        let words = |found: &Finding| format!("{}: {}", found.field.name(), found.what);
        let mut findings: Vec<String> = judged.audit.iter().map(words).collect();
        findings.extend(counts_of.findings);
        let times = |of: fn(&Fell) -> Duration| Times::of(fell.iter().map(of).collect());
        let (classes, unknown_rate) = judged.effects;
        Self {
            failovers: fell.len(),
            violations: findings.len(),
            synchronous: !asynchronous,
            outage_ms: times(|fell| fell.outage),
            recovered_ms: times(|fell| fell.recovered),
            back_ms: times(|fell| fell.back),
            effects: classes.values().map(Class::effects).sum(),
            effects_in_the_middle: fell.iter().map(|fell| fell.in_the_middle).sum(),
            effects_lost: of(Field::EffectsLost),
            effects_duplicated: of(Field::EffectsDuplicated),
            caps_passed: of(Field::CapsPassed),
            open: judged.open,
            acts_unknown_to_us: judged.unknown.acts.len(),
            budget_unknown_micros: judged.unknown.budget_micros,
            spent_unknown_micros: judged.unknown.spent_micros,
            jobs_accepted: judged.jobs_accepted,
            jobs_lost: judged.jobs_lost,
            effects_by_class: classes,
            unknown_rate,
            conservation_checks: counts_of.conservation_checks,
            findings: findings.into_iter().take(NAMED).collect(),
            unknown: judged.unknown.acts.into_values().take(NAMED).collect(),
        }
    }

    /// For people.
    pub(super) fn show(&self) {
        let ms = |times: Times| format!("{} ms, at most {} ms", times.p50, times.max);
        let rows = [
            ("failovers", self.failovers.to_string()),
            ("next write", ms(self.outage_ms)),
            ("next effect settled", ms(self.recovered_ms)),
            ("the killed server is back", ms(self.back_ms)),
            ("effects", self.effects.to_string()),
            ("in the middle", self.effects_in_the_middle.to_string()),
            ("lost", self.effects_lost.to_string()),
            ("doubled", self.effects_duplicated.to_string()),
            ("acts unknown to us", self.acts_unknown_to_us.to_string()),
            ("jobs lost", self.jobs_lost.to_string()),
            ("still open", self.open.to_string()),
            ("violations", self.violations.to_string()),
        ];
        let rows = rows.map(|(name, value)| vec![name.to_owned(), value]);
        ui::table(&["what", "how much"], rows.to_vec(), "");
        for unknown in &self.unknown {
            ui::line(&format!("unknown to us: {unknown}"));
        }
        for finding in &self.findings {
            ui::line(&format!("found: {finding}"));
        }
    }
}

impl Times {
    fn of(times: Vec<Duration>) -> Self {
        let at = |percent| percentile(&times, percent).map(ms).unwrap_or_default();
        Self {
            p50: at(50),
            max: at(100),
        }
    }
}
