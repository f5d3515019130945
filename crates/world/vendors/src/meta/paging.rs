//! Lists: page after page, on our own base URL, with an end in sight.

use serde_json::Value;

use super::{
    client::{Client, Reply},
    faults::{CallKind, Error},
    usage::Usage,
};
use crate::wire::{Object, WireError};

/// A list longer than this many pages is an error: something hands out cursors for ever.
const PAGES_MAX: usize = 200;

impl Client {
    /// All items of a list. `each` reads one item.
    ///
    /// Only a present `next` means more; `cursors.after` is there on the last page too, and a page
    /// may be short or empty and still have a `next`. The cursor is taken and `next` itself is not
    /// followed, so a reply cannot send the credentials to another host.
    pub(crate) async fn list<T>(
        &self,
        path: &str,
        query: &[(&str, &str)],
        each: impl Fn(&Object<'_>) -> Result<T, WireError>,
    ) -> Result<Reply<Vec<T>>, Error> {
        let mut items = Vec::new();
        let mut usage = Usage::default();
        let mut after: Option<String> = None;
        for _ in 0..PAGES_MAX {
            let mut query = query.to_vec();
            if let Some(after) = &after {
                query.push(("after", after));
            }
            let page = self.get(path, &query).await?;
            usage = usage.worse(page.usage);
            after = read_page(&page.value, &each, &mut items)
                .map_err(|error| error.into_error(CallKind::Read))?;
            if after.is_none() {
                return Ok(Reply {
                    value: items,
                    usage,
                });
            }
        }
        Err(Error::Unexpected {
            kind: CallKind::Read,
            field: "paging.next".into(),
            problem: format!("still there after {PAGES_MAX} pages"),
        })
    }
}

/// Adds the page's items and gives the cursor of the next page, if there is one.
pub(crate) fn read_page<T>(
    page: &Value,
    each: impl Fn(&Object<'_>) -> Result<T, WireError>,
    items: &mut Vec<T>,
) -> Result<Option<String>, WireError> {
    let page = Object::new("", page)?;
    if page.get("data").is_none() {
        return Err(page.wrong("data", "is missing"));
    }
    for item in page.objects("data")? {
        items.push(each(&item)?);
    }
    let Some(paging) = page.object_opt("paging")? else {
        return Ok(None);
    };
    if paging.text_opt("next")?.is_none() {
        return Ok(None);
    }
    let cursors = paging
        .object_opt("cursors")?
        .ok_or_else(|| paging.wrong("cursors", "is missing although there is a next page"))?;
    cursors.text("after").map(|after| Some(after.to_owned()))
}
