//! What the archive holds, and what it shows of it at an instant.

use homeostat_model::WorldTime;
use homeostat_vendors::ad_library::Country;
use jiff::{SignedDuration, civil::Date, tz::TimeZone};
use serde_json::{Map, Value, json};

use crate::options::AD_LIBRARY_TOKEN;

/// Ads that ended longer ago are not shown any more.
const KEPT: SignedDuration = SignedDuration::from_hours(365 * 24);
/// How long an ad may still be listed as running after its end.
const LISTED_LATE: SignedDuration = SignedDuration::from_hours(5 * 24);

/// All ads, the last begun first.
#[derive(Debug)]
pub(super) struct Archive {
    pub(super) pages: Vec<Page>,
    pub(super) ads: Vec<Ad>,
}

/// An advertiser.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) domain: String,
    /// Ads about politics show everywhere.
    pub(super) is_political: bool,
}

/// One ad.
#[derive(Debug)]
pub(super) struct Ad {
    pub(super) id: u64,
    /// Index of its page.
    pub(super) page: usize,
    pub(super) starts_at: WorldTime,
    pub(super) ends_at: WorldTime,
    pub(super) countries: &'static [&'static str],
    pub(super) platforms: &'static [&'static str],
    pub(super) title: String,
    pub(super) body: Option<String>,
    /// Reached each day.
    pub(super) reach_per_day: u64,
    /// Listed as running for some days after its end.
    pub(super) is_listed_late: bool,
}

impl Ad {
    /// Whether the archive knows it at an instant.
    pub(super) fn is_shown(&self, now: WorldTime) -> bool {
        self.starts_at <= now && now.since(self.ends_at) < KEPT
    }

    /// Whether the archive lists it as running, which may be wrong.
    pub(super) fn is_listed_active(&self, now: WorldTime) -> bool {
        let late = if self.is_listed_late {
            LISTED_LATE
        } else {
            SignedDuration::ZERO
        };
        now < self.ends_at.plus(late)
    }

    /// Whether it shows to somebody who asks about these countries.
    pub(super) fn is_covered(&self, page: &Page, asked: &[Country]) -> bool {
        asked.iter().any(|country| {
            let covered = page.is_political || country.shows_commercial_ads();
            covered && self.countries.contains(&country.as_str())
        })
    }

    /// Everything that is searched, in lower case.
    pub(super) fn text(&self, page: &Page) -> String {
        let body = self.body.as_deref().unwrap_or_default();
        format!("{} {body} {}", self.title, page.name).to_lowercase()
    }

    /// With a null for what it does not have.
    pub(super) fn to_json(&self, page: &Page, now: WorldTime) -> Map<String, Value> {
        let ended = now >= self.ends_at;
        let until = if ended { self.ends_at } else { now };
        let days = until.since(self.starts_at).as_hours().max(0) / 24 + 1;
        let reach = self.reach_per_day.saturating_mul(days.unsigned_abs());
        let url = format!(
            "https://www.facebook.com/ads/archive/render_ad/?id={}&access_token={AD_LIBRARY_TOKEN}",
            self.id
        );
        let object = json!({
            "id": self.id.to_string(),
            "ad_creation_time": day(self.starts_at),
            "ad_creative_bodies": self.body.as_ref().map(|body| [body]),
            "ad_creative_link_titles": [self.title],
            "ad_creative_link_captions": [page.domain],
            "ad_creative_link_descriptions": null,
            "ad_delivery_start_time": day(self.starts_at),
            "ad_delivery_stop_time": ended.then(|| day(self.ends_at)),
            "ad_snapshot_url": url,
            "languages": ["en"],
            "page_id": page.id.to_string(),
            "page_name": page.name,
            "publisher_platforms": self.platforms,
            "eu_total_reach": reach,
            "target_ages": ["18", "65+"],
            "target_gender": "All",
        });
        match object {
            Value::Object(map) => map,
            _ => Map::new(),
        }
    }
}

fn day(at: WorldTime) -> Date {
    at.0.to_zoned(TimeZone::UTC).date()
}
