//! Where parcels are.

use homeostat_model::WorldTime;
use serde_json::{Value, json};

use super::{
    answer::{Answer, Code, INTERNAL, NOT_REGISTERED, NOT_YET},
    call::Item,
    habit,
    state::{Registration, State, rejected},
    tell,
};
use crate::{
    app::App,
    faults::{Fault, Strike},
};

/// What is known of each number.
pub(super) fn answer(app: &App, items: &[Item], now: WorldTime, strike: Option<Strike>) -> Answer {
    let struck = |fault| strike.filter(|strike| strike.fault == fault);
    // An index that is behind does not know the latest registrations.
    let behind = struck(Fault::StaleIndex).map(|strike| app.world_ms(strike.after_ms));
    let known_until = behind.map_or(now, |behind| now.plus(-behind));
    let state = app.track17();
    let (mut taken, mut refused) = (Vec::new(), Vec::new());
    for (nth, item) in items.iter().enumerate() {
        if struck(Fault::PartialAnswer).is_some() && nth % 3 != 2 {
            // The first of three is not mentioned, the second one refused.
            refused.extend((nth % 3 == 1).then(|| rejected(item, INTERNAL)));
            continue;
        }
        match info(&state, item, now, known_until) {
            Ok(told) => taken.extend(told),
            Err(code) => refused.push(rejected(item, code)),
        }
    }
    if let (Some(_), Some(first)) = (struck(Fault::NewWord), taken.first_mut()) {
        let status = &mut first["track_info"]["latest_status"];
        *status = json!({"status": "Rerouted", "sub_status": "Rerouted_Other"});
    }
    taken.reverse();
    Answer::ok(json!({"accepted": taken, "rejected": refused}))
}

/// All registrations that a number may mean.
fn info(
    state: &State,
    item: &Item,
    now: WorldTime,
    known_until: WorldTime,
) -> Result<Vec<Value>, Code> {
    item.check()?;
    let meant = state.meant(item).filter(|one| one.at <= known_until);
    let meant: Vec<&Registration> = meant.collect();
    if meant.is_empty() {
        return Err(NOT_REGISTERED);
    }
    let told = meant.into_iter().filter_map(|one| {
        let view = state.view(one, now);
        let is_told = view.asked_at.is_some() || habit::is_not_found_at_first(&one.number);
        is_told.then(|| tell::entry(one, state.order(&one.number), &view, now))
    });
    let told: Vec<Value> = told.collect();
    match told.is_empty() {
        true => Err(NOT_YET),
        false => Ok(told),
    }
}
