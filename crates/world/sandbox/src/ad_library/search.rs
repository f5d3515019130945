//! A search: its parameters, the ads it finds, and the page of them that is shown.

use homeostat_model::WorldTime;
use homeostat_vendors::ad_library::Country;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::archive::{Ad, Archive, Page};
use crate::{
    faults::{Class, Fault, Strike},
    graph::{Answer, Request, most, page, select},
};

const ALSO: &[Fault] = &[
    Fault::EmptyPage,
    Fault::IdentityMissing,
    Fault::Challenge,
    Fault::TooHeavy,
    Fault::SilentBlock,
    Fault::NewLayout,
];
/// A search by words.
pub(super) const SEARCH: Class = Class::reads("ad_library.search", ALSO);
/// All ads of some pages.
pub(super) const PAGES: Class = Class::reads("ad_library.pages", ALSO);

/// The longest search, in characters.
const TERMS_MAX: usize = 100;
/// The most pages in one search.
const PAGES_MAX: usize = 10;
/// The most ads that one request may ask for.
const LIMIT_MAX: usize = 250;
/// What a search that is too heavy is still answered with.
const LIGHT: usize = 25;
/// Of this many ads one comes twice.
const TWICE_EACH: usize = 19;

/// What is searched for.
#[derive(Debug)]
pub(super) struct Search {
    terms: Option<String>,
    pages: Vec<String>,
    countries: Vec<Country>,
    status: Status,
    limit: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Active,
    Inactive,
    All,
}

impl Search {
    /// # Errors
    /// The answer that the archive gives to such a request.
    pub(super) fn read(request: &Request) -> Result<Self, Answer> {
        let countries = list(request, "ad_reached_countries")?;
        if countries.is_empty() {
            return Err(Answer::invalid("Param ad_reached_countries is missing"));
        }
        let terms = request.param("search_terms").map(str::to_lowercase);
        if terms
            .as_ref()
            .is_some_and(|terms| terms.chars().count() > TERMS_MAX)
        {
            let text = format!("Param search_terms must be at most {TERMS_MAX} characters");
            return Err(Answer::invalid(text));
        }
        let pages = list(request, "search_page_ids")?;
        if pages.len() > PAGES_MAX {
            let text = format!("Param search_page_ids must be at most {PAGES_MAX} ids");
            return Err(Answer::invalid(text));
        }
        if terms.is_none() && pages.is_empty() {
            let text = "Either search_terms or search_page_ids must be specified";
            return Err(Answer::invalid(text));
        }
        Ok(Self {
            terms,
            pages,
            countries,
            status: status(request)?,
            // What is no number is refused when the page is made.
            limit: request
                .param("limit")
                .and_then(|l| l.parse().ok())
                .unwrap_or(25),
        })
    }

    /// The words, or the first page.
    pub(super) fn object(&self) -> &str {
        let page = || self.pages.first().map(String::as_str);
        self.terms.as_deref().or_else(page).unwrap_or_default()
    }

    /// Searches by words and readings of pages can be struck apart.
    pub(super) fn class(&self) -> Class {
        match self.terms {
            Some(_) => SEARCH,
            None => PAGES,
        }
    }

    fn finds(&self, ad: &Ad, page: &Page, now: WorldTime) -> bool {
        let terms = self.terms.as_ref().is_none_or(|terms| {
            let text = ad.text(page);
            terms.split_whitespace().all(|word| text.contains(word))
        });
        let pages = self.pages.is_empty() || self.pages.contains(&page.id.to_string());
        let status = match self.status {
            Status::All => true,
            Status::Active => ad.is_listed_active(now),
            Status::Inactive => !ad.is_listed_active(now),
        };
        terms && pages && status && ad.is_shown(now) && ad.is_covered(page, &self.countries)
    }
}

/// The page of ads that a request asks for.
pub(super) fn answer(
    archive: &Archive,
    search: &Search,
    request: &Request,
    now: WorldTime,
    strike: Option<Strike>,
) -> Result<Answer, Answer> {
    let befell = |fault| strike.is_some_and(|strike| strike.fault == fault);
    if befell(Fault::SilentBlock) {
        return Ok(Answer::ok(json!({"data": []})));
    }
    if befell(Fault::TooHeavy) && search.limit > LIGHT {
        return Err(Answer::too_heavy());
    }
    let mut rows = Vec::new();
    let found = archive
        .ads
        .iter()
        .map(|ad| (ad, &archive.pages[ad.page]))
        .filter(|(ad, page)| search.finds(ad, page, now));
    for (nth, (ad, page)) in found.enumerate() {
        let object = Value::Object(ad.to_json(page, now));
        let row = row(
            select(object, request, "ArchivedAd")?,
            befell(Fault::NewLayout),
        );
        if nth % TWICE_EACH == TWICE_EACH - 1 {
            rows.push(row.clone());
        }
        rows.push(row);
    }
    // Pages are short: the archive drops what may not be shown after it has counted.
    let most = most(strike).min((search.limit * 4 / 5).max(1));
    page(rows, request, LIMIT_MAX, most)
}

/// What is not there is absent; in another layout nothing has the name it had.
fn row(ad: Value, new_layout: bool) -> Value {
    let Value::Object(fields) = ad else { return ad };
    let name = |name: String| {
        if new_layout {
            format!("x_{name}")
        } else {
            name
        }
    };
    let kept = fields.into_iter().filter(|(_, value)| !value.is_null());
    Value::Object(
        kept.map(|(key, value)| (name(key), value))
            .collect::<Map<_, _>>(),
    )
}

fn list<T: DeserializeOwned>(request: &Request, name: &str) -> Result<Vec<T>, Answer> {
    let text = request.param(name).unwrap_or("[]");
    serde_json::from_str(text).map_err(|error| Answer::invalid(format!("Param {name}: {error}")))
}

fn status(request: &Request) -> Result<Status, Answer> {
    match request.param("ad_type") {
        None | Some("ALL") => {}
        Some(_) => return Err(Answer::invalid("the sandbox knows ad_type ALL")),
    }
    match request.param("ad_active_status") {
        None | Some("ACTIVE") => Ok(Status::Active),
        Some("INACTIVE") => Ok(Status::Inactive),
        Some("ALL") => Ok(Status::All),
        Some(_) => {
            let text = "Param ad_active_status must be one of {ACTIVE, INACTIVE, ALL}";
            Err(Answer::invalid(text))
        }
    }
}
