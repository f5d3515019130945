//! A thread with its messages: where a reply whose answer was lost is looked for.

use serde_json::Value;

use super::{
    client::Client,
    faults::Error,
    ids::{InboxId, MessageId, ThreadId},
    list::{check_limit, next},
    message::{Message, read_message, texts},
};
use crate::{
    fault::CallKind,
    wire::{Object, WireError},
};

/// A page of a thread. The first page has the newest messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    /// Its id.
    pub id: ThreadId,
    /// Its labels.
    pub labels: Vec<String>,
    /// Messages in the whole thread, as the vendor counts them.
    pub message_count: Option<u64>,
    /// The messages of this page, the oldest first. One that cannot be read is in `unreadable`.
    pub messages: Vec<Message>,
    /// What could not be read: the field and what is wrong with it.
    pub unreadable: Vec<String>,
    /// Where the page with older messages begins.
    pub next: Option<String>,
}

impl Client {
    /// One page of a thread with up to `limit` messages, 1 to [`LIMIT_MAX`](super::LIMIT_MAX). `page_token` is the [`Thread::next`] of
    /// the page before.
    ///
    /// # Errors
    /// See [`Error`]; a read has no unknown outcome. Letters can be long: a page that is too large
    /// ([`NoAnswer::TooLarge`](crate::NoAnswer::TooLarge)) is asked for again with a smaller limit.
    pub async fn get_thread(
        &self,
        inbox: &InboxId,
        id: &ThreadId,
        limit: u16,
        page_token: Option<&str>,
    ) -> Result<Thread, Error> {
        check_limit(limit)?;
        let path = format!("inboxes/{}/threads/{}", inbox.in_path(), id.in_path());
        let limit = limit.to_string();
        let mut query = vec![("limit", limit.as_str())];
        query.extend(page_token.map(|token| ("page_token", token)));
        let body = self.call(CallKind::Read, self.get(&path, &query)?).await?;
        read(&body, inbox, id, page_token).map_err(|error| Error::unexpected(CallKind::Read, error))
    }
}

impl Thread {
    /// Our messages on this page that answer `message`: by `In-Reply-To`, or else by the last of their references.
    pub fn replies_to<'a>(&'a self, message: &'a MessageId) -> impl Iterator<Item = &'a Message> {
        let answers = |reply: &&Message| {
            let head = &reply.head;
            let to = head.in_reply_to.as_ref().or(head.references.last());
            head.is_sent() && to.is_some_and(|to| same_id(to, message.as_str()))
        };
        self.messages.iter().filter(answers)
    }
}

/// Headers have angle brackets around ids; not everybody keeps them.
fn same_id(one: &str, other: &str) -> bool {
    let bare = |id: &str| -> String {
        let id = id.trim();
        let inner = id.strip_prefix('<').and_then(|id| id.strip_suffix('>'));
        inner.unwrap_or(id).to_owned()
    };
    bare(one) == bare(other)
}

pub(super) fn read(
    body: &Value,
    inbox: &InboxId,
    id: &ThreadId,
    page_token: Option<&str>,
) -> Result<Thread, WireError> {
    let body = Object::new("", body)?;
    if body.parse::<ThreadId>("thread_id")? != *id {
        return Err(body.wrong("thread_id", "is another thread's"));
    }
    let items = match body.get("messages") {
        Some(Value::Array(items)) => items,
        Some(_) => return Err(body.wrong("messages", "must be a list")),
        None => return Err(body.wrong("messages", "is missing")),
    };
    let mut thread = Thread {
        id: id.clone(),
        labels: texts(body.get("labels")),
        message_count: body.get("message_count").and_then(Value::as_u64),
        messages: Vec::new(),
        unreadable: Vec::new(),
        next: next(&body, page_token)?,
    };
    for (n, item) in items.iter().enumerate() {
        let message = Object::new(format!("messages[{n}]"), item);
        match message.and_then(|item| read_message(&item, inbox)) {
            Ok(message) => thread.messages.push(message),
            Err(problem) => thread.unreadable.push(problem.to_string()),
        }
    }
    Ok(thread)
}
