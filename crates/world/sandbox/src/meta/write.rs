//! Changes: into the books first, then into the state, then the reply.

use homeostat_vendors::meta::{Status, micros_per_minor};
use serde_json::json;

use super::{
    call::{Change, Write},
    create, limit,
    state::State,
};
use crate::{
    app::{App, Instant},
    books::Act,
    faults::{Fault, Strike},
    graph::{Answer, Request},
};

/// Does a change. Setting what is already set is accepted and changes nothing.
pub(crate) fn answer(
    app: &App,
    write: &Write,
    request: &Request,
    strike: Option<Strike>,
) -> Result<Answer, Answer> {
    let success = || Answer::ok(json!({"success": true}));
    let options = request.param("execution_options").unwrap_or_default();
    if options.contains("validate_only") {
        return Ok(success());
    }
    let mut meta = app.meta();
    // Under the lock, so that the trade was not told of a later instant before this act is in the books.
    let now = app.now();
    let act = match write {
        Write::Campaign { at, change } => change_campaign(app, &meta, *at, *change, now, strike),
        Write::Create { account, wanted } => create::act(app, &meta, *account, wanted, now),
        Write::Limit { account, change } => limit::act(&mut meta, *account, change, now, strike)?,
    };
    let act = Act {
        request_id: request.reference.clone(),
        fault: strike.map(|strike| strike.fault),
        ..act
    };
    // Not on disk, not done: a restart must not forget what was confirmed.
    meta.books
        .append(act.clone())
        .map_err(|_| Answer::outage())?;
    meta.follow(&act);
    drop(meta);
    app.acts.send_modify(|acts| *acts += 1);
    Ok(match write {
        Write::Create { .. } => create::answer(&act),
        Write::Campaign { .. } | Write::Limit { .. } => success(),
    })
}

/// The act that a change of a campaign is.
fn change_campaign(
    app: &App,
    state: &State,
    at: usize,
    change: Change,
    now: Instant,
    strike: Option<Strike>,
) -> Act {
    let unit = micros_per_minor(state.account_of(at).currency);
    let campaign = &state.campaigns[at];
    let (name, from, to) = match change {
        Change::Status(to) => (
            "set_status",
            campaign.status.as_str().into(),
            to.as_str().into(),
        ),
        Change::DailyBudget { micros } => (
            "set_daily_budget",
            (campaign.daily_budget_micros / unit).to_string(),
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
    Act {
        act: name.to_owned(),
        object: state.world.campaigns[at].id.clone(),
        applied: from != to,
        from,
        to,
        effective_from: now.world.plus(stale),
        delivery_from: now.world.plus(partial.unwrap_or_default()),
        ..blank(state.books.next_n(), now)
    }
}

/// An act of Meta's at an instant, of which nothing else is known yet.
pub(super) fn blank(n: u64, now: Instant) -> Act {
    Act::blank("meta", n, now)
}
