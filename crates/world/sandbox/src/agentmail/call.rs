//! Which call a request is.

use homeostat_vendors::agentmail::SYSTEM_LABELS;
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{
    answer::Answer,
    request::{Request, texts},
};
use crate::faults::{Class, Fault};

const WHO_AM_I: Class = Class::reads("agentmail.who_am_i", &[]);
const LIST: Class = Class::reads(
    "agentmail.list_messages",
    &[
        Fault::EmptyPage,
        Fault::StaleIndex,
        Fault::PartialAnswer,
        Fault::NewWord,
    ],
);
const MESSAGE: Class = Class::reads(
    "agentmail.get_message",
    &[Fault::PartialAnswer, Fault::NewWord],
);
const THREAD: Class = Class::reads("agentmail.get_thread", &[Fault::StaleIndex]);
const REPLY: Class = Class::writes(
    "agentmail.reply",
    &[Fault::InProgress, Fault::SettleLater, Fault::SettleBadly],
);
const LABELS: Class = Class::writes("agentmail.update_labels", &[Fault::InProgress]);

/// `AgentMail`'s kinds of calls.
pub(crate) const CLASSES: &[Class] = &[WHO_AM_I, LIST, MESSAGE, THREAD, REPLY, LABELS];

/// Most on a page.
const LIMIT_MAX: usize = 100;
const LIMIT: usize = 50;

/// A call, not looked up yet.
#[derive(Debug)]
pub(super) enum Call {
    WhoAmI,
    List(Listing),
    Message { inbox: String, id: String },
    Thread(Threading),
    Reply(Reply),
    Labels(Labels),
}

/// Which messages of an inbox.
#[derive(Debug)]
pub(super) struct Listing {
    pub(super) inbox: String,
    pub(super) after: Option<Timestamp>,
    pub(super) before: Option<Timestamp>,
    /// All of them.
    pub(super) labels: Vec<String>,
    pub(super) ascending: bool,
    pub(super) limit: usize,
    pub(super) page_token: Option<String>,
}

/// A page of a thread.
#[derive(Debug)]
pub(super) struct Threading {
    pub(super) inbox: String,
    pub(super) id: String,
    pub(super) limit: usize,
    pub(super) page_token: Option<String>,
}

/// An answer to a message.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) inbox: String,
    pub(super) id: String,
    pub(super) text: String,
    pub(super) labels: Vec<String>,
    /// Whatever else the request says. Nothing is done with it, but with another of it it is another request.
    pub(super) other: Map<String, Value>,
}

/// Labels to be put on a message and to be taken off.
#[derive(Debug)]
pub(super) struct Labels {
    pub(super) inbox: String,
    pub(super) id: String,
    pub(super) add: Vec<String>,
    pub(super) remove: Vec<String>,
}

impl Call {
    /// Finds the call.
    ///
    /// # Errors
    /// The answer that `AgentMail` gives to such a request.
    pub(super) fn resolve(request: &Request) -> Result<Self, Answer> {
        let path: Vec<&str> = request.path.iter().map(String::as_str).collect();
        let page_token = request.param("page_token").map(str::to_owned);
        match (request.method.as_str(), path.as_slice()) {
            ("GET", ["auth", "me"]) => Ok(Self::WhoAmI),
            ("GET", ["inboxes", inbox, "messages"]) => Ok(Self::List(Listing {
                inbox: (*inbox).to_owned(),
                after: request.parsed("after")?,
                before: request.parsed("before")?,
                labels: request.labels(),
                ascending: request.parsed("ascending")?.unwrap_or(false),
                limit: limit(request)?,
                page_token,
            })),
            ("GET", ["inboxes", inbox, "messages", id]) => Ok(Self::Message {
                inbox: (*inbox).to_owned(),
                id: (*id).to_owned(),
            }),
            ("GET", ["inboxes", inbox, "threads", id]) => Ok(Self::Thread(Threading {
                inbox: (*inbox).to_owned(),
                id: (*id).to_owned(),
                limit: limit(request)?,
                page_token,
            })),
            ("POST", ["inboxes", inbox, "messages", id, "reply"]) => {
                Ok(Self::Reply(reply(request, inbox, id)?))
            }
            ("PATCH", ["inboxes", inbox, "messages", id]) => {
                let body = request.object()?;
                let labels = |name| own_labels(name, texts(&body, name)?);
                Ok(Self::Labels(Labels {
                    inbox: (*inbox).to_owned(),
                    id: (*id).to_owned(),
                    add: labels("add_labels")?,
                    remove: labels("remove_labels")?,
                }))
            }
            _ => Err(Answer::not_found("Route")),
        }
    }

    pub(super) fn class(&self) -> Class {
        match self {
            Self::WhoAmI => WHO_AM_I,
            Self::List(_) => LIST,
            Self::Message { .. } => MESSAGE,
            Self::Thread(_) => THREAD,
            Self::Reply(_) => REPLY,
            Self::Labels(_) => LABELS,
        }
    }

    /// The message, thread or inbox that it is about.
    pub(super) fn object(&self) -> &str {
        match self {
            Self::WhoAmI => "",
            Self::List(Listing { inbox, .. }) => inbox,
            Self::Message { id, .. }
            | Self::Thread(Threading { id, .. })
            | Self::Reply(Reply { id, .. })
            | Self::Labels(Labels { id, .. }) => id,
        }
    }
}

fn limit(request: &Request) -> Result<usize, Answer> {
    match request.parsed("limit")?.unwrap_or(LIMIT) {
        limit @ 1..=LIMIT_MAX => Ok(limit),
        _ => Err(Answer::invalid("limit", "must be 1 to 100")),
    }
}

fn reply(request: &Request, inbox: &str, id: &str) -> Result<Reply, Answer> {
    let mut other = request.object()?;
    let labels = own_labels("labels", texts(&other, "labels")?)?;
    other.remove("labels");
    match other.remove("text") {
        Some(Value::String(text)) if !text.is_empty() => Ok(Reply {
            inbox: inbox.to_owned(),
            id: id.to_owned(),
            text,
            labels,
            other,
        }),
        _ => Err(Answer::invalid("text", "must be text in the sandbox")),
    }
}

/// In lower case, each once. The vendor's own are refused.
fn own_labels(field: &str, labels: Vec<String>) -> Result<Vec<String>, Answer> {
    let mut own: Vec<String> = Vec::new();
    for label in labels {
        let label = label.to_lowercase();
        if SYSTEM_LABELS.contains(&label.as_str()) {
            return Err(Answer::invalid(field, "system labels are read-only"));
        }
        if !own.contains(&label) {
            own.push(label);
        }
    }
    Ok(own)
}
