//! A scan that comes before its time, and what auditors are told of parcels.

use std::io;

use homeostat_model::WorldTime;
use serde_json::{Value, json};

use super::{
    state::{Registration, SCAN},
    view::View,
};
use crate::{app::App, books::Act, hurry};

/// Has a parcel of a brand be scanned now as it would be next, and its carrier asked; the least hurried first. `None`
/// when none that is followed goes on.
pub(crate) fn hurry(app: &App, brand: &str) -> io::Result<Option<Value>> {
    let Some(shop) = learn(app, brand, app.now().world) else {
        return Ok(None);
    };
    let mut state = app.track17();
    let now = app.now();
    let goes_on = |one: &&Registration| {
        let order = state.order(&one.number);
        let order = order.filter(|order| order.shop == shop);
        let is_followed = state.view(one, now.world).ended.is_none();
        is_followed && order.is_some_and(|order| View::goes_on(one, order, now.world))
    };
    let going = state.registrations.iter().filter(goes_on);
    let Some(one) = going.min_by_key(|one| one.hurried.len()).cloned() else {
        return Ok(None);
    };
    let act = Act {
        from: one.carrier.to_string(),
        request_id: hurry::hand(),
        ..state.act(SCAN, &one.number, now, None)
    };
    app.confirm(&mut *state, act)?;
    let mut after = state.registrations.iter();
    let after = after.find(|it| it.number == one.number && it.carrier == one.carrier);
    let view = state.view(after.unwrap_or(&one), now.world);
    Ok(Some(json!({"object": one.number, "state": words(&view)})))
}

/// What is known of each parcel of a brand that is followed and whose carrier was asked; `None` when there is no such
/// brand.
pub(crate) fn parcels(app: &App, brand: &str, now: WorldTime) -> Option<Vec<Value>> {
    let shop = learn(app, brand, now)?;
    let state = app.track17();
    let own = state.registrations.iter().filter(|one| {
        let order = state.order(&one.number);
        order.is_some_and(|order| order.shop == shop)
    });
    let told = own.filter_map(|one| {
        let view = state.view(one, now);
        view.asked_at?;
        Some(json!({"parcel": one.number, "state": words(&view)}))
    });
    Some(told.collect())
}

/// Learns the parcels of the trade; where the brand stands among the shops.
fn learn(app: &App, brand: &str, now: WorldTime) -> Option<usize> {
    app.trade(now, |trade| {
        app.track17().learn(trade);
        trade.shop(brand).map(|(nth, _)| nth)
    })
}

fn words(view: &View) -> String {
    format!("{} {}", view.status, view.sub_status)
}
