//! A message in an inbox, whoever wrote it, and how it is shown.

use std::sync::Arc;

use homeostat_model::WorldTime;
use serde_json::{Value, json};

use super::{
    answer::Answer,
    state::{Sent, State},
};
use crate::{
    app::App,
    faults::{Fault, Strike},
    world::trade::Letter,
};

/// A label that nobody has heard of.
const NEW_LABEL: &str = "triaged";
/// What headers and envelope add to a text, in bytes.
const ENVELOPE_BYTES: usize = 1_200;
const PREVIEW_CHARS: usize = 100;
/// A picture out of a telephone.
const PICTURE_BYTES: usize = 1_840_233;

/// A message.
#[derive(Debug, Clone)]
pub(super) enum Mail {
    Received(Arc<Letter>),
    Sent(Arc<Sent>),
}

/// An inbox at an instant.
#[derive(Debug)]
pub(super) struct Inbox {
    /// Its address as the vendor spells it.
    pub(super) address: String,
    pub(super) now: WorldTime,
    received: Vec<Arc<Letter>>,
}

impl Inbox {
    /// One of which nobody asks what is in it.
    pub(super) fn at(address: String, now: WorldTime) -> Self {
        Self {
            address,
            now,
            received: Vec::new(),
        }
    }

    /// Finds an inbox and what was written to it.
    ///
    /// # Errors
    /// When there is no such inbox.
    pub(super) fn open(app: &App, address: &str, now: WorldTime) -> Result<Self, Answer> {
        let found = app.trade(now, |trade| {
            let mut shops = trade.shops.iter().enumerate();
            let (nth, shop) = shops.find(|(_, shop)| shop.inbox.eq_ignore_ascii_case(address))?;
            Some(Self {
                address: shop.inbox.clone(),
                now,
                received: trade.letters_to(nth, now).cloned().collect(),
            })
        });
        found.ok_or_else(|| Answer::not_found("Inbox"))
    }

    /// Everything in it, the oldest first.
    pub(super) fn all(&self, state: &State) -> Vec<Mail> {
        let received = self.received.iter().cloned().map(Mail::Received);
        let sent = state.sent.iter();
        let sent = sent.filter(|sent| sent.letter.inbox == self.address);
        let mut all: Vec<Mail> = received.chain(sent.cloned().map(Mail::Sent)).collect();
        all.sort_by(|a, b| a.place().cmp(&b.place()));
        all
    }

    /// One message.
    ///
    /// # Errors
    /// When there is none with that id.
    pub(super) fn find(&self, state: &State, id: &str) -> Result<Mail, Answer> {
        let received = self.received.iter().find(|letter| letter.id == id);
        let received = received.cloned().map(Mail::Received);
        let sent = || {
            let mut own = state.sent.iter();
            let own = own.find(|sent| sent.id == id && sent.letter.inbox == self.address);
            own.cloned().map(Mail::Sent)
        };
        received
            .or_else(sent)
            .ok_or_else(|| Answer::not_found("Message"))
    }

    /// As lists show it.
    pub(super) fn item(&self, mail: &Mail, state: &State) -> Value {
        let (subject, text) = mail.words();
        let (from, to) = match mail {
            Mail::Received(letter) => (sender(letter), self.address.as_str()),
            Mail::Sent(sent) => (self.address.clone(), sent.letter.to.as_str()),
        };
        let at = format!("{:.3}", mail.at().0);
        let words_bytes = text.len() + subject.len() + ENVELOPE_BYTES;
        let mut item = json!({
            "inbox_id": self.address,
            "thread_id": mail.thread(),
            "message_id": mail.id(),
            "labels": mail.labels(state, self.now),
            "timestamp": at,
            "from": from,
            "to": [to],
            "subject": subject,
            "preview": text.chars().take(PREVIEW_CHARS).collect::<String>(),
            "size": words_bytes,
            "created_at": at,
            "updated_at": at,
        });
        match mail {
            Mail::Received(letter) if letter.has_picture => {
                item["attachments"] = json!([picture(letter)]);
                item["size"] = json!(words_bytes + PICTURE_BYTES);
            }
            Mail::Received(_) => {}
            Mail::Sent(sent) => {
                item["in_reply_to"] = json!(sent.answers);
                item["references"] = json!(sent.letter.references);
            }
        }
        item
    }

    /// With its text.
    pub(super) fn whole(&self, mail: &Mail, state: &State) -> Value {
        let mut whole = self.item(mail, state);
        let (_, text) = mail.words();
        whole["text"] = json!(text);
        whole["extracted_text"] = json!(text);
        whole
    }
}

impl Mail {
    pub(super) fn id(&self) -> &str {
        match self {
            Self::Received(letter) => &letter.id,
            Self::Sent(sent) => &sent.id,
        }
    }

    pub(super) fn thread(&self) -> &str {
        match self {
            Self::Received(letter) => &letter.thread,
            Self::Sent(sent) => &sent.letter.thread,
        }
    }

    pub(super) fn at(&self) -> WorldTime {
        match self {
            Self::Received(letter) => letter.sent_at,
            Self::Sent(sent) => sent.at,
        }
    }

    /// Where it stands among the others.
    pub(super) fn place(&self) -> (WorldTime, &str) {
        (self.at(), self.id())
    }

    /// When lists begin to show it.
    pub(super) fn listed_from(&self) -> WorldTime {
        match self {
            Self::Received(letter) => letter.sent_at,
            Self::Sent(sent) => sent.listed_from,
        }
    }

    /// Subject and text.
    pub(super) fn words(&self) -> (&str, &str) {
        match self {
            Self::Received(letter) => (&letter.subject, &letter.text),
            Self::Sent(sent) => (&sent.letter.subject, &sent.letter.text),
        }
    }

    /// Who gets an answer to it.
    pub(super) fn answered_to(&self) -> String {
        match self {
            Self::Received(letter) => sender(letter),
            Self::Sent(sent) => sent.letter.to.clone(),
        }
    }

    /// The messages before an answer to it.
    pub(super) fn references(&self) -> Vec<String> {
        let before = match self {
            Self::Received(_) => &[][..],
            Self::Sent(sent) => &sent.letter.references,
        };
        let all = before.iter().cloned();
        all.chain([self.id().to_owned()]).collect()
    }

    pub(super) fn labels(&self, state: &State, now: WorldTime) -> Vec<String> {
        state.labels(self.id(), self.own_labels(now))
    }

    /// Labels that it has by itself.
    pub(super) fn own_labels(&self, now: WorldTime) -> Vec<String> {
        let words = match self {
            Self::Received(_) => return vec!["received".to_owned(), "unread".to_owned()],
            Self::Sent(sent) if now < sent.settled_at => &["sent"][..],
            Self::Sent(sent) if sent.letter.bounces => &["sent", "bounced"],
            Self::Sent(_) => &["sent", "delivered"],
        };
        let mut own: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        if let Self::Sent(sent) = self {
            own.extend(sent.letter.labels.iter().cloned());
        }
        own
    }
}

/// The picture that a letter comes with, as the vendor lists it.
fn picture(letter: &Letter) -> Value {
    json!({
        "attachment_id": format!("att_{}", letter.thread),
        "filename": "IMG_2041.jpeg",
        "size": PICTURE_BYTES,
        "content_type": "image/jpeg",
        "content_disposition": "attachment",
    })
}

fn sender(letter: &Letter) -> String {
    let from = &letter.from;
    format!("{} {} <{}>", from.first_name, from.last_name, from.email)
}

/// One message with its text.
pub(super) fn answer(
    app: &App,
    inbox: &str,
    id: &str,
    now: WorldTime,
    strike: Option<Strike>,
) -> Result<Answer, Answer> {
    let inbox = Inbox::open(app, inbox, now)?;
    let state = app.agentmail();
    let mail = inbox.find(&state, id)?;
    let mut whole = inbox.whole(&mail, &state);
    match strike.map(|strike| strike.fault) {
        Some(Fault::PartialAnswer) => lose(&mut whole, "extracted_text"),
        Some(Fault::NewWord) => new_label(&mut whole),
        _ => {}
    }
    Ok(Answer::ok(&whole))
}

/// Takes a field away.
pub(super) fn lose(message: &mut Value, name: &str) {
    if let Some(fields) = message.as_object_mut() {
        fields.remove(name);
    }
}

/// Adds a label that nobody has heard of.
pub(super) fn new_label(message: &mut Value) {
    if let Some(labels) = message.get_mut("labels").and_then(Value::as_array_mut) {
        labels.push(json!(NEW_LABEL));
    }
}
