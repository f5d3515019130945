//! When to spend more on a campaign that sells, and when to let a stopped one run again.
//!
//! - **Raise:** by a fifth, at most once in 24 hours, when `P(a sale costs at most the target) >= 0.9` and there
//!   are 10 sales or more.
//! - **Revive:** a campaign that the kill rule has stopped, once, when orders that came in late give
//!   `P >= 0.8` within 7 days of the stop; at half its budget. First the budget is lowered while it rests, then it
//!   is resumed.
//!
//! `P` is one minus the posterior chance of the campaign's belief. The kill rule and this one never both want
//! to act: each of its rules needs `P` far below a half.

use homeostat_model::WorldTime;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::Policy;
use crate::estimators::{EstimateError, campaign};

/// The policy.
#[derive(Debug, Clone, Copy)]
pub struct Scale;

/// Thresholds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// The chance of being on target or better from which a budget is raised.
    pub raise_chance: f64,
    /// The sales that it takes.
    pub raise_sales: u32,
    /// By so much, in percent.
    pub raise_percent: u8,
    /// How long a budget stays after a change, seconds of world time.
    pub rest_s: u32,
    /// The chance from which a stopped campaign runs again.
    pub revive_chance: f64,
    /// How long after its stop, seconds of world time.
    pub revive_within_s: u32,
    /// Readings older than this are no ground, seconds of world time.
    pub freshness_s: u32,
}

/// Everything the policy may look at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inputs {
    /// Thresholds.
    pub params: Params,
    /// The campaign's readings.
    pub campaign: campaign::Inputs,
    /// What it may spend a day, micro-units.
    pub daily_budget_micros: i64,
    /// When its budget was last changed by us.
    pub changed_at: Option<WorldTime>,
    /// Whether it runs.
    pub state: State,
    /// The smallest step of a budget at the vendor, micro-units.
    pub step_micros: i64,
    /// No budget is raised above this, micro-units.
    pub budget_max_micros: i64,
}

/// Whether a campaign runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case", deny_unknown_fields)]
pub enum State {
    /// It does.
    Running,
    /// The kill rule stopped it.
    Killed {
        /// World time of the stop.
        at: WorldTime,
        /// What it could spend a day then, micro-units.
        budget_micros: i64,
        /// It was revived after an earlier stop.
        revived_before: bool,
    },
}

/// What should be done with the campaign.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum Proposal {
    /// Nothing.
    Keep {
        /// Why.
        reason: KeepReason,
    },
    /// Give it another budget.
    SetBudget {
        /// A day, micro-units, a whole number of steps.
        daily_budget_micros: i64,
        /// What for.
        reason: BudgetReason,
    },
    /// Let it run again.
    Resume {
        /// What it may then spend a day, micro-units.
        daily_budget_micros: i64,
    },
}

/// Why nothing is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeepReason {
    /// There was never a reading, or it is too old or dated ahead.
    Stale,
    /// The evidence is too weak.
    NotSure,
    /// The budget was changed a short while ago.
    Rests,
    /// The budget is as large as it may be.
    AtMost,
    /// Stopped too long ago.
    TooLate,
    /// It had its second chance.
    RevivedBefore,
}

/// What another budget is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BudgetReason {
    /// It sells: more of it.
    Raise,
    /// Half of it, before it runs again.
    Revive,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            raise_chance: 0.9,
            raise_sales: 10,
            raise_percent: 20,
            rest_s: 24 * 3_600,
            revive_chance: 0.8,
            revive_within_s: 7 * 24 * 3_600,
            freshness_s: 2 * 3_600,
        }
    }
}

impl Policy for Scale {
    const NAME: &'static str = "scale";
    const VERSION: &'static str = "scale-v1";
    type Inputs = Inputs;
    type Belief = campaign::Belief;
    type Proposal = Proposal;

    fn believe(inputs: &Inputs) -> Result<campaign::Belief, EstimateError> {
        for (field, value) in [
            ("daily_budget_micros", inputs.daily_budget_micros),
            ("step_micros", inputs.step_micros),
            ("budget_max_micros", inputs.budget_max_micros),
        ] {
            if value <= 0 {
                return Err(EstimateError::NotPositive { field, value });
            }
        }
        campaign::estimate(&inputs.campaign)
    }

    fn decide(inputs: &Inputs, belief: &campaign::Belief, _seed: u64) -> Proposal {
        let keep = |reason| Proposal::Keep { reason };
        if !fresh(inputs) {
            return keep(KeepReason::Stale);
        }
        match inputs.state {
            State::Running => raise(inputs, belief).unwrap_or_else(keep),
            State::Killed {
                at,
                budget_micros,
                revived_before,
            } => revive(inputs, belief, at, budget_micros, revived_before).unwrap_or_else(keep),
        }
    }
}

fn fresh(inputs: &Inputs) -> bool {
    let limit = SignedDuration::from_secs(i64::from(inputs.params.freshness_s));
    inputs.campaign.read_at.is_some_and(|read_at| {
        let age = inputs.campaign.now.since(read_at);
        !age.is_negative() && age <= limit
    })
}

fn on_target(belief: &campaign::Belief) -> f64 {
    1.0 - belief.chance_below_target
}

fn raise(inputs: &Inputs, belief: &campaign::Belief) -> Result<Proposal, KeepReason> {
    let params = &inputs.params;
    if belief.sales < params.raise_sales || on_target(belief) < params.raise_chance {
        return Err(KeepReason::NotSure);
    }
    let rest = SignedDuration::from_secs(i64::from(params.rest_s));
    if inputs
        .changed_at
        .is_some_and(|at| inputs.campaign.now.since(at) < rest)
    {
        return Err(KeepReason::Rests);
    }
    let now = inputs.daily_budget_micros;
    let more = i128::from(now) * (100 + i128::from(params.raise_percent)) / 100;
    let more = i64::try_from(more).unwrap_or(i64::MAX);
    let daily_budget_micros = whole(more.min(inputs.budget_max_micros), inputs.step_micros);
    if daily_budget_micros <= now {
        return Err(KeepReason::AtMost);
    }
    Ok(Proposal::SetBudget {
        daily_budget_micros,
        reason: BudgetReason::Raise,
    })
}

fn revive(
    inputs: &Inputs,
    belief: &campaign::Belief,
    killed_at: WorldTime,
    budget_micros: i64,
    revived_before: bool,
) -> Result<Proposal, KeepReason> {
    let params = &inputs.params;
    if revived_before {
        return Err(KeepReason::RevivedBefore);
    }
    let within = SignedDuration::from_secs(i64::from(params.revive_within_s));
    if inputs.campaign.now.since(killed_at) > within {
        return Err(KeepReason::TooLate);
    }
    if on_target(belief) < params.revive_chance {
        return Err(KeepReason::NotSure);
    }
    let half = whole(budget_micros / 2, inputs.step_micros).max(inputs.step_micros);
    Ok(if inputs.daily_budget_micros > half {
        Proposal::SetBudget {
            daily_budget_micros: half,
            reason: BudgetReason::Revive,
        }
    } else {
        Proposal::Resume {
            daily_budget_micros: inputs.daily_budget_micros,
        }
    })
}

/// Down to a whole number of steps: a budget may be too small, never too large.
fn whole(micros: i64, step_micros: i64) -> i64 {
    micros / step_micros.max(1) * step_micros.max(1)
}
