//! `decide.kill`: form a belief about each running campaign and let the kill rule propose.
//!
//! A pause becomes a stored decision and the wish to act on it, in one transaction; a retry of this
//! job finds the same decision under its key. That a campaign is kept is stored too, once for each change of its
//! figures, so that quiet days cost nothing.

use std::{collections::HashMap, time::Duration};

use homeostat_control::{
    Delay, Policy, Record, SpendInterval, campaign as estimator,
    kill::{Inputs, KeepReason, Kill, Params, Proposal},
    record,
};
use homeostat_effects::{
    DecisionDraft, DecisionFilter, EffectFilter, KeptDraft, decide_in, decisions, effects,
};
use homeostat_model::WorldTime;
use homeostat_queue::{Context, Failure, Job, KindDefaults, Outcome, Worker};
use homeostat_store::{Db, StoreError, transact};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::{act::wish_in, fault::LoopError, keep};
use crate::{
    Operator,
    config::Brand,
    records::{
        campaign::{self, Campaign},
        observation::{self, Day},
        sensor,
    },
    sensors::{meta_insights::MetaInsights, row_id},
};

/// A proposal that was refused is not made again sooner.
const REST_AFTER_REFUSAL: SignedDuration = SignedDuration::from_hours(1);
/// Conversions of this span count as recent.
const RECENT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// The kill rule draws nothing.
const SEED: u64 = 0;

/// Judge one brand's campaigns.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecideKill {
    /// The brand.
    pub brand: String,
}

impl Job for DecideKill {
    const KIND: &'static str = "decide.kill";

    fn defaults() -> KindDefaults {
        KindDefaults {
            give_up_after: Duration::from_secs(600),
            ..KindDefaults::default()
        }
    }
}

/// The worker.
#[derive(Debug, Clone)]
pub struct Decide(pub Operator);

#[async_trait::async_trait]
impl Worker for Decide {
    type Job = DecideKill;

    async fn work(&self, job: DecideKill, context: &Context) -> Result<Outcome, Failure> {
        let operator = &self.0;
        let brand = super::brand(operator, &job.brand)?;
        let now = operator.clock.now();
        let read_at = last_reading(&operator.db, brand).await?;
        let campaigns = campaign::in_state(&operator.db, brand.id.as_str(), "ACTIVE").await?;
        let evidence = Evidence::read(&operator.db, brand, read_at, now).await?;
        let (mut kept, mut proposed) = (Vec::new(), 0);
        for campaign in &campaigns {
            let inputs = evidence.inputs(brand, campaign, now);
            let decided = record::<Kill>(&inputs, SEED).map_err(Failure::permanent)?;
            match &decided.proposal {
                Proposal::Keep { reason, flagged_at } => {
                    keep(operator, campaign, reason, *flagged_at).await?;
                    kept.push(left_alone(campaign, &decided, &inputs)?);
                }
                Proposal::Pause { .. } => {
                    let key = super::decision_key(Kill::NAME, &campaign.id, context);
                    proposed += propose(operator, brand, campaign, &key, &decided, &inputs).await?;
                }
            }
        }
        let stored = keep::store(operator, brand, &kept).await?;
        Ok(Outcome::Done(
            serde_json::json!({ "kept": kept.len(), "stored": stored, "proposed": proposed }),
        ))
    }
}

fn left_alone(
    campaign: &Campaign,
    decided: &Record<Kill>,
    inputs: &Inputs,
) -> Result<KeptDraft, LoopError> {
    let seen = &inputs.campaign;
    let spend: Vec<i64> = seen.spend.iter().map(|one| one.amount_micros).collect();
    let figures = (
        &seen.target,
        spend,
        seen.sales,
        inputs.conversions_30d,
        inputs.flagged_at,
    );
    let at = (seen.now, seen.read_at.unwrap_or(seen.now));
    keep::left_alone(&campaign.id, (decided, SEED), &figures, at)
}

/// What was read of a brand's campaigns.
#[derive(Debug)]
pub struct Evidence {
    read_at: Option<WorldTime>,
    days: HashMap<String, Vec<Day>>,
}

/// World time of the last complete reading of the brand's campaigns; `None` when there never was one.
///
/// # Errors
/// When the database does not answer.
pub async fn last_reading(db: &Db, brand: &Brand) -> Result<Option<WorldTime>, StoreError> {
    sensor::as_of(db, &row_id::<MetaInsights>(brand)).await
}

impl Evidence {
    /// Reads the days that weigh, of all campaigns of the brand. `read_at` is their last reading, asked for before: days
    /// may then be newer than they are taken for, and never older.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn read(
        db: &Db,
        brand: &Brand,
        read_at: Option<WorldTime>,
        now: WorldTime,
    ) -> Result<Self, StoreError> {
        let mut days: HashMap<String, Vec<Day>> = HashMap::new();
        for day in observation::days(db, brand.id.as_str(), now).await? {
            days.entry(day.campaign.clone()).or_default().push(day);
        }
        Ok(Self { read_at, days })
    }

    /// What the kill rule is given about a campaign.
    pub fn inputs(&self, brand: &Brand, campaign: &Campaign, now: WorldTime) -> Inputs {
        let days = self.days.get(&campaign.id).map_or(&[][..], Vec::as_slice);
        inputs(brand, campaign, days, self.read_at, now)
    }

    /// World time of the last complete reading in it.
    pub fn read_at(&self) -> Option<WorldTime> {
        self.read_at
    }
}

/// Everything the policy may look at, and nothing else.
fn inputs(
    brand: &Brand,
    campaign: &Campaign,
    days: &[Day],
    read_at: Option<WorldTime>,
    now: WorldTime,
) -> Inputs {
    let until = read_at.unwrap_or(now);
    let count = |days: &mut dyn Iterator<Item = &Day>| {
        u32::try_from(days.map(|day| day.sales).sum::<i64>()).unwrap_or(u32::MAX)
    };
    Inputs {
        params: Params::default(),
        campaign: estimator::Inputs {
            currency: brand.currency,
            target: estimator::Target::Cpa {
                cpa_micros: brand.target_cpa.amount_micros,
            },
            delay: Delay::default(),
            now,
            read_at,
            spend: days.iter().map(|day| interval(day, until)).collect(),
            sales: count(&mut days.iter()),
        },
        conversions_30d: count(&mut days.iter().filter(|day| now.since(day.closes_at) < RECENT)),
        flagged_at: campaign.flagged_at,
    }
}

/// The day's spend, spread over the part of the day that was read.
fn interval(day: &Day, read_at: WorldTime) -> SpendInterval {
    let until = day.closes_at.min(read_at).max(day.opens_at);
    SpendInterval {
        from: day.opens_at,
        until,
        amount_micros: day.spend_micros,
    }
}

async fn keep(
    operator: &Operator,
    campaign: &Campaign,
    reason: &KeepReason,
    flagged_at: Option<WorldTime>,
) -> Result<(), LoopError> {
    let why = match reason {
        KeepReason::NoRule => "no rule fires",
        KeepReason::NeverRead => "never read",
        KeepReason::Stale { .. } => "the reading is stale",
        KeepReason::SecondCheck { .. } => "waits for its second check",
    };
    if campaign.kept_because.as_deref() == Some(why) && campaign.flagged_at == flagged_at {
        return Ok(());
    }
    transact!(operator.db, |tx| -> Result<(), LoopError> {
        Ok(campaign::remember(&mut *tx, &campaign.id, flagged_at, Some(why)).await?)
    })
}

/// Stores the decision with the wish to act on it. Returns how many were made: none while an earlier
/// one is under way or was refused a moment ago.
async fn propose(
    operator: &Operator,
    brand: &Brand,
    campaign: &Campaign,
    key: &str,
    decided: &Record<Kill>,
    inputs: &Inputs,
) -> Result<u32, LoopError> {
    let now = inputs.campaign.now;
    if rests(operator, brand, &campaign.id, now).await? {
        return Ok(0);
    }
    let draft = DecisionDraft {
        key: key.to_owned(),
        brand: brand.id.clone(),
        target: campaign.id.clone(),
        policy: Kill::NAME.to_owned(),
        version: Kill::VERSION.to_owned(),
        seed: i64::try_from(SEED).ok(),
        inputs: decided.inputs_json.clone(),
        belief: decided.belief_json.clone(),
        proposal: decided.proposal_json.clone(),
        decided_at: now,
        data_as_of: inputs.campaign.read_at.unwrap_or(now),
    };
    transact!(operator.db, |tx| -> Result<u32, LoopError> {
        let decision = decide_in(&mut *tx, &draft).await?;
        let what = (draft.policy.as_str(), draft.proposal.as_str());
        wish_in(&mut *tx, decision, &brand.id, what).await?;
        Ok(1)
    })
}

/// Whether an act on this target is under way, or its newest decision waits or was refused a moment
/// ago.
pub(super) async fn rests(
    operator: &Operator,
    brand: &Brand,
    target: &str,
    now: WorldTime,
) -> Result<bool, LoopError> {
    let which = DecisionFilter {
        brand: Some(brand.id.clone()),
        target: Some(target.to_owned()),
        limit: 1,
        ..DecisionFilter::default()
    };
    let open = EffectFilter {
        brand: Some(brand.id.clone()),
        target: Some(target.to_owned()),
        open_only: true,
        limit: 1,
        ..EffectFilter::default()
    };
    if !effects(&operator.db, &open).await?.is_empty() {
        return Ok(true);
    }
    let newest = decisions(&operator.db, &which).await?;
    Ok(newest.first().is_some_and(|d| match d.state.as_str() {
        "proposed" => true,
        _ => now.since(d.decided_at) < REST_AFTER_REFUSAL,
    }))
}
