//! Where the parcels of a brand's orders are: the tracker is asked to follow them, and then what their carriers say.
//!
//! One function is one call of up to 40 parcels. To register is no act of the loop: it moves nothing but the quota, and
//! a registration whose answer was lost is repeated and costs nothing. An account that takes no more registrations is
//! no reason to stop asking for the parcels that are followed already; it makes the sensor blind, with the reason.
//!
//! *Limits.* Carriers are asked by the tracker every few hours, and a new number has no news for some minutes.

use std::time::Duration;

use homeostat_control::delivery::estimate;
use homeostat_model::WorldTime;
use homeostat_store::{PgConnection, StoreError};
use homeostat_vendors::track17::{
    Carrier, Error, ITEMS_MAX, Meaning, NewParcel, Parcel, Quota, Refusal, Registration, Shipment,
    Tracked,
};
use jiff::{SignedDuration, civil::Date, tz::TimeZone};

use super::{ReadError, Sensor};
use crate::{
    Operator,
    config::Brand,
    records::shipment::{self, Followed, News, Seen, Told, Wanted},
};

/// Parcels of one call.
pub const PARCELS_MAX: i64 = ITEMS_MAX as i64;
/// This part of a day's registrations is kept for parcels that somebody asks about.
const KEPT_PARTS: u64 = 5;
/// A wait that is longer is not the pace of calls: no more registrations are taken today.
const PACE_MAX: Duration = Duration::from_secs(300);

/// What one call brought.
#[derive(Debug, Default)]
pub struct Looked {
    /// About each parcel of which something was said.
    pub news: Vec<News>,
    /// Why no more parcels are taken, if so.
    pub full: Option<String>,
    /// How many more the account takes today, where that was asked.
    pub room: Option<u64>,
    /// Words that this build does not know.
    pub unknown: Vec<String>,
}

/// The sensor. Lag: 6 to 12 hours of the tracker. Known bias: none; what a carrier never scans is not seen.
#[derive(Debug)]
pub struct Track17Parcels;

#[async_trait::async_trait]
impl Sensor for Track17Parcels {
    const NAME: &'static str = "track17.parcels";
    const VENDOR: &'static str = "track17";
    type Reading = Looked;

    async fn read(
        operator: &Operator,
        brand: &Brand,
        at: WorldTime,
    ) -> Result<Self::Reading, ReadError> {
        let due = shipment::due(&operator.db, brand.id.as_str(), at, "", PARCELS_MAX).await;
        // Not knowing what is due costs this look only.
        ask(operator, &due.unwrap_or_default(), at).await
    }

    async fn record(
        tx: &mut PgConnection,
        brand: &Brand,
        reading: &Self::Reading,
        at: WorldTime,
    ) -> Result<(), StoreError> {
        shipment::record(tx, brand.id.as_str(), &reading.news, at)
            .await
            .map(drop)
    }
}

/// How many more parcels the account takes today beyond those that are kept for customers who ask.
///
/// # Errors
/// When the tracker does not answer.
pub async fn room(operator: &Operator) -> Result<Looked, ReadError> {
    let quota = client(operator)?.get_quota().await?;
    let left = left(&quota);
    Ok(Looked {
        full: (left == 0).then(|| "the account has no registrations left".to_owned()),
        room: Some(beyond_kept(&quota)),
        ..Looked::default()
    })
}

/// Registrations that are left today.
fn left(quota: &Quota) -> u64 {
    match (quota.daily_max, quota.today_used) {
        (Some(most), Some(used)) => quota.remain.min(most.saturating_sub(used).into()),
        _ => quota.remain,
    }
}

/// The same without a fifth of what the account takes in a day.
fn beyond_kept(quota: &Quota) -> u64 {
    let day = quota.daily_max.map_or(quota.total, u64::from);
    left(quota).saturating_sub(day.min(quota.total) / KEPT_PARTS)
}

/// Has parcels followed, 40 at most.
///
/// # Errors
/// When the tracker does not answer. After an unknown outcome the same is to be sent again.
pub async fn register(operator: &Operator, wanted: &[Wanted]) -> Result<Looked, ReadError> {
    let mut looked = Looked::default();
    let mut asked = Vec::new();
    for one in wanted {
        match parcel(&one.number, one.carrier) {
            Ok(parcel) => asked.push((one, parcel)),
            Err(reason) => looked.news.push(refused(one, reason)),
        }
    }
    if asked.is_empty() {
        return Ok(looked);
    }
    let items = asked.iter().map(|(one, parcel)| NewParcel {
        parcel: parcel.clone(),
        tag: Some(one.order_id.clone()),
        param: None,
    });
    let items: Vec<NewParcel> = items.collect();
    let batch = match client(operator)?.register(&items).await {
        Ok(batch) => batch,
        Err(Error::Refused { refusal, .. }) if is_full(&refusal) => {
            looked.full = Some(refusal.to_string());
            return Ok(looked);
        }
        Err(error) => return Err(error.into()),
    };
    for ((one, _), outcome) in asked.into_iter().zip(batch.outcomes) {
        let carrier = match outcome {
            Registration::Registered { carrier } => carrier.map(Carrier::key),
            Registration::AlreadyThere => None,
            Registration::Rejected(refusal) if is_full(&refusal) => {
                looked.full = Some(refusal.to_string());
                continue;
            }
            Registration::Rejected(refusal) if refusal.is_the_items_fault() => {
                looked.news.push(refused(one, refusal.to_string()));
                continue;
            }
            // It passes, or nobody knows: the next look sends it again.
            Registration::Rejected(_) | Registration::Unclear { .. } => continue,
        };
        looked.news.push(News {
            number: one.number.clone(),
            told: Told::Registered {
                order_id: one.order_id.clone(),
                carrier,
            },
        });
    }
    Ok(looked)
}

/// Asks for parcels that are followed, 40 at most.
///
/// # Errors
/// When the tracker does not answer.
pub async fn ask(
    operator: &Operator,
    followed: &[Followed],
    at: WorldTime,
) -> Result<Looked, ReadError> {
    let mut looked = Looked::default();
    let known = followed
        .iter()
        .filter_map(|one| Some((one, parcel(&one.number, one.carrier).ok()?)));
    let (known, parcels): (Vec<&Followed>, Vec<Parcel>) = known.unzip();
    if parcels.is_empty() {
        return Ok(looked);
    }
    let batch = client(operator)?.get_track_info(&parcels).await?;
    for (one, outcome) in known.into_iter().zip(batch.outcomes) {
        let told = match outcome {
            Tracked::Info(shipment) => {
                let seen = seen(&shipment);
                looked.unknown.extend(unknown(&seen, at));
                Told::Seen(seen)
            }
            Tracked::NotYet => Told::NotYet,
            Tracked::NotRegistered => Told::NotRegistered,
            // No news of it: it stays due.
            Tracked::Rejected(_) | Tracked::Unclear { .. } => continue,
        };
        looked.news.push(News {
            number: one.number.clone(),
            told,
        });
    }
    Ok(looked)
}

fn client(operator: &Operator) -> Result<&homeostat_vendors::track17::Client, ReadError> {
    let parcels = operator.partners.parcels.as_ref();
    parcels.ok_or_else(|| ReadError::unusable("track17", "no brand has a shop"))
}

fn parcel(number: &str, carrier: Option<u32>) -> Result<Parcel, String> {
    Ok(Parcel {
        number: number.parse().map_err(|error| format!("{error}"))?,
        carrier: carrier.and_then(Carrier::new),
    })
}

fn refused(one: &Wanted, reason: String) -> News {
    News {
        number: one.number.clone(),
        told: Told::Refused {
            order_id: one.order_id.clone(),
            reason: short(&reason),
        },
    }
}

/// Whether it is the account that takes no more: its quota, the day's limit, or what it may do. The key itself is
/// another matter: with a dead one nothing can be asked.
fn is_full(refusal: &Refusal) -> bool {
    match refusal.meaning {
        Meaning::PermissionMissing => true,
        Meaning::Throttled { wait } => wait > PACE_MAX,
        Meaning::Outage
        | Meaning::Invalid
        | Meaning::AskForLess
        | Meaning::Stale
        | Meaning::InProgress
        | Meaning::SessionOver
        | Meaning::TokenDead
        | Meaning::Blocked => false,
    }
}

/// What is kept of a parcel's way. Where it goes and what its carriers write about that is not.
fn seen(shipment: &Shipment) -> Seen {
    let handed_over = (shipment.milestones.iter()).find(|one| one.stage == "PickedUp");
    let promised = shipment.estimated_delivery.as_ref();
    Seen {
        status: short(shipment.status.as_str()),
        sub_status: shipment.sub_status.as_ref().map(|sub| short(sub.as_str())),
        at: (shipment.latest_event.as_ref())
            .and_then(|event| event.at)
            .map(WorldTime),
        carrier: shipment.parcel.carrier.map(Carrier::key),
        shipped_at: handed_over.and_then(|one| one.at).map(WorldTime),
        promised_by: promised.and_then(|one| one.to.or(one.from)).and_then(end),
    }
}

/// The end of a day. It is the recipient's, whose zone is not told: UTC is at most half a day off.
fn end(day: Date) -> Option<WorldTime> {
    let zoned = day.to_zoned(TimeZone::UTC).ok()?;
    Some(WorldTime(zoned.timestamp()).plus(SignedDuration::from_hours(24)))
}

fn unknown(seen: &Seen, at: WorldTime) -> Vec<String> {
    use homeostat_control::delivery::{Inputs, Params, Reading};
    let inputs = Inputs {
        params: Params::default(),
        now: at,
        shipped_at: None,
        promised_by: None,
        readings: vec![Reading {
            at,
            status: seen.status.clone(),
            sub_status: seen.sub_status.clone(),
        }],
    };
    estimate(&inputs).unknown
}

/// The vendor's word as it can be kept: one short line.
fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quota(total: u64, remain: u64, day: Option<(u32, u32)>) -> Quota {
        Quota {
            total,
            used: total - remain,
            remain,
            today_used: day.map(|(used, _)| used),
            daily_max: day.map(|(_, most)| most),
        }
    }

    /// Red when all of a day is used up by looks that nobody asked for.
    #[test]
    fn a_fifth_of_a_day_is_kept_for_parcels_that_somebody_asks_about() {
        let room = |quota: Quota| (left(&quota), beyond_kept(&quota));
        assert_eq!(room(quota(5_000, 5_000, Some((0, 1_000)))), (1_000, 800));
        assert_eq!(room(quota(5_000, 4_200, Some((800, 1_000)))), (200, 0));
        assert_eq!(room(quota(5_000, 4_000, Some((1_000, 1_000)))), (0, 0));
        // What is left of the quota is less than the day.
        assert_eq!(room(quota(5_000, 300, Some((0, 1_000)))), (300, 100));
        // A free account, and one that says nothing of days.
        assert_eq!(room(quota(100, 100, Some((0, 1_000)))), (100, 80));
        assert_eq!(room(quota(100, 37, None)), (37, 17));
    }
}
