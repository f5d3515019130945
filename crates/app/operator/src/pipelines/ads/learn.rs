//! Which running ads win, and which words they have. Pure.
//!
//! Nobody outside knows what an ad earns. That somebody goes on paying for it, in several places, is
//! the best sign there is.

use std::collections::{BTreeMap, BTreeSet};

use homeostat_vendors::ad_library::Terms;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::relevance::words;
use crate::records::archive::ad::Running;

/// An ad that runs for so long is worth its money to somebody.
const DAYS_TO_WIN: i64 = 30;
/// And is shown in so many places.
const PLATFORMS_TO_WIN: usize = 2;
/// More winners are not told.
const WINNERS_MAX: usize = 10;
/// Words of at least this many letters carry a meaning.
const LETTERS_MIN: usize = 3;
/// So many winners' headlines must have the same words.
const TITLES_TO_LEARN: usize = 2;
/// More words are not learned from one run.
const LEARNED_MAX: usize = 5;

/// A running ad that seems to pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Winner {
    /// The ad.
    #[serde(flatten)]
    pub ad: Running,
    /// How long it has been running.
    pub days_running: i64,
}

/// The winners, best first: by days, then by platforms.
pub(super) fn winners(running: &[Running], today: Date) -> Vec<Winner> {
    let mut winners: Vec<Winner> = running
        .iter()
        .map(|ad| Winner {
            days_running: days(ad.started_on, today),
            ad: ad.clone(),
        })
        .filter(|w| w.days_running >= DAYS_TO_WIN && w.ad.platforms.len() >= PLATFORMS_TO_WIN)
        .collect();
    winners.sort_by(|a, b| {
        let weight = |w: &Winner| (w.days_running, w.ad.platforms.len());
        let by_id = || a.ad.library_id.cmp(&b.ad.library_id);
        weight(b).cmp(&weight(a)).then_with(by_id)
    });
    winners.truncate(WINNERS_MAX);
    winners
}

/// Pairs of neighbouring words that several winners' headlines have and no keyword has both of, the
/// most frequent first.
pub(super) fn phrases(winners: &[Winner], keywords: &[String]) -> Vec<String> {
    let known: Vec<BTreeSet<String>> = keywords.iter().map(|k| words(k)).collect();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for winner in winners {
        let title = winner.ad.title.to_lowercase();
        let list: Vec<&str> = title
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| word.chars().count() >= LETTERS_MIN)
            .collect();
        let pairs = list.windows(2).map(|pair| pair.join(" "));
        // What cannot be searched for is not learned.
        let pairs: BTreeSet<String> = pairs.filter(|pair| pair.parse::<Terms>().is_ok()).collect();
        for pair in pairs {
            *counts.entry(pair).or_default() += 1;
        }
    }
    let mut pairs: Vec<(String, usize)> = counts
        .into_iter()
        .filter(|(pair, n)| {
            let pair = words(pair);
            *n >= TITLES_TO_LEARN && !known.iter().any(|k| pair.is_subset(k))
        })
        .collect();
    pairs.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    pairs
        .into_iter()
        .map(|(pair, _)| pair)
        .take(LEARNED_MAX)
        .collect()
}

/// Whole days from one day to another.
fn days(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ad(id: &str, started_on: &str, platforms: usize, title: &str) -> Running {
        Running {
            library_id: id.to_owned(),
            page_name: "Nord Home".to_owned(),
            started_on: started_on.parse().unwrap(),
            platforms: (0..platforms).map(|n| n.to_string()).collect(),
            title: title.to_owned(),
            body: String::new(),
            reach: None,
            last_seen_at: homeostat_model::WorldTime(jiff::Timestamp::UNIX_EPOCH),
        }
    }

    fn today() -> Date {
        "2026-03-02".parse().unwrap()
    }

    #[test]
    fn long_and_in_several_places_wins() {
        let running = [
            ad("1", "2026-01-31", 2, "a"),
            ad("2", "2026-02-01", 4, "a day short"),
            ad("3", "2025-06-01", 1, "one place"),
            ad("4", "2025-12-01", 2, "b"),
            ad("5", "2025-12-01", 4, "c"),
            ad("6", "2026-04-01", 4, "not begun"),
        ];
        let winners = winners(&running, today());
        let ids: Vec<&str> = winners.iter().map(|w| w.ad.library_id.as_str()).collect();
        assert_eq!(ids, ["5", "4", "1"]);
        assert_eq!(winners[2].days_running, 30);
    }

    #[test]
    fn words_that_several_winners_share_are_learned() {
        let running = [
            ad("1", "2025-12-01", 2, "Stonewashed linen bedding"),
            ad("2", "2025-12-01", 2, "The STONEWASHED linen set"),
            ad("3", "2025-12-01", 2, "Alpine wool"),
        ];
        let winners = winners(&running, today());
        let learned = phrases(&winners, &["linen bedding".to_owned()]);
        assert_eq!(learned, ["stonewashed linen"]);
        assert!(phrases(&winners, &["linen stonewashed".to_owned()]).is_empty());
    }

    #[test]
    fn words_that_the_archive_would_not_take_are_not_learned() {
        let title = "x".repeat(90);
        let title = format!("{title} {title}");
        let running = ["1", "2"].map(|id| ad(id, "2025-12-01", 2, &title));
        let winners = winners(&running, today());
        assert_eq!(winners.len(), 2);
        assert!(phrases(&winners, &[]).is_empty());
    }
}
