//! When to look again at each watched competitor, under one budget of looks for all of them.
//!
//! - **What a competitor deserves** ([`interval`]): a look a day, every three days or a week, by the
//!   ads it starts, with hysteresis so that one at a threshold does not go to and fro. It is looked
//!   at more often at once, and less often when two looks agree.
//! - **What the budget grants** ([`budget`]): when all together want more, those looks go that save
//!   the least delay. Nobody is looked at less than weekly while the budget has room for that.
//! - **When** ([`slots`]): a tenth early or late, so that the looks spread, and never more than the
//!   budget within any 24 hours, failed looks included.
//!
//! The aim is a short delay between an ad's start and our seeing it. The other usual aim, the share
//! of pages that are fresh, gives up on those that change fastest: at equal cost it finds ads after
//! 1.53 days instead of 0.90.
//!
//! Decide as often as you like, and make each look at its `next_at`: the same states give the same
//! times. Hand `wanted`, `every` and `doubted_at` of a plan to the next decision.

mod budget;
mod interval;
mod slots;

use homeostat_model::WorldTime;
use interval::Deserved;
pub use interval::Interval;
use serde::{Deserialize, Serialize};

use super::Policy;
use crate::estimators::{EstimateError, activity::Activity};

/// The policy.
#[derive(Debug, Clone, Copy)]
pub struct Cadence;

/// Thresholds. Rates are ads a day, in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Above this rate a competitor deserves a look a day.
    pub daily_above_micros: u64,
    /// It keeps it down to this rate.
    pub daily_down_to_micros: u64,
    /// Below this rate a look a week will do.
    pub weekly_below_micros: u64,
    /// It stays weekly up to this rate.
    pub weekly_up_to_micros: u64,
    /// How much earlier or later than its interval a look may be, in thousandths of it.
    pub jitter_permille: u32,
}

/// Everything the policy may look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inputs {
    /// Thresholds.
    pub params: Params,
    /// World time of the decision.
    pub now: WorldTime,
    /// Looks that may be made in any 24 hours, over all competitors that are decided on together.
    pub budget_per_day: u32,
    /// When the looks of the last 24 hours were made, failed ones too. Older ones do not matter.
    pub made: Vec<WorldTime>,
    /// All watched competitors, in any order.
    pub competitors: Vec<Competitor>,
}

/// One competitor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Competitor {
    /// Its id, unique over all brands.
    pub id: String,
    /// Since when it is watched.
    pub watched_since: WorldTime,
    /// What the looks at it say; none before the first complete one.
    pub activity: Option<Activity>,
    /// The last try to look at it, failed or not.
    pub tried_at: Option<WorldTime>,
    /// `wanted` of its last plan; every three days before the first.
    pub wanted: Interval,
    /// `every` of its last plan; every three days before the first.
    pub every: Interval,
    /// `doubted_at` of its last plan.
    pub doubted_at: Option<WorldTime>,
}

/// What the inputs say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Belief {
    /// The competitors in the order of their ids.
    pub competitors: Vec<Rate>,
}

/// How lively one competitor is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// The competitor.
    pub id: String,
    /// Ads a day, in millionths; none before the first complete look.
    pub ads_micros_per_day: Option<u64>,
    /// The complete look that this is known by.
    pub seen_until: Option<WorldTime>,
}

/// When to look at each competitor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proposal {
    /// Looks a day that the competitors deserve, in thousandths.
    pub wanted_per_day_milli: u64,
    /// Looks a day that they are granted, in thousandths.
    pub granted_per_day_milli: u64,
    /// False when the budget does not even hold a weekly look at every competitor. They are then
    /// looked at in the order in which they are due.
    pub weekly_fits: bool,
    /// The competitors in the order of their ids.
    pub competitors: Vec<Plan>,
}

/// When to look at one competitor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The competitor.
    pub id: String,
    /// What it deserves.
    pub wanted: Interval,
    /// What it is granted.
    pub every: Interval,
    /// The look that spoke for a longer interval first. A second one has to agree.
    pub doubted_at: Option<WorldTime>,
    /// The next look, not before the decision.
    pub next_at: WorldTime,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            daily_above_micros: 1_000_000,
            daily_down_to_micros: 700_000,
            weekly_below_micros: 150_000,
            weekly_up_to_micros: 250_000,
            jitter_permille: 100,
        }
    }
}

impl Policy for Cadence {
    const NAME: &'static str = "cadence";
    const VERSION: &'static str = "cadence-v1";
    type Inputs = Inputs;
    type Belief = Belief;
    type Proposal = Proposal;

    fn believe(inputs: &Inputs) -> Result<Belief, EstimateError> {
        check(inputs)?;
        let rate = |competitor: &&Competitor| Rate {
            id: competitor.id.clone(),
            ads_micros_per_day: competitor.activity.map(|seen| seen.rate_micros_per_day()),
            seen_until: competitor.activity.map(|seen| seen.seen_until),
        };
        Ok(Belief {
            competitors: in_order(inputs).iter().map(rate).collect(),
        })
    }

    fn decide(inputs: &Inputs, belief: &Belief, seed: u64) -> Proposal {
        let competitors = in_order(inputs);
        let deserved: Vec<Deserved> = competitors
            .iter()
            .zip(&belief.competitors)
            .map(|(competitor, rate)| interval::deserved(&inputs.params, competitor, rate))
            .collect();
        let wishes: Vec<budget::Wish> = competitors
            .iter()
            .zip(&belief.competitors)
            .zip(&deserved)
            .map(|((competitor, rate), deserved)| budget::Wish {
                wanted: deserved.wanted,
                every: competitor.every,
                rate_micros: rate.ads_micros_per_day.unwrap_or(0),
            })
            .collect();
        let granted = budget::grant(&wishes, inputs.budget_per_day);
        let times = slots::times(inputs, &competitors, &granted.every, seed);
        let plans = competitors
            .iter()
            .zip(&deserved)
            .zip(&granted.every)
            .zip(times);
        Proposal {
            wanted_per_day_milli: budget::per_day_milli(wishes.iter().map(|wish| wish.wanted)),
            granted_per_day_milli: budget::per_day_milli(granted.every.iter().copied()),
            weekly_fits: granted.weekly_fits,
            competitors: plans
                .map(|(((competitor, deserved), &every), next_at)| Plan {
                    id: competitor.id.clone(),
                    wanted: deserved.wanted,
                    every,
                    doubted_at: deserved.doubted_at,
                    next_at,
                })
                .collect(),
        }
    }
}

/// The competitors by their ids, so that the order of the inputs does not matter.
fn in_order(inputs: &Inputs) -> Vec<&Competitor> {
    let mut competitors: Vec<&Competitor> = inputs.competitors.iter().collect();
    competitors.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    competitors
}

fn check(inputs: &Inputs) -> Result<(), EstimateError> {
    let params = &inputs.params;
    if inputs.budget_per_day == 0 {
        return Err(EstimateError::NotPositive {
            field: "budget_per_day",
            value: 0,
        });
    }
    let daily = params.daily_above_micros;
    for (field, value, limit) in [
        (
            "params.daily_down_to_micros",
            params.daily_down_to_micros,
            daily,
        ),
        (
            "params.weekly_up_to_micros",
            params.weekly_up_to_micros,
            daily,
        ),
        (
            "params.weekly_below_micros",
            params.weekly_below_micros,
            params.weekly_up_to_micros.min(params.daily_down_to_micros),
        ),
        ("params.jitter_permille", params.jitter_permille.into(), 500),
    ] {
        if value > limit {
            return Err(EstimateError::TooHigh {
                field,
                value,
                limit,
            });
        }
    }
    let competitors = in_order(inputs);
    let mut pairs = competitors.iter().zip(competitors.iter().skip(1));
    if let Some((twin, _)) = pairs.find(|(one, next)| one.id == next.id) {
        return Err(EstimateError::Twice {
            field: "competitors",
            id: twin.id.clone(),
        });
    }
    let timeless = |seen: Activity| seen.observed_ms == 0;
    if competitors
        .iter()
        .any(|competitor| competitor.activity.is_some_and(timeless))
    {
        return Err(EstimateError::NotPositive {
            field: "competitors.activity.observed_ms",
            value: 0,
        });
    }
    Ok(())
}
