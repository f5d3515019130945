//! `decide.discount`: whether a customer whose complaint was served is given a code.
//!
//! A complaint is served when the refund that was decided for it has settled; what a person refunds by hand at the
//! shop is none of this. Each refund is judged once: the key of the decision is the refund's, whichever job makes it.
//! The code follows from the customer's digest, whose key is a secret, so nobody can guess it; a retry draws the same.

use std::time::Duration;

use homeostat_control::{
    Policy,
    customer::Tier,
    discount::{Discount, Inputs, Proposal},
    record,
    refund::{Belief, Refund},
};
use homeostat_effects::{
    DecisionDraft, DecisionFilter, EffectState, EffectView, decide_in, decisions, decisions_of,
    taken,
};
use homeostat_model::WorldTime;
use homeostat_queue::{Context, Failure, Job, KindDefaults, Outcome, Worker};
use homeostat_store::transact;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{LoopError, act::wish_in, keep};
use crate::{Operator, config::Brand, records::customer as stores};

/// The kind of the effects that serve a complaint. Their target is the shop's id of the order.
const REFUND: &str = "shopify.refund";
/// Whoever was given money back longer ago has been thought of.
const SINCE: Duration = Duration::from_secs(72 * 3_600);
/// What is given, in percent.
const PERCENT: u8 = 10;
/// How long a code is valid, in days.
const VALID_DAYS: u16 = 30;
/// One code for a customer in so many days.
const REST_DAYS: u16 = 90;

/// Judge one brand's served complaints.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecideDiscount {
    /// The brand.
    pub brand: String,
}

impl Job for DecideDiscount {
    const KIND: &'static str = "decide.discount";

    fn defaults() -> KindDefaults {
        KindDefaults {
            give_up_after: Duration::from_secs(600),
            ..KindDefaults::default()
        }
    }
}

/// The worker.
#[derive(Debug, Clone)]
pub struct Discounts(pub Operator);

#[async_trait::async_trait]
impl Worker for Discounts {
    type Job = DecideDiscount;

    async fn work(&self, job: DecideDiscount, _: &Context) -> Result<Outcome, Failure> {
        let operator = &self.0;
        let brand = super::brand(operator, &job.brand)?;
        let mut refunds = taken(&operator.db, &brand.id, REFUND, SINCE, Duration::ZERO).await?;
        refunds.retain(|act| act.state == EffectState::Settled);
        let (mut looked, mut proposed) = (0, 0);
        for refund in &refunds {
            looked += 1;
            proposed += judge(operator, brand, refund).await?;
        }
        Ok(Outcome::Done(
            serde_json::json!({ "looked_at": looked, "proposed": proposed }),
        ))
    }
}

/// Judges one refund. Returns how many decisions that made: none for a customer who is not known, and none where the
/// policy gives nothing.
async fn judge(operator: &Operator, brand: &Brand, refund: &EffectView) -> Result<u32, LoopError> {
    let db = &operator.db;
    let Some(customer) = stores::buyer(db, brand.id.as_str(), &refund.target).await? else {
        return Ok(0);
    };
    let now = operator.clock.now();
    let past = Past::read(operator, brand, &customer).await?;
    let key = format!("{}:{}", Discount::NAME, refund.key);
    if past.keys.contains(&key) {
        return Ok(0);
    }
    let Some(tier) = tier(operator, refund).await? else {
        return Ok(0);
    };
    let inputs = Inputs {
        conversation: refund.key.clone(),
        now,
        is_served: true,
        tier,
        last_code_at: past.last_code_at,
        percent: PERCENT,
        valid_days: VALID_DAYS,
        rest_days: REST_DAYS,
    };
    let seed = seed(&customer, &refund.key);
    let decided = record::<Discount>(&inputs, seed).map_err(|e| LoopError::NoAct(e.to_string()))?;
    if decided.proposal == Proposal::Nothing {
        let figures = (inputs.tier, inputs.last_code_at);
        let kept = keep::left_alone(&refund.key, (&decided, seed), &figures, (now, now))?;
        keep::store(operator, brand, &[kept]).await?;
        return Ok(0);
    }
    let draft = DecisionDraft {
        key,
        brand: brand.id.clone(),
        target: customer,
        policy: Discount::NAME.to_owned(),
        version: Discount::VERSION.to_owned(),
        seed: i64::try_from(seed).ok(),
        inputs: decided.inputs_json,
        belief: decided.belief_json,
        proposal: decided.proposal_json,
        decided_at: now,
        data_as_of: now,
    };
    transact!(db, |tx| -> Result<(), LoopError> {
        let decision = decide_in(&mut *tx, &draft).await?;
        let what = (draft.policy.as_str(), draft.proposal.as_str());
        wish_in(&mut *tx, decision, &brand.id, what).await?;
        Ok(())
    })?;
    Ok(1)
}

/// What was decided about a customer's codes before.
struct Past {
    keys: Vec<String>,
    last_code_at: Option<WorldTime>,
}

impl Past {
    async fn read(operator: &Operator, brand: &Brand, customer: &str) -> Result<Self, LoopError> {
        let which = DecisionFilter {
            brand: Some(brand.id.clone()),
            target: Some(customer.to_owned()),
            ..DecisionFilter::default()
        };
        let mut found = decisions(&operator.db, &which).await?;
        found.retain(|one| one.policy == Discount::NAME);
        // One that waits for a person counts: two codes might be approved otherwise.
        let is_given = |state: &str| matches!(state, "permitted" | "proposed");
        let last = found.iter().find(|one| is_given(&one.state));
        Ok(Self {
            last_code_at: last.map(|one| one.decided_at),
            keys: found.into_iter().map(|one| one.key).collect(),
        })
    }
}

/// What the customer was believed to be when the refund was decided; `None` for one that a person asked for, who gives
/// codes too where they are due.
async fn tier(operator: &Operator, refund: &EffectView) -> Result<Option<Tier>, LoopError> {
    let decided = decisions_of(&operator.db, &[refund.decision]).await?;
    let by_rule = decided.iter().find(|one| one.policy == Refund::NAME);
    let Some(decision) = by_rule else {
        return Ok(None);
    };
    let belief: Belief = serde_json::from_str(&decision.belief)
        .map_err(|error| LoopError::NoAct(format!("{}: its belief: {error}", decision.key)))?;
    Ok(Some(belief.customer.tier))
}

/// A number that follows from both and is stored with the decision, so it has 63 bits.
fn seed(customer: &str, refund: &str) -> u64 {
    let digest = Sha256::digest(format!("{customer} {refund}"));
    let bits = digest.iter().take(8);
    bits.fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte)) >> 1
}
