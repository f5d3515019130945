//! A visit of the archive's public page: its address, and what came of it.

use super::{
    ad::Ad,
    outcome::Outcome,
    query::{Country, QueryError, Terms},
};
use crate::meta::PageId;

/// What a page is asked to show.
#[derive(Debug, Clone, Copy)]
pub enum Shown<'a> {
    /// All running ads of one advertiser.
    Page(&'a PageId),
    /// Running ads with these words.
    Terms(&'a Terms),
}

/// What a page showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// How the look ended.
    pub outcome: Outcome,
    /// The ads that were asked for, each once.
    pub ads: Vec<Ad>,
    /// Why it did not end well.
    pub note: Option<&'static str>,
}

impl Seen {
    /// Both together, each ad once. What did not end well is how both ended.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        let is_known = |ad: &Ad| self.ads.iter().any(|known| known.id == ad.id);
        let new: Vec<Ad> = other.ads.into_iter().filter(|ad| !is_known(ad)).collect();
        self.ads.extend(new);
        if self.outcome.is_complete()
            && (self.outcome == Outcome::OkEmpty || !other.outcome.is_complete())
        {
            (self.outcome, self.note) = (other.outcome, other.note);
        }
        self
    }
}

/// The address of a page. `base` is where the public pages are, such as `https://www.facebook.com`.
///
/// # Errors
/// When `base` is no address.
pub fn page_address(base: &str, country: &Country, shown: Shown<'_>) -> Result<String, QueryError> {
    let mut sent = vec![
        ("active_status", "active"),
        ("ad_type", "all"),
        ("country", country.as_str()),
        ("is_targeted_country", "false"),
        ("media_type", "all"),
        // Dates and labels are in the browser's language otherwise.
        ("locale", "en_US"),
    ];
    match shown {
        Shown::Page(id) => {
            sent.extend([("search_type", "page"), ("view_all_page_id", id.as_str())]);
        }
        Shown::Terms(terms) => {
            sent.extend([("search_type", "keyword_unordered"), ("q", terms.as_str())]);
        }
    }
    let url = reqwest::Url::parse_with_params(&format!("{base}/ads/library/"), &sent);
    url.map(String::from).map_err(|error| QueryError {
        field: "base",
        problem: format!("{base:?} is no address: {error}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_a_part_of_the_address_and_no_more() {
        let terms: Terms = "a&country=US #x".parse().unwrap();
        let url = page_address(
            "https://x.example",
            &"DE".parse().unwrap(),
            Shown::Terms(&terms),
        );
        let url = url.unwrap();
        assert!(url.ends_with("q=a%26country%3DUS+%23x"), "{url}");
        assert!(
            page_address(
                "x",
                &"DE".parse().unwrap(),
                Shown::Page(&"1".parse().unwrap())
            )
            .is_err()
        );
    }
}
