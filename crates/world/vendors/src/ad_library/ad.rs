//! One ad as the archive tells it.

use std::{collections::BTreeSet, ops::RangeInclusive};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::meta::{AdId, PageId};
use crate::wire::{Object, WireError};

/// Longer texts are cut here, in characters. It is enough to tell two ads apart.
pub(super) const TEXT_MAX: usize = 300;
/// A page's name is cut here, in characters.
pub(super) const NAME_MAX: usize = 80;
/// More texts of one sort are left out.
const TEXTS_MAX: usize = 8;
/// Days outside these years are no days of an ad.
pub(super) const YEARS: RangeInclusive<i16> = 2_000..=2_200;

/// What is asked for. `ad_snapshot_url` is left out on purpose: it carries the token.
pub(super) const FIELDS: &str = "id,page_id,page_name,ad_creative_bodies,ad_creative_link_titles,\
                                 ad_creative_link_captions,ad_delivery_start_time,\
                                 ad_delivery_stop_time,publisher_platforms,languages,\
                                 eu_total_reach";

/// An ad. Its texts are cut to a length that can be stored, and hold no control characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ad {
    /// Its library id.
    pub id: AdId,
    /// Whose it is.
    pub page_id: PageId,
    /// That page's name; empty when the archive does not say.
    pub page_name: String,
    /// First day of its delivery. A re-launched ad begins anew.
    pub started_on: Date,
    /// Last day of its delivery; `None` while it runs.
    pub stopped_on: Option<Date>,
    /// Where it is shown, in lower case.
    pub platforms: BTreeSet<String>,
    /// Its languages.
    pub languages: BTreeSet<String>,
    /// Its texts, one per version.
    pub bodies: Vec<String>,
    /// Its headlines.
    pub titles: Vec<String>,
    /// The domains it links to, as shown.
    pub captions: Vec<String>,
    /// People reached in the EU, where the archive says.
    pub eu_total_reach: Option<u64>,
}

impl Ad {
    /// Everything that it says, for matching.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let lists = [&self.titles, &self.bodies, &self.captions];
        lists.into_iter().flatten().map(String::as_str)
    }
}

/// # Errors
/// Names the field without which an ad cannot be told apart or dated.
pub(super) fn read(item: &Object<'_>) -> Result<Ad, WireError> {
    let started_on = day(item, "ad_delivery_start_time")?
        .ok_or_else(|| item.wrong("ad_delivery_start_time", "is missing"))?;
    let reach = item.get("eu_total_reach").is_some();
    Ok(Ad {
        id: item.parse("id")?,
        page_id: item.parse("page_id")?,
        page_name: clean(item.text_opt("page_name")?.unwrap_or_default(), NAME_MAX),
        started_on,
        stopped_on: day(item, "ad_delivery_stop_time")?,
        platforms: texts(item, "publisher_platforms")?
            .into_iter()
            .map(|platform| platform.to_lowercase())
            .collect(),
        languages: texts(item, "languages")?.into_iter().collect(),
        bodies: texts(item, "ad_creative_bodies")?,
        titles: texts(item, "ad_creative_link_titles")?,
        captions: texts(item, "ad_creative_link_captions")?,
        eu_total_reach: reach.then(|| item.count("eu_total_reach")).transpose()?,
    })
}

/// A day, also where the archive adds a time of day.
fn day(item: &Object<'_>, name: &str) -> Result<Option<Date>, WireError> {
    let Some(text) = item.text_opt(name)? else {
        return Ok(None);
    };
    let date = text.get(..10).unwrap_or(text);
    let rest = text.get(10..).unwrap_or_default();
    if !(rest.is_empty() || rest.starts_with('T')) {
        return Err(item.wrong(name, format!("{text:?} is no day")));
    }
    let date: Date = date.parse().map_err(|error| item.wrong(name, error))?;
    if !YEARS.contains(&date.year()) {
        return Err(item.wrong(name, format!("{date} is out of range")));
    }
    Ok(Some(date))
}

/// A list of texts; absent counts as empty.
fn texts(item: &Object<'_>, name: &str) -> Result<Vec<String>, WireError> {
    let list = match item.get(name) {
        None => return Ok(Vec::new()),
        Some(Value::Array(list)) => list,
        Some(_) => return Err(item.wrong(name, "must be a list of texts")),
    };
    list.iter()
        .take(TEXTS_MAX)
        .map(|text| match text {
            Value::String(text) => Ok(clean(text, TEXT_MAX)),
            _ => Err(item.wrong(name, "must be a list of texts")),
        })
        .collect()
}

/// Text that can be stored and shown: the database takes no NUL.
pub(super) fn clean(text: &str, max: usize) -> String {
    let printable = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(max);
    printable.collect::<String>().trim().to_owned()
}
