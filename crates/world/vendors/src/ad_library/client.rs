//! One request for one page of ads.

use serde::Serialize;

use super::{
    ad::{self, Ad, FIELDS},
    query::Query,
    walk::Walk,
};
use crate::meta::{self, CallKind, Config, ConfigError, Error, Reply, paging::read_page};
use crate::wire::{Object, WireError, wrong};

/// A longer cursor is none, in bytes. It is kept where a walk is kept.
const CURSOR_MAX: usize = 4_096;

/// A client of the archive. Cheap to clone.
///
/// One method is one HTTP call, sent at most once. A person's confirmed identity stands behind the
/// token; without it the archive answers error 10/2332002.
#[derive(Debug, Clone)]
pub struct Client {
    graph: meta::Client,
}

/// A page of ads, each library id once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Page {
    /// What could be read, in the archive's order.
    pub ads: Vec<Ad>,
    /// Entries without an id, a page or a first day.
    pub unreadable: usize,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
}

impl Client {
    /// A client with these settings.
    ///
    /// # Errors
    /// Names the setting that is wrong.
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        let graph = meta::Client::new(config)?;
        Ok(Self { graph })
    }

    /// The page that a walk over a query has come to. It may be short or empty and not be the last.
    ///
    /// # Errors
    /// See [`Error`]; a read has no unknown outcome. A page on which nothing can be read is
    /// `Unexpected`.
    pub async fn page(&self, query: &Query, walk: &Walk) -> Result<Reply<Page>, Error> {
        let limit = walk.limit().to_string();
        let parameters = query.parameters();
        let mut sent: Vec<(&str, &str)> = parameters
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        sent.extend([("fields", FIELDS), ("limit", &limit)]);
        sent.extend(walk.after().map(|after| ("after", after)));
        let reply = self.graph.get("ads_archive", &sent).await?;
        let page = read(&reply.value).map_err(|error| error.into_error(CallKind::Read))?;
        Ok(Reply {
            value: page,
            usage: reply.usage,
        })
    }
}

/// One damaged entry does not hide the others; a page of nothing else is another format.
pub(super) fn read(body: &serde_json::Value) -> Result<Page, WireError> {
    let mut entries: Vec<Result<Ad, WireError>> = Vec::new();
    let each = |item: &Object<'_>| Ok(ad::read(item));
    let next = read_page(body, each, &mut entries)?;
    if next.as_ref().is_some_and(|next| next.len() > CURSOR_MAX) {
        let problem = format!("is longer than {CURSOR_MAX} bytes");
        return Err(wrong("paging.cursors.after", problem));
    }
    let mut page = Page {
        ads: Vec::new(),
        unreadable: 0,
        next,
    };
    let mut first_problem = None;
    for entry in entries {
        match entry {
            // The same ad may come twice on a page; its later reading counts.
            Ok(ad) => match page.ads.iter_mut().find(|known| known.id == ad.id) {
                Some(known) => *known = ad,
                None => page.ads.push(ad),
            },
            Err(problem) => {
                page.unreadable += 1;
                first_problem.get_or_insert(problem);
            }
        }
    }
    match first_problem {
        Some(problem) if page.ads.is_empty() => Err(wrong(
            problem.field,
            format!("{}; no entry of the page can be read", problem.problem),
        )),
        Some(_) | None => Ok(page),
    }
}
