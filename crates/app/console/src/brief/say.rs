//! What all sections say alike: a sentence with the way to more, names in a row, texts from outside.

use std::collections::BTreeMap;

use homeostat_model::RuntimeTime;
use homeostat_operator::records::day::CampaignDay;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{tell::Go, words};

/// Longest text from outside, such as why something was refused.
const TEXT_MAX: usize = 300;

/// A part of the brief.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Section {
    /// Its name in the address.
    pub id: &'static str,
    /// `Done`.
    pub title: &'static str,
    /// Beside the title.
    pub aside: String,
    /// What there is to say; never empty.
    pub lines: Vec<Line>,
}

/// A sentence or two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "BriefLine")]
pub struct Line {
    /// They.
    pub text: String,
    /// Where more is.
    pub go: Option<Go>,
}

impl Section {
    pub(super) fn new(id: &'static str, title: &'static str, lines: Vec<Line>) -> Self {
        Self {
            id,
            title,
            aside: String::new(),
            lines,
        }
    }

    /// The same with a word beside its title.
    pub(super) fn aside(self, aside: impl Into<String>) -> Self {
        let aside = aside.into();
        Self { aside, ..self }
    }
}

impl Line {
    pub(super) fn of(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            go: None,
        }
    }

    pub(super) fn to(self, word: &'static str, href: impl Into<String>) -> Self {
        let href = href.into();
        Self {
            go: Some(Go { word, href }),
            ..self
        }
    }
}

/// Names of campaigns by the vendor's ids.
#[derive(Debug, Clone, Default)]
pub(super) struct Names(BTreeMap<String, String>);

impl Names {
    pub(super) fn of(campaigns: &[CampaignDay]) -> Self {
        let pairs = campaigns
            .iter()
            .map(|one| (one.id.clone(), one.name.clone()));
        Self(pairs.collect())
    }

    /// The name that people know; the id itself where there is none.
    pub(super) fn name(&self, id: &str) -> String {
        words::name(self.0.get(id).map_or(id, String::as_str))
    }
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}

/// The first names of `n`, after a sentence's words: `: a and b`, `, among them a and b`.
pub(super) fn first_of(names: &[String], n: u64) -> String {
    match (names.len(), n) {
        (0, _) => String::new(),
        (shown, n) if shown as u64 >= n => format!(": {}", listed(names)),
        _ => format!(", among them {}", listed(names)),
    }
}

/// `is` of one, `are` of any other number.
pub(super) fn are(n: u64) -> &'static str {
    if n == 1 { "is" } else { "are" }
}

/// `was` of one, `were` of any other number.
pub(super) fn were(n: u64) -> &'static str {
    if n == 1 { "was" } else { "were" }
}

/// A count of the database, which is never negative.
pub(super) fn number(n: i64) -> u64 {
    n.unsigned_abs()
}

/// A text from outside as a sentence: one line, without what could steer a reader's eye, and not too long.
pub(super) fn text(text: &str) -> String {
    let mut letter = [0; 4];
    let plain = |c: char| match c {
        '\n' | '\r' | '\t' => " ".to_owned(),
        c => words::name(c.encode_utf8(&mut letter)),
    };
    let text = text.trim();
    let mut short: String = text.chars().take(TEXT_MAX).map(plain).collect();
    if text.chars().nth(TEXT_MAX).is_some() {
        short.push('…');
    }
    words::sentence(&short)
}

/// `02:14:07` in the brand's zone.
pub(super) fn time(at: RuntimeTime, zone: &TimeZone) -> String {
    words::runtime_clock(at, zone).time
}

#[cfg(test)]
pub(super) fn texts(section: &Section) -> Vec<&str> {
    section
        .lines
        .iter()
        .map(|line| line.text.as_str())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_in_a_row() {
        let names = |all: &[&str]| -> Vec<String> { all.iter().map(|n| (*n).into()).collect() };
        assert_eq!(listed(&names(&["a"])), "a");
        assert_eq!(listed(&names(&["a", "b", "c"])), "a, b and c");
        assert_eq!(first_of(&names(&[]), 0), "");
        assert_eq!(first_of(&names(&["a", "b"]), 2), ": a and b");
        assert_eq!(
            first_of(&names(&["a", "b", "c"]), 12),
            ", among them a, b and c"
        );
    }

    #[test]
    fn a_text_from_outside_is_one_sentence_that_steers_nobody() {
        assert_eq!(text(" two\nlines "), "Two lines.");
        assert_eq!(text("a\u{202e}b"), "A\u{fffd}b.");
        assert!(text(&"x".repeat(400)).chars().count() <= TEXT_MAX + 2);
    }
}
