//! `sense.parcels`: have a brand's parcels followed, and look where they are.
//!
//! A look walks the parcels twice in the order of their numbers: first those that nobody follows yet, then those whose
//! news are due. Each part is one call, for which a token of the tracker's bucket is taken first: the tracker counts
//! calls per key, and all brands and processes share one. Without a token the job waits, which costs it nothing, and
//! goes on behind the last part that was stored. A part that crashed is done again, which is harmless.

use std::time::Duration;

use homeostat_effects::{Bucket, bucket_wait, configure_bucket};
use homeostat_model::WorldTime;
use homeostat_queue::{Context, Failure, Job, KindDefaults, Outcome, Worker};
use homeostat_store::transact;
use serde::{Deserialize, Serialize};

use super::{
    LoopError,
    sense::{Seen, look_by},
};
use crate::{
    Operator,
    config::Brand,
    records::{
        sensor,
        shipment::{self, Followed, Wanted},
    },
    sensors::{
        Sensor, row_id,
        track17_parcels::{Looked, PARCELS_MAX, Track17Parcels, ask, register},
    },
};

/// Look where one brand's parcels are.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SenseParcels {
    /// The brand.
    pub brand: String,
    /// Only this parcel, at once: somebody said that there is news of it. One that is no order's of the brand is left
    /// alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
}

impl Job for SenseParcels {
    const KIND: &'static str = "sense.parcels";

    fn defaults() -> KindDefaults {
        KindDefaults {
            give_up_after: Duration::from_secs(3_600),
            snoozes_max: 10_000,
            ..KindDefaults::default()
        }
    }
}

/// Three calls a second are allowed, in any second: one at a time, a little slower.
const PACE: Bucket = Bucket {
    capacity: 1,
    refill_per_minute: 150,
};
/// Unknown words that a job reports.
const UNKNOWN_MAX: usize = 8;

/// The worker.
#[derive(Debug, Clone)]
pub struct Parcels(pub Operator);

/// What the next call is about.
enum Next {
    Register(Vec<Wanted>),
    Ask(Vec<Followed>),
    Nothing,
}

/// How far a look is, and what it brought by then. It is as old as its first part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Walk {
    began_at: WorldTime,
    /// Everything up to this number was sent, until all was.
    registered_to: Option<String>,
    /// Everything up to this number was asked for.
    asked_to: String,
    parcels: u64,
    full: Option<String>,
    unknown: Vec<String>,
}

#[async_trait::async_trait]
impl Worker for Parcels {
    type Job = SenseParcels;

    async fn work(&self, job: SenseParcels, context: &Context) -> Result<Outcome, Failure> {
        let operator = &self.0;
        let brand = super::brand(operator, &job.brand)?;
        configure_bucket(&operator.db, Track17Parcels::VENDOR, Some(PACE)).await?;
        let saved: Option<Walk> = context.progress()?;
        let mut walk = saved.unwrap_or_else(|| Walk::begin(operator.clock.now()));
        loop {
            let next = match &job.number {
                None => walk.next(operator, brand).await?,
                Some(number) => walk.next_of(operator, brand, number).await?,
            };
            if matches!(next, Next::Nothing) {
                return self.end(&job, brand, walk).await;
            }
            if let Some(wait) = bucket_wait(&operator.db, Track17Parcels::VENDOR, None).await? {
                let reason = "the tracker takes three calls a second".to_owned();
                return Ok(Outcome::Snooze { wait, reason });
            }
            let at = operator.clock.now();
            let looked = match look_by::<Track17Parcels>(operator, brand, call(operator, &next, at))
                .await?
            {
                Seen::Reading(looked) => looked,
                Seen::NotNow(outcome) => return Ok(outcome),
            };
            transact!(operator.db, |tx| -> Result<(), LoopError> {
                Track17Parcels::record(&mut *tx, brand, &looked, at).await?;
                Ok(())
            })?;
            walk.pass(&next, looked);
            context.save_progress(&walk).await?;
        }
    }
}

impl Parcels {
    /// A look at one parcel says nothing about the others, and neither does one that the account cut short.
    async fn end(&self, job: &SenseParcels, brand: &Brand, walk: Walk) -> Result<Outcome, Failure> {
        let db = &self.0.db;
        let id = row_id::<Track17Parcels>(brand);
        match (&walk.full, &job.number) {
            (Some(reason), _) => {
                let reason = format!("no more parcels are taken: {reason}");
                sensor::missed(db, &id, brand.id.as_str(), &reason).await?;
            }
            (None, None) => transact!(db, |tx| -> Result<(), LoopError> {
                sensor::saw(&mut *tx, &id, brand.id.as_str(), walk.began_at).await?;
                Ok(())
            })?,
            (None, Some(_)) => {}
        }
        if !walk.unknown.is_empty() {
            tracing::warn!(brand = %brand.id, words = ?walk.unknown, "the tracker says what this build does not know");
        }
        Ok(Outcome::Done(serde_json::json!({
            "parcels": walk.parcels, "full": walk.full, "unknown": walk.unknown,
        })))
    }
}

async fn call(
    operator: &Operator,
    next: &Next,
    at: WorldTime,
) -> Result<Looked, crate::sensors::ReadError> {
    match next {
        Next::Register(wanted) => register(operator, wanted).await,
        Next::Ask(followed) => ask(operator, followed, at).await,
        Next::Nothing => Ok(Looked::default()),
    }
}

impl Walk {
    fn begin(began_at: WorldTime) -> Self {
        Self {
            began_at,
            registered_to: Some(String::new()),
            asked_to: String::new(),
            parcels: 0,
            full: None,
            unknown: Vec::new(),
        }
    }

    /// The next part of a whole look.
    async fn next(&mut self, operator: &Operator, brand: &Brand) -> Result<Next, Failure> {
        let (db, brand, now) = (&operator.db, brand.id.as_str(), self.began_at);
        if let Some(after) = &self.registered_to {
            let wanted = shipment::unregistered(db, brand, now, after, PARCELS_MAX).await?;
            if !wanted.is_empty() {
                return Ok(Next::Register(wanted));
            }
            self.registered_to = None;
        }
        let due = shipment::due(db, brand, now, &self.asked_to, PARCELS_MAX).await?;
        Ok(match due.is_empty() {
            true => Next::Nothing,
            false => Next::Ask(due),
        })
    }

    /// One parcel: it is registered first where need be, and asked for at once.
    async fn next_of(
        &mut self,
        operator: &Operator,
        brand: &Brand,
        number: &str,
    ) -> Result<Next, Failure> {
        let (db, brand) = (&operator.db, brand.id.as_str());
        let number = number.trim().to_uppercase();
        if self.registered_to.take().is_some()
            && shipment::find(db, brand, &number).await?.is_none()
        {
            let wanted = shipment::wanted(db, brand, &number).await?;
            return Ok(wanted.map_or(Next::Nothing, |one| Next::Register(vec![one])));
        }
        if !self.asked_to.is_empty() {
            return Ok(Next::Nothing);
        }
        let followed = shipment::find(db, brand, &number).await?;
        Ok(followed.map_or(Next::Nothing, |one| Next::Ask(vec![one])))
    }

    /// A part is done.
    fn pass(&mut self, part: &Next, looked: Looked) {
        match part {
            Next::Register(wanted) => {
                let last = wanted.last().map(|one| one.number.clone());
                // Whoever takes no more is not asked for more.
                self.registered_to =
                    last.filter(|_| looked.full.is_none() && self.registered_to.is_some());
            }
            Next::Ask(followed) => {
                if let Some(last) = followed.last() {
                    self.asked_to.clone_from(&last.number);
                }
            }
            Next::Nothing => {}
        }
        self.parcels += looked.news.len() as u64;
        self.full = looked.full.or(self.full.take());
        self.unknown.extend(looked.unknown);
        self.unknown.sort_unstable();
        self.unknown.dedup();
        self.unknown.truncate(UNKNOWN_MAX);
    }
}
