//! Changes: into the books first, then into the state, then the reply.

use homeostat_vendors::meta::{Status, micros_per_minor};
use serde_json::json;

use super::call::Change;
use crate::{
    app::{App, Instant},
    books::Act,
    faults::{Fault, Strike},
    graph::{Answer, Request},
};

/// Does a change. Setting what is already set is accepted and changes nothing.
pub(crate) fn answer(
    app: &App,
    campaign: usize,
    change: Change,
    now: Instant,
    request: &Request,
    strike: Option<Strike>,
) -> Result<Answer, Answer> {
    let success = Answer::ok(json!({"success": true}));
    let options = request.param("execution_options").unwrap_or_default();
    if options.contains("validate_only") {
        return Ok(success);
    }
    let mut meta = app.meta();
    let unit = micros_per_minor(meta.account_of(campaign).currency);
    let state = &meta.campaigns[campaign];
    let (name, from, to) = match change {
        Change::Status(to) => (
            "set_status",
            state.status.as_str().into(),
            to.as_str().into(),
        ),
        Change::DailyBudget { micros } => (
            "set_daily_budget",
            (state.daily_budget_micros / unit).to_string(),
            (micros / unit).to_string(),
        ),
    };
    let lag = |fault| match strike {
        Some(strike) if strike.fault == fault => Some(app.world_ms(strike.after_ms)),
        _ => None,
    };
    let pauses = matches!(change, Change::Status(Status::Paused));
    let partial = lag(Fault::PartialPause).filter(|_| pauses);
    let stale = partial.or(lag(Fault::StaleStatus)).unwrap_or_default();
    let act = Act {
        n: meta.books.next_n(),
        at_wall: now.wall,
        at_world: now.world,
        vendor: "meta".to_owned(),
        act: name.to_owned(),
        object: meta.world.campaigns[campaign].id.clone(),
        applied: from != to,
        from,
        to,
        request_id: request.reference.clone(),
        effective_from: now.world.plus(stale),
        delivery_from: now.world.plus(partial.unwrap_or_default()),
        fault: strike.map(|strike| strike.fault),
    };
    // Not on disk, not done: a restart must not forget what was confirmed.
    meta.books
        .append(act.clone())
        .map_err(|_| Answer::outage())?;
    meta.follow(campaign, &act);
    drop(meta);
    app.acts.send_replace(act.n);
    Ok(success)
}
