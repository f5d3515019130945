//! Answers: one mail for each, and none for a key that has been used.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{
    answer::Answer,
    call::Reply,
    mail::Inbox,
    request::Request,
    state::{Posted, REPLY, Sent, VENDOR},
};
use crate::{
    app::{App, Instant},
    books::Act,
    faults::{Fault, Strike},
};

/// Sends an answer, or tells what was sent with the same key before.
pub(super) fn answer(
    app: &App,
    wanted: &Reply,
    request: &Request,
    now: Instant,
    strike: Option<Strike>,
) -> Result<Answer, Answer> {
    let inbox = Inbox::open(app, &wanted.inbox, now.world)?;
    let mut state = app.agentmail();
    let n = state.books.next_n();
    let act = Act {
        act: REPLY.to_owned(),
        object: wanted.id.clone(),
        request_id: request.reference.clone(),
        fault: strike.map(|strike| strike.fault),
        ..Act::blank(VENDOR, n, now)
    };
    let before = request.key.as_deref();
    let before = before.and_then(|key| state.sent_with(key, now.world));
    if let Some(before) = before {
        if !is_same(&before, wanted, &inbox) {
            return Err(Answer::conflict());
        }
        let again = Act {
            to: before.id.clone(),
            applied: false,
            detail: json!({"inbox": inbox.address, "key": before.letter.key}),
            ..act
        };
        let told = told(&before.id, &before.letter.thread);
        let booked = app.confirm(&mut *state, again);
        return booked.map(|()| told).map_err(|_| Answer::outage());
    }
    let mail = inbox.find(&state, &wanted.id)?;
    let has = |fault| strike.filter(|strike| strike.fault == fault);
    let posted = Posted {
        inbox: inbox.address.clone(),
        thread: mail.thread().to_owned(),
        key: request.key.clone(),
        to: mail.answered_to(),
        subject: answered(mail.words().0),
        text: wanted.text.clone(),
        labels: wanted.labels.clone(),
        other: wanted.other.clone(),
        references: mail.references(),
        bounces: has(Fault::SettleBadly).is_some(),
    };
    let later = has(Fault::SettleLater).or(has(Fault::SettleBadly));
    let later = later.map_or(0, |strike| strike.after_ms);
    let id = format!("<0100{n:012x}@agentmail.example>");
    let told = told(&id, &posted.thread);
    let listed = app.desk().list_lag_ms(n);
    let act = Act {
        to: id,
        effective_from: now.world.plus(app.world_ms(listed)),
        delivery_from: now.world.plus(travels(n)).plus(app.world_ms(later)),
        detail: serde_json::to_value(posted).unwrap_or(Value::Null),
        ..act
    };
    let booked = app.confirm(&mut *state, act);
    booked.map(|()| told).map_err(|_| Answer::outage())
}

fn told(id: &str, thread: &str) -> Answer {
    Answer::ok(&json!({"message_id": id, "thread_id": thread}))
}

fn is_same(before: &Sent, wanted: &Reply, inbox: &Inbox) -> bool {
    let letter = &before.letter;
    letter.inbox == inbox.address
        && before.answers == wanted.id
        && letter.text == wanted.text
        && letter.labels == wanted.labels
        && letter.other == wanted.other
}

/// As mail programs do it, once.
fn answered(subject: &str) -> String {
    if subject.to_lowercase().starts_with("re:") {
        return subject.to_owned();
    }
    format!("Re: {subject}")
}

/// How long the `n`th mail takes to arrive.
fn travels(n: u64) -> SignedDuration {
    SignedDuration::from_secs(3 + i64::try_from(n % 7).unwrap_or(0) * 8)
}
