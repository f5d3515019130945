//! `sense.meta`: look at a brand's campaigns and their figures, then have the policies decide.
//!
//! What was seen and the wish for a decision are one transaction: a crash in between leaves
//! neither, and the next look makes up for both.

use std::time::Duration;

use homeostat_model::{Classify, Fault, WorldTime};
use homeostat_queue::{Context, Enqueue, Failure, Job, KindDefaults, Outcome, Worker, enqueue_in};
use homeostat_store::transact;
use homeostat_vendors::meta;
use serde::{Deserialize, Serialize};

use super::decide::DecideKill;
use crate::{
    Operator,
    config::Brand,
    records::sensor,
    sensors::{Sensor, meta_campaigns::MetaCampaigns, meta_insights::MetaInsights, row_id},
};

/// How long a vendor that is unwell is left alone when it does not say itself.
const WAIT: Duration = Duration::from_secs(1);

/// Look at one brand.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SenseMeta {
    /// The brand.
    pub brand: String,
}

impl Job for SenseMeta {
    const KIND: &'static str = "sense.meta";

    fn defaults() -> KindDefaults {
        KindDefaults {
            give_up_after: Duration::from_secs(3_600),
            ..KindDefaults::default()
        }
    }
}

/// The worker.
#[derive(Debug, Clone)]
pub struct Sense(pub Operator);

#[async_trait::async_trait]
impl Worker for Sense {
    type Job = SenseMeta;

    async fn work(&self, job: SenseMeta, _: &Context) -> Result<Outcome, Failure> {
        let operator = &self.0;
        let brand = super::brand(operator, &job.brand)?;
        let at = operator.clock.now();
        let campaigns = match look::<MetaCampaigns>(operator, brand, at).await? {
            Seen::Reading(reading) => reading,
            Seen::NotNow(outcome) => return Ok(outcome),
        };
        let days = match look::<MetaInsights>(operator, brand, at).await? {
            Seen::Reading(reading) => reading,
            Seen::NotNow(outcome) => return Ok(outcome),
        };
        let how = Enqueue {
            brand: Some(brand.id.clone()),
            dedup_key: Some(format!("decide.kill:{}:{}", brand.id, at)),
            ..Enqueue::default()
        };
        let next = DecideKill {
            brand: job.brand.clone(),
        };
        transact!(operator.db, |tx| -> Result<(), homeostat_queue::Error> {
            MetaCampaigns::record(&mut *tx, brand, &campaigns, at).await?;
            MetaInsights::record(&mut *tx, brand, &days, at).await?;
            for id in [
                row_id::<MetaCampaigns>(brand),
                row_id::<MetaInsights>(brand),
            ] {
                sensor::saw(&mut *tx, &id, brand.id.as_str(), at).await?;
            }
            enqueue_in(&mut *tx, &next, &how).await.map(drop)
        })?;
        Ok(Outcome::Done(
            serde_json::json!({ "campaigns": campaigns.len(), "days": days.len() }),
        ))
    }
}

enum Seen<R> {
    Reading(R),
    NotNow(Outcome),
}

/// Looks through one sensor. Vendor trouble blinds the sensor and puts the job off; it is no
/// failure of ours and must not disable the schedule.
async fn look<S: Sensor>(
    operator: &Operator,
    brand: &Brand,
    at: WorldTime,
) -> Result<Seen<S::Reading>, Failure> {
    let error = match S::read(operator, brand, at).await {
        Ok(reading) => return Ok(Seen::Reading(reading)),
        Err(error) => error,
    };
    sensor::missed(
        &operator.db,
        &row_id::<S>(brand),
        brand.id.as_str(),
        &error.to_string(),
    )
    .await?;
    match error.fault() {
        Fault::Permanent => Err(Failure::permanent(error)),
        Fault::Transient | Fault::UnknownOutcome => Ok(Seen::NotNow(not_now(&error))),
    }
}

fn not_now(error: &meta::Error) -> Outcome {
    Outcome::Snooze {
        wait: error.wait().unwrap_or(WAIT),
        reason: error.to_string(),
    }
}
