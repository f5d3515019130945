//! Which finds are to the point, and whose they are. Pure.
//!
//! The archive matches words anywhere, a page's name included. Here an ad is to the point when its own
//! text has all words of one keyword. One that has two keywords without a common word advertises
//! anything (coupons, marketplaces) and is a listing. A page is a competitor when two of its ads are
//! to the point, or the headline of one.

use std::collections::{BTreeMap, BTreeSet};

use homeostat_vendors::ad_library::{PageId, Terms};

use crate::records::archive::{competitor::Match, find::Find};

/// More pages are not watched; those with most ads come first.
const MATCHES_MAX: usize = 50;
/// So many ads to the point make a competitor, also without a headline.
const ADS_TO_MATCH: u32 = 2;

/// Finds, sorted out. Each find is counted once.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Sifted {
    pub(super) matches: Vec<Match>,
    /// Ads of the brand's own pages.
    pub(super) own: u32,
    /// Ads that advertise anything.
    pub(super) listings: u32,
    /// Ads whose text has no keyword.
    pub(super) beside: u32,
    /// Ads found, and ads to the point, by the words of the search.
    pub(super) by_words: BTreeMap<String, (u32, u32)>,
}

enum Kind {
    Own,
    Listing,
    Beside,
    Relevant { in_title: bool },
}

/// Sorts the finds of a run.
pub(super) fn sift(finds: &[Find], keywords: &[Terms], own: &[PageId]) -> Sifted {
    let keywords: Vec<BTreeSet<String>> = keywords.iter().map(|k| words(k.as_str())).collect();
    let mut sifted = Sifted::default();
    let mut pages: BTreeMap<&str, (Match, bool)> = BTreeMap::new();
    for find in finds {
        let kind = kind(find, &keywords, own);
        let relevant = matches!(kind, Kind::Relevant { .. });
        for search in &find.keywords {
            let counts = sifted.by_words.entry(search.clone()).or_default();
            counts.0 += 1;
            counts.1 += u32::from(relevant);
        }
        match kind {
            Kind::Own => sifted.own += 1,
            Kind::Listing => sifted.listings += 1,
            Kind::Beside => sifted.beside += 1,
            Kind::Relevant { in_title } => {
                let (page, titled) = pages.entry(&find.page_id).or_insert_with(|| {
                    let page = Match {
                        page_id: find.page_id.clone(),
                        name: find.page_name.clone(),
                        ads: 0,
                    };
                    (page, false)
                });
                page.ads += 1;
                *titled |= in_title;
            }
        }
    }
    sifted.matches = pages
        .into_values()
        .filter(|(page, titled)| *titled || page.ads >= ADS_TO_MATCH)
        .map(|(page, _)| page)
        .collect();
    sifted
        .matches
        .sort_by(|a, b| b.ads.cmp(&a.ads).then_with(|| a.page_id.cmp(&b.page_id)));
    sifted.matches.truncate(MATCHES_MAX);
    sifted
}

fn kind(find: &Find, keywords: &[BTreeSet<String>], own: &[PageId]) -> Kind {
    if own.iter().any(|page| page.as_str() == find.page_id) {
        return Kind::Own;
    }
    let title = words(&find.titles.join(" "));
    let mut text = words(&find.bodies.join(" "));
    text.extend(title.iter().cloned());
    let hits: Vec<&BTreeSet<String>> = keywords.iter().filter(|k| k.is_subset(&text)).collect();
    let apart = |a: &BTreeSet<String>| hits.iter().any(|b| a.is_disjoint(b));
    if hits.iter().any(|hit| apart(hit)) {
        return Kind::Listing;
    }
    if hits.is_empty() {
        return Kind::Beside;
    }
    Kind::Relevant {
        in_title: hits.iter().any(|hit| hit.is_subset(&title)),
    }
}

/// The words of a text, in lower case.
pub(super) fn words(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(id: u32, page: &str, title: &str, body: &str) -> Find {
        Find {
            library_id: id.to_string(),
            page_id: page.to_owned(),
            page_name: format!("page {page}"),
            titles: vec![title.to_owned()],
            bodies: vec![body.to_owned()],
            keywords: vec!["linen bedding".to_owned()],
        }
    }

    fn sifted(finds: &[Find]) -> Sifted {
        let keywords: Vec<Terms> = ["linen bedding", "wool throw", "stonewashed linen"]
            .map(|k| k.parse().unwrap())
            .to_vec();
        sift(finds, &keywords, &["9".parse().unwrap()])
    }

    fn pages(sifted: &Sifted) -> Vec<(&str, u32)> {
        let pages = sifted.matches.iter();
        pages
            .map(|page| (page.page_id.as_str(), page.ads))
            .collect()
    }

    #[test]
    fn a_headline_to_the_point_makes_a_competitor_and_so_do_two_texts() {
        let told = sifted(&[
            find(1, "1", "Flax LINEN bedding!", ""),
            find(2, "2", "Sleep", "our linen bedding"),
            find(3, "3", "Sleep", "our linen bedding"),
            find(4, "3", "Rest", "linen for your bedding"),
        ]);
        assert_eq!(pages(&told), [("3", 2), ("1", 1)]);
        assert_eq!(told.by_words["linen bedding"], (4, 4));
    }

    #[test]
    fn what_the_pages_name_brought_is_beside_the_point() {
        let told = sifted(&[find(1, "1", "New shirts", "linen, and no bed")]);
        assert_eq!((told.beside, pages(&told).len()), (1, 0));
        assert_eq!(told.by_words["linen bedding"], (1, 0));
    }

    #[test]
    fn own_pages_are_no_competitors() {
        let told = sifted(&[find(1, "9", "linen bedding", "")]);
        assert_eq!((told.own, pages(&told).len()), (1, 0));
    }

    #[test]
    fn who_advertises_anything_is_a_listing_and_narrower_words_are_not() {
        let told = sifted(&[
            find(1, "1", "90 % off", "linen bedding, wool throw, mugs"),
            find(2, "2", "Stonewashed linen bedding", ""),
        ]);
        assert_eq!(told.listings, 1);
        assert_eq!(pages(&told), [("2", 1)]);
    }

    #[test]
    fn the_order_of_the_finds_makes_no_difference() {
        let mut finds = vec![
            find(1, "1", "linen bedding", ""),
            find(2, "2", "linen bedding", ""),
            find(3, "2", "wool throw", ""),
        ];
        let told = sifted(&finds);
        finds.reverse();
        assert_eq!(sifted(&finds), told);
        assert_eq!(pages(&told), [("2", 2), ("1", 1)]);
    }
}
