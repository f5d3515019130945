//! A parcel's way as 17TRACK puts it together from what its carriers tell.
//!
//! Its number and its main status must be there. Everything else may be missing, and what cannot be read is left out and
//! told in [`Shipment::odd`]: a strange postcode must not hide a delivery.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    event::{self, Event, Milestone},
    parcel::{Carrier, Parcel},
    read::{Lenient, TEXT_MAX, carrier, count_opt, day, integer, parcel, text, utc, word},
    status::{Status, SubStatus},
};
use crate::wire::{Object, WireError};

/// More milestones are left out.
const MILESTONES_MAX: usize = 32;
/// More carriers of one parcel are left out.
const SYNCS_MAX: usize = 8;

/// What is known of a registered parcel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shipment {
    /// Its number and carrier.
    pub parcel: Parcel,
    /// Our own word for it, from its registration.
    pub tag: Option<String>,
    /// Where it is on its way.
    pub status: Status,
    /// The same in detail.
    pub sub_status: Option<SubStatus>,
    /// The vendor's words for that detail.
    pub sub_status_text: Option<String>,
    /// What was seen last.
    pub latest_event: Option<Event>,
    /// The stages of its way, in the vendor's order.
    pub milestones: Vec<Milestone>,
    /// When it should arrive, if anybody says so.
    pub estimated_delivery: Option<EstimatedDelivery>,
    /// How long things took.
    pub days: Days,
    /// A number that changes when its carriers tell something new.
    pub providers_hash: Option<i64>,
    /// How its carriers were last asked.
    pub syncs: Vec<Sync>,
    /// Fields that could not be read, each with its problem.
    pub odd: Vec<String>,
}

/// A promise about the day of arrival, in the recipient's time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EstimatedDelivery {
    /// Who says so.
    pub source: Option<String>,
    /// Not before.
    pub from: Option<Date>,
    /// Not after.
    pub to: Option<Date>,
}

/// Spans in whole days, as the vendor counts them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Days {
    /// Since the order.
    pub after_order: Option<u32>,
    /// Under way so far.
    pub of_transit: Option<u32>,
    /// Under way until it was delivered.
    pub of_transit_done: Option<u32>,
    /// Since the last news.
    pub after_last_update: Option<u32>,
}

/// How a carrier was last asked. When it was not reached, no news is no news.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sync {
    /// The carrier.
    pub carrier: Option<Carrier>,
    /// Whether it answered; `None` when that is not told.
    pub is_reached: Option<bool>,
    /// When.
    pub at: Option<Timestamp>,
}

/// # Errors
/// Names the field without which it cannot be told whose way it is, or where on it.
pub(super) fn read(entry: &Object<'_>) -> Result<Shipment, WireError> {
    let parcel = parcel(entry)?;
    let info = required(entry, "track_info")?;
    let told = required(&info, "latest_status")?;
    let status = Status::from(told.text("status")?.to_owned());
    let mut lenient = Lenient::default();
    let keep = &mut lenient;
    let metrics = keep.take(info.object_opt("time_metrics"));
    let tracking = keep.take(info.object_opt("tracking"));
    let mut shipment = Shipment {
        parcel,
        tag: keep.take(word(entry, "tag")),
        status,
        sub_status: keep.take(word(&told, "sub_status")).map(SubStatus::from),
        sub_status_text: keep.take(text(&told, "sub_status_descr", TEXT_MAX)),
        latest_event: (keep.take(info.object_opt("latest_event")))
            .map(|event| event::read(&event, keep)),
        milestones: milestones(&info, keep),
        estimated_delivery: metrics.as_ref().and_then(|m| estimate(m, keep)),
        days: metrics.as_ref().map(|m| days(m, keep)).unwrap_or_default(),
        providers_hash: (tracking.as_ref())
            .and_then(|tracking| keep.take(integer(tracking, "providers_hash"))),
        syncs: tracking
            .as_ref()
            .map(|t| syncs(t, keep))
            .unwrap_or_default(),
        odd: Vec::new(),
    };
    shipment.odd = lenient.odd();
    Ok(shipment)
}

fn required<'a>(object: &Object<'a>, name: &str) -> Result<Object<'a>, WireError> {
    object
        .object_opt(name)?
        .ok_or_else(|| object.wrong(name, "is missing"))
}

fn milestones(info: &Object<'_>, lenient: &mut Lenient) -> Vec<Milestone> {
    let entries = lenient.take(info.objects("milestone"));
    let told = entries.iter().take(MILESTONES_MAX);
    told.filter_map(|entry| event::milestone(entry, lenient))
        .collect()
}

fn estimate(metrics: &Object<'_>, lenient: &mut Lenient) -> Option<EstimatedDelivery> {
    let told = lenient.take(metrics.object_opt("estimated_delivery_date"))?;
    let estimate = EstimatedDelivery {
        source: lenient.take(word(&told, "source")),
        from: lenient.take(day(&told, "from")),
        to: lenient.take(day(&told, "to")),
    };
    (estimate.from.is_some() || estimate.to.is_some()).then_some(estimate)
}

fn days(metrics: &Object<'_>, lenient: &mut Lenient) -> Days {
    let mut days = |name| lenient.take(count_opt(metrics, name));
    Days {
        after_order: days("days_after_order"),
        of_transit: days("days_of_transit"),
        of_transit_done: days("days_of_transit_done"),
        after_last_update: days("days_after_last_update"),
    }
}

fn syncs(tracking: &Object<'_>, lenient: &mut Lenient) -> Vec<Sync> {
    let providers = lenient.take(tracking.objects("providers"));
    let each = providers.iter().take(SYNCS_MAX).map(|told| Sync {
        carrier: (lenient.take(told.object_opt("provider")))
            .and_then(|provider| lenient.take(carrier(&provider, "key"))),
        is_reached: match told.get("latest_sync_status").and_then(Value::as_str) {
            Some("Success") => Some(true),
            Some("Failure") => Some(false),
            _ => None,
        },
        at: lenient.take(utc(told, "latest_sync_time")),
    });
    each.collect()
}
