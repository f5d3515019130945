//! `sense.meta`: look at a brand's campaigns and their figures, then have the policies decide.
//!
//! What was seen and the wish for a decision are one transaction: a crash in between leaves
//! neither, and the next look makes up for both.

use std::time::Duration;

use homeostat_effects::{breaker_wait, open_breaker, read_answered, standing::Observed};
use homeostat_model::{Classify, Fault, WorldTime};
use homeostat_queue::{Context, Enqueue, Failure, Job, KindDefaults, Outcome, Worker, enqueue_in};
use homeostat_store::transact;
use serde::{Deserialize, Serialize};

use super::{LoopError, decide::DecideKill};
use crate::{
    Operator,
    config::Brand,
    records::{recurring, sensor},
    sensors::{
        ReadError, Sensor, meta_campaigns::MetaCampaigns, meta_insights::MetaInsights, row_id,
    },
};

/// How long a vendor that is unwell is left alone when it does not say itself.
const WAIT: Duration = Duration::from_secs(1);
/// A throttle opens the breaker for at least this.
const THROTTLE_MIN: Duration = Duration::from_millis(250);

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
        // The books follow in a transaction of their own: windows are locked before campaigns there,
        // as in a settle. A crash in between is made up for by the next look.
        let observed = transact!(operator.db, |tx| -> Result<Observed, LoopError> {
            recurring::follow(&mut *tx, brand, &days, at).await
        })?;
        Ok(Outcome::Done(
            serde_json::json!({ "campaigns": campaigns.len(), "days": days.len(), "books": observed }),
        ))
    }
}

/// What a look brings.
pub(super) enum Seen<R> {
    Reading(R),
    NotNow(Outcome),
}

/// Looks through one sensor. Vendor trouble blinds the sensor and puts the job off; it is no
/// failure of ours and must not disable the schedule.
///
/// The vendor's breaker is shared with the acts. While it is open nobody looks, and no sensor turns
/// blind by that: its reading only grows older. A throttle opens it for everybody. A lost read does
/// not count as a failure there: reads are many and free to repeat, and would hold up a pause.
pub(super) async fn look<S: Sensor>(
    operator: &Operator,
    brand: &Brand,
    at: WorldTime,
) -> Result<Seen<S::Reading>, Failure> {
    look_by::<S>(operator, brand, S::read(operator, brand, at)).await
}

/// The same with a way of reading of its own, which begins only once the vendor may be asked.
pub(super) async fn look_by<S: Sensor>(
    operator: &Operator,
    brand: &Brand,
    reading: impl Future<Output = Result<S::Reading, ReadError>> + Send,
) -> Result<Seen<S::Reading>, Failure> {
    let db = &operator.db;
    if let Some(wait) = breaker_wait(db, S::VENDOR, None).await? {
        let reason = format!("the breaker of {} is open", S::VENDOR);
        return Ok(Seen::NotNow(Outcome::Snooze { wait, reason }));
    }
    let error = match reading.await {
        Ok(reading) => {
            read_answered(db, S::VENDOR, None).await?;
            return Ok(Seen::Reading(reading));
        }
        Err(error) => error,
    };
    if let Some(wait) = error.wait {
        let wait = wait.max(THROTTLE_MIN);
        open_breaker(db, S::VENDOR, wait, "throttled a read", None).await?;
    }
    sensor::missed(
        db,
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

fn not_now(error: &ReadError) -> Outcome {
    Outcome::Snooze {
        wait: error.wait.map_or(WAIT, |wait| wait.max(THROTTLE_MIN)),
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use homeostat_clock::WorldClock;
    use homeostat_store::{Db, PgConnection, StoreError};
    use homeostat_testkit::Database;
    use homeostat_vendors::meta::{self, CallKind, Meaning, Refusal};

    use super::*;
    use crate::config::Config;

    const WAIT_S: u64 = 30;

    /// A sensor whose vendor always throttles.
    struct Throttled;

    /// A sensor that always sees.
    struct Seeing;

    macro_rules! sensor {
        ($sensor:ty, $name:literal, $answer:expr) => {
            #[async_trait::async_trait]
            impl Sensor for $sensor {
                const NAME: &'static str = $name;
                const VENDOR: &'static str = "meta";
                type Reading = ();

                async fn read(_: &Operator, _: &Brand, _: WorldTime) -> Result<(), ReadError> {
                    $answer
                }

                async fn record(
                    _: &mut PgConnection,
                    _: &Brand,
                    (): &(),
                    _: WorldTime,
                ) -> Result<(), StoreError> {
                    Ok(())
                }
            }
        };
    }
    sensor!(Throttled, "test.throttled", Err(throttle()));
    sensor!(Seeing, "test.seeing", Ok(()));

    fn throttle() -> ReadError {
        let meaning = Meaning::Throttled {
            wait: Duration::from_secs(WAIT_S),
        };
        let error = meta::Error::Refused {
            kind: CallKind::Read,
            refusal: Refusal {
                http_status: 400,
                code: 17,
                subcode: None,
                message: "slow down".into(),
                trace_id: None,
                meaning,
            },
        };
        error.into()
    }

    fn operator(db: Db) -> Operator {
        Operator {
            db,
            clock: WorldClock::manual(WorldTime("2026-01-01T00:00:00Z".parse().unwrap())),
            config: std::sync::Arc::new(Config::read(None).unwrap()),
            meta: meta::Client::new(meta::Config::new("token".into())).unwrap(),
            ad_library: None,
            partners: crate::Partners::default(),
        }
    }

    /// How long to wait; `None` when it saw.
    async fn wait_of<S: Sensor>(operator: &Operator) -> Option<Duration> {
        let brand = &operator.config.brands[0];
        match look::<S>(operator, brand, operator.clock.now()).await {
            Ok(Seen::Reading(_)) => None,
            Ok(Seen::NotNow(Outcome::Snooze { wait, .. })) => Some(wait),
            Ok(Seen::NotNow(other)) => panic!("{other:?}"),
            Err(error) => panic!("{error:?}"),
        }
    }

    #[tokio::test]
    async fn a_throttled_read_keeps_the_others_away_and_blinds_only_its_own_sensor() {
        let base = Database::fresh().await;
        let operator = operator(base.db());
        assert_eq!(wait_of::<Seeing>(&operator).await, None);
        let throttled = wait_of::<Throttled>(&operator).await;
        assert_eq!(throttled, Some(Duration::from_secs(WAIT_S)));
        let wait = wait_of::<Seeing>(&operator).await;
        assert!(wait.is_some_and(|w| w > WAIT), "{wait:?}");
        let blind = sensor::list(&operator.db).await.unwrap();
        let blind: Vec<_> = blind.iter().map(|s| s.id.split(':').next()).collect();
        assert_eq!(blind, [Some("test.throttled")]);
    }
}
