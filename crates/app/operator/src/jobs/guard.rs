//! `guard.spend_cap`: each day, the ad account's own limit is set to what it has spent and the day's
//! cap; each time, what the account says is compared with what was intended.
//!
//! One write a day when all goes well. A write that failed is tried again at the next look, three
//! times a day at most: the vendor takes ten changes, and some belong to people. While the limit is
//! not there as intended the mode is SAFE, which clears itself once a reading is clean.

use std::time::Duration;

use homeostat_control::{
    Policy, record,
    spend_cap::{Inputs, SpendCap},
};
use homeostat_effects::{
    DecisionDraft, DecisionFilter, DecisionView, EffectFilter, EffectState, EffectView, decide_in,
    decisions, effects,
};
use homeostat_model::WorldTime;
use homeostat_queue::{Context, Failure, Job, KindDefaults, Outcome, Worker};
use homeostat_store::transact;
use homeostat_vendors::meta::{Account, micros_per_minor};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    LoopError,
    act::wish_in,
    sense::{Seen, look},
};
use crate::{
    Operator,
    actuators::set_spend_cap::lower,
    config::Brand,
    records::{
        sensor,
        spend_cap::{self, Written},
    },
    sensors::{Sensor, meta_account::MetaAccount, row_id},
};

/// Writes of one day, the failed ones included.
const WRITES_A_DAY: usize = 3;

/// Look after one brand's limit.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuardSpendCap {
    /// The brand.
    pub brand: String,
}

impl Job for GuardSpendCap {
    const KIND: &'static str = "guard.spend_cap";

    fn defaults() -> KindDefaults {
        KindDefaults {
            give_up_after: Duration::from_secs(3_600),
            ..KindDefaults::default()
        }
    }
}

/// The worker.
#[derive(Debug, Clone)]
pub struct Guard(pub Operator);

#[async_trait::async_trait]
impl Worker for Guard {
    type Job = GuardSpendCap;

    async fn work(&self, job: GuardSpendCap, _: &Context) -> Result<Outcome, Failure> {
        let operator = &self.0;
        let brand = super::brand(operator, &job.brand)?;
        let at = operator.clock.now();
        let account = match look::<MetaAccount>(operator, brand, at).await? {
            Seen::Reading(account) => account,
            Seen::NotNow(outcome) => return Ok(outcome),
        };
        if account.currency != brand.currency {
            let (there, here) = (account.currency, brand.currency);
            return Err(Failure::permanent(format!(
                "account {} counts in {there}, brand {} in {here}",
                account.id, brand.id
            )));
        }
        let today = today(operator, brand, &account, at).await?;
        let next = next(&today);
        let told = match &next {
            Next::Write | Next::WriteAgain(_) => "set",
            Next::Rest => "as it is",
            Next::GiveUp(_) => "failed",
        };
        settle(operator, brand, &account, &next, today.len(), at).await?;
        Ok(Outcome::Done(json!({ "limit": told })))
    }
}

/// What became of one of today's decisions about the limit.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Fate {
    /// It is under way, waits for a person, or the policy only watches.
    Open,
    /// It was written.
    Written,
    /// The envelope said no; yesterday's limit stands, which is the tighter one.
    Held,
    /// The vendor did not take it.
    Failed(String),
}

/// What to do now.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Next {
    Write,
    WriteAgain(Option<String>),
    Rest,
    GiveUp(String),
}

/// From the fates of today's decisions, oldest first.
fn next(today: &[Fate]) -> Next {
    let room = today.len() < WRITES_A_DAY;
    match today.last() {
        None => Next::Write,
        Some(Fate::Open | Fate::Written) => Next::Rest,
        Some(Fate::Held) if room => Next::WriteAgain(None),
        Some(Fate::Held) => Next::Rest,
        Some(Fate::Failed(why)) if room => Next::WriteAgain(Some(why.clone())),
        Some(Fate::Failed(why)) => Next::GiveUp(why.clone()),
    }
}

/// The fates of today's decisions, in the account's days.
async fn today(
    operator: &Operator,
    brand: &Brand,
    account: &Account,
    at: WorldTime,
) -> Result<Vec<Fate>, LoopError> {
    let target = Some(account.id.to_string());
    let which = DecisionFilter {
        brand: Some(brand.id.clone()),
        target: target.clone(),
        ..DecisionFilter::default()
    };
    let acts = EffectFilter {
        brand: Some(brand.id.clone()),
        target,
        ..EffectFilter::default()
    };
    let date = |at: WorldTime| at.0.to_zoned(account.time_zone.clone()).date();
    let mut made = decisions(&operator.db, &which).await?;
    made.retain(|one| one.policy == SpendCap::NAME && date(one.decided_at) == date(at));
    let acts = effects(&operator.db, &acts).await?;
    let each = made.iter().rev();
    Ok(each.map(|one| fate(one, &acts)).collect())
}

fn fate(decided: &DecisionView, acts: &[EffectView]) -> Fate {
    if decided.state == "refused" {
        return Fate::Held;
    }
    let act = acts.iter().find(|act| act.decision == decided.id);
    match act.map(|act| act.state) {
        None | Some(EffectState::Sending | EffectState::Accepted | EffectState::Unknown) => {
            Fate::Open
        }
        Some(EffectState::Settled) => Fate::Written,
        Some(EffectState::Refused | EffectState::Void) => {
            let why = act.and_then(|act| act.reason.clone());
            Fate::Failed(why.unwrap_or_default())
        }
    }
}

/// Records the reading, and what follows from it, in one transaction.
async fn settle(
    operator: &Operator,
    brand: &Brand,
    account: &Account,
    next: &Next,
    made: usize,
    at: WorldTime,
) -> Result<(), LoopError> {
    let draft = draft(brand, account, made, at)?;
    let id = row_id::<MetaAccount>(brand);
    transact!(operator.db, |tx| -> Result<(), LoopError> {
        MetaAccount::record(&mut *tx, brand, account, at).await?;
        sensor::saw(&mut *tx, &id, brand.id.as_str(), at).await?;
        if let Next::WriteAgain(Some(why)) | Next::GiveUp(why) = next {
            not_written(&mut *tx, brand, account, why, at).await?;
        }
        if matches!(next, Next::Write | Next::WriteAgain(_)) {
            let decision = decide_in(&mut *tx, &draft).await?;
            let what = (draft.policy.as_str(), draft.proposal.as_str());
            wish_in(&mut *tx, decision, &brand.id, what).await?;
        }
        let known = spend_cap::find(&mut *tx, account.id.as_str()).await?;
        if let Some(fault) = known.and_then(|cap| cap.fault) {
            lower(&mut *tx, account.id.as_str(), &fault).await?;
        }
        Ok(())
    })
}

/// Today's limit did not get there. Whatever the account says, it is not the intended one.
async fn not_written(
    tx: &mut homeostat_store::PgConnection,
    brand: &Brand,
    account: &Account,
    why: &str,
    at: WorldTime,
) -> Result<(), LoopError> {
    let amount = account
        .amount_spent
        .checked_add(brand.cap_day)
        .map_err(homeostat_effects::EffectsError::from)?;
    let cap = Written {
        account: account.id.as_str(),
        brand: brand.id.as_str(),
        intended: amount,
        read_back: account.spend_cap,
    };
    let why = format!("it could not be set: {why}");
    spend_cap::written(tx, &cap, Some(&why), at).await?;
    Ok(())
}

fn draft(
    brand: &Brand,
    account: &Account,
    made: usize,
    at: WorldTime,
) -> Result<DecisionDraft, LoopError> {
    let inputs = Inputs {
        currency: account.currency,
        spent_micros: account.amount_spent.amount_micros,
        day_cap_micros: brand.cap_day.amount_micros,
        step_micros: micros_per_minor(account.currency),
    };
    let decided = record::<SpendCap>(&inputs, 0).map_err(|e| LoopError::NoAct(e.to_string()))?;
    let day = at.0.to_zoned(account.time_zone.clone()).date();
    Ok(DecisionDraft {
        key: format!("{}:{}:{day}:{made}", SpendCap::NAME, account.id),
        brand: brand.id.clone(),
        target: account.id.to_string(),
        policy: SpendCap::NAME.to_owned(),
        version: SpendCap::VERSION.to_owned(),
        seed: None,
        inputs: decided.inputs_json,
        belief: decided.belief_json,
        proposal: decided.proposal_json,
        decided_at: at,
        data_as_of: at,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_write_a_day_and_a_failed_one_again_up_to_three() {
        let failed = || Fate::Failed("17: too often".into());
        let again = || Next::WriteAgain(Some("17: too often".into()));
        assert_eq!(next(&[]), Next::Write);
        assert_eq!(next(&[Fate::Open]), Next::Rest);
        assert_eq!(next(&[Fate::Written]), Next::Rest);
        assert_eq!(next(&[Fate::Held]), Next::WriteAgain(None));
        assert_eq!(next(&[failed()]), again());
        assert_eq!(next(&[failed(), Fate::Written]), Next::Rest);
        assert_eq!(next(&[failed(), Fate::Held]), Next::WriteAgain(None));
        let spent = [failed(), failed(), failed()];
        assert_eq!(next(&spent), Next::GiveUp("17: too often".into()));
        assert_eq!(next(&[Fate::Held, Fate::Held, Fate::Held]), Next::Rest);
    }
}
