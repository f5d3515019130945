//! How many of a brand's campaigns should run, and what is done when there are too few.
//!
//! - **Resume:** a campaign that this policy had launched and that has never run yet. It is created at rest, so a launch
//!   is whole only with it.
//! - **Launch:** a new one with the budget of a test, when those that run and those that were launched and have not run
//!   yet are fewer than wanted, at most once in 24 hours.
//!
//! A campaign that ran and was stopped is left to others: whether it gets a second chance is for the scale policy and for
//! people. *Not knowing.* On a reading that is missing or old nothing is done: not to see is not the same as to see none.

use std::collections::BTreeSet;

use homeostat_model::{Money, WorldTime};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::Policy;
use crate::estimators::EstimateError;

/// More than these are not wanted by rule.
pub const CAMPAIGNS_MAX: u32 = 20;

/// The policy.
#[derive(Debug, Clone, Copy)]
pub struct Portfolio;

/// Thresholds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// How long after a launch there is no other one, seconds of world time.
    pub rest_s: u32,
    /// Readings older than this are no ground, seconds of world time.
    pub freshness_s: u32,
}

/// Everything the policy may look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inputs {
    /// Thresholds.
    pub params: Params,
    /// What the names of launched campaigns begin with.
    pub name: String,
    /// How many campaigns should run, 1 to [`CAMPAIGNS_MAX`].
    pub wanted: u32,
    /// What a launched one may spend a day.
    pub test_budget: Money,
    /// How many run.
    pub running: u32,
    /// Launches of this policy whose outcome is not known yet.
    pub open: u32,
    /// Campaigns that this policy launched and that have never run, the oldest first.
    pub resting: Vec<Resting>,
    /// How often it has launched so far, also in vain.
    pub launches: u32,
    /// When it last did.
    pub launched_at: Option<WorldTime>,
    /// Of the campaigns; none when there was never one, or the last one failed.
    pub read_at: Option<WorldTime>,
    /// World time of the check.
    pub now: WorldTime,
    /// Tells a launch apart from an equal one of another database that acts on the same account.
    pub nonce: String,
}

/// A campaign that has never run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resting {
    /// The vendor's id.
    pub campaign: String,
    /// What it may spend a day.
    pub daily_budget: Money,
}

/// What follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Belief {
    /// Those that run, and those that were launched and may run soon; none when nobody knows.
    pub counted: Option<u32>,
}

/// What should be done. A launch and a resume are written as a person's are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum Proposal {
    /// A new campaign, which rests until it is resumed.
    Launch {
        /// Its name.
        name: String,
        /// What it may spend a day once it runs.
        daily_budget: Money,
    },
    /// A launched campaign shall spend.
    Resume {
        /// The vendor's id.
        campaign: String,
        /// What it may spend a day.
        daily_budget: Money,
    },
    /// Nothing.
    Keep {
        /// Why.
        reason: KeepReason,
    },
}

/// Why nothing is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case", deny_unknown_fields)]
pub enum KeepReason {
    /// There was never a reading, or it is too old or dated ahead.
    Stale,
    /// As many run as are wanted, or will once what is under way is done.
    Enough,
    /// There was a launch a short while ago.
    Rests {
        /// World time of the next one at the earliest.
        until: WorldTime,
    },
}

impl Default for Params {
    fn default() -> Self {
        Self {
            rest_s: 24 * 3_600,
            freshness_s: 2 * 3_600,
        }
    }
}

impl Policy for Portfolio {
    const NAME: &'static str = "portfolio";
    const VERSION: &'static str = "portfolio-v1";
    type Inputs = Inputs;
    type Belief = Belief;
    type Proposal = Proposal;

    fn believe(inputs: &Inputs) -> Result<Belief, EstimateError> {
        check(inputs)?;
        let resting = u32::try_from(inputs.resting.len()).unwrap_or(u32::MAX);
        let soon = inputs.open.saturating_add(resting);
        Ok(Belief {
            counted: is_fresh(inputs).then(|| inputs.running.saturating_add(soon)),
        })
    }

    fn decide(inputs: &Inputs, belief: &Belief, _seed: u64) -> Proposal {
        let keep = |reason| Proposal::Keep { reason };
        let Some(counted) = belief.counted else {
            return keep(KeepReason::Stale);
        };
        if inputs.running >= inputs.wanted {
            return keep(KeepReason::Enough);
        }
        if let Some(first) = inputs.resting.first() {
            return Proposal::Resume {
                campaign: first.campaign.clone(),
                daily_budget: first.daily_budget,
            };
        }
        if counted >= inputs.wanted {
            return keep(KeepReason::Enough);
        }
        match rests_until(inputs) {
            Some(until) => keep(KeepReason::Rests { until }),
            None => Proposal::Launch {
                name: format!(
                    "{} {}",
                    inputs.name.trim(),
                    inputs.launches.saturating_add(1)
                ),
                daily_budget: inputs.test_budget,
            },
        }
    }
}

/// What an act or its absence rests on, in one line.
pub(crate) fn because(inputs: &Inputs, proposal: &Proposal) -> String {
    let told = format!(
        "{} of {} wanted campaigns run, {} launched and not run yet",
        inputs.running,
        inputs.wanted,
        inputs.resting.len() as u64 + u64::from(inputs.open),
    );
    match proposal {
        Proposal::Launch { daily_budget, .. } => {
            format!("{told}: one more is tried at {daily_budget} a day")
        }
        Proposal::Resume { .. } => format!("{told}: it begins to run"),
        Proposal::Keep { reason } => match reason {
            KeepReason::Stale => "no reading of the campaigns, or an old one".to_owned(),
            KeepReason::Enough => told,
            KeepReason::Rests { until } => format!("{told}: no other launch before {until}"),
        },
    }
}

fn is_fresh(inputs: &Inputs) -> bool {
    let limit = SignedDuration::from_secs(inputs.params.freshness_s.into());
    inputs.read_at.is_some_and(|read_at| {
        let age = inputs.now.since(read_at);
        !age.is_negative() && age <= limit
    })
}

/// Until when there is no other launch; a launch that is dated ahead counts as one.
fn rests_until(inputs: &Inputs) -> Option<WorldTime> {
    let rest = SignedDuration::from_secs(inputs.params.rest_s.into());
    let until = inputs.launched_at?.plus(rest);
    (inputs.now < until).then_some(until)
}

fn check(inputs: &Inputs) -> Result<(), EstimateError> {
    for (field, text) in [("name", &inputs.name), ("nonce", &inputs.nonce)] {
        if text.trim().is_empty() {
            return Err(EstimateError::Empty { field });
        }
    }
    let budgets = inputs.resting.iter().map(|one| one.daily_budget);
    for (field, value) in [
        ("wanted", inputs.wanted.into()),
        ("test_budget", inputs.test_budget.amount_micros),
    ]
    .into_iter()
    .chain(budgets.map(|budget| ("resting.daily_budget", budget.amount_micros)))
    {
        if value <= 0 {
            return Err(EstimateError::NotPositive { field, value });
        }
    }
    if inputs.wanted > CAMPAIGNS_MAX {
        return Err(EstimateError::TooHigh {
            field: "wanted",
            value: inputs.wanted.into(),
            limit: CAMPAIGNS_MAX.into(),
        });
    }
    let mut seen = BTreeSet::new();
    for one in &inputs.resting {
        let (field, id) = ("resting.campaign", one.campaign.clone());
        if id.trim().is_empty() {
            return Err(EstimateError::Empty { field });
        }
        if !seen.insert(&one.campaign) {
            return Err(EstimateError::Twice { field, id });
        }
    }
    Ok(())
}
