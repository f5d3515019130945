//! Replies and labels. Each is sent at most once per call.
//!
//! *Replies.* The vendor keeps an idempotency key for 24 hours after the reply was sent: within them the same request
//! with the same key gives the first one's ids and no second mail. Later a lost reply is looked for in its thread. The
//! same key with another text is a conflict: this text was not sent, and the first one was.
//! *Labels.* Adding or removing one twice leaves the same state. The last writer wins, so a label is no claim.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::{
    client::Client,
    faults::Error,
    ids::{InboxId, MessageId, ThreadId},
    message::{self, texts},
    private::Private,
};
use crate::{
    fault::CallKind,
    wire::{Object, WireError},
};

/// The vendor takes no larger request, in bytes.
pub const REQUEST_BYTES_MAX: usize = 6_000_000;
/// Longest key that is sent, in bytes.
pub const IDEMPOTENCY_KEY_BYTES_MAX: usize = 255;
/// Labels that only the vendor sets.
pub const SYSTEM_LABELS: [&str; 8] = [
    "received",
    "sent",
    "delivered",
    "bounced",
    "complained",
    "delayed",
    "rejected",
    "opened",
];

const LABEL_BYTES_MAX: usize = 100;
const LABELS_MAX: usize = 20;

/// A reply to be sent to whoever wrote the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReply {
    /// What it says, as plain text.
    pub text: Private,
    /// Labels of our own that it carries, in lower case.
    pub labels: Vec<String>,
}

/// A reply that the vendor has taken. Whether it arrives is told later, by labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Its id.
    pub message: MessageId,
    /// The thread it went to.
    pub thread: ThreadId,
}

/// Labels to be put on a message and to be taken off.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LabelChange {
    /// To put on, in lower case.
    pub add: Vec<String>,
    /// To take off. The vendor's own can be neither put on nor taken off, but for `unread`.
    pub remove: Vec<String>,
}

impl Client {
    /// Answers a message. `reference` (may be empty) names the act for whoever compares books; AgentMail ignores it.
    ///
    /// # Errors
    /// See [`Error`]. After an unknown outcome, send the very same again with the same key within 24 hours, or look
    /// into the thread.
    pub async fn reply(
        &self,
        inbox: &InboxId,
        message: &MessageId,
        reply: &NewReply,
        idempotency_key: &str,
        reference: &str,
    ) -> Result<Sent, Error> {
        let request = self.reply_request(inbox, message, reply, idempotency_key, reference)?;
        let body = self.call(CallKind::Write, request).await?;
        sent(&body).map_err(|error| Error::unexpected(CallKind::Write, error))
    }

    /// Changes a message's labels, and gives them as they are now.
    ///
    /// # Errors
    /// See [`Error`]. After an unknown outcome, read the message or do it again.
    pub async fn update_labels(
        &self,
        inbox: &InboxId,
        message: &MessageId,
        change: &LabelChange,
        reference: &str,
    ) -> Result<Vec<String>, Error> {
        let request = self.labels_request(inbox, message, change, reference)?;
        let body = self.call(CallKind::Write, request).await?;
        labelled(&body, message).map_err(|error| Error::unexpected(CallKind::Write, error))
    }

    pub(super) fn reply_request(
        &self,
        inbox: &InboxId,
        message: &MessageId,
        reply: &NewReply,
        idempotency_key: &str,
        reference: &str,
    ) -> Result<RequestBuilder, Error> {
        check_key(idempotency_key)?;
        check_labels("labels", &reply.labels)?;
        if reply.text.expose().trim().is_empty() {
            return Err(bad("text", "must not be empty".to_owned()));
        }
        let mut body = json!({"text": reply.text.expose()});
        if !reply.labels.is_empty() {
            body["labels"] = json!(reply.labels);
        }
        let path = format!("{}/reply", message::path(inbox, message));
        let request = self.write(Method::POST, &path, &body, reference)?;
        Ok(request.header("idempotency-key", idempotency_key))
    }

    pub(super) fn labels_request(
        &self,
        inbox: &InboxId,
        message: &MessageId,
        change: &LabelChange,
        reference: &str,
    ) -> Result<RequestBuilder, Error> {
        check_labels("add_labels", &change.add)?;
        check_labels("remove_labels", &change.remove)?;
        if change.add.is_empty() && change.remove.is_empty() {
            return Err(bad("add_labels", "changes nothing".to_owned()));
        }
        if let Some(both) = change
            .add
            .iter()
            .find(|label| change.remove.contains(label))
        {
            let problem = format!("{both:?} is to be removed as well");
            return Err(bad("add_labels", problem));
        }
        let mut body = json!({});
        for (name, labels) in [
            ("add_labels", &change.add),
            ("remove_labels", &change.remove),
        ] {
            if !labels.is_empty() {
                body[name] = json!(labels);
            }
        }
        let path = message::path(inbox, message);
        self.write(Method::PATCH, &path, &body, reference)
    }

    fn write(
        &self,
        method: Method,
        path: &str,
        body: &Value,
        reference: &str,
    ) -> Result<RequestBuilder, Error> {
        if reference.len() > 200 || reference.bytes().any(|b| !(0x20..0x7f).contains(&b)) {
            let problem = "must be up to 200 printable ASCII characters";
            return Err(bad("reference", problem.to_owned()));
        }
        let body = body.to_string().into_bytes();
        if body.len() > REQUEST_BYTES_MAX {
            let problem = format!("makes {} bytes, most is {REQUEST_BYTES_MAX}", body.len());
            return Err(bad("text", problem));
        }
        let request = self.with_body(method, path, body)?;
        Ok(match reference {
            "" => request,
            reference => request.header("x-client-reference", reference),
        })
    }
}

/// Anything but both ids leaves the outcome open.
pub(super) fn sent(body: &Value) -> Result<Sent, WireError> {
    let body = Object::new("", body)?;
    Ok(Sent {
        message: body.parse("message_id")?,
        thread: body.parse("thread_id")?,
    })
}

pub(super) fn labelled(body: &Value, message: &MessageId) -> Result<Vec<String>, WireError> {
    let body = Object::new("", body)?;
    if body.parse::<MessageId>("message_id")? != *message {
        return Err(body.wrong("message_id", "is another message's"));
    }
    match body.get("labels") {
        labels @ Some(Value::Array(_)) => Ok(texts(labels)),
        Some(_) => Err(body.wrong("labels", "must be a list")),
        None => Err(body.wrong("labels", "is missing")),
    }
}

fn bad(field: &'static str, problem: String) -> Error {
    Error::Request { field, problem }
}

fn check_key(key: &str) -> Result<(), Error> {
    let is_sound = (1..=IDEMPOTENCY_KEY_BYTES_MAX).contains(&key.len())
        && key.bytes().all(|byte| byte.is_ascii_graphic());
    if is_sound {
        return Ok(());
    }
    let problem =
        format!("must be 1 to {IDEMPOTENCY_KEY_BYTES_MAX} ASCII characters without spaces");
    Err(bad("idempotency_key", problem))
}

fn check_labels(field: &'static str, labels: &[String]) -> Result<(), Error> {
    if labels.len() > LABELS_MAX {
        let problem = format!("{} labels, most is {LABELS_MAX}", labels.len());
        return Err(bad(field, problem));
    }
    for label in labels {
        if SYSTEM_LABELS.contains(&label.as_str()) {
            return Err(bad(field, format!("{label:?} is set by AgentMail alone")));
        }
        let is_sound = (1..=LABEL_BYTES_MAX).contains(&label.len())
            && !label.chars().any(|c| c.is_control() || c.is_uppercase())
            && label.trim() == label;
        if !is_sound {
            let problem = format!(
                "{label:?} must be 1 to {LABEL_BYTES_MAX} bytes in lower case, without spaces around it"
            );
            return Err(bad(field, problem));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use homeostat_model::{Classify, Fault};

    use super::{
        super::{
            config::Config,
            list::{Query, check_limit},
        },
        *,
    };

    fn client() -> Client {
        Client::new(Config::new("am_demo".into())).unwrap()
    }

    fn inbox() -> InboxId {
        "support@shop.example".parse().unwrap()
    }

    fn id() -> MessageId {
        "<1@mail.example>".parse().unwrap()
    }

    fn problem(error: &Error) -> (&'static str, Fault) {
        match error {
            Error::Request { field, .. } => (field, error.fault()),
            other => panic!("{other:?} is no Request"),
        }
    }

    #[test]
    fn what_cannot_be_sent_is_refused_before_sending_and_named() {
        let reply = |text: &str, labels: &[&str], key: &str, reference: &str| {
            let reply = NewReply {
                text: Private::new(text),
                labels: labels.iter().map(|label| (*label).to_owned()).collect(),
            };
            let request = client().reply_request(&inbox(), &id(), &reply, key, reference);
            request.map(|_| ()).map_err(|error| problem(&error))
        };
        assert_eq!(reply("Hi", &["auto-reply"], "k", ""), Ok(()));
        let named = |field| Err((field, Fault::Permanent));
        assert_eq!(reply(" \n", &[], "k", ""), named("text"));
        assert_eq!(
            reply(&"x".repeat(REQUEST_BYTES_MAX), &[], "k", ""),
            named("text")
        );
        // Escaped it is six times as long.
        assert_eq!(
            reply(&"\u{1}".repeat(REQUEST_BYTES_MAX / 6), &[], "k", ""),
            named("text")
        );
        for key in ["", "a b", "a\r\nx: y", "ä", &"k".repeat(256)] {
            assert_eq!(
                reply("Hi", &[], key, ""),
                named("idempotency_key"),
                "{key:?}"
            );
        }
        for reference in ["a\nb", "ä", &"r".repeat(201)] {
            assert_eq!(
                reply("Hi", &[], "k", reference),
                named("reference"),
                "{reference:?}"
            );
        }
        let long = "l".repeat(101);
        for label in SYSTEM_LABELS
            .into_iter()
            .chain(["", "Upper", " a", "a\n", &long])
        {
            assert_eq!(reply("Hi", &[label], "k", ""), named("labels"), "{label:?}");
        }
        assert_eq!(reply("Hi", &["x"; 21], "k", ""), named("labels"));

        let change = |add: &[&str], remove: &[&str]| {
            let owned = |labels: &[&str]| labels.iter().map(|l| (*l).to_owned()).collect();
            let change = LabelChange {
                add: owned(add),
                remove: owned(remove),
            };
            let request = client().labels_request(&inbox(), &id(), &change, "");
            request.map(|_| ()).map_err(|error| problem(&error))
        };
        assert_eq!(change(&["a"], &["unread"]), Ok(()));
        assert_eq!(change(&[], &[]), named("add_labels"));
        assert_eq!(change(&["a"], &["a"]), named("add_labels"));
        assert_eq!(change(&[], &["sent"]), named("remove_labels"));
        for limit in [0, 101] {
            let query = Query {
                limit,
                ..Query::default()
            };
            let error = client().list_request(&inbox(), &query, None).unwrap_err();
            assert_eq!(problem(&error).0, "limit");
            assert_eq!(problem(&check_limit(limit).unwrap_err()).0, "limit");
        }
    }
}
