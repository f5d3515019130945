//! Which pages a run looks at: those that are due, within the brand's budget of looks.
//!
//! The cadence says when each look is due; a run makes those that are nearer to it than to the next
//! run. A look counts against the budget for the 24 full hours from the one that it was made in, so
//! that two runs a day apart do not stand in each other's way by some seconds.
//!
//! *Crash points.* The plan is written before the first look. A phase that begins again finds its run's
//! looks and plans nothing anew.

use homeostat_control::{
    DecideError,
    cadence::{Cadence, Inputs, Params, Plan},
    record,
};
use homeostat_model::WorldTime;
use homeostat_store::{PgConnection, StoreError};
use jiff::SignedDuration;

use super::Ground;
use crate::{
    jobs::LoopError,
    records::archive::{competitor, look, watch},
};

/// The times of looks are drawn from it, the page and its last look.
const SEED: u64 = 0;
const DAY: SignedDuration = SignedDuration::from_hours(24);
const HOUR_MS: i64 = 3_600_000;

/// Plans a run's looks, or finds what it has planned before.
///
/// # Errors
/// When the database refuses or does not answer, or what it holds makes no sense.
pub(super) async fn plan(
    tx: &mut PgConnection,
    ground: &Ground<'_>,
    now: WorldTime,
) -> Result<Vec<String>, LoopError> {
    let (brand, run) = (ground.id(), ground.run);
    let planned = look::of_run(&mut *tx, run).await?;
    if !planned.is_empty() {
        return Ok(planned);
    }
    let settings = &ground.operator.config.settings.ads;
    let until_next = SignedDuration::from_hours(i64::from(settings.every_hours));
    let soon = now.plus(until_next / 2);
    let mut due = due_until(&mut *tx, brand, settings.scans_per_day, (now, soon)).await?;
    due.sort();
    look::plan(&mut *tx, run, brand, &due, now).await?;
    Ok(due)
}

/// Decides anew how often each watched page is looked at, and gives those that are due until `soon`,
/// first those that are due first.
///
/// # Errors
/// As [`plan`].
pub(crate) async fn due_until(
    tx: &mut PgConnection,
    brand: &str,
    budget_per_day: u32,
    (now, soon): (WorldTime, WorldTime),
) -> Result<Vec<String>, LoopError> {
    let pages = competitor::watched(&mut *tx, brand).await?;
    watch::begin(&mut *tx, brand, &pages, now).await?;
    let inputs = Inputs {
        params: Params::default(),
        now,
        budget_per_day,
        made: looks_since(&mut *tx, brand, now).await?,
        competitors: watch::list(&mut *tx, brand, &pages).await?,
    };
    let decided = record::<Cadence>(&inputs, SEED);
    let told = |error: DecideError| LoopError::NoAct(error.to_string());
    let plans = decided.map_err(told)?.proposal.competitors;
    watch::plan(tx, brand, &plans).await?;
    Ok(due(&inputs, plans, soon))
}

/// When the looks were made that count against the budget now. The first hour that counts is the one
/// after this hour of yesterday.
async fn looks_since(
    tx: &mut PgConnection,
    brand: &str,
    now: WorldTime,
) -> Result<Vec<WorldTime>, StoreError> {
    look::since(tx, brand, hour_after(now.plus(-DAY))).await
}

/// The pages that are due, those due first, and never more than is left of the budget.
fn due(inputs: &Inputs, mut plans: Vec<Plan>, soon: WorldTime) -> Vec<String> {
    let left = usize::try_from(inputs.budget_per_day).unwrap_or(usize::MAX);
    let left = left.saturating_sub(inputs.made.len());
    plans.retain(|plan| plan.next_at <= soon);
    plans.sort_by(|a, b| a.next_at.cmp(&b.next_at).then_with(|| a.id.cmp(&b.id)));
    plans.truncate(left);
    plans.into_iter().map(|plan| plan.id).collect()
}

/// The first full hour after an instant.
fn hour_after(at: WorldTime) -> WorldTime {
    let into_ms = at.0.as_millisecond().rem_euclid(HOUR_MS);
    let whole = at.plus(SignedDuration::from_millis(HOUR_MS - into_ms));
    let below_ms = i64::from(whole.0.subsec_nanosecond()).rem_euclid(1_000_000);
    whole.plus(-SignedDuration::from_nanos(below_ms))
}

#[cfg(test)]
mod tests {
    use homeostat_control::cadence::Interval;

    use super::*;

    fn at(text: &str) -> WorldTime {
        WorldTime(text.parse().unwrap())
    }

    fn inputs(budget_per_day: u32, made: usize) -> Inputs {
        Inputs {
            params: Params::default(),
            now: at("2026-03-02T06:00:00Z"),
            budget_per_day,
            made: vec![at("2026-03-02T05:00:00Z"); made],
            competitors: Vec::new(),
        }
    }

    fn plans(hours: &[i64]) -> Vec<Plan> {
        let plan = |(index, hour): (usize, &i64)| Plan {
            id: index.to_string(),
            wanted: Interval::ThreeDays,
            every: Interval::ThreeDays,
            doubted_at: None,
            next_at: at("2026-03-02T06:00:00Z").plus(SignedDuration::from_hours(*hour)),
        };
        hours.iter().enumerate().map(plan).collect()
    }

    #[test]
    fn what_is_due_later_waits() {
        let soon = at("2026-03-02T18:00:00Z");
        let pages = due(&inputs(9, 0), plans(&[0, 12, 13, 30]), soon);
        assert_eq!(pages, ["0", "1"]);
    }

    #[test]
    fn who_is_due_first_goes_first_and_the_budget_is_never_passed() {
        let soon = at("2026-03-03T06:00:00Z");
        assert_eq!(due(&inputs(5, 3), plans(&[9, 4, 6, 0]), soon), ["3", "1"]);
        assert!(due(&inputs(3, 3), plans(&[0]), soon).is_empty());
        assert!(due(&inputs(3, 4), plans(&[0]), soon).is_empty());
    }

    #[test]
    fn a_look_of_yesterdays_same_hour_is_over() {
        let hour = |text| hour_after(at(text)).0.to_string();
        assert_eq!(hour("2026-03-01T06:00:00Z"), "2026-03-01T07:00:00Z");
        assert_eq!(
            hour("2026-03-01T06:59:59.999999999Z"),
            "2026-03-01T07:00:00Z"
        );
        assert_eq!(
            hour("2026-03-01T06:00:00.000000001Z"),
            "2026-03-01T07:00:00Z"
        );
    }
}
