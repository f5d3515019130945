//! `decide.scale`: whether a campaign that sells gets more, and whether one that was stopped runs again.
//!
//! The same readings as the kill rule's, and kept the same way where nothing is to be done. A proposal becomes a stored decision and the wish to act on it, in one
//! transaction. What was done to a campaign before is read from the decisions about it and their acts.

use std::time::Duration;

use homeostat_control::{
    Policy, Record,
    kill::Kill,
    record,
    scale::{Inputs, Params, Proposal, Scale, State},
};
use homeostat_effects::{
    DecisionDraft, DecisionFilter, DecisionView, EffectFilter, EffectState, EffectView, KeptDraft,
    decide_in, decisions, effects,
};
use homeostat_model::{Money, WorldTime};
use homeostat_queue::{Context, Failure, Job, KindDefaults, Outcome, Worker};
use homeostat_store::transact;
use homeostat_vendors::meta::micros_per_minor;
use serde::{Deserialize, Serialize};

use super::{
    LoopError,
    act::wish_in,
    day_room::DayRoom,
    decide::{Evidence, last_reading, rests},
    keep,
};
use crate::{
    Operator,
    actuators::{
        Deed,
        pause_campaign::PauseCampaign,
        resume_campaign::ResumeCampaign,
        set_daily_budget::{self, SetDailyBudget},
    },
    config::Brand,
    records::campaign::{self, Campaign},
};

/// The policy draws nothing.
const SEED: u64 = 0;
/// One campaign's budget is raised to at most this part of the brand's cap of a day.
const BUDGET_PART: i64 = 4;
/// So many decisions and acts about a campaign are looked at.
const PAST_MAX: u32 = 100;

/// Judge one brand's campaigns.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecideScale {
    /// The brand.
    pub brand: String,
}

impl Job for DecideScale {
    const KIND: &'static str = "decide.scale";

    fn defaults() -> KindDefaults {
        KindDefaults {
            give_up_after: Duration::from_secs(600),
            ..KindDefaults::default()
        }
    }
}

/// The worker.
#[derive(Debug, Clone)]
pub struct Scales(pub Operator);

#[async_trait::async_trait]
impl Worker for Scales {
    type Job = DecideScale;

    async fn work(&self, job: DecideScale, context: &Context) -> Result<Outcome, Failure> {
        let operator = &self.0;
        let brand = super::brand(operator, &job.brand)?;
        let now = operator.clock.now();
        let read_at = last_reading(&operator.db, brand).await?;
        let seen = Evidence::read(&operator.db, brand, read_at, now).await?;
        let mut room = DayRoom::read(operator, brand).await?;
        let (mut kept, mut proposed) = (Vec::new(), 0);
        for state in ["ACTIVE", "PAUSED"] {
            for found in campaign::in_state(&operator.db, brand.id.as_str(), state).await? {
                let Some(inputs) = inputs(operator, brand, (&found, room), &seen, now).await?
                else {
                    continue;
                };
                let decided = record::<Scale>(&inputs, SEED).map_err(Failure::permanent)?;
                if matches!(decided.proposal, Proposal::Keep { .. }) {
                    kept.push(left_alone(&found, &decided, &inputs)?);
                    continue;
                }
                let key = super::decision_key(Scale::NAME, &found.id, context);
                room.take(takes(&decided.proposal, &inputs));
                proposed += propose(operator, brand, &found, key, decided, &inputs).await?;
            }
        }
        let stored = keep::store(operator, brand, &kept).await?;
        Ok(Outcome::Done(
            serde_json::json!({ "kept": kept.len(), "stored": stored, "proposed": proposed }),
        ))
    }
}

/// What a proposal adds to what a day may cost, micro-units.
fn takes(proposal: &Proposal, inputs: &Inputs) -> i64 {
    match (proposal, &inputs.state) {
        (
            Proposal::SetBudget {
                daily_budget_micros,
                ..
            },
            State::Running,
        ) => daily_budget_micros - inputs.daily_budget_micros,
        // It costs when it runs again.
        (Proposal::SetBudget { .. }, State::Killed { .. }) | (Proposal::Keep { .. }, _) => 0,
        (
            Proposal::Resume {
                daily_budget_micros,
            },
            _,
        ) => *daily_budget_micros,
    }
}

/// Everything the policy may look at; `None` for a campaign that it has no word in: one without a budget of its
/// own, one that rests for another reason than the kill rule, and one that has no room in a whole day.
async fn inputs(
    operator: &Operator,
    brand: &Brand,
    (found, room): (&Campaign, DayRoom),
    evidence: &Evidence,
    now: WorldTime,
) -> Result<Option<Inputs>, LoopError> {
    let known = campaign::find(&operator.db, &found.id).await?;
    let Some(budget) = known.and_then(|known| known.daily_budget) else {
        return Ok(None);
    };
    let past = Past::read(operator, brand, &found.id).await?;
    let state = match found.state.as_str() {
        "ACTIVE" => State::Running,
        _ => match past.kill(budget) {
            // It would run with half its budget.
            Some(killed) if room.holds(budget.amount_micros / 2) > 0 => killed,
            Some(_) | None => return Ok(None),
        },
    };
    let most = brand.cap_day.amount_micros / BUDGET_PART;
    Ok(Some(Inputs {
        params: Params::default(),
        campaign: evidence.inputs(brand, found, now).campaign,
        daily_budget_micros: budget.amount_micros,
        changed_at: past.changed_at(),
        state,
        step_micros: micros_per_minor(brand.currency),
        budget_max_micros: most.min(budget.amount_micros + room.left()).max(1),
    }))
}

fn left_alone(
    found: &Campaign,
    decided: &Record<Scale>,
    inputs: &Inputs,
) -> Result<KeptDraft, LoopError> {
    let seen = &inputs.campaign;
    let spend: Vec<i64> = seen.spend.iter().map(|one| one.amount_micros).collect();
    let figures = (
        (&seen.target, spend, seen.sales),
        (&inputs.state, inputs.daily_budget_micros, inputs.changed_at),
    );
    let at = (seen.now, seen.read_at.unwrap_or(seen.now));
    keep::left_alone(&found.id, (decided, SEED), &figures, at)
}

/// Stores the decision with the wish to act on it. Returns how many were made: none while the target rests.
async fn propose(
    operator: &Operator,
    brand: &Brand,
    found: &Campaign,
    key: String,
    decided: Record<Scale>,
    inputs: &Inputs,
) -> Result<u32, LoopError> {
    let now = inputs.campaign.now;
    if rests(operator, brand, &found.id, now).await? {
        return Ok(0);
    }
    let draft = DecisionDraft {
        key,
        brand: brand.id.clone(),
        target: found.id.clone(),
        policy: Scale::NAME.to_owned(),
        version: Scale::VERSION.to_owned(),
        seed: i64::try_from(SEED).ok(),
        inputs: decided.inputs_json,
        belief: decided.belief_json,
        proposal: decided.proposal_json,
        decided_at: now,
        data_as_of: inputs.campaign.read_at.unwrap_or(now),
    };
    transact!(operator.db, |tx| -> Result<(), LoopError> {
        let decision = decide_in(&mut *tx, &draft).await?;
        let what = (draft.policy.as_str(), draft.proposal.as_str());
        wish_in(&mut *tx, decision, &brand.id, what).await?;
        Ok(())
    })?;
    Ok(1)
}

/// What was done to a campaign, newest first.
struct Past(Vec<(EffectView, DecisionView)>);

impl Past {
    async fn read(operator: &Operator, brand: &Brand, target: &str) -> Result<Self, LoopError> {
        let which = DecisionFilter {
            brand: Some(brand.id.clone()),
            target: Some(target.to_owned()),
            state: Some("permitted".to_owned()),
            limit: PAST_MAX,
            ..DecisionFilter::default()
        };
        let settled = EffectFilter {
            brand: Some(brand.id.clone()),
            target: Some(target.to_owned()),
            state: Some(EffectState::Settled),
            limit: PAST_MAX,
            ..EffectFilter::default()
        };
        let decided = decisions(&operator.db, &which).await?;
        let acts = effects(&operator.db, &settled).await?;
        let both = acts.into_iter().filter_map(|act| {
            let decision = decided.iter().find(|one| one.id == act.decision)?;
            Some((act, decision.clone()))
        });
        Ok(Self(both.collect()))
    }

    fn changed_at(&self) -> Option<WorldTime> {
        let mut acts = self.0.iter();
        acts.find(|(act, _)| act.kind == SetDailyBudget::KIND)
            .map(|(_, decision)| decision.decided_at)
    }

    /// The stop by the kill rule, where that is what the campaign rests for.
    fn kill(&self, budget: Money) -> Option<State> {
        let is_kill = |(act, decision): &(EffectView, DecisionView)| {
            act.kind == PauseCampaign::KIND && decision.policy == Kill::NAME
        };
        let moves = |(act, _): &&(EffectView, DecisionView)| {
            act.kind == PauseCampaign::KIND || act.kind == ResumeCampaign::KIND
        };
        let last = self.0.iter().find(moves).filter(|one| is_kill(one))?;
        let since = self.0.iter().take_while(|one| one.0.id != last.0.id);
        // The first change since then tells what the budget was.
        let changed = since
            .filter(|(act, _)| act.kind == SetDailyBudget::KIND)
            .last();
        let before = changed.and_then(|(act, _)| set_daily_budget::body(act).ok());
        let before = before.map_or(budget, |body| body.before);
        Some(State::Killed {
            at: last.1.decided_at,
            budget_micros: before.amount_micros,
            revived_before: self.0.iter().any(|(act, decision)| {
                act.kind == ResumeCampaign::KIND && decision.policy == Scale::NAME
            }),
        })
    }
}
