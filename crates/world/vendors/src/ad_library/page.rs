//! The archive's public page as a browser shows it: the same ads as the API's, read from what the page
//! carries for its own use.
//!
//! The page is nobody's interface: classes are hashed, texts are localised, and what carries the data
//! moves. So nothing but the data is looked at: JSON in `<script>` elements and in attributes, wherever
//! an object in it has a library id. Names of fields are those that several public readers of this page
//! agree on.
//!
//! A page that does not let us look is [`Outcome::Blocked`], and that is the end: nothing here fills in
//! a form. A page that is not understood is never read as an empty one.

use std::{borrow::Cow, collections::BTreeSet};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::{Map, Value};

use super::{
    ad::{Ad, NAME_MAX, TEXT_MAX, YEARS, clean},
    outcome::Outcome,
    visit::{Seen, Shown},
};
use crate::meta::{AdId, PageId};

/// A larger page is not read, in bytes.
pub const HTML_BYTES_MAX: usize = 8 * 1024 * 1024;
/// More ads of one page are left out, and the look is partial.
const ADS_MAX: usize = 500;
/// More pieces of data are not looked into.
const PIECES_MAX: usize = 400;
/// Words of walls are looked for in the first part of a page, in bytes.
const WALL_BYTES: usize = 200_000;

/// What stands on pages that do not let us look, in lower case.
const WALLS: [(&str, &str); 9] = [
    ("captcha", "a challenge"),
    ("security check", "a challenge"),
    ("verify you are human", "a challenge"),
    ("checking your browser", "a challenge"),
    ("unusual activity", "a challenge"),
    ("temporarily blocked", "a block"),
    ("type=\"password\"", "a login wall"),
    ("you must log in", "a login wall"),
    ("log in to continue", "a login wall"),
];

/// Reads what a browser made of a page.
pub fn read_page(html: &str, shown: Shown<'_>) -> Seen {
    if html.len() > HTML_BYTES_MAX {
        return ended(Outcome::Partial, "the page is too large to be read");
    }
    let mut found = Found::default();
    for piece in pieces(html).take(PIECES_MAX) {
        if let Ok(value) = serde_json::from_str(&piece) {
            found.look_into(&value);
        }
    }
    found.judge(html, shown)
}

fn ended(outcome: Outcome, note: &'static str) -> Seen {
    Seen {
        outcome,
        ads: Vec::new(),
        note: Some(note),
    }
}

/// The pieces of JSON that a page carries.
fn pieces(html: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let scripts = html.split("<script").skip(1).filter_map(|rest| {
        let (tag, body) = rest.split_once('>')?;
        let is_data = tag.to_ascii_lowercase().contains("json");
        let (body, _) = body.split_once("</script")?;
        is_data.then(|| Cow::Borrowed(body.trim()))
    });
    let attributes = html.split("=\"{&quot;").skip(1).filter_map(|rest| {
        let (value, _) = rest.split_once('"')?;
        Some(Cow::Owned(format!("{{\"{}", unescaped(value))))
    });
    scripts.chain(attributes)
}

/// An attribute's text. The ampersand comes last: what it made is no reference.
fn unescaped(text: &str) -> String {
    let references = [
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&nbsp;", " "),
        ("&amp;", "&"),
    ];
    let each = references.iter();
    each.fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// What the pieces hold.
#[derive(Debug, Default)]
struct Found {
    ads: Vec<Ad>,
    unreadable: usize,
    /// Entries of lists of results, and whether one of them goes on.
    listed: Option<usize>,
    goes_on: bool,
    /// There were more ads than are kept.
    cut: bool,
}

impl Found {
    /// Looks at every object, without recursion.
    fn look_into(&mut self, value: &Value) {
        let mut left = vec![value];
        while let Some(value) = left.pop() {
            match value {
                Value::Object(object) => {
                    self.take(object);
                    left.extend(object.values());
                }
                Value::Array(list) => left.extend(list),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
            }
        }
    }

    fn take(&mut self, object: &Map<String, Value>) {
        if object.contains_key("ad_archive_id") {
            match card(object) {
                Some(ad) if self.ads.iter().any(|known| known.id == ad.id) => {}
                Some(_) if self.ads.len() >= ADS_MAX => self.cut = true,
                Some(ad) => self.ads.push(ad),
                None => self.unreadable += 1,
            }
        }
        let more = object
            .get("page_info")
            .and_then(|info| info.get("has_next_page"));
        if let (Some(Value::Array(edges)), Some(Value::Bool(more))) = (object.get("edges"), more) {
            self.listed = Some(self.listed.unwrap_or(0) + edges.len());
            self.goes_on |= more;
        }
    }

    fn judge(self, html: &str, shown: Shown<'_>) -> Seen {
        let (all, complete) = (self.ads.len(), self.listed.is_some() && !self.goes_on);
        let asked_for = |ad: &Ad| match shown {
            Shown::Page(id) => ad.page_id == *id,
            Shown::Terms(_) => true,
        };
        let ads: Vec<Ad> = self.ads.into_iter().filter(asked_for).collect();
        let (outcome, note) = match (all, self.unreadable) {
            (0, 0) if self.listed == Some(0) && complete => (Outcome::OkEmpty, None),
            (0, 0) if self.listed.is_none() => match wall(html) {
                Some(wall) => (Outcome::Blocked, Some(wall)),
                None => (Outcome::LayoutChanged, Some("nothing on the page is known")),
            },
            (0, _) => (
                Outcome::LayoutChanged,
                Some("no entry of the page can be read"),
            ),
            _ if ads.is_empty() => (Outcome::Partial, Some("it shows ads of other pages alone")),
            (_, 1..) => (Outcome::Partial, Some("some entries cannot be read")),
            _ if self.cut || !complete => {
                (Outcome::Partial, Some("there are more ads than it shows"))
            }
            _ => (Outcome::Ok, None),
        };
        Seen { outcome, ads, note }
    }
}

/// What keeps us out, by the words on it.
fn wall(html: &str) -> Option<&'static str> {
    let end = (0..=WALL_BYTES.min(html.len()))
        .rev()
        .find(|&n| html.is_char_boundary(n))?;
    let text = html.get(..end)?.to_lowercase();
    let mut walls = WALLS.iter().filter(|(words, _)| text.contains(words));
    walls.next().map(|(_, what)| *what)
}

/// An ad; nothing without an id, a page and a first day.
fn card(object: &Map<String, Value>) -> Option<Ad> {
    let snapshot = object.get("snapshot").and_then(Value::as_object);
    let of_both = |name: &str| {
        let inner = || snapshot.and_then(|snapshot| snapshot.get(name));
        object
            .get(name)
            .filter(|value| !value.is_null())
            .or_else(inner)
    };
    let is_active = object
        .get("is_active")
        .and_then(Value::as_bool)
        .unwrap_or(true);
    // A running ad may carry the day of the look as its end.
    let stopped_on = (!is_active)
        .then(|| object.get("end_date").and_then(day))
        .flatten();
    Some(Ad {
        id: number(object.get("ad_archive_id")?)?.parse::<AdId>().ok()?,
        page_id: number(of_both("page_id")?)?.parse::<PageId>().ok()?,
        page_name: clean(
            of_both("page_name")
                .and_then(Value::as_str)
                .unwrap_or_default(),
            NAME_MAX,
        ),
        started_on: object.get("start_date").and_then(day)?,
        stopped_on,
        platforms: platforms(of_both("publisher_platform")),
        languages: BTreeSet::new(),
        bodies: text(snapshot, "body"),
        titles: text(snapshot, "title"),
        captions: text(snapshot, "caption"),
        eu_total_reach: None,
    })
}

/// Digits, as text or as a number.
fn number(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The day of an instant in seconds since 1970.
fn day(value: &Value) -> Option<Date> {
    let at = Timestamp::from_second(value.as_i64()?).ok()?;
    let date = at.to_zoned(TimeZone::UTC).date();
    YEARS.contains(&date.year()).then_some(date)
}

fn platforms(value: Option<&Value>) -> BTreeSet<String> {
    let list = value.and_then(Value::as_array).into_iter().flatten();
    let names = list.filter_map(Value::as_str).take(16);
    names
        .map(|name| clean(&name.to_lowercase(), NAME_MAX))
        .collect()
}

/// A text of the snapshot, plain or in an object. A template of a catalogue says less than its first card.
fn text(snapshot: Option<&Map<String, Value>>, name: &str) -> Vec<String> {
    let plain = |value: &Value| match value {
        Value::Object(object) => object
            .get("text")
            .and_then(Value::as_str)
            .map(str::to_owned),
        other => other.as_str().map(str::to_owned),
    };
    let Some(snapshot) = snapshot else {
        return Vec::new();
    };
    let own = snapshot
        .get(name)
        .and_then(plain)
        .filter(|text| !text.contains("{{"));
    let card = || snapshot.get("cards")?.get(0)?.get(name).and_then(plain);
    let text = own.or_else(card).map(|text| clean(&text, TEXT_MAX));
    text.filter(|text| !text.is_empty()).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn page() -> PageId {
        "55021".parse().unwrap()
    }

    fn entry(id: &str) -> Value {
        json!({
            "ad_archive_id": id, "page_id": "55021", "page_name": "Upright Co", "is_active": true,
            "start_date": 1_768_694_400, "end_date": 1_772_000_000, "collation_count": null,
            "publisher_platform": ["FACEBOOK", "INSTAGRAM"],
            "snapshot": {"body": {"text": "Sit better\u{0} in 14 days."}, "title": "Upright Strap",
                         "caption": "upright.example", "cards": []},
        })
    }

    fn results(entries: &[Value], more: bool) -> Value {
        let edges: Vec<Value> = entries
            .iter()
            .map(|entry| json!({"node": {"collated_results": [entry]}}))
            .collect();
        json!({"deep": [{"search_results_connection":
            {"count": 320, "edges": edges, "page_info": {"has_next_page": more}}}]})
    }

    fn island(data: &Value) -> String {
        format!(
            "<html><body class=x9f><script type=\"application/json\" data-sjs>{data}</script></body>"
        )
    }

    fn attribute(data: &Value) -> String {
        let data = data
            .to_string()
            .replace('&', "&amp;")
            .replace('"', "&quot;");
        format!("<html><div data-store=\"{data}\"></div>")
    }

    fn read(html: &str) -> Seen {
        read_page(html, Shown::Page(&page()))
    }

    #[test]
    fn an_ad_is_read_wherever_the_page_carries_it() {
        let data = results(&[entry("1184400921"), entry("1184400921")], false);
        let seen = read(&island(&data));
        assert_eq!((seen.outcome, seen.ads.len()), (Outcome::Ok, 1));
        let ad = &seen.ads[0];
        assert_eq!(ad.started_on.to_string(), "2026-01-18");
        assert_eq!(ad.stopped_on, None, "it is active, whatever its end says");
        assert_eq!(ad.bodies, ["Sit better  in 14 days."]);
        assert!(ad.platforms.contains("instagram"));
        assert_eq!(read(&attribute(&data)), seen);
    }

    #[test]
    fn nothing_but_an_empty_list_is_empty() {
        assert_eq!(
            read(&island(&results(&[], false))).outcome,
            Outcome::OkEmpty
        );
        // The same list under names that are not known.
        let renamed = results(&[entry("7")], false)
            .to_string()
            .replace("ad_archive_id", "aid");
        let renamed = island(&renamed.parse().unwrap());
        for html in [
            renamed.as_str(),
            "",
            "<html><body>Ad Library</body></html>",
            "\u{0}<script",
        ] {
            assert_eq!(read(html).outcome, Outcome::LayoutChanged, "{html}");
        }
    }

    #[test]
    fn a_wall_is_a_block_and_words_in_an_ad_are_none() {
        for html in [
            "<title>Security Check</title>",
            "<form><input name=pass type=\"password\"></form>",
            "You're temporarily blocked",
            "<div id=captcha>",
        ] {
            assert_eq!(read(html).outcome, Outcome::Blocked, "{html}");
        }
        let mut loud = entry("7");
        loud["snapshot"]["title"] = json!("Security check captcha: log in to continue");
        assert_eq!(read(&island(&results(&[loud], false))).outcome, Outcome::Ok);
    }

    #[test]
    fn what_was_not_seen_to_the_end_is_partial() {
        let mut stray = entry("8");
        stray["page_id"] = json!(99);
        let mut damaged = entry("9");
        damaged["start_date"] = json!("yesterday");
        for (entries, more, ads) in [
            (vec![entry("7")], true, 1),
            (vec![entry("7"), damaged], false, 1),
            (vec![stray], false, 0),
        ] {
            let seen = read(&island(&results(&entries, more)));
            assert_eq!(
                (seen.outcome, seen.ads.len()),
                (Outcome::Partial, ads),
                "{:?}",
                seen.note
            );
        }
        let large = island(&results(&[entry("7")], false)) + &" ".repeat(HTML_BYTES_MAX);
        assert_eq!(read(&large).outcome, Outcome::Partial);
    }

    #[test]
    fn countries_together_end_as_badly_as_the_worst_of_them() {
        let one = read(&island(&results(&[entry("7")], false)));
        let two = read(&island(&results(&[entry("7"), entry("8")], false)));
        let none = read(&island(&results(&[], false)));
        let wall = read("captcha");
        let both = one.clone().and(two.clone());
        assert_eq!((both.outcome, both.ads.len()), (Outcome::Ok, 2));
        assert_eq!(none.clone().and(one.clone()).outcome, Outcome::Ok);
        assert_eq!(one.clone().and(none.clone()).outcome, Outcome::Ok);
        assert_eq!(none.clone().and(none).outcome, Outcome::OkEmpty);
        for broken in [one.clone().and(wall.clone()), wall.and(one)] {
            assert_eq!((broken.outcome, broken.ads.len()), (Outcome::Blocked, 1));
            assert!(broken.note.is_some());
        }
    }

    #[test]
    fn a_template_gives_way_to_its_first_card() {
        let mut one = entry("7");
        one["snapshot"]["title"] = json!("{{product.name}}");
        one["snapshot"]["cards"] = json!([{"title": "Linen set"}]);
        let seen = read(&island(&results(&[one], false)));
        assert_eq!(seen.ads[0].titles, ["Linen set"]);
    }

    proptest! {
        #[test]
        fn no_text_breaks_it_and_none_is_an_empty_archive(html in ".{0,300}") {
            prop_assert_ne!(read(&html).outcome, Outcome::OkEmpty);
        }

        /// Cut anywhere, the page is not complete.
        #[test]
        fn a_page_that_was_cut_is_never_complete(cut in any::<prop::sample::Index>()) {
            let whole = island(&results(&[entry("7"), entry("8")], false));
            let end = whole.find("</script").unwrap();
            let seen = read(&whole[..cut.index(end)]);
            prop_assert!(!seen.outcome.is_complete());
        }
    }
}
