//! When to stop paying for a campaign.
//!
//! The usual rule, "return under target and at least 3 CPAs spent", looked at often, stops 87 % of the
//! campaigns that are exactly on target. These rules bound that error, however often they are checked:
//!
//! - **A, zero sales:** no sale and `k >= 3`. On target that happens with `e^(-3)`, 4.98 %.
//! - **B, bleeding:** Wald's sequential test of "on target" against "three times the target":
//!   `-n ln 3 + (2/3) k >= ln 20`. By Ville's inequality at most 5 % for ever.
//! - **C, hard stop:** no sale and raw spend of 6 targets, mature or not.
//!
//! `k` is matured spend over the target CPA, `n` the sales.

use homeostat_model::WorldTime;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::Policy;
use crate::estimators::{EstimateError, campaign, chance};

/// The policy.
#[derive(Debug, Clone, Copy)]
pub struct Kill;

/// Thresholds. A rule without a threshold is off.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Rule A fires at this `k` without a sale.
    pub zero_sale_k: Option<f64>,
    /// Rule B.
    pub bleed: Option<Bleed>,
    /// Rule C fires at this many targets of raw spend without a sale.
    pub hard_stop_cpas: Option<f64>,
    /// What holds a rule back; none in measurements of the bare rules.
    pub guards: Option<Guards>,
}

/// The sequential test of rule B.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bleed {
    /// The cost per sale tested for, in targets.
    pub times_target: f64,
    /// Odds against "on target" that must be reached; its inverse bounds the chance of a false kill.
    pub odds: f64,
}

/// What holds a rule back although it fires.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guards {
    /// Readings older than this are no ground for a kill, seconds of world time.
    pub freshness_s: u32,
    /// From this many conversions in 30 days on, one check is not enough.
    pub two_checks_from_conversions: u32,
    /// How far apart the two checks must be, seconds of world time.
    pub two_checks_gap_s: u32,
}

/// Everything the policy may look at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inputs {
    /// Thresholds.
    pub params: Params,
    /// The campaign's readings.
    pub campaign: campaign::Inputs,
    /// Sales of the last 30 days.
    pub conversions_30d: u32,
    /// Since when the checks before this one say kill: `flagged_at` of the last proposal.
    pub flagged_at: Option<WorldTime>,
}

/// Which rule fired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Rule {
    /// Zero sales.
    A,
    /// Bleeding.
    B,
    /// Hard stop.
    C,
}

/// What should be done with the campaign.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum Proposal {
    /// Let it run.
    Keep {
        /// Why.
        reason: KeepReason,
        /// Hand this to the next check.
        flagged_at: Option<WorldTime>,
    },
    /// Stop paying for it. Pausing can be undone; the campaign is never deleted.
    Pause {
        /// The rule that fired.
        rule: Rule,
        /// Sales due on target.
        k: f64,
        /// Sales seen.
        sales: u32,
        /// The chance that a campaign on target is stopped here: `e^(-k)` for A and C, the bound for B.
        false_kill_chance: f64,
    },
}

/// Why a campaign runs on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case", deny_unknown_fields)]
pub enum KeepReason {
    /// No rule fires: the evidence does not speak against it.
    NoRule,
    /// There was never a reading.
    NeverRead,
    /// The newest reading is too old, or dated in the future.
    Stale {
        /// Its age, seconds of world time.
        age_s: i64,
    },
    /// A rule fires, but a campaign with so many conversions needs a second check.
    SecondCheck {
        /// The rule.
        rule: Rule,
        /// When the second check counts.
        not_before: WorldTime,
    },
}

impl Default for Params {
    fn default() -> Self {
        Self {
            zero_sale_k: Some(3.0),
            bleed: Some(Bleed::default()),
            hard_stop_cpas: Some(6.0),
            guards: Some(Guards::default()),
        }
    }
}

impl Default for Bleed {
    fn default() -> Self {
        Self {
            times_target: 3.0,
            odds: 20.0,
        }
    }
}

impl Default for Guards {
    fn default() -> Self {
        Self {
            freshness_s: 2 * 3_600,
            two_checks_from_conversions: 50,
            two_checks_gap_s: 24 * 3_600,
        }
    }
}

impl Policy for Kill {
    const NAME: &'static str = "kill";
    const VERSION: &'static str = "kill-v1";
    type Inputs = Inputs;
    type Belief = campaign::Belief;
    type Proposal = Proposal;

    fn believe(inputs: &Inputs) -> Result<campaign::Belief, EstimateError> {
        check(&inputs.params)?;
        campaign::estimate(&inputs.campaign)
    }

    fn decide(inputs: &Inputs, belief: &campaign::Belief, _seed: u64) -> Proposal {
        if let Some(reason) = unusable(inputs) {
            // No news: what the earlier checks said still stands.
            return Proposal::Keep {
                reason,
                flagged_at: inputs.flagged_at,
            };
        }
        match first_rule(&inputs.params, belief) {
            None => Proposal::Keep {
                reason: KeepReason::NoRule,
                flagged_at: None,
            },
            Some(rule) => confirmed(inputs, belief, rule),
        }
    }
}

impl Bleed {
    /// The log of the odds that the evidence gives against "on target".
    ///
    /// The likelihood ratio of Poisson counts with mean `k / times_target` and `k`.
    pub fn log_odds(self, sales: u32, k: f64) -> f64 {
        (1.0 - 1.0 / self.times_target) * k - f64::from(sales) * self.times_target.ln()
    }
}

/// Refuses thresholds that would kill everything.
fn check(params: &Params) -> Result<(), EstimateError> {
    let thresholds = [
        ("params.zero_sale_k", 0, params.zero_sale_k),
        (
            "params.bleed.times_target",
            1,
            params.bleed.map(|bleed| bleed.times_target),
        ),
        ("params.bleed.odds", 1, params.bleed.map(|bleed| bleed.odds)),
        ("params.hard_stop_cpas", 0, params.hard_stop_cpas),
    ];
    for (field, above, value) in thresholds {
        if value.is_some_and(|value| value <= f64::from(above)) {
            return Err(EstimateError::Threshold { field, above });
        }
    }
    Ok(())
}

/// Why the readings are no ground for a kill.
fn unusable(inputs: &Inputs) -> Option<KeepReason> {
    let guards = inputs.params.guards?;
    let Some(read_at) = inputs.campaign.read_at else {
        return Some(KeepReason::NeverRead);
    };
    let age_s = inputs.campaign.now.since(read_at).as_secs();
    (age_s.unsigned_abs() > u64::from(guards.freshness_s)).then_some(KeepReason::Stale { age_s })
}

fn first_rule(params: &Params, belief: &campaign::Belief) -> Option<Rule> {
    let none_sold = belief.sales == 0;
    let k = belief.matured_cpas();
    let a = params.zero_sale_k.is_some_and(|at| none_sold && k >= at);
    let b = params
        .bleed
        .is_some_and(|bleed| bleed.log_odds(belief.sales, k) >= bleed.odds.ln());
    let c = params
        .hard_stop_cpas
        .is_some_and(|at| none_sold && belief.raw_cpas() >= at);
    [(a, Rule::A), (b, Rule::B), (c, Rule::C)]
        .into_iter()
        .find_map(|(fires, rule)| fires.then_some(rule))
}

/// The kill, or the wait for the second check that a proven seller is owed.
fn confirmed(inputs: &Inputs, belief: &campaign::Belief, rule: Rule) -> Proposal {
    let now = inputs.campaign.now;
    if let Some(guards) = inputs.params.guards
        && inputs.conversions_30d >= guards.two_checks_from_conversions
    {
        let flagged_at = inputs.flagged_at.unwrap_or(now);
        let not_before = flagged_at.plus(SignedDuration::from_secs(guards.two_checks_gap_s.into()));
        if inputs.flagged_at.is_none() || now < not_before {
            return Proposal::Keep {
                reason: KeepReason::SecondCheck { rule, not_before },
                flagged_at: Some(flagged_at),
            };
        }
    }
    let bound = inputs.params.bleed.map_or(1.0, |bleed| 1.0 / bleed.odds);
    Proposal::Pause {
        rule,
        k: belief.k,
        sales: belief.sales,
        false_kill_chance: match rule {
            Rule::A | Rule::C => belief.chance_if_on_target,
            Rule::B => chance::rounded(bound),
        },
    }
}
