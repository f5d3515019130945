//! A message: its head, which lists show, and the text, which only the message itself has.
//!
//! The sender decides most of it, so nothing but the ids and the time can make it unreadable.

use jiff::Timestamp;
use serde_json::Value;

use super::{
    client::Client,
    faults::Error,
    ids::{InboxId, MessageId, ThreadId},
    mailbox::{self, Mailbox},
    private::Private,
};
use crate::{
    fault::CallKind,
    wire::{Object, WireError},
};

/// More labels, or ids of earlier messages, are left out.
const TEXTS_MAX: usize = 200;
/// Headers with which mail says that a machine wrote it, and the words that deny it.
const MACHINES: [(&str, &[&str]); 3] = [
    ("auto-submitted", &["no"]),
    ("precedence", &["normal", "first-class", "special-delivery"]),
    ("x-autoreply", &["no"]),
];

/// A message without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Its id.
    pub id: MessageId,
    /// The inbox it is in.
    pub inbox: InboxId,
    /// The thread it belongs to.
    pub thread: ThreadId,
    /// System labels, such as `received` and `unread`, and our own.
    pub labels: Vec<String>,
    /// When it was sent or received.
    pub timestamp: Timestamp,
    /// Who wrote it, as they say. Mail proves no sender; what fails the vendor's check has the label `unauthenticated`.
    pub from: Mailbox,
    /// To whom.
    pub to: Vec<Mailbox>,
    /// Its subject.
    pub subject: Option<Private>,
    /// The message that it answers.
    pub in_reply_to: Option<String>,
    /// The messages before it, oldest first.
    pub references: Vec<String>,
    /// Its size in bytes, attachments included.
    pub size_bytes: Option<u64>,
    /// How many attachments it has.
    pub attachments: usize,
}

/// A message with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// All but the text.
    pub head: Head,
    /// The whole text, with what it quotes.
    pub text: Option<Private>,
    /// The new text, without what it quotes; the whole text where the vendor did not tell them apart.
    pub new_text: Option<Private>,
    /// Whether there is HTML. A message with HTML and no text has something to say all the same.
    pub has_html: bool,
    /// Whether its headers say that a machine wrote it, such as a note of absence. Answering it may begin a loop.
    pub is_automatic: bool,
}

impl Client {
    /// A message with its text.
    ///
    /// # Errors
    /// See [`Error`]; a read has no unknown outcome. An answer that is another message is `Unexpected`.
    pub async fn get_message(&self, inbox: &InboxId, id: &MessageId) -> Result<Message, Error> {
        let path = path(inbox, id);
        let body = self.call(CallKind::Read, self.get(&path, &[])?).await?;
        read_whole(&body, inbox, id).map_err(|error| Error::unexpected(CallKind::Read, error))
    }
}

impl Head {
    /// Whether it carries a label.
    pub fn has_label(&self, label: &str) -> bool {
        self.labels.iter().any(|own| own == label)
    }

    /// Whether we wrote it.
    pub fn is_sent(&self) -> bool {
        self.has_label("sent")
    }
}

pub(super) fn path(inbox: &InboxId, id: &MessageId) -> String {
    format!("inboxes/{}/messages/{}", inbox.in_path(), id.in_path())
}

pub(super) fn read_whole(
    body: &Value,
    inbox: &InboxId,
    id: &MessageId,
) -> Result<Message, WireError> {
    let body = Object::new("", body)?;
    let message = read_message(&body, inbox)?;
    if &message.head.id != id {
        return Err(body.wrong("message_id", "is another message's"));
    }
    Ok(message)
}

pub(super) fn read_message(message: &Object<'_>, inbox: &InboxId) -> Result<Message, WireError> {
    let text = |name| message.get(name).and_then(Value::as_str).map(Private::new);
    let whole = text("text");
    Ok(Message {
        head: read_head(message, inbox)?,
        new_text: text("extracted_text").or_else(|| whole.clone()),
        text: whole,
        has_html: message.get("html").is_some_and(Value::is_string),
        is_automatic: is_automatic(message.get("headers")),
    })
}

/// `inbox` is the one that was asked for. Its spelling may differ in case, as addresses do.
pub(super) fn read_head(message: &Object<'_>, inbox: &InboxId) -> Result<Head, WireError> {
    let theirs: InboxId = message.parse("inbox_id")?;
    if !theirs.as_str().eq_ignore_ascii_case(inbox.as_str()) {
        return Err(message.wrong("inbox_id", "is another inbox"));
    }
    let time = message.text("timestamp")?.parse();
    let timestamp = time.map_err(|_: jiff::Error| {
        message.wrong("timestamp", "must be a time such as 2026-03-02T10:00:00Z")
    })?;
    let text = |name| message.get(name).and_then(Value::as_str);
    Ok(Head {
        id: message.parse("message_id")?,
        inbox: inbox.clone(),
        thread: message.parse("thread_id")?,
        labels: texts(message.get("labels")),
        timestamp,
        from: mailbox::read_sender(message.get("from")),
        to: mailbox::read(message.get("to")),
        subject: text("subject").map(Private::new),
        in_reply_to: text("in_reply_to").map(str::to_owned),
        references: texts(message.get("references")),
        size_bytes: message.get("size").and_then(Value::as_u64),
        attachments: message
            .get("attachments")
            .and_then(Value::as_array)
            .map_or(0, Vec::len),
    })
}

/// A list of texts, or one text with several words. What is no text is left out.
pub(super) fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Array(items)) => {
            let texts = items.iter().filter_map(Value::as_str).map(str::to_owned);
            texts.take(TEXTS_MAX).collect()
        }
        Some(Value::String(text)) => {
            let words = text.split_whitespace().map(str::to_owned);
            words.take(TEXTS_MAX).collect()
        }
        Some(_) | None => Vec::new(),
    }
}

fn is_automatic(headers: Option<&Value>) -> bool {
    let Some(headers) = headers.and_then(Value::as_object) else {
        return false;
    };
    headers.iter().any(|(name, value)| {
        let machine = MACHINES.iter().find(|(m, _)| name.eq_ignore_ascii_case(m));
        let said = value.as_str().map(str::trim);
        machine.zip(said).is_some_and(|((_, denials), said)| {
            !said.is_empty() && !denials.iter().any(|d| said.eq_ignore_ascii_case(d))
        })
    })
}
