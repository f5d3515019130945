//! What 17TRACK tells by itself: that a carrier told it something new of a parcel, or that somebody stopped following one.
//! *Limits.* That it gave a parcel up by itself is not told.

use homeostat_model::WorldTime;
use serde_json::json;

use super::{tell, view::View};
use crate::{
    app::App,
    webhooks::{News, Vendor},
};

/// What was learnt after `from` and until `to`.
pub(crate) fn news(app: &App, from: WorldTime, to: WorldTime) -> Vec<News> {
    app.trade(to, |trade| app.track17().learn(trade));
    let state = app.track17();
    let mut news = Vec::new();
    for one in &state.registrations {
        let number = &one.number;
        if one.stopped_at.is_some_and(|at| from < at && at <= to) {
            let data = json!({"number": number, "carrier": one.carrier, "param": one.param, "tag": one.tag});
            let body = json!({"event": "TRACKING_STOPPED", "data": data});
            news.push(of(number, "TRACKING_STOPPED", to, body.to_string()));
        }
        // Nothing is new before the carrier is asked again.
        if !View::is_asked_between(one, from, to) {
            continue;
        }
        let order = state.order(number);
        let (before, after) = (View::new(one, order, from), View::new(one, order, to));
        let told = |view: &View| (view.events.len(), view.status, view.sub_status);
        if after.ended.is_none() && told(&before) != told(&after) {
            let data = tell::entry(one, order, &after, to);
            let body = json!({"event": "TRACKING_UPDATED", "data": data});
            news.push(of(number, "TRACKING_UPDATED", to, body.to_string()));
        }
    }
    news
}

fn of(number: &str, topic: &'static str, at: WorldTime, body: String) -> News {
    News {
        vendor: Vendor::Track17,
        brand: None,
        topic,
        name: format!("{topic}:{number}:{}", at.0.as_millisecond()),
        object: number.to_owned(),
        body,
    }
}
