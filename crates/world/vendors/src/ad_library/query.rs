//! What is asked of the archive.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::meta::PageId;

/// The longest search, in characters.
const TERMS_MAX: usize = 100;
/// The most pages in one query.
const PAGES_MAX: usize = 10;

/// Where the archive shows commercial ads: the European Union and the United Kingdom.
const COVERED: [&str; 28] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "IE",
    "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
];

/// A part of a query that the archive would not take.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct QueryError {
    /// The part.
    pub field: &'static str,
    /// What is wrong and what would be right.
    pub problem: String,
}

/// A country by its ISO 3166-1 code, such as `DE`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country(String);

/// Words to search for, at most 100 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Terms(String);

/// Whose ads, or ads about what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// Ads with these words, in any order.
    Terms(Terms),
    /// All ads of these pages.
    Pages(Vec<PageId>),
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    subject: Subject,
    countries: Vec<Country>,
    active_only: bool,
}

impl Query {
    /// A question about ads that reached one of these countries.
    ///
    /// # Errors
    /// When there is no country, or not 1 to 10 pages.
    pub fn new(
        subject: Subject,
        countries: Vec<Country>,
        active_only: bool,
    ) -> Result<Self, QueryError> {
        if countries.is_empty() {
            let problem = "there is none; the archive must be told at least one".to_owned();
            return Err(QueryError {
                field: "countries",
                problem,
            });
        }
        if let Subject::Pages(pages) = &subject
            && !(1..=PAGES_MAX).contains(&pages.len())
        {
            return Err(QueryError {
                field: "pages",
                problem: format!("{} must be 1 to {PAGES_MAX}", pages.len()),
            });
        }
        Ok(Self {
            subject,
            countries,
            active_only,
        })
    }

    /// As the archive reads it.
    pub(super) fn parameters(&self) -> Vec<(&'static str, String)> {
        let list = |items: Vec<&str>| {
            let quoted: Vec<String> = items.iter().map(|item| format!("\"{item}\"")).collect();
            format!("[{}]", quoted.join(","))
        };
        let countries = self.countries.iter().map(|c| c.0.as_str()).collect();
        let mut parameters = vec![("ad_reached_countries", list(countries))];
        match &self.subject {
            Subject::Terms(terms) => parameters.push(("search_terms", terms.0.clone())),
            Subject::Pages(pages) => {
                let pages = pages.iter().map(PageId::as_str).collect();
                parameters.push(("search_page_ids", list(pages)));
            }
        }
        let status = if self.active_only { "ACTIVE" } else { "ALL" };
        parameters.push(("ad_active_status", status.to_owned()));
        parameters.push(("ad_type", "ALL".to_owned()));
        parameters
    }
}

impl Country {
    /// Whether the archive shows commercial ads that reach it. Elsewhere it shows those about
    /// politics and social issues alone.
    pub fn shows_commercial_ads(&self) -> bool {
        COVERED.contains(&self.as_str())
    }
}

impl FromStr for Country {
    type Err = QueryError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // "ALL" is taken by the archive and reported to give nothing at times, so it is not taken here.
        if text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase()) {
            return Ok(Self(text.to_owned()));
        }
        Err(QueryError {
            field: "country",
            problem: format!("{text:?} must be an ISO code of two capital letters, such as DE"),
        })
    }
}

impl FromStr for Terms {
    type Err = QueryError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let length = text.chars().count();
        let fits = !text.trim().is_empty() && length <= TERMS_MAX;
        if fits && !text.chars().any(char::is_control) {
            return Ok(Self(text.trim().to_owned()));
        }
        Err(QueryError {
            field: "terms",
            problem: format!("{text:?} must be words, at most {TERMS_MAX} characters"),
        })
    }
}

macro_rules! text {
    ($($name:ident),+) => {$(
        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = QueryError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

text!(Country, Terms);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_that_the_archive_would_refuse_is_not_asked() {
        for text in ["de", "ALL", "", "D1", "\"]"] {
            assert_eq!(text.parse::<Country>().unwrap_err().field, "country");
        }
        for text in ["", "  ", &"x".repeat(101), "a\u{0}b"] {
            assert_eq!(text.parse::<Terms>().unwrap_err().field, "terms");
        }
        let de: Country = "DE".parse().unwrap();
        let terms = Subject::Terms("posture corrector".parse().unwrap());
        let error = Query::new(terms, Vec::new(), true).unwrap_err();
        assert_eq!(error.field, "countries");
        let pages = |n: usize| Subject::Pages(vec!["1".parse().unwrap(); n]);
        for n in [0, 11] {
            let error = Query::new(pages(n), vec![de.clone()], true).unwrap_err();
            assert_eq!(error.field, "pages");
        }
        Query::new(pages(10), vec![de], true).unwrap();
    }

    #[test]
    fn lists_go_out_as_json() {
        let countries = vec!["DE".parse().unwrap(), "FR".parse().unwrap()];
        let pages = Subject::Pages(vec!["55021".parse().unwrap()]);
        let query = Query::new(pages, countries, false).unwrap();
        let told = query.parameters();
        let find = |name| {
            let found = told.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| value.as_str())
        };
        assert_eq!(find("ad_reached_countries"), Some(r#"["DE","FR"]"#));
        assert_eq!(find("search_page_ids"), Some(r#"["55021"]"#));
        assert_eq!(find("ad_active_status"), Some("ALL"));
        assert_eq!(find("search_terms"), None);
    }
}
