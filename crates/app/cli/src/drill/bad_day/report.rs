//! The answer of the drill: what was measured, what the auditor counted, and what does not hold.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{boot::Split, round::Round, scenes::crew::CREW, timeline::Moment, trouble::Unmet};
use crate::{
    drill::{
        auditor::{Field, Finding, counts},
        times::percentile,
    },
    ui,
};

/// The phase that is under way when everything dies.
const INTERRUPTED: &str = "track";

/// What `--json` prints.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    mttr_p50_s: Option<f64>,
    mttr_p95_s: Option<f64>,
    mttr_max_s: Option<f64>,
    /// Of the named jobs; the worst round.
    jobs_rescued: i64,
    /// The phase that every run went on from; absent when one did not, or they differ.
    run_resumed_from: Option<String>,
    /// Found at the vendor after the crash; the worst round.
    effects_recovered: i64,
    #[serde(flatten)]
    counts: BTreeMap<Field, i64>,
    manual_interventions: i64,
    /// Checks of `homeostat verify` that are violated.
    verify_violations: usize,
    rounds: usize,
    events_loaded: i64,
    /// Where the time of each recovery went.
    mttr_split: Vec<Split>,
    /// Expectations that were not met, by the field they belong to.
    failed: Vec<Unmet>,
    timeline: Vec<Moment>,
}

/// What the report is made of.
#[derive(Debug)]
pub(super) struct Played {
    pub(super) rounds: Vec<Round>,
    pub(super) found: Vec<Finding>,
    pub(super) unmet: Vec<Unmet>,
    pub(super) events_loaded: i64,
    pub(super) manual_interventions: i64,
    /// What `homeostat verify` says is violated.
    pub(super) violated: Vec<String>,
    pub(super) timeline: Vec<Moment>,
}

impl Report {
    /// Judges a drill. `mttr_max_s` is the law on the 95th percentile.
    pub(super) fn new(played: Played, mttr_max_s: f64) -> Self {
        let mut mttr: Vec<f64> = played.rounds.iter().map(|r| r.split.balanced_s).collect();
        mttr.sort_by(f64::total_cmp);
        let report = Self {
            mttr_p50_s: percentile(&mttr, 50),
            mttr_p95_s: percentile(&mttr, 95),
            mttr_max_s: mttr.last().copied(),
            jobs_rescued: played
                .rounds
                .iter()
                .map(|r| r.jobs_rescued)
                .min()
                .unwrap_or(0),
            run_resumed_from: same(&played.rounds),
            effects_recovered: played
                .rounds
                .iter()
                .map(|r| r.effects_recovered)
                .min()
                .unwrap_or(0),
            counts: counts(&played.found),
            manual_interventions: played.manual_interventions,
            verify_violations: played.violated.len(),
            rounds: played.rounds.len(),
            events_loaded: played.events_loaded,
            mttr_split: played.rounds.iter().map(|r| r.split).collect(),
            failed: played.unmet,
            timeline: played.timeline,
        };
        report.judged(&played.found, &played.violated, mttr_max_s)
    }

    /// What the auditor found comes first: the expectations of the story often fail only because of it.
    fn judged(mut self, found: &[Finding], violated: &[String], mttr_max_s: f64) -> Self {
        let unmet = std::mem::take(&mut self.failed);
        let mut fail = |field: &str, what: String| {
            self.failed.push(Unmet {
                field: field.to_owned(),
                what,
            });
        };
        for (field, n) in self.counts.iter().filter(|(_, n)| **n != 0) {
            let first = found.iter().find(|one| one.field == *field);
            let what = first.map(|one| one.what.clone()).unwrap_or_default();
            fail(field.name(), format!("{n}, first: {what}"));
        }
        for Unmet { field, what } in unmet {
            fail(&field, what);
        }
        let crew = i64::try_from(CREW).unwrap_or(i64::MAX);
        if self.rounds > 0 && self.jobs_rescued != crew {
            fail("jobs_rescued", format!("{} of {crew}", self.jobs_rescued));
        }
        if self.rounds > 0 && self.run_resumed_from.as_deref() != Some(INTERRUPTED) {
            let from = self.run_resumed_from.as_deref().unwrap_or("nowhere");
            fail(
                "run_resumed_from",
                format!("{from} instead of {INTERRUPTED}"),
            );
        }
        if self.rounds > 0 && self.effects_recovered < 1 {
            fail("effects_recovered", "none in a round".to_owned());
        }
        if let Some(mttr) = self.mttr_p95_s.filter(|mttr| *mttr > mttr_max_s) {
            fail("mttr_p95_s", format!("{mttr} s is over {mttr_max_s} s"));
        }
        if self.manual_interventions != 0 {
            fail(
                "manual_interventions",
                self.manual_interventions.to_string(),
            );
        }
        for words in violated {
            fail("verify_violations", words.clone());
        }
        self
    }

    /// Whether all of it holds.
    pub(super) fn holds(&self) -> bool {
        self.failed.is_empty()
    }

    /// For people.
    pub(super) fn show(&self) {
        let number = |n: Option<f64>| n.map_or("-".to_owned(), |n| format!("{n} s"));
        let mut rows = vec![
            vec!["mttr p50".to_owned(), number(self.mttr_p50_s)],
            vec!["mttr p95".to_owned(), number(self.mttr_p95_s)],
            vec!["jobs rescued".to_owned(), self.jobs_rescued.to_string()],
            vec![
                "run resumed from".to_owned(),
                self.run_resumed_from.clone().unwrap_or("-".to_owned()),
            ],
            vec![
                "effects recovered".to_owned(),
                self.effects_recovered.to_string(),
            ],
        ];
        let named = self.counts.iter().map(|(field, n)| (field.name(), *n));
        let others = [
            ("manual_interventions", self.manual_interventions),
            (
                "verify_violations",
                i64::try_from(self.verify_violations).unwrap_or(i64::MAX),
            ),
        ];
        rows.extend(
            named
                .chain(others)
                .map(|(name, n)| vec![name.replace('_', " "), n.to_string()]),
        );
        ui::table(&["bad day", "measured"], rows, "");
        for unmet in &self.failed {
            ui::line(&format!("FAILED  {}: {}", unmet.field, unmet.what));
        }
        if self.holds() {
            ui::line(&format!("{} rounds, and nothing was lost.", self.rounds));
        }
    }
}

/// The phase of all rounds, when they agree.
fn same(rounds: &[Round]) -> Option<String> {
    let first = rounds.first()?.run_resumed_from.clone();
    let differs = rounds.iter().any(|round| round.run_resumed_from != first);
    first.filter(|_| !differs)
}
