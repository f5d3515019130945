//! What one run of `up` did, for the script that started it.

use std::{collections::BTreeMap, process::ExitCode};

use homeostat_clock::Stopwatch;
use homeostat_effects::{
    DecisionFilter, DecisionView, EffectFilter, EffectState, EffectView, decisions, effects,
    kept_since,
};
use homeostat_model::RuntimeTime;
use homeostat_operator::{
    actuators::{Deed, pause_campaign::PauseCampaign},
    records::sensor,
};
use homeostat_store::Db;
use serde::Serialize;

use super::books::{self, Difference};
use crate::{command::verify, failure::Failure, state::State, ui};

/// Rows looked at, the newest; more than one run makes.
const LATEST: u32 = 10_000;

/// Where this run begins, on the database's clock, and what the sensors had read by then.
#[derive(Debug, Clone)]
pub(super) struct Since {
    at: RuntimeTime,
    readings: BTreeMap<String, i64>,
}

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
    /// Decisions to leave things as they are, each on figures that had changed.
    decisions_kept: u64,
    /// Of all of them, by a brand in an hour of this run.
    decisions_per_hour_per_brand: u64,
    /// Complete readings, by sensor.
    sensors_sampled: BTreeMap<String, i64>,
    /// Acts that were done, by kind.
    actuators_acted: BTreeMap<String, usize>,
    /// How far the vendors' books and ours are apart; absent without a sandbox, as the next two are.
    #[serde(skip_serializing_if = "Option::is_none")]
    books_difference_micros: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    effects_lost: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    effects_duplicated: Option<i64>,
    /// What the books and ours differ in, in words.
    differences: Vec<String>,
}

impl Since {
    pub(super) async fn now(db: &Db) -> Result<Self, Failure> {
        let at = db.now().await?;
        let readings = sensor::readings(db).await?.into_iter().collect();
        Ok(Self { at, readings })
    }
}

/// Counts what this run did and verifies everything there is. `url` is the database's.
pub(super) async fn report(
    db: &Db,
    url: &str,
    state: &State,
    since: &Since,
    boot: Stopwatch,
) -> Result<Summary, Failure> {
    let until = db.now().await?;
    let elapsed = boot.elapsed();
    let made = DecisionFilter {
        limit: LATEST,
        ..DecisionFilter::default()
    };
    let mut made = decisions(db, &made).await?;
    made.retain(|decision| decision.created_at >= since.at);
    let acts = EffectFilter {
        limit: LATEST,
        ..EffectFilter::default()
    };
    let acts = effects(db, &acts).await?;
    let settled: Vec<_> = acts
        .iter()
        .filter(|e| e.state == EffectState::Settled)
        .filter_map(|e| Some((e, e.finished_at?)))
        .filter(|(_, at)| *at >= since.at)
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
    let kept = kept_since(db, since.at).await?;
    let hours = until.since(since.at).as_secs_f64() / 3_600.0;
    let checks = verify::checks(db, Some(&state.books_dir())).await?;
    let differs = books::compare(&state.books_dir(), url).await?;
    let of = |part: fn(&Difference) -> i64| differs.as_ref().map(part);
    Ok(Summary {
        decisions: made.len(),
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
        recovered: settled.iter().filter(|(e, _)| is_recovered(e)).count(),
        decisions_kept: kept.iter().map(|(_, n)| n).sum(),
        decisions_per_hour_per_brand: per_hour(&made, &kept, hours),
        sensors_sampled: sampled(db, since).await?,
        actuators_acted: settled.iter().fold(BTreeMap::new(), |mut acted, (e, _)| {
            *acted.entry(e.kind.clone()).or_default() += 1;
            acted
        }),
        books_difference_micros: of(|one| one.micros),
        effects_lost: of(|one| one.effects_lost),
        effects_duplicated: of(|one| one.effects_duplicated),
        differences: differs.map(|one| one.what).unwrap_or_default(),
    })
}

/// Not by the answer to its own call.
fn is_recovered(effect: &EffectView) -> bool {
    effect
        .provenance
        .is_some_and(|how| how != homeostat_effects::Provenance::Normal)
}

/// Stored decisions of the brand that made the fewest, in an hour at this pace.
fn per_hour(made: &[DecisionView], kept: &[(String, u64)], hours: f64) -> u64 {
    let mut by_brand: BTreeMap<&str, u64> = BTreeMap::new();
    for decision in made {
        *by_brand.entry(&decision.brand).or_default() += 1;
    }
    for (brand, n) in kept {
        *by_brand.entry(brand).or_default() += n;
    }
    let fewest = by_brand.into_values().min().unwrap_or(0);
    if hours > 0.0 {
        (fewest as f64 / hours) as u64
    } else {
        0
    }
}

/// Complete readings of this run by sensor, of all brands together.
async fn sampled(db: &Db, since: &Since) -> Result<BTreeMap<String, i64>, Failure> {
    let mut sampled = BTreeMap::new();
    for (id, readings) in sensor::readings(db).await? {
        let before = since.readings.get(&id).copied().unwrap_or(0);
        let name = id.split(':').next().unwrap_or_default().to_owned();
        *sampled.entry(name).or_default() += readings - before;
    }
    Ok(sampled)
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
