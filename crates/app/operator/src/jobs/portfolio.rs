//! `decide.portfolio`: whether a brand has as many campaigns as it should, and a new one where it has not.
//!
//! *What is ours.* A campaign is one of ours if an act of this policy created it: by the vendor's id in that act, or by
//! the act's token in the name where nobody knows the id. It has never run if our row rests, nothing was ever spent
//! on it, and no act of ours resumed or paused it.
//!
//! *No launch twice.* All launches of a brand are decisions about one target, and each is named by the decision before it:
//! of two looks at once the second finds the first one's. While a launch is open there is no other, however long its
//! outcome stays unknown. What was done is read before what runs, so that a campaign which begins to run meanwhile is
//! counted.
//!
//! *Limit.* No sensor reads whether the vendor has disabled the account. It refuses the launch then, which counts as one:
//! the next is tried a day later.

use std::{collections::BTreeSet, time::Duration};

use homeostat_control::{
    Policy, Record,
    portfolio::{Inputs, Params, Portfolio, Proposal, Resting},
    record,
};
use homeostat_effects::{
    DecisionDraft, DecisionFilter, DecisionView, EffectFilter, EffectState, EffectView, KeptDraft,
    acts_of, decide_in, decisions, effects, token,
};
use homeostat_model::{DecisionId, WorldTime};
use homeostat_queue::{Context, Failure, Job, KindDefaults, Outcome, Worker};
use homeostat_store::transact;
use serde::{Deserialize, Serialize};

use super::{LoopError, act::wish_in, day_room::DayRoom, decide::rests, keep};
use crate::{
    Operator,
    actuators::{Deed, pause_campaign::PauseCampaign, resume_campaign::ResumeCampaign, stored},
    config::{self, Brand},
    records::{
        campaign::{self, Known},
        observation, sensor,
    },
    sensors::{meta_campaigns::MetaCampaigns, row_id},
};

/// The policy draws nothing.
const SEED: u64 = 0;
/// So many launches are looked at. Before there is another one, those before it have run or come to nothing.
const LAUNCHES_MAX: u32 = 20;
/// So many acts on one campaign are looked at.
const ACTS_MAX: u32 = 100;

/// Judge one brand's number of campaigns.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecidePortfolio {
    /// The brand.
    pub brand: String,
}

impl Job for DecidePortfolio {
    const KIND: &'static str = "decide.portfolio";

    fn defaults() -> KindDefaults {
        KindDefaults {
            give_up_after: Duration::from_secs(600),
            ..KindDefaults::default()
        }
    }
}

/// The worker.
#[derive(Debug, Clone)]
pub struct Portfolios(pub Operator);

#[async_trait::async_trait]
impl Worker for Portfolios {
    type Job = DecidePortfolio;

    async fn work(&self, job: DecidePortfolio, context: &Context) -> Result<Outcome, Failure> {
        let operator = &self.0;
        let brand = super::brand(operator, &job.brand)?;
        let Some(portfolio) = &brand.portfolio else {
            return Ok(Outcome::Done(serde_json::json!({ "wanted": 0 })));
        };
        let newest = newest(operator, brand).await?;
        let inputs = inputs(operator, brand, portfolio, context).await?;
        let decided = record::<Portfolio>(&inputs, SEED).map_err(Failure::permanent)?;
        let (target, key) = match &decided.proposal {
            Proposal::Keep { .. } => {
                let kept = [left_alone(brand, &decided, &inputs)?];
                let stored = keep::store(operator, brand, &kept).await?;
                return Ok(Outcome::Done(serde_json::json!({ "stored": stored })));
            }
            // One at a time, whatever the rule says of its number.
            Proposal::Launch { .. } if inputs.open > 0 => return Ok(proposed(0)),
            Proposal::Launch { .. } => {
                let target = launches_of(brand);
                (
                    target.clone(),
                    format!("{}:{target}:after-{newest}", Portfolio::NAME),
                )
            }
            Proposal::Resume { campaign, .. } => {
                let key = super::decision_key(Portfolio::NAME, campaign, context);
                (campaign.clone(), key)
            }
        };
        let made = propose(operator, brand, (target, key), decided, &inputs).await?;
        Ok(proposed(made))
    }
}

fn proposed(made: u32) -> Outcome {
    Outcome::Done(serde_json::json!({ "proposed": made }))
}

/// What all launches of a brand are decisions about.
fn launches_of(brand: &Brand) -> String {
    format!("launch:{}", brand.id)
}

/// The newest decision about a launch; 0: there is none.
async fn newest(operator: &Operator, brand: &Brand) -> Result<i64, LoopError> {
    let which = DecisionFilter {
        brand: Some(brand.id.clone()),
        target: Some(launches_of(brand)),
        limit: 1,
        ..DecisionFilter::default()
    };
    let newest = decisions(&operator.db, &which).await?;
    Ok(newest.first().map_or(0, |one| one.id.0))
}

/// Everything the policy may look at.
async fn inputs(
    operator: &Operator,
    brand: &Brand,
    portfolio: &config::Portfolio,
    context: &Context,
) -> Result<Inputs, Failure> {
    let (db, now, params) = (&operator.db, operator.clock.now(), Params::default());
    let launches = launches(operator, brand).await?;
    let moved = moved(operator, brand, &launches).await?;
    let read_at = read_at(operator, brand, params.freshness_s).await?;
    let known = campaign::list(db, Some(brand.id.as_str())).await?;
    let running = known.iter().filter(|one| one.state == "ACTIVE").count();
    let running = u32::try_from(running).unwrap_or(u32::MAX);
    let room = DayRoom::read(operator, brand).await?;
    let more = room.holds(portfolio.test_budget.amount_micros);
    let rest = resting(&launches, &known, &moved);
    let newest = launches.first().map(|(_, decision)| decision);
    let before: Option<Inputs> = newest
        .map(|decision| stored("inputs", &decision.inputs))
        .transpose()?;
    let micros = db.now().await?.0.as_microsecond();
    Ok(Inputs {
        params,
        name: portfolio.name.clone(),
        // No more than a whole day takes. The policy wants one at least.
        wanted: portfolio.campaigns.min(running.saturating_add(more)).max(1),
        test_budget: portfolio.test_budget,
        running,
        open: rest.open,
        resting: rest.campaigns,
        launches: before.map_or(0, |one| one.launches.saturating_add(1)),
        launched_at: newest.map(|decision| decision.decided_at),
        read_at,
        now,
        // No two databases that act on one account decide at one microsecond under one number of a job.
        nonce: format!("{micros:x}-{}", context.job()),
    })
}

/// World time of the last listing of the brand's campaigns; none when it failed, or there never was one.
async fn read_at(
    operator: &Operator,
    brand: &Brand,
    freshness_s: u32,
) -> Result<Option<WorldTime>, LoopError> {
    let ids = [row_id::<MetaCampaigns>(brand)];
    let age = Duration::from_secs(freshness_s.into());
    let grounds = sensor::grounds(&operator.db, &ids, age).await?;
    let sees = grounds.into_iter().find(|one| one.sees);
    Ok(sees.and_then(|one| one.as_of))
}

/// The acts that launched, newest first, each with its decision.
async fn launches(
    operator: &Operator,
    brand: &Brand,
) -> Result<Vec<(EffectView, DecisionView)>, LoopError> {
    let db = &operator.db;
    let which = DecisionFilter {
        brand: Some(brand.id.clone()),
        target: Some(launches_of(brand)),
        state: Some("permitted".to_owned()),
        limit: LAUNCHES_MAX,
        ..DecisionFilter::default()
    };
    let decided = decisions(db, &which).await?;
    let ids: Vec<DecisionId> = decided.iter().map(|one| one.id).collect();
    let acts = acts_of(db, &ids).await?;
    let with_its_act = |decision: DecisionView| {
        let act = acts.iter().find(|act| act.decision == decision.id)?;
        Some((act.clone(), decision))
    };
    Ok(decided.into_iter().filter_map(with_its_act).collect())
}

/// Of the launched campaigns, those that have run: something was spent on them, or an act of ours resumed or paused them.
async fn moved(
    operator: &Operator,
    brand: &Brand,
    launches: &[(EffectView, DecisionView)],
) -> Result<BTreeSet<String>, LoopError> {
    let (db, now) = (&operator.db, operator.clock.now());
    let days = observation::days(db, brand.id.as_str(), now).await?;
    let spent = days.into_iter().filter(|day| day.spend_micros > 0);
    let mut moved: BTreeSet<String> = spent.map(|day| day.campaign).collect();
    for id in launches
        .iter()
        .filter_map(|(act, _)| act.vendor_ref.as_ref())
    {
        let which = EffectFilter {
            brand: Some(brand.id.clone()),
            target: Some(id.clone()),
            state: Some(EffectState::Settled),
            limit: ACTS_MAX,
            ..EffectFilter::default()
        };
        let is_move = |act: &EffectView| {
            [PauseCampaign::KIND, ResumeCampaign::KIND].contains(&act.kind.as_str())
        };
        if effects(db, &which).await?.iter().any(is_move) {
            moved.insert(id.clone());
        }
    }
    Ok(moved)
}

/// Launches that have brought no running campaign yet.
#[derive(Debug, Default, PartialEq, Eq)]
struct Rest {
    open: u32,
    campaigns: Vec<Resting>,
}

fn resting(
    launches: &[(EffectView, DecisionView)],
    known: &[Known],
    moved: &BTreeSet<String>,
) -> Rest {
    let mut rest = Rest::default();
    for (act, _) in launches.iter().rev() {
        match act.state {
            EffectState::Refused | EffectState::Void => continue,
            EffectState::Sending | EffectState::Accepted | EffectState::Unknown => {
                rest.open += 1;
                continue;
            }
            EffectState::Settled => {}
        }
        let token = token(&act.key);
        let is_its = |one: &&Known| match &act.vendor_ref {
            Some(id) => one.id == *id,
            None => one.name.contains(&token),
        };
        let Some(found) = known.iter().find(is_its) else {
            // Somebody said that it happened, and no listing shows it yet.
            rest.open += 1;
            continue;
        };
        let budget = found.daily_budget.filter(|_| found.state == "PAUSED");
        let Some(daily_budget) = budget.filter(|_| !moved.contains(&found.id)) else {
            continue;
        };
        rest.campaigns.push(Resting {
            campaign: found.id.clone(),
            daily_budget,
        });
    }
    rest
}

fn left_alone(
    brand: &Brand,
    decided: &Record<Portfolio>,
    inputs: &Inputs,
) -> Result<KeptDraft, LoopError> {
    let figures = (
        (inputs.wanted, inputs.running, inputs.open, &inputs.resting),
        &decided.proposal_json,
    );
    let at = (inputs.now, inputs.read_at.unwrap_or(inputs.now));
    keep::left_alone(&launches_of(brand), (decided, SEED), &figures, at)
}

/// Stores the decision with the wish to act on it. Returns how many were made: none while the target rests.
async fn propose(
    operator: &Operator,
    brand: &Brand,
    (target, key): (String, String),
    decided: Record<Portfolio>,
    inputs: &Inputs,
) -> Result<u32, LoopError> {
    if rests(operator, brand, &target, inputs.now).await? {
        return Ok(0);
    }
    let draft = DecisionDraft {
        key,
        brand: brand.id.clone(),
        target,
        policy: Portfolio::NAME.to_owned(),
        version: Portfolio::VERSION.to_owned(),
        seed: i64::try_from(SEED).ok(),
        inputs: decided.inputs_json,
        belief: decided.belief_json,
        proposal: decided.proposal_json,
        decided_at: inputs.now,
        data_as_of: inputs.read_at.unwrap_or(inputs.now),
    };
    transact!(operator.db, |tx| -> Result<(), LoopError> {
        let decision = decide_in(&mut *tx, &draft).await?;
        let what = (draft.policy.as_str(), draft.proposal.as_str());
        wish_in(&mut *tx, decision, &brand.id, what).await?;
        Ok(())
    })?;
    Ok(1)
}
