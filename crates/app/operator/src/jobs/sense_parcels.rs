//! `sense.parcels`: have a brand's parcels followed, and look where they are.
//!
//! A look walks the parcels twice: first those that nobody follows yet, those of the newest orders first, as far as the
//! account has room for them; then those whose news are due, in the order of their numbers. Each part is one call, for which a token of the tracker's bucket is taken first: the tracker counts
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
        shipment::{self, Followed, Newest, Wanted},
    },
    sensors::{
        Sensor, row_id,
        track17_parcels::{Looked, PARCELS_MAX, Track17Parcels, ask, register, room},
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
    /// Only those whose first word a letter waits for, at once.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub awaited: bool,
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
    Room,
    Register(Vec<Wanted>),
    Ask(Vec<Followed>),
    Nothing,
}

/// How far a look is, and what it brought by then. It is as old as its first part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Walk {
    began_at: WorldTime,
    /// All that may be sent was.
    #[serde(default)]
    is_registered: bool,
    /// Everything up to this parcel was sent.
    #[serde(default)]
    sent_to: Option<Newest>,
    /// So many more may be sent, where that was asked.
    #[serde(default)]
    room: Option<u64>,
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
                Some(number) => walk.next_of(operator, brand, number).await?,
                None if job.awaited => walk.next_awaited(operator, brand).await?,
                None => walk.next(operator, brand).await?,
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
    /// A look at some parcels says nothing about the others, and neither does one that the account cut short.
    async fn end(&self, job: &SenseParcels, brand: &Brand, walk: Walk) -> Result<Outcome, Failure> {
        let db = &self.0.db;
        let id = row_id::<Track17Parcels>(brand);
        let is_whole = job.number.is_none() && !job.awaited;
        match &walk.full {
            Some(reason) => {
                let reason = format!("no more parcels are taken: {reason}");
                sensor::missed(db, &id, brand.id.as_str(), &reason).await?;
            }
            None if is_whole => transact!(db, |tx| -> Result<(), LoopError> {
                sensor::saw(&mut *tx, &id, brand.id.as_str(), walk.began_at).await?;
                Ok(())
            })?,
            None => {}
        }
        if !walk.unknown.is_empty() {
            tracing::warn!(brand = %brand.id, words = ?walk.unknown, "the tracker says what this build does not know");
        }
        Ok(Outcome::Done(serde_json::json!({
            "parcels": walk.parcels, "full": walk.full, "room": walk.room, "unknown": walk.unknown,
        })))
    }
}

async fn call(
    operator: &Operator,
    next: &Next,
    at: WorldTime,
) -> Result<Looked, crate::sensors::ReadError> {
    match next {
        Next::Room => room(operator).await,
        Next::Register(wanted) => register(operator, wanted).await,
        Next::Ask(followed) => ask(operator, followed, at).await,
        Next::Nothing => Ok(Looked::default()),
    }
}

impl Walk {
    fn begin(began_at: WorldTime) -> Self {
        Self {
            began_at,
            is_registered: false,
            sent_to: None,
            room: None,
            asked_to: String::new(),
            parcels: 0,
            full: None,
            unknown: Vec::new(),
        }
    }

    /// The next part of a whole look.
    async fn next(&mut self, operator: &Operator, brand: &Brand) -> Result<Next, Failure> {
        let (db, brand, now) = (&operator.db, brand.id.as_str(), self.began_at);
        if !self.is_registered {
            let room = self.room.and_then(|room| i64::try_from(room).ok());
            let limit = room.unwrap_or(PARCELS_MAX).min(PARCELS_MAX);
            let wanted =
                shipment::unregistered(db, brand, now, self.sent_to.as_ref(), limit).await?;
            match (wanted.is_empty(), self.room) {
                (true, _) => self.is_registered = true,
                (false, None) => return Ok(Next::Room),
                (false, Some(_)) => return Ok(Next::Register(wanted)),
            }
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
        if !std::mem::replace(&mut self.is_registered, true)
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

    /// What letters wait for: a call that has it followed where nobody does, and one that asks for it. Who wrote what is
    /// beyond forty finds it in the next look.
    async fn next_awaited(&mut self, operator: &Operator, brand: &Brand) -> Result<Next, Failure> {
        let (db, brand) = (&operator.db, brand.id.as_str());
        if !std::mem::replace(&mut self.is_registered, true) {
            let wanted = shipment::awaited_unfollowed(db, brand, PARCELS_MAX).await?;
            if !wanted.is_empty() {
                return Ok(Next::Register(wanted));
            }
        }
        if !self.asked_to.is_empty() {
            return Ok(Next::Nothing);
        }
        let awaited = shipment::awaited(db, brand, PARCELS_MAX).await?;
        Ok(match awaited.is_empty() {
            true => Next::Nothing,
            false => Next::Ask(awaited),
        })
    }

    /// A part is done.
    fn pass(&mut self, part: &Next, looked: Looked) {
        match part {
            Next::Room => self.room = looked.room.or(Some(0)),
            Next::Register(wanted) => {
                self.sent_to = wanted.last().map(|one| Newest {
                    placed_at: one.placed_at,
                    number: one.number.clone(),
                });
                let sent = wanted.len() as u64;
                self.room = self.room.map(|room| room.saturating_sub(sent));
                // Whoever takes no more is not asked for more.
                self.is_registered |= looked.full.is_some();
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
