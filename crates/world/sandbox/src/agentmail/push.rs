//! What `AgentMail` tells by itself: that a letter came, that one was sent, and whether that arrived.

use homeostat_model::WorldTime;
use serde_json::{Value, json};

use super::{
    mail::{Inbox, Mail},
    state::{Sent, State},
};
use crate::{
    app::App,
    webhooks::{News, Vendor},
};

/// What happened after `from` and until `to`.
pub(crate) fn news(app: &App, from: WorldTime, to: WorldTime) -> Vec<News> {
    let is_within = |at: WorldTime| from < at && at <= to;
    let received: Vec<_> = app.trade(to, |trade| {
        let letters = trade
            .letters
            .iter()
            .filter(|letter| is_within(letter.sent_at));
        let each = letters.filter_map(|letter| {
            let inbox = &trade.shops.get(letter.shop)?.inbox;
            Some((inbox.clone(), letter.clone()))
        });
        each.collect()
    });
    let state = app.agentmail();
    let received = received.into_iter().map(|(inbox, letter)| {
        let inbox = Inbox::at(inbox, to);
        received_told(&inbox, &Mail::Received(letter), &state)
    });
    let sent = state.sent.iter().flat_map(|sent| {
        let arrived = match sent.letter.bounces {
            true => ("message.bounced", "bounce"),
            false => ("message.delivered", "delivery"),
        };
        let all = [
            (sent.at, ("message.sent", "send")),
            (sent.settled_at, arrived),
        ];
        let new = all.into_iter().filter(move |(at, _)| is_within(*at));
        new.map(move |(_, (topic, part))| sent_told(sent, topic, part))
    });
    received.chain(sent).collect()
}

fn received_told(inbox: &Inbox, mail: &Mail, state: &State) -> News {
    let parts = json!({
        "message": inbox.whole(mail, state),
        "thread": {"inbox_id": inbox.address, "thread_id": mail.thread()},
    });
    event("message.received", mail.id(), parts)
}

fn sent_told(sent: &Sent, topic: &'static str, part: &str) -> News {
    let what = json!({
        "inbox_id": sent.letter.inbox,
        "thread_id": sent.letter.thread,
        "message_id": sent.id,
        "timestamp": sent.at,
        "recipients": [sent.letter.to],
    });
    event(topic, &sent.id, json!({part: what}))
}

fn event(topic: &'static str, id: &str, mut body: Value) -> News {
    let message = id.trim_matches(['<', '>']);
    let name = format!("evt_{topic}_{message}");
    body["type"] = json!("event");
    body["event_type"] = json!(topic);
    body["event_id"] = json!(name);
    News {
        vendor: Vendor::AgentMail,
        brand: None,
        topic,
        name,
        object: id.to_owned(),
        body: body.to_string(),
    }
}
