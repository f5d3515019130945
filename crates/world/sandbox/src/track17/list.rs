//! All registrations, 40 to a page, the first made first.

use homeostat_model::WorldTime;
use serde_json::{Value, json};

use super::{
    answer::Answer,
    call::Asked,
    state::{Registration, State},
    tell::{local, utc},
};
use crate::{
    app::App,
    faults::{Fault, Strike},
};

const PAGE: usize = 40;

/// A page of registrations.
pub(super) fn answer(app: &App, asked: &Asked, now: WorldTime, strike: Option<Strike>) -> Answer {
    let struck = |fault| strike.filter(|strike| strike.fault == fault);
    let behind = struck(Fault::StaleIndex).map(|strike| app.world_ms(strike.after_ms));
    let known_until = behind.map_or(now, |behind| now.plus(-behind));
    let state = app.track17();
    let rows = state.registrations.iter().filter(|one| {
        let is_named = asked.numbers.is_empty() || asked.numbers.contains(&one.number);
        let wanted = asked.tracking.as_deref();
        let is_so = wanted.is_none_or(|wanted| wanted == tracking(&state, one, now));
        is_named && is_so && one.at <= known_until
    });
    let rows: Vec<&Registration> = rows.collect();
    let page = rows.iter().skip((asked.page_no - 1).saturating_mul(PAGE));
    let mut told: Vec<Value> = page.take(PAGE).map(|one| row(&state, one, now)).collect();
    if let (Some(_), Some(first)) = (struck(Fault::NewWord), told.first_mut()) {
        first["tracking_status"] = json!("Suspended");
    }
    Answer::whole(&json!({
        "page": {
            "data_total": rows.len(), "page_total": rows.len().div_ceil(PAGE),
            "page_no": asked.page_no, "page_size": PAGE,
        },
        "code": 0,
        "data": {"accepted": told},
    }))
}

fn tracking(state: &State, one: &Registration, now: WorldTime) -> &'static str {
    match state.view(one, now).ended {
        Some(_) => "Stopped",
        None => "Tracking",
    }
}

fn row(state: &State, one: &Registration, now: WorldTime) -> Value {
    let view = state.view(one, now);
    let latest = view.events.first();
    let delivered = view.events.iter().find(|event| event.status == "Delivered");
    json!({
        "number": one.number,
        "param": one.param,
        "carrier": one.carrier,
        "final_carrier": 0,
        "register_time": utc(one.at),
        "tracking_status": tracking(state, one, now),
        "package_status": view.status,
        "track_time": view.asked_at.map(utc),
        "push_time": null,
        "push_status": "NotPushed",
        "push_status_code": null,
        "stop_track_time": view.ended.map(|(at, _)| utc(at)),
        "stop_track_reason": view.ended.map(|(_, reason)| reason),
        "is_retracked": false,
        "carrier_change_count": 0,
        "tag": one.tag,
        "order_no": null,
        "latest_event_time": latest.map(|event| format!("{}+01:00", local(event.at))),
        "latest_event_info": latest.map(|event| event.text),
        // The vendor's spelling.
        "delievery_time": delivered.map(|event| utc(event.at)),
        "pickup_time": "",
    })
}
