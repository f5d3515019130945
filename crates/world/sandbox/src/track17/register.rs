//! Following parcels: each number by itself, into the books first.

use serde_json::{Value, json};

use super::{
    answer::{ALREADY_THERE, Answer, BAD_CARRIER, Code, INTERNAL, NO_CARRIER, QUOTA_USED_UP},
    call::Item,
    habit,
    limit::{self, FILLED_UP_AFTER},
    state::{REGISTER, RUN_OUT, State, rejected},
};
use crate::{
    app::{App, Instant},
    books::Act,
    faults::{Fault, Strike},
};

/// Carriers that it knows beside those of the trade's parcels: China Post, Correios, `YanWen`, `FedEx`.
const CARRIERS: [u32; 5] = [7_041, 3_011, 2_151, 190_012, 100_003];

/// Follows what can be followed.
pub(super) fn answer(app: &App, items: &[Item], now: Instant, strike: Option<Strike>) -> Answer {
    let ends_within = strike.is_some_and(|strike| strike.fault == Fault::PartialAnswer);
    let (mut taken, mut refused) = (Vec::new(), Vec::new());
    for (nth, item) in items.iter().enumerate() {
        // The first half of the call is what the quota was still enough for.
        let is_over = ends_within && nth >= items.len().div_ceil(2);
        match register(app, item, now, strike, is_over) {
            Ok(entry) => taken.push(entry),
            Err(code) => refused.push(rejected(item, code)),
        }
    }
    // Nobody promised an order.
    taken.reverse();
    Answer::ok(json!({"accepted": taken, "rejected": refused}))
}

/// One number. The state is free between two of them, since each one waits for the disk.
fn register(
    app: &App,
    item: &Item,
    now: Instant,
    strike: Option<Strike>,
    is_over: bool,
) -> Result<Value, Code> {
    item.check()?;
    let mut state = app.track17();
    if state.meant(item).next().is_some() {
        return Err(ALREADY_THERE);
    }
    let carrier = carrier(&state, item)?;
    if is_over && limit::full(&state, now.world).is_none() {
        let act = Act {
            effective_from: now.world.plus(FILLED_UP_AFTER),
            ..state.act(RUN_OUT, "", now, strike)
        };
        app.confirm(&mut *state, act).map_err(|_| INTERNAL)?;
        return Err(QUOTA_USED_UP);
    }
    if let Some(code) = limit::full(&state, now.world) {
        return Err(code);
    }
    let act = Act {
        to: carrier.to_string(),
        detail: json!({"tag": item.tag, "param": item.param}),
        ..state.act(REGISTER, &item.number, now, strike)
    };
    app.confirm(&mut *state, act).map_err(|_| INTERNAL)?;
    Ok(json!({
        "origin": 1, "number": item.number, "carrier": carrier, "email": null,
        "tag": item.tag, "lang": null,
    }))
}

fn carrier(state: &State, item: &Item) -> Result<u32, Code> {
    if let Some(carrier) = item.carrier {
        let known = CARRIERS.contains(&carrier);
        return known.then_some(carrier).ok_or(BAD_CARRIER);
    }
    if let Some(order) = state.order(&item.number) {
        let hidden = habit::is_carrier_hidden(&item.number);
        return if hidden {
            Err(NO_CARRIER)
        } else {
            Ok(order.parcel.carrier)
        };
    }
    // Two letters, nine digits and a country, as posts number their parcels.
    let post = |country| item.number.len() == 13 && item.number.ends_with(country);
    match () {
        () if post("CN") => Ok(3_011),
        () if post("BR") => Ok(2_151),
        () => Err(NO_CARRIER),
    }
}
