//! One turn of the loop, as a job: sense, believe, decide, ask the envelope, act.

use std::{error::Error, sync::Arc};

use async_trait::async_trait;
use homeostat::{
    clock::WorldClock,
    control::{DecideError, Policy, Record, record},
    effects::{
        Actuator, Ctx, DecisionDraft, Intended, Intent, Performed, decide, decision, intend,
        perform,
    },
    envelope::Limits,
    model::{BrandId, Currency, Money, WorldTime},
    queue::{Context, Failure, Job, Outcome, Worker},
};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::{
    climate::{Climate, Inputs, Proposal},
    house::House,
    valve::{Open, Valve},
};

const PRICE_PER_MINUTE_MICROS: i64 = 50_000;

/// Keep the house warm. The schedule asks for it every twenty minutes of the world.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Keep {}

impl Job for Keep {
    const KIND: &'static str = "greenhouse.keep";
}

pub(crate) struct Keeper {
    pub(crate) house: Arc<House>,
    pub(crate) valve: Arc<Valve>,
    pub(crate) effects: Ctx,
    pub(crate) clock: WorldClock,
    pub(crate) brand: BrandId,
    pub(crate) limits: Limits,
}

#[async_trait]
impl Worker for Keeper {
    type Job = Keep;

    async fn work(&self, _: Keep, _: &Context) -> Result<Outcome, Failure> {
        let now = self.clock.now();
        let record = self.look().map_err(Failure::permanent)?;
        print!("{}  expecting {} C: ", self.time(now), celsius(&record));
        if matches!(record.proposal, Proposal::Rest) {
            println!("rest");
            return Ok(Outcome::done());
        }
        // Stored before anything is done. A second attempt finds this decision and makes no other.
        let id = decide(&self.effects.db, &self.draft(record, now)).await?;
        let stored = decision(&self.effects.db, id).await?;
        let proposal = stored.map(|view| view.proposal).unwrap_or_default();
        let Ok(Proposal::Heat { minutes }) = serde_json::from_str(&proposal) else {
            return Err(Failure::permanent(format!("decision {id} heats nothing")));
        };
        let price = PRICE_PER_MINUTE_MICROS.saturating_mul(i64::from(minutes));
        let price = Money::from_micros(price, self.limits.currency);
        let request = serde_json::to_string(&Open { minutes }).map_err(Failure::permanent)?;
        let intent = Intent::new(now, request, price);
        print!("heat {minutes} min for {price}: ");
        match intend(&self.effects, self.valve.spec(), id, &intent, &self.limits).await? {
            Intended::Permitted(permit) => {
                match perform(&self.effects, self.valve.clone(), permit).await? {
                    Performed::Recorded(effect) => println!("permitted, {}", effect.state),
                    Performed::Fenced | Performed::Lost => println!("left to recovery"),
                }
            }
            Intended::Refused(verdict) => {
                for refusal in verdict.refusals() {
                    println!("refused by {}: {}", refusal.name, refusal.reason);
                }
            }
            Intended::Waits { .. } => println!("waits"),
            Intended::Existing(effect) => println!("already {}", effect.state),
        }
        Ok(Outcome::done())
    }
}

impl Keeper {
    /// The sensor, and everything that is pure.
    fn look(&self) -> Result<Record<Climate>, DecideError> {
        let inputs = Inputs {
            readings: self.house.readings(),
            least_millicelsius: 14_000,
            heat_millicelsius_per_minute: 150,
        };
        record::<Climate>(&inputs, 0)
    }

    fn draft(&self, record: Record<Climate>, now: WorldTime) -> DecisionDraft {
        DecisionDraft {
            key: format!("{}/{now}", Climate::NAME),
            brand: self.brand.clone(),
            target: "valve-1".into(),
            policy: Climate::NAME.into(),
            version: Climate::VERSION.into(),
            seed: Some(0),
            inputs: record.inputs_json,
            belief: record.belief_json,
            proposal: record.proposal_json,
            decided_at: now,
            data_as_of: now,
        }
    }

    fn time(&self, at: WorldTime) -> String {
        let zone = TimeZone::get(&self.limits.zone).unwrap_or(TimeZone::UTC);
        at.0.to_zoned(zone).strftime("%H:%M").to_string()
    }
}

/// One euro of heat an hour, ten a day.
pub(crate) fn limits() -> Result<Limits, Box<dyn Error>> {
    let euro: Currency = "EUR".parse()?;
    Ok(Limits {
        hour_cap_micros: Some(1_000_000),
        pacing_percent: 100,
        cooldown_s: 0,
        actions_per_entity_day: 72,
        ..Limits::new(euro, "Europe/Berlin", 10_000_000)
    })
}

fn celsius(record: &Record<Climate>) -> String {
    let tenths = record.belief.expected_millicelsius / 100;
    format!("{}.{}", tenths / 10, (tenths % 10).abs())
}
