//! The archive's public page by a browser: off unless the owner turns it on.

use std::path::PathBuf;

use homeostat_control::pace::Params;
use serde::{Deserialize, Serialize};

use super::ConfigError;

/// How the page is visited. The address of a proxy comes from `ADS_BROWSER_PROXY`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BrowserSettings {
    /// Whether it is. Meta's terms restrict automated visits; whoever turns it on answers for it.
    pub enabled: bool,
    /// The way out to it.
    pub proxy: ProxyClass,
    /// The least time between two visits, minutes of world time.
    pub pace_minutes: u32,
    /// The most, which blocks lead to, hours of world time.
    pub slowest_hours: u32,
    /// Debian's chromium, by its absolute path.
    pub program: PathBuf,
}

/// What the page sees us come from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProxyClass {
    /// This host.
    #[default]
    Direct,
    /// A proxy in a data centre.
    Datacentre,
    /// A proxy at somebody's home.
    Residential,
}

impl ProxyClass {
    /// As it is written, and as its pace is kept.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Datacentre => "datacentre",
            Self::Residential => "residential",
        }
    }
}

impl Default for BrowserSettings {
    fn default() -> Self {
        Self {
            enabled: false,
            proxy: ProxyClass::Direct,
            pace_minutes: 20,
            slowest_hours: 24,
            program: "/usr/bin/chromium".into(),
        }
    }
}

impl BrowserSettings {
    /// The bounds of the pace.
    pub fn pace(&self) -> Params {
        Params {
            least_s: self.pace_minutes.saturating_mul(60),
            most_s: self.slowest_hours.saturating_mul(3_600),
        }
    }

    /// # Errors
    /// Naming the field and the fix.
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        if !(5..=1_440).contains(&self.pace_minutes) {
            let problem = "must be from 5 to 1440; a page for people is not asked more often";
            return Err(ConfigError::field("ads.browser.pace_minutes", problem));
        }
        if !(1..=720).contains(&self.slowest_hours) || self.pace().most_s < self.pace().least_s {
            let problem = "must be from 1 to 720, and no less than ads.browser.pace_minutes";
            return Err(ConfigError::field("ads.browser.slowest_hours", problem));
        }
        if !self.program.is_absolute() {
            let problem = "must be an absolute path, such as /usr/bin/chromium";
            return Err(ConfigError::field("ads.browser.program", problem));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    const BRAND: &str = r#"
        [[brand]]
        id = "acme"
        currency = "EUR"
        time_zone = "Europe/Berlin"
        target_cpa = "20.00"
        meta_account = "act_1"
    "#;

    fn told(text: &str) -> String {
        let error = Config::parse(&format!("{text}\n{BRAND}")).unwrap_err();
        error.to_string()
    }

    #[test]
    fn errors_name_the_field() {
        for (section, field) in [
            ("[ads]\nscans_per_day = 7", "ads.scans_per_day"),
            ("[ads]\nscans_per_day = 501", "ads.scans_per_day"),
            (
                "[ads.browser]\npace_minutes = 1",
                "ads.browser.pace_minutes",
            ),
            (
                "[ads.browser]\npace_minutes = 120\nslowest_hours = 1",
                "ads.browser.slowest_hours",
            ),
            (
                "[ads.browser]\nprogram = \"chromium\"",
                "ads.browser.program",
            ),
            ("[ads.browser]\nproxy = \"tor\"", "proxy"),
            (
                "[ads]\ncountries = [\"DE\", \"FR\", \"IT\", \"ES\"]\n[ads.browser]\nenabled = true",
                "ads.countries",
            ),
        ] {
            let error = told(section);
            assert!(error.contains(field), "{field}: {error}");
        }
    }

    #[test]
    fn the_browser_has_a_worker_of_its_own_once_it_is_on_and_none_before() {
        let groups = |text: &str| {
            let config = Config::parse(&format!("{text}\n{BRAND}")).unwrap();
            config.settings.workers
        };
        assert!(!groups("").contains_key("ads-browser"));
        let on = "[ads.browser]\nenabled = true";
        assert_eq!(groups(on)["ads-browser"], ["browse.ads"]);
        let own =
            "[workers]\nall = [\"sense.*\", \"decide.*\", \"guard.*\", \"act.*\", \"ads.*\"]\n";
        assert!(!groups(own).contains_key("ads-browser"));
        let error = told(&format!("{own}{on}"));
        assert!(error.contains("no group works on browse.ads"), "{error}");
    }
}
