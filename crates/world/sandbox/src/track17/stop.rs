//! Following parcels no longer.

use serde_json::{Value, json};

use super::{
    answer::{Answer, Code, INTERNAL, NOT_REGISTERED, NOT_TRACKING},
    call::Item,
    state::{Registration, STOP, rejected},
};
use crate::{
    app::{App, Instant},
    books::Act,
    faults::Strike,
};

/// Stops what is followed.
pub(super) fn answer(app: &App, items: &[Item], now: Instant, strike: Option<Strike>) -> Answer {
    let (mut taken, mut refused) = (Vec::new(), Vec::new());
    for item in items {
        match stop(app, item, now, strike) {
            Ok(stopped) => taken.extend(stopped),
            Err(code) => refused.push(rejected(item, code)),
        }
    }
    Answer::ok(json!({"accepted": taken, "rejected": refused}))
}

/// All registrations that a number may mean.
fn stop(app: &App, item: &Item, now: Instant, strike: Option<Strike>) -> Result<Vec<Value>, Code> {
    item.check()?;
    let mut state = app.track17();
    let meant: Vec<Registration> = state.meant(item).cloned().collect();
    if meant.is_empty() {
        return Err(NOT_REGISTERED);
    }
    let mut stopped = Vec::new();
    for one in meant {
        if state.view(&one, now.world).ended.is_some() {
            continue;
        }
        let act = Act {
            from: one.carrier.to_string(),
            ..state.act(STOP, &one.number, now, strike)
        };
        app.confirm(&mut *state, act).map_err(|_| INTERNAL)?;
        stopped.push(json!({"number": one.number, "carrier": one.carrier}));
    }
    match stopped.is_empty() {
        true => Err(NOT_TRACKING),
        false => Ok(stopped),
    }
}
