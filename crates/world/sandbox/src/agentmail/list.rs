//! Pages of an inbox and of a thread.
//!
//! A token names the last message of its page, so a page is the same whatever arrives meanwhile.

use homeostat_model::WorldTime;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{
    answer::Answer,
    call::{Listing, Threading},
    mail::{self, Inbox, Mail},
    state::State,
};
use crate::{
    app::App,
    faults::{Fault, Strike},
};

/// Where a page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Cursor {
    /// The last message that was shown; none before the first page.
    last: Option<(WorldTime, String)>,
    /// The page before was an empty one that a fault had put there.
    after_empty: bool,
}

/// A page of an inbox's messages.
pub(super) fn messages(
    app: &App,
    listing: &Listing,
    now: WorldTime,
    strike: Option<Strike>,
) -> Result<Answer, Answer> {
    let cursor = Cursor::read(listing.page_token.as_deref())?;
    let fault = strike.map(|strike| strike.fault);
    if fault == Some(Fault::EmptyPage) && !cursor.after_empty {
        let next = Cursor {
            after_empty: true,
            ..cursor
        };
        let page = json!({"count": 0, "messages": [], "next_page_token": next.token()});
        return Ok(Answer::ok(&page));
    }
    let inbox = Inbox::open(app, &listing.inbox, now)?;
    let state = app.agentmail();
    let known_until = known_until(app, now, strike);
    let mut found = inbox.all(&state);
    found.retain(|mail| {
        let at = mail.at();
        mail.listed_from() <= known_until
            && listing.after.is_none_or(|after| after < at.0)
            && listing.before.is_none_or(|before| at.0 < before)
            && has_labels(mail, &listing.labels, &state, now)
    });
    if !listing.ascending {
        found.reverse();
    }
    if let Some((at, id)) = &cursor.last {
        let last = (*at, id.as_str());
        found.retain(|mail| match listing.ascending {
            true => last < mail.place(),
            false => mail.place() < last,
        });
    }
    let more = found.len() > listing.limit;
    found.truncate(listing.limit);
    let items = found.iter().map(|mail| inbox.item(mail, &state));
    let mut items: Vec<Value> = items.collect();
    match (fault, items.first_mut()) {
        (Some(Fault::PartialAnswer), Some(first)) => mail::lose(first, "timestamp"),
        (Some(Fault::NewWord), Some(first)) => mail::new_label(first),
        _ => {}
    }
    let next = found.last().filter(|_| more);
    Ok(page(
        json!({
            "count": items.len(),
            "limit": listing.limit,
            "messages": items,
        }),
        next,
    ))
}

/// A page of a thread: the newest messages first, the oldest first within the page.
pub(super) fn thread(
    app: &App,
    wanted: &Threading,
    now: WorldTime,
    strike: Option<Strike>,
) -> Result<Answer, Answer> {
    let cursor = Cursor::read(wanted.page_token.as_deref())?;
    let inbox = Inbox::open(app, &wanted.inbox, now)?;
    let state = app.agentmail();
    let known_until = known_until(app, now, strike);
    let mut whole = inbox.all(&state);
    whole.retain(|mail| mail.thread() == wanted.id && mail.listed_from() <= known_until);
    let (Some(first), Some(last)) = (whole.first(), whole.last()) else {
        return Err(Answer::not_found("Thread"));
    };
    let mut labels: Vec<String> = Vec::new();
    for label in whole.iter().flat_map(|mail| mail.labels(&state, now)) {
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    let mut head = json!({
        "inbox_id": inbox.address,
        "thread_id": wanted.id,
        "labels": labels,
        "timestamp": format!("{:.3}", last.at().0),
        "senders": [first.answered_to()],
        "recipients": [inbox.address],
        "subject": first.words().0,
        "last_message_id": last.id(),
        "message_count": whole.len(),
        "size": whole.iter().map(|mail| mail.words().1.len()).sum::<usize>(),
        "created_at": format!("{:.3}", first.at().0),
        "updated_at": format!("{:.3}", last.at().0),
        "limit": wanted.limit,
    });
    if let Some((at, id)) = &cursor.last {
        whole.retain(|mail| mail.place() < (*at, id.as_str()));
    }
    let from = whole.len().saturating_sub(wanted.limit);
    let shown = whole.split_off(from);
    head["count"] = json!(shown.len());
    head["messages"] = shown.iter().map(|mail| inbox.whole(mail, &state)).collect();
    Ok(page(head, shown.first().filter(|_| from > 0)))
}

/// The last instant that lists know of.
fn known_until(app: &App, now: WorldTime, strike: Option<Strike>) -> WorldTime {
    let behind = match strike {
        Some(strike) if strike.fault == Fault::StaleIndex => app.world_ms(strike.after_ms),
        _ => SignedDuration::ZERO,
    };
    now.plus(-behind)
}

fn has_labels(mail: &Mail, wanted: &[String], state: &State, now: WorldTime) -> bool {
    if wanted.is_empty() {
        return true;
    }
    let own = mail.labels(state, now);
    wanted.iter().all(|label| own.contains(label))
}

fn page(mut body: Value, next_after: Option<&Mail>) -> Answer {
    if let Some(mail) = next_after {
        let cursor = Cursor {
            last: Some((mail.at(), mail.id().to_owned())),
            after_empty: false,
        };
        body["next_page_token"] = json!(cursor.token());
    }
    Answer::ok(&body)
}

impl Cursor {
    fn read(token: Option<&str>) -> Result<Self, Answer> {
        let Some(token) = token else {
            return Ok(Self {
                last: None,
                after_empty: false,
            });
        };
        let read = || {
            let text = String::from_utf8(hex::decode(token).ok()?).ok()?;
            let mut parts = text.splitn(3, ' ');
            let (kind, at, id) = (parts.next()?, parts.next()?, parts.next()?);
            let last = match at {
                "-" => None,
                at => Some((WorldTime(at.parse().ok()?), id.to_owned())),
            };
            let after_empty = kind == "empty";
            Some(Self { last, after_empty })
        };
        read().ok_or_else(|| Answer::invalid("page_token", "is none of ours"))
    }

    fn token(&self) -> String {
        let kind = if self.after_empty { "empty" } else { "page" };
        let text = match &self.last {
            None => format!("{kind} - "),
            Some((at, id)) => format!("{kind} {at} {id}"),
        };
        hex::encode(text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::world::ORIGIN;

    proptest! {
        #[test]
        fn a_token_is_read_as_it_was_written(id in "\\PC{0,20}", after_empty: bool, some: bool, ns in 0_i64..1 << 40) {
            let last = some.then(|| (ORIGIN.plus(SignedDuration::from_nanos(ns)), id));
            let cursor = Cursor { last, after_empty };
            let read = Cursor::read(Some(&cursor.token()));
            prop_assert_eq!(read.unwrap(), cursor);
        }

        #[test]
        fn any_token_is_a_place_or_refused(token in "[0-9a-f]{0,60}|\\PC{0,20}") {
            let _told = Cursor::read(Some(&token));
        }
    }
}
