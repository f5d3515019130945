//! Lists: one table for all of them, filtered by what the address says and paged by keys, so that the last page costs
//! what the first one does.

pub(crate) mod decisions;
pub(crate) mod events;
pub(crate) mod jobs;
pub(crate) mod receipts;
pub(crate) mod runs;
pub(crate) mod schedules;

use std::marker::PhantomData;

use askama::Template;
use homeostat_store::Db;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    board::{Board, Trouble},
    frame::Frame,
    pages::ListPage,
    routes::Console,
};

/// Rows of a page.
pub(crate) const PAGE: u32 = 50;

/// Where a list comes from.
pub(crate) trait Source: Send + 'static {
    /// Its path.
    const PATH: &'static str;
    /// The tab that it is under.
    const TAB: &'static str = Self::PATH;
    /// What may be asked for.
    type Ask: DeserializeOwned + JsonSchema + Send + Sync;

    /// The brand that is asked for.
    fn brand(_ask: &Self::Ask) -> Option<&str> {
        None
    }

    /// A page of it.
    fn look(
        db: &Db,
        ask: &Self::Ask,
        zone: &TimeZone,
    ) -> impl Future<Output = Result<List, Trouble>> + Send;
}

/// The board of a list.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Listed<S> {
    list: List,
    #[serde(skip)]
    source: PhantomData<fn() -> S>,
}

impl<S: Source> Board for Listed<S> {
    const PATH: &'static str = S::PATH;
    const TAB: &'static str = S::TAB;
    type Ask = S::Ask;

    async fn look(console: &Console, ask: &S::Ask) -> Result<Self, Trouble> {
        // All of the past would be looked through for nothing.
        if let Some(brand) = S::brand(ask).map(str::trim).filter(|id| !id.is_empty())
            && console.brand(Some(brand)).is_none()
        {
            return Err(Trouble::input("brand", "there is none of this name"));
        }
        let list = S::look(&console.db, ask, &console.zone()).await?;
        let source = PhantomData;
        Ok(Self { list, source })
    }

    fn html(&self, frame: &Frame) -> askama::Result<String> {
        let list = &self.list;
        ListPage { frame, list }.render()
    }
}

/// A list as a page shows it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub(crate) struct List {
    /// `Jobs`.
    pub title: &'static str,
    /// In one sentence.
    pub lead: String,
    /// What may be asked for.
    pub filters: Vec<Filter>,
    /// Heads.
    pub columns: Vec<&'static str>,
    /// Rows.
    pub rows: Vec<Vec<Cell>>,
    /// What is said when there are none.
    pub when_empty: &'static str,
    /// The next page; none: this is the last.
    pub next: Option<String>,
}

/// A way to ask for less.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Filter {
    /// Its name in the address.
    pub name: &'static str,
    /// For a person.
    pub label: &'static str,
    /// What is asked for now.
    pub value: String,
    /// All that may be asked for; empty: any text.
    pub options: &'static [&'static str],
}

impl Filter {
    fn choice(
        name: &'static str,
        label: &'static str,
        value: Option<&str>,
        options: &'static [&'static str],
    ) -> Self {
        Self {
            name,
            label,
            value: value.unwrap_or_default().to_owned(),
            options,
        }
    }

    fn text(name: &'static str, label: &'static str, value: Option<&str>) -> Self {
        Self::choice(name, label, value, &[])
    }
}

/// One field of a row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Cell {
    /// What it says.
    pub text: String,
    /// Where it leads.
    pub href: Option<String>,
    /// A badge's class, where it is one.
    pub badge: Option<&'static str>,
}

impl Cell {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    pub(crate) fn link(text: impl Into<String>, href: String) -> Self {
        Self {
            href: Some(href),
            ..Self::text(text)
        }
    }

    pub(crate) fn badge(text: impl Into<String>, class: &'static str) -> Self {
        Self {
            badge: Some(class),
            ..Self::text(text)
        }
    }
}

/// What is asked for, without what is empty: a form sends all of its fields.
fn asked(text: &Option<String>) -> Option<&str> {
    text.as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty())
}

/// The address of the next page: what is asked for now, from this key on.
fn next(path: &str, filters: &[Filter], key: (&str, i64)) -> String {
    let mut address = format!("{path}?{}={}", key.0, key.1);
    for filter in filters.iter().filter(|filter| !filter.value.is_empty()) {
        address.push_str(&format!("&{}={}", filter.name, encoded(&filter.value)));
    }
    address
}

/// As a part of an address: letters, digits and what never means anything there.
pub(crate) fn encoded(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                safe.push(char::from(byte));
            }
            byte => safe.push_str(&format!("%{byte:02X}")),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_asks_for_the_same() {
        let filters = [
            Filter::text("kind", "Kind", Some("act.pause&x=1")),
            Filter::text("brand", "Brand", None),
        ];
        let address = next("/jobs", &filters, ("after", 7));
        assert_eq!(address, "/jobs?after=7&kind=act.pause%26x%3D1");
    }
}
