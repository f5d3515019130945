//! What is looked for in the archive of ads, and where.

use homeostat_vendors::ad_library::{Country, PageId, Terms};
use serde::{Deserialize, Serialize};

use super::{BrowserSettings, ConfigError};

/// More words of the owner's are not searched for: each is a request or more, each time.
const KEYWORDS_MAX: usize = 20;
/// The public page shows one country at a time.
const PAGE_COUNTRIES_MAX: usize = 3;
/// With fewer looks not all the pages that a brand may watch are seen weekly.
const SCANS_MIN: u32 = 8;
/// More looks would use up the archive's calls.
const SCANS_MAX: u32 = 500;

/// How the archive is asked. The token comes from `AD_LIBRARY_TOKEN`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AdsSettings {
    /// Ads that reached one of these countries, by their ISO codes.
    pub countries: Vec<String>,
    /// How often each brand's words are searched for, and the competitors looked at that are due, in
    /// hours of world time.
    pub every_hours: u32,
    /// Looks at competitors' pages that each brand has in 24 hours of world time, failed ones too.
    pub scans_per_day: u32,
    /// Words that certainly bring ads. An empty answer counts only when these bring some.
    pub control_terms: String,
    /// The archive's public page.
    pub browser: BrowserSettings,
}

/// A brand's part as written.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawBrandAds {
    /// What customers would search for.
    pub keywords: Vec<String>,
    /// Ids of the brand's own pages, which are no competitors.
    pub own_pages: Vec<String>,
}

/// A brand's part, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrandAds {
    /// In lower case.
    pub keywords: Vec<Terms>,
    /// The brand's own pages.
    pub own_pages: Vec<PageId>,
}

impl Default for AdsSettings {
    fn default() -> Self {
        Self {
            countries: vec!["DE".into(), "FR".into()],
            every_hours: 24,
            scans_per_day: 20,
            control_terms: "sale".into(),
            browser: BrowserSettings::default(),
        }
    }
}

impl AdsSettings {
    /// The countries. They have been checked.
    pub fn countries(&self) -> Vec<Country> {
        let parsed = self.countries.iter().map(|code| code.parse());
        parsed.filter_map(Result::ok).collect()
    }

    /// # Errors
    /// Naming the field and the fix.
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        if self.countries.is_empty() {
            let problem = "there is none; name at least one, such as [\"DE\"]";
            return Err(ConfigError::field("ads.countries", problem));
        }
        for code in &self.countries {
            let country: Country = code
                .parse()
                .map_err(|e| ConfigError::field("ads.countries", format!("{e}")))?;
            if !country.shows_commercial_ads() {
                let problem = format!(
                    "{country}: the archive shows commercial ads in the EU and the UK only; \
                     name a country there"
                );
                return Err(ConfigError::field("ads.countries", problem));
            }
        }
        if !(1..=720).contains(&self.every_hours) {
            return Err(ConfigError::field(
                "ads.every_hours",
                "must be from 1 to 720",
            ));
        }
        if !(SCANS_MIN..=SCANS_MAX).contains(&self.scans_per_day) {
            let problem = format!(
                "must be from {SCANS_MIN} to {SCANS_MAX}: with fewer a brand's pages are not seen weekly"
            );
            return Err(ConfigError::field("ads.scans_per_day", problem));
        }
        self.browser.validate()?;
        if self.browser.enabled && self.countries.len() > PAGE_COUNTRIES_MAX {
            let problem = format!(
                "the public page is opened for each of them; name at most {PAGE_COUNTRIES_MAX} while \
                 ads.browser.enabled"
            );
            return Err(ConfigError::field("ads.countries", problem));
        }
        let control: Result<Terms, _> = self.control_terms.parse();
        control
            .map(drop)
            .map_err(|e| ConfigError::field("ads.control_terms", format!("{e}")))
    }
}

impl BrandAds {
    /// # Errors
    /// Naming the field and the fix.
    pub(super) fn read(
        raw: &RawBrandAds,
        at: &impl Fn(&str) -> String,
    ) -> Result<Self, ConfigError> {
        if !(1..=KEYWORDS_MAX).contains(&raw.keywords.len()) {
            let problem = format!("{} must be 1 to {KEYWORDS_MAX}", raw.keywords.len());
            return Err(ConfigError::field(at("ads.keywords"), problem));
        }
        let keyword = |words: &String| words.to_lowercase().parse();
        let keywords: Result<Vec<Terms>, _> = raw.keywords.iter().map(keyword).collect();
        let pages: Result<Vec<PageId>, _> = raw.own_pages.iter().map(|id| id.parse()).collect();
        Ok(Self {
            keywords: keywords
                .map_err(|e| ConfigError::field(at("ads.keywords"), format!("{e}")))?,
            own_pages: pages
                .map_err(|e| ConfigError::field(at("ads.own_pages"), format!("{e}")))?,
        })
    }
}
