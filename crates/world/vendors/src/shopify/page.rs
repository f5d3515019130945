//! Lists: one page per call, the cursor in the caller's hands.

use homeostat_model::WorldTime;
use serde_json::{Value, json};

use super::{
    client::{Client, Reply, refuse},
    documents::Document,
    faults::Error,
    read,
};
use crate::wire::{Object, WireError};

/// Most items that a page may be asked for. Deep items cost much: a query above 1,000 points is refused as `AskForLess`.
pub const FIRST_MAX: u16 = 250;
/// A longer cursor is none, in bytes.
const CURSOR_MAX: usize = 4_096;

/// How much to give and where to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paging {
    /// Items on the page, 1 to [`FIRST_MAX`].
    pub first: u16,
    /// The cursor of the page before. It belongs to the same filter.
    pub after: Option<String>,
}

/// One page. It may be short and not be the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// Its items, in the vendor's order.
    pub items: Vec<T>,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
}

/// A window over the time of the last change; open ends where absent. Windows should overlap by minutes: the index behind
/// lists trails.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Updated {
    /// From this time on.
    pub from: Option<WorldTime>,
    /// Before this time.
    pub before: Option<WorldTime>,
}

impl Updated {
    /// Changed at this time or later.
    pub fn from(time: WorldTime) -> Self {
        Self {
            from: Some(time),
            before: None,
        }
    }

    /// As a filter of a list, if it filters at all.
    pub(crate) fn filter(self) -> Option<String> {
        let from = self.from.map(|time| format!("updated_at:>='{time}'"));
        let before = self.before.map(|time| format!("updated_at:<'{time}'"));
        let parts: Vec<String> = from.into_iter().chain(before).collect();
        (!parts.is_empty()).then(|| parts.join(" AND "))
    }
}

impl Client {
    /// One page of a list. `each` reads an item.
    pub(crate) async fn page<T>(
        &self,
        document: &Document,
        paging: &Paging,
        filter: Option<String>,
        each: impl Fn(&Object<'_>) -> Result<T, WireError>,
    ) -> Result<Reply<Page<T>>, Error> {
        let mut variables = paging.variables()?;
        if let Some(filter) = filter {
            variables["query"] = Value::from(filter);
        }
        self.ask(document, variables, |data| {
            read_page(data, document, paging, each)
        })
        .await
    }
}

impl Paging {
    /// The first page.
    pub fn first(first: u16) -> Self {
        Self { first, after: None }
    }

    pub(crate) fn variables(&self) -> Result<Value, Error> {
        if !(1..=FIRST_MAX).contains(&self.first) {
            let problem = format!("is {}, must be 1 to {FIRST_MAX}", self.first);
            return Err(refuse("first", problem));
        }
        Ok(json!({"first": self.first, "after": self.after}))
    }
}

/// The items of a page and the cursor of the next one.
pub(crate) fn read_page<T>(
    data: &Object<'_>,
    document: &Document,
    paging: &Paging,
    each: impl Fn(&Object<'_>) -> Result<T, WireError>,
) -> Result<Page<T>, WireError> {
    let connection = read::object(data, document.root)?;
    let items = read::list(&connection, "nodes")?;
    let items: Vec<T> = items.iter().map(each).collect::<Result<_, _>>()?;
    let info = read::object(&connection, "pageInfo")?;
    let next = match read::flag(&info, "hasNextPage")? {
        false => None,
        true => Some(info.text("endCursor")?.to_owned()),
    };
    if let Some(cursor) = &next {
        if cursor.is_empty() || cursor.len() > CURSOR_MAX {
            return Err(info.wrong("endCursor", format!("must have 1 to {CURSOR_MAX} bytes")));
        }
        if paging.after.as_ref() == Some(cursor) {
            return Err(info.wrong(
                "endCursor",
                "is the one that was sent: the list does not move",
            ));
        }
    }
    Ok(Page { items, next })
}
