//! Changes of a message's labels.

use serde_json::{Value, json};

use super::{
    answer::Answer,
    call::Labels,
    mail::Inbox,
    request::Request,
    state::{Change, UPDATE_LABELS, VENDOR},
};
use crate::{
    app::{App, Instant},
    books::Act,
    faults::Strike,
};

/// Changes them, and tells them as they are then.
pub(super) fn answer(
    app: &App,
    wanted: &Labels,
    request: &Request,
    now: Instant,
    strike: Option<Strike>,
) -> Result<Answer, Answer> {
    let inbox = Inbox::open(app, &wanted.inbox, now.world)?;
    let mut state = app.agentmail();
    let mail = inbox.find(&state, &wanted.id)?;
    let change = Change {
        inbox: inbox.address.clone(),
        add: wanted.add.clone(),
        remove: wanted.remove.clone(),
    };
    let own = mail.own_labels(now.world);
    let before = state.labels(&wanted.id, own.clone());
    let after = state.labels_after(&wanted.id, own, &change);
    let act = Act {
        act: UPDATE_LABELS.to_owned(),
        object: wanted.id.clone(),
        from: before.join(","),
        to: after.join(","),
        request_id: request.reference.clone(),
        applied: before != after,
        detail: serde_json::to_value(change).unwrap_or(Value::Null),
        fault: strike.map(|strike| strike.fault),
        ..Act::blank(VENDOR, state.books.next_n(), now)
    };
    let booked = app.confirm(&mut *state, act);
    booked.map_err(|_| Answer::outage())?;
    Ok(Answer::ok(&json!({
        "message_id": wanted.id,
        "labels": after,
    })))
}
