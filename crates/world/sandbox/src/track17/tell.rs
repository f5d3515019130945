//! What is known of a parcel, in the vendor's words and shapes.

use homeostat_model::WorldTime;
use jiff::{
    SignedDuration, Timestamp,
    civil::DateTime,
    tz::{Offset, TimeZone},
};
use serde_json::{Value, json};

use super::{
    habit,
    state::Registration,
    view::{Event, View},
};
use crate::world::trade::Order;

/// Where the carrier's clocks are.
const OFFSET: Offset = Offset::constant(1);
/// What the carrier promises once it has the parcel: arrival after so many days, least and most.
const PROMISED_DAYS: (i64, i64) = (3, 5);

/// Each milestone with the detail that reaches it.
const MILESTONES: [(&str, &str); 9] = [
    ("InfoReceived", "InfoReceived"),
    ("PickedUp", "InTransit_PickedUp"),
    ("Departure", "InTransit_Departure"),
    ("Arrival", "InTransit_Arrival"),
    ("AvailableForPickup", "AvailableForPickup_Other"),
    ("OutForDelivery", "OutForDelivery_Other"),
    ("Delivered", "Delivered_Other"),
    ("Returning", "Exception_Returning"),
    ("Returned", "Exception_Returned"),
];

/// An entry of `gettrackinfo`, which is the `data` of a push as well.
pub(super) fn entry(
    registration: &Registration,
    order: Option<&Order>,
    view: &View,
    now: WorldTime,
) -> Value {
    let number = &registration.number;
    let latest = view.events.first();
    json!({
        "number": number,
        "carrier": registration.carrier,
        "param": registration.param,
        "tag": registration.tag,
        "lang": null,
        "special_tracking_info": null,
        "track_info": {
            "shipping_info": {
                "shipper_address": address(None, None),
                "recipient_address": address(order.map(|order| order.shopper.country), None),
            },
            "latest_status": {
                "status": view.status,
                "sub_status": view.sub_status,
                "sub_status_descr": latest.map(|event| event.text),
            },
            "latest_event": latest.map(|latest| event(number, latest)),
            "time_metrics": metrics(view, now),
            "milestone": milestones(number, view),
            "misc_info": {
                "risk_factor": 0, "service_type": null, "weight_raw": null, "weight_kg": null,
                "pieces": null, "dimensions": null, "customer_number": null,
                "reference_number": null, "local_number": number, "local_provider": null,
                "local_key": registration.carrier,
            },
            "tracking": tracking(registration, view),
        },
    })
}

fn tracking(registration: &Registration, view: &View) -> Value {
    let number = &registration.number;
    let last = view.events.first().map_or("", |event| event.sub_status);
    let hash = habit::hash(number, view.events.len(), last);
    let events: Vec<Value> = view.events.iter().map(|seen| event(number, seen)).collect();
    json!({
        "providers_hash": hash,
        "providers": [{
            "provider": {
                "key": registration.carrier, "name": format!("Carrier {}", registration.carrier),
                "alias": null, "tel": null, "homepage": null, "country": null,
            },
            "service_type": null,
            "latest_sync_status": if view.asked_at.is_some() { "Success" } else { "Failure" },
            "latest_sync_time": view.asked_at.map(utc),
            "provider_lang": "en",
            "provider_tips": null,
            "events_hash": hash,
            "events": events,
        }],
    })
}

fn event(number: &str, event: &Event) -> Value {
    let [utc, iso, raw] = times(number, event);
    json!({
        "time_iso": iso, "time_utc": utc, "time_raw": raw,
        "description": event.text,
        "description_translation": null,
        "location": event.place,
        "stage": stage(event),
        "sub_status": event.sub_status,
        "address": address(None, Some(event.place)),
    })
}

/// UTC, local with its offset, and in the carrier's words.
fn times(number: &str, event: &Event) -> [Value; 3] {
    let local = local(event.at);
    let (date, time) = (local.date(), local.time());
    if event.status == "Delivered" && habit::is_delivery_told_in_words(number) {
        return [Value::Null, Value::Null, json!(format!("{date} {time}"))];
    }
    [
        json!(utc(event.at)),
        json!(format!("{local}+01:00")),
        json!({"date": date, "time": time, "timezone": "+01:00"}),
    ]
}

fn stage(event: &Event) -> Option<&'static str> {
    let mut milestones = MILESTONES.iter();
    milestones
        .find(|(_, detail)| *detail == event.sub_status)
        .map(|(stage, _)| *stage)
}

fn milestones(number: &str, view: &View) -> Value {
    let each = MILESTONES.iter().map(|(stage, detail)| {
        let mut events = view.events.iter();
        let reached = events.find(|event| event.sub_status == *detail);
        let [utc, iso, raw] = reached.map_or([Value::Null, Value::Null, Value::Null], |event| {
            times(number, event)
        });
        json!({"key_stage": stage, "time_iso": iso, "time_utc": utc, "time_raw": raw})
    });
    each.collect()
}

fn metrics(view: &View, now: WorldTime) -> Value {
    let first = |is: &dyn Fn(&&Event) -> bool| view.events.iter().rev().find(is);
    let announced = view.events.last();
    let picked_up = first(&|event| event.sub_status == "InTransit_PickedUp");
    let delivered = first(&|event| event.status == "Delivered");
    let days = |from: Option<&Event>, to: WorldTime| {
        from.map_or(0, |event| (to.since(event.at).as_hours() / 24).max(0))
    };
    let done = delivered.map_or(0, |delivered| days(picked_up, delivered.at));
    let promised = |days: i64| {
        let at = picked_up?.at.plus(SignedDuration::from_hours(days * 24));
        Some(format!("{}T00:00:00+01:00", local(at).date()))
    };
    json!({
        "days_after_order": days(announced, now),
        "days_of_transit": days(picked_up, delivered.map_or(now, |event| event.at)),
        "days_of_transit_done": done,
        "days_after_last_update": days(view.events.first(), now),
        "estimated_delivery_date": {
            "source": picked_up.map(|_| "Official"),
            "from": promised(PROMISED_DAYS.0),
            "to": promised(PROMISED_DAYS.1),
        },
    })
}

fn address(country: Option<&str>, city: Option<&str>) -> Value {
    json!({
        "country": country, "state": null, "city": city, "street": null, "postal_code": null,
        "coordinates": {"longitude": null, "latitude": null},
    })
}

/// An instant in whole seconds, as the vendor writes it.
pub(super) fn utc(at: WorldTime) -> String {
    whole_seconds(at).to_string()
}

/// The same on the carrier's clocks.
pub(super) fn local(at: WorldTime) -> DateTime {
    let zone = TimeZone::fixed(OFFSET);
    whole_seconds(at).to_zoned(zone).datetime()
}

fn whole_seconds(at: WorldTime) -> Timestamp {
    Timestamp::from_second(at.0.as_second()).unwrap_or(at.0)
}
