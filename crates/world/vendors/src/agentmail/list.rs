//! Lists of messages: one page for each call, and a walk over pages with an end in sight.

use std::collections::BTreeSet;

use jiff::Timestamp;
use reqwest::RequestBuilder;
use serde_json::Value;

use super::{
    client::Client,
    faults::Error,
    ids::{InboxId, MessageId},
    message::{Head, read_head},
};
use crate::{
    fault::CallKind,
    wire::{Object, WireError},
};

/// Most messages on one page.
pub const LIMIT_MAX: u16 = 100;
/// A walk takes no more pages than this, whatever is asked for.
pub const PAGES_MAX: u16 = 200;
/// A longer token is none, in bytes. It is kept where a walk is kept.
const TOKEN_BYTES_MAX: usize = 4_096;

/// Which messages. Spam, blocked, unauthenticated mail and trash are never listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// Only messages after this time.
    pub after: Option<Timestamp>,
    /// Only messages with all of these labels. Without `received` our own replies are listed too.
    pub labels: Vec<String>,
    /// The oldest first, so that a walk that is broken off has lost nothing before its end. Else the newest first.
    pub oldest_first: bool,
    /// Messages on a page, 1 to [`LIMIT_MAX`].
    pub limit: u16,
}

/// A page of messages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// What could be read, in the vendor's order.
    pub messages: Vec<Head>,
    /// What could not: the field and what is wrong with it. A stranger can write a letter that is listed here, so it
    /// does not hide the others.
    pub unreadable: Vec<String>,
    /// Where the next page begins. Its absence is the only end: a page may be short or empty.
    pub next: Option<String>,
}

/// What a walk brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Walked {
    /// Each message once, in the order in which it was first seen.
    pub messages: Vec<Head>,
    /// See [`Page::unreadable`].
    pub unreadable: Vec<String>,
    /// Where to go on, when there are more pages than were asked for.
    pub next: Option<String>,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            after: None,
            labels: Vec::new(),
            oldest_first: true,
            limit: LIMIT_MAX,
        }
    }
}

impl Walked {
    /// Something arrives during a walk, and a message moves to the page after: it counts once.
    pub(super) fn take_in(&mut self, page: Page, seen: &mut BTreeSet<MessageId>) {
        let new = page.messages.into_iter();
        self.messages
            .extend(new.filter(|head| seen.insert(head.id.clone())));
        self.unreadable.extend(page.unreadable);
        self.next = page.next;
    }
}

impl Client {
    /// One page of an inbox. `page_token` is the [`Page::next`] of the page before, asked for with the same query.
    ///
    /// # Errors
    /// See [`Error`]; a read has no unknown outcome.
    pub async fn list_messages(
        &self,
        inbox: &InboxId,
        query: &Query,
        page_token: Option<&str>,
    ) -> Result<Page, Error> {
        let request = self.list_request(inbox, query, page_token)?;
        let body = self.call(CallKind::Read, request).await?;
        read_page(&body, inbox, page_token)
            .map_err(|error| Error::unexpected(CallKind::Read, error))
    }

    /// Up to `pages_max` pages, one call for each. The first error ends it, and what was read before is dropped: ask
    /// again, or take the pages one by one.
    ///
    /// # Errors
    /// See [`Error`]; a read has no unknown outcome.
    pub async fn walk_messages(
        &self,
        inbox: &InboxId,
        query: &Query,
        page_token: Option<&str>,
        pages_max: u16,
    ) -> Result<Walked, Error> {
        let mut walked = Walked {
            next: page_token.map(str::to_owned),
            ..Walked::default()
        };
        let mut seen = BTreeSet::new();
        for _ in 0..pages_max.clamp(1, PAGES_MAX) {
            let page = self
                .list_messages(inbox, query, walked.next.as_deref())
                .await?;
            walked.take_in(page, &mut seen);
            if walked.next.is_none() {
                break;
            }
        }
        Ok(walked)
    }

    pub(super) fn list_request(
        &self,
        inbox: &InboxId,
        query: &Query,
        page_token: Option<&str>,
    ) -> Result<RequestBuilder, Error> {
        check_limit(query.limit)?;
        let limit = query.limit.to_string();
        let after = query.after.map(|after| after.to_string());
        // One value with a JSON list, as the vendor's own SDK sends it.
        let labels = Value::from(query.labels.clone()).to_string();
        let ascending = query.oldest_first.to_string();
        let mut sent = vec![("limit", limit.as_str()), ("ascending", &ascending)];
        sent.extend(after.as_deref().map(|after| ("after", after)));
        if !query.labels.is_empty() {
            sent.push(("labels", &labels));
        }
        sent.extend(page_token.map(|token| ("page_token", token)));
        self.get(&format!("inboxes/{}/messages", inbox.in_path()), &sent)
    }
}

pub(super) fn check_limit(limit: u16) -> Result<(), Error> {
    if (1..=LIMIT_MAX).contains(&limit) {
        return Ok(());
    }
    Err(Error::Request {
        field: "limit",
        problem: format!("is {limit}, must be 1 to {LIMIT_MAX}"),
    })
}

pub(super) fn read_page(
    body: &Value,
    inbox: &InboxId,
    page_token: Option<&str>,
) -> Result<Page, WireError> {
    let body = Object::new("", body)?;
    let items = match body.get("messages") {
        Some(Value::Array(items)) => items,
        Some(_) => return Err(body.wrong("messages", "must be a list")),
        None => return Err(body.wrong("messages", "is missing")),
    };
    let mut page = Page {
        next: next(&body, page_token)?,
        ..Page::default()
    };
    for (n, item) in items.iter().enumerate() {
        let head = Object::new(format!("messages[{n}]"), item);
        match head.and_then(|item| read_head(&item, inbox)) {
            Ok(head) => page.messages.push(head),
            Err(problem) => page.unreadable.push(problem.to_string()),
        }
    }
    Ok(page)
}

/// The token of the next page. One that leads to the page it came with would never end.
pub(super) fn next(
    body: &Object<'_>,
    page_token: Option<&str>,
) -> Result<Option<String>, WireError> {
    let wrong = |problem: String| Err(body.wrong("next_page_token", problem));
    match body.text_opt("next_page_token")? {
        None | Some("") => Ok(None),
        Some(token) if Some(token) == page_token => wrong("is the one of this page".to_owned()),
        Some(token) if token.len() > TOKEN_BYTES_MAX => {
            wrong(format!("is longer than {TOKEN_BYTES_MAX} bytes"))
        }
        Some(token) => Ok(Some(token.to_owned())),
    }
}
