//! What one run of `up` did, for the script that started it.

use std::process::ExitCode;

use homeostat_clock::Stopwatch;
use homeostat_effects::{DecisionFilter, EffectFilter, EffectState, decisions, effects};
use homeostat_model::RuntimeTime;
use homeostat_operator::actuators::{Deed, pause_campaign::PauseCampaign};
use homeostat_store::Db;
use serde::Serialize;

use crate::{command::verify, failure::Failure, state::State, ui};

/// Rows looked at, the newest; more than one run makes.
const LATEST: u32 = 10_000;

/// Where this run begins, on the database's clock.
#[derive(Debug, Clone, Copy)]
pub(super) struct Since(RuntimeTime);

/// What `--json-summary` prints.
#[derive(Debug, Serialize)]
pub(super) struct Summary {
    decisions: usize,
    campaigns_paused: usize,
    receipts: usize,
    first_pause_s: Option<f64>,
    violations: i64,
    violated: Vec<String>,
    unknown: usize,
    recovered: usize,
}

impl Since {
    pub(super) async fn now(db: &Db) -> Result<Self, Failure> {
        Ok(Self(db.now().await?))
    }
}

/// Counts what this run did and verifies everything there is.
pub(super) async fn report(
    db: &Db,
    state: &State,
    since: Since,
    boot: Stopwatch,
) -> Result<Summary, Failure> {
    let until = db.now().await?;
    let elapsed = boot.elapsed();
    let made = decisions(
        db,
        &DecisionFilter {
            limit: LATEST,
            ..DecisionFilter::default()
        },
    )
    .await?;
    let acts = effects(
        db,
        &EffectFilter {
            limit: LATEST,
            ..EffectFilter::default()
        },
    )
    .await?;
    let settled: Vec<_> = acts
        .iter()
        .filter(|e| e.state == EffectState::Settled)
        .filter_map(|e| Some((e, e.finished_at?)))
        .filter(|(_, at)| *at >= since.0)
        .collect();
    let pauses = || {
        settled
            .iter()
            .filter(|(e, _)| e.kind == PauseCampaign::KIND)
    };
    let first = pauses()
        .map(|(_, at)| until.since(*at).as_secs_f64())
        .reduce(f64::max);
    let mut targets: Vec<&str> = pauses().map(|(e, _)| e.target.as_str()).collect();
    targets.sort_unstable();
    targets.dedup();
    let checks = verify::checks(db, Some(&state.books_dir())).await?;
    Ok(Summary {
        decisions: made.iter().filter(|d| d.created_at >= since.0).count(),
        campaigns_paused: targets.len(),
        receipts: settled.iter().filter(|(e, _)| e.receipt.is_some()).count(),
        first_pause_s: first.map(|ago| ((elapsed.as_secs_f64() - ago) * 1e3).round() / 1e3),
        violations: checks.iter().map(|c| c.violations).sum(),
        violated: checks
            .iter()
            .filter(|c| c.violations > 0)
            .map(|c| format!("{}: {}", c.name, c.first.clone().unwrap_or_default()))
            .collect(),
        unknown: acts
            .iter()
            .filter(|e| e.state == EffectState::Unknown)
            .count(),
        recovered: settled
            .iter()
            .filter(|(e, _)| {
                e.provenance
                    .is_some_and(|p| p != homeostat_effects::Provenance::Normal)
            })
            .count(),
    })
}

/// Prints it; exit code 1 when a law is broken.
pub(super) fn show(summary: &Summary, as_json: bool) -> Result<ExitCode, Failure> {
    if as_json {
        ui::json(summary);
    } else {
        ui::line(&format!(
            "{} decisions, {} campaigns paused with {} receipts ({} recovered or probed), {} violations.",
            summary.decisions,
            summary.campaigns_paused,
            summary.receipts,
            summary.recovered,
            summary.violations
        ));
    }
    Ok(if summary.violations == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}
