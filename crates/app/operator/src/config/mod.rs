//! What an owner writes: `homeostat.toml`, and secrets from the environment.
//!
//! Reading has two steps: shape (types, unknown keys) and `validate`, which names the field and the fix.

mod ads;
mod alerts;
mod brand;
mod browser;
mod canary;
mod demonstration;
mod error;
mod monitor;
mod portfolio;
mod programs;
mod settings;
mod shop;
mod vendors;
mod web;

use std::path::Path;

use figment::{
    Figment,
    providers::{Format, Serialized, Toml},
};

pub use ads::{AdsSettings, BrandAds, RawBrandAds};
pub use alerts::AlertSettings;
pub use brand::Brand;
pub use browser::{BrowserSettings, ProxyClass};
pub use canary::CanarySettings;
pub use error::ConfigError;
pub use monitor::MonitorSettings;
pub use portfolio::{Portfolio, RawPortfolio};
pub use programs::{DaemonSettings, JobSettings};
pub(crate) use settings::is_kind;
pub use settings::{Caps, MetaSettings, RawBrand, Settings};
pub use shop::{Payouts, RawPayouts, RawService, RawShop, RawSupplier, Service, Shop, Supplier};
pub use vendors::{BankSettings, VendorSettings};
pub use web::{Origin, WebSettings, WrongOrigin};

/// A configuration that can be run.
#[derive(Debug, Clone)]
pub struct Config {
    /// Settings as written, defaults filled in.
    pub settings: Settings,
    /// The brands, each with its amounts and zone understood.
    pub brands: Vec<Brand>,
}

impl Config {
    /// Reads a file; absent, the three demonstration brands that the sandbox plays.
    ///
    /// # Errors
    /// Naming the field and the fix.
    pub fn read(file: Option<&Path>) -> Result<Self, ConfigError> {
        let Some(path) = file else {
            let figment = Figment::from(Serialized::defaults(Settings::demonstration()));
            return Self::validate(figment.extract().map_err(|e| ConfigError::shape(&e))?);
        };
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(&text)
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// Naming the field and the fix.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let written = Figment::from(Toml::string(text));
        let mut defaults = Settings::default();
        // Groups are replaced as a whole: a default one beside the owner's would work twice.
        if written.find_value("workers").is_ok() {
            defaults.workers.clear();
        } else {
            if written.find_value("jobs").is_ok() {
                defaults.add_job_group();
            }
            if written
                .extract_inner("ads.browser.enabled")
                .unwrap_or(false)
            {
                defaults.add_browser_group();
            }
        }
        let figment = Figment::from(Serialized::defaults(defaults)).merge(written);
        Self::validate(figment.extract().map_err(|e| ConfigError::shape(&e))?)
    }

    /// The first demonstration brand alone: a world of recorded results has one ad account.
    ///
    /// # Errors
    /// None in practice; the demonstration is valid.
    pub fn recorded() -> Result<Self, ConfigError> {
        let mut settings = Settings::demonstration();
        settings.brand.truncate(1);
        // Nobody launches into results that are past.
        settings
            .brand
            .iter_mut()
            .for_each(|brand| brand.portfolio = None);
        Self::validate(settings)
    }

    fn validate(settings: Settings) -> Result<Self, ConfigError> {
        settings.validate()?;
        let brands: Vec<Brand> = settings
            .brand
            .iter()
            .enumerate()
            .map(|(index, raw)| Brand::try_from((index, raw)))
            .collect::<Result<_, _>>()?;
        for (index, brand) in brands.iter().enumerate() {
            if brands[..index].iter().any(|other| other.id == brand.id) {
                return Err(ConfigError::field(
                    format!("brand[{index}].id"),
                    format!("{} is used twice; give each brand its own id", brand.id),
                ));
            }
        }
        Ok(Self { settings, brands })
    }

    /// The brand of this name.
    pub fn brand(&self, id: &str) -> Option<&Brand> {
        self.brands.iter().find(|brand| brand.id.as_str() == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Config, ConfigError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        Config::read(Some(file.path()))
    }

    const BRAND: &str = r#"
        [[brand]]
        id = "acme"
        currency = "EUR"
        time_zone = "Europe/Berlin"
        target_cpa = "20.00"
        meta_account = "act_1"
    "#;

    #[test]
    fn a_brand_needs_little() {
        let config = read(BRAND).unwrap();
        assert_eq!(config.brands[0].target_cpa.amount_micros, 20_000_000);
    }

    #[test]
    fn the_sandbox_plays_all_vendors_or_none() {
        let shop = |url: &str| {
            format!("{BRAND}\n[brand.shop]\nlanguage = \"de\"\ncountry = \"DE\"\n{url}")
        };
        let meta = "[meta]\nbase_url = \"https://graph.facebook.com\"\ncall_timeout_ms = 1000\n\
                    horizon_ms = 2000\nspend_lag_minutes = 1\n";
        let track = "[track17]\nbase_url = \"https://api.17track.net/track\"\n";
        let real = "url = \"https://acme.myshopify.com\"\n";
        assert!(read(&shop("")).is_ok());
        assert!(read(&format!("{meta}{track}{}", shop(real))).is_ok());
        for (text, field) in [
            (shop(real), "brand[0].shop.url"),
            (format!("{meta}{track}{}", shop("")), "brand[0].shop.url"),
            (format!("{meta}{}", shop(real)), "track17.base_url"),
        ] {
            let told = read(&text).unwrap_err().to_string();
            assert!(told.contains(field), "{told}");
        }
    }

    #[test]
    fn the_demonstration_is_valid() {
        assert_eq!(Config::read(None).unwrap().brands.len(), 3);
    }

    #[test]
    fn target_may_come_from_basket_and_return() {
        let text = BRAND.replace(
            "target_cpa = \"20.00\"",
            "aov = \"42.00\"\nroas_target = \"3\"",
        );
        assert_eq!(
            read(&text).unwrap().brands[0].target_cpa.amount_micros,
            14_000_000
        );
    }

    #[test]
    fn errors_name_the_field() {
        for (from, to, field) in [
            ("EUR", "euro", "brand[0].currency"),
            ("Europe/Berlin", "Berlin", "brand[0].time_zone"),
            ("\"20.00\"", "\"-1\"", "brand[0].target_cpa"),
            ("\"20.00\"", "\"0.0000001\"", "brand[0].target_cpa"),
            ("acme", "Acme!", "brand[0].id"),
            ("act_1", "1", "brand[0].meta_account"),
            (
                "id = \"acme\"",
                "id = \"acme\"\nautonmy = \"full\"",
                "autonmy",
            ),
            (
                "id = \"acme\"",
                "id = \"acme\"\nautonomy = \"ful\"",
                "brand[0].autonomy",
            ),
            ("id = \"acme\"", "id = 7", "id"),
            (
                "[[brand]]",
                "[workers]\nx = [\"nix\"]\n[[brand]]",
                "workers.x",
            ),
            (
                "[[brand]]",
                "[workers]\nx = [\"act.*\"]\n[[brand]]",
                "workers",
            ),
            (
                "[[brand]]",
                "[ads]\ncountries = [\"US\"]\n[[brand]]",
                "ads.countries: US",
            ),
            (
                "[[brand]]",
                "[ads]\ncountries = [\"Germany\"]\n[[brand]]",
                "ads.countries",
            ),
            (
                "[[brand]]",
                "[ads]\nevery_hours = 0\n[[brand]]",
                "ads.every_hours",
            ),
            (
                "[[brand]]",
                "[ads]\ncontrol_terms = \" \"\n[[brand]]",
                "ads.control_terms",
            ),
            (
                "id = \"acme\"",
                "id = \"acme\"\nads = { keywords = [] }",
                "brand[0].ads.keywords",
            ),
            (
                "id = \"acme\"",
                "id = \"acme\"\nads = { keywords = [\"mug\"], own_pages = [\"x\"] }",
                "brand[0].ads.own_pages",
            ),
        ] {
            let error = read(&BRAND.replace(from, to)).unwrap_err().to_string();
            assert!(error.contains(field), "{field}: {error}");
        }
        let twice = format!("{BRAND}{BRAND}");
        assert!(
            read(&twice)
                .unwrap_err()
                .to_string()
                .contains("brand[1].id")
        );
    }

    #[test]
    fn a_group_for_the_archive_is_needed_once_a_brand_looks_into_it() {
        let groups = "[workers]\nall = [\"sense.*\", \"decide.*\", \"guard.*\", \"act.*\"]\n";
        let silent = format!("{groups}{BRAND}");
        assert!(read(&silent).unwrap().brands[0].ads.is_none());
        let looks = silent.replace(
            "id = \"acme\"",
            "id = \"acme\"\nads = { keywords = [\"Linen Bedding\"] }",
        );
        let error = read(&looks).unwrap_err().to_string();
        assert!(error.contains("ads.search"), "{error}");
        let grouped = looks.replace("\"act.*\"", "\"act.*\", \"ads.*\"");
        let ads = read(&grouped).unwrap().brands.remove(0).ads.unwrap();
        assert_eq!(ads.keywords[0].as_str(), "linen bedding");
    }

    #[test]
    fn errors_about_alerts_name_the_field() {
        for (section, field) in [
            (
                "[alerts]\nsinks = [{ file = \"/a\" }, { file = \"b\" }]",
                "alerts.sinks[1].file: \"b\" must be an absolute path",
            ),
            (
                "[alerts]\nsinks = [{ command = [\"mail\"] }]",
                "alerts.sinks[0].command",
            ),
            (
                "[alerts]\nsinks = [{ webhook = \"ftp://x\" }]",
                "alerts.sinks[0].webhook",
            ),
            (
                "[alerts]\nsinks = [{ file = \"/a\" }, { file = \"/a\" }]",
                "alerts.sinks[1].file: is written twice",
            ),
            ("[alerts]\nsinks = [{ fiel = \"/a\" }]", "fiel"),
            ("[canary]\ndir = \"run\"", "canary.dir"),
            ("[monitor]\ndied_s = 0", "monitor.died_s: must be from 1"),
            (
                "[monitor]\nmaybe_working_s = 604801",
                "monitor.maybe_working_s",
            ),
            ("[monitor]\nnever_spawned = 5", "never_spawned"),
            ("[canary]\nevery_s = 0", "canary.every_s"),
        ] {
            let error = read(&format!("{section}\n{BRAND}"))
                .unwrap_err()
                .to_string();
            assert!(error.contains(field), "{field}: {error}");
        }
    }

    #[test]
    fn a_canary_needs_a_group_once_it_sings() {
        let groups = "[workers]\nall = [\"sense.*\", \"decide.*\", \"guard.*\", \"act.*\"]\n";
        let sings = format!("{groups}[canary]\ndir = \"/var/lib/x\"\n{BRAND}");
        let error = read(&sings).unwrap_err().to_string();
        assert!(error.contains("canary.beat"), "{error}");
        assert!(
            !read(&format!("{groups}{BRAND}"))
                .unwrap()
                .settings
                .works_on("canary.beat")
        );
        assert!(read(BRAND).unwrap().settings.works_on("canary.beat"));
    }

    const JOB: &str = "[jobs.scrape]\ncommand = \"/bin/sh\"\n";

    #[test]
    fn jobs_have_a_group_once_there_are_any() {
        let plain = read(BRAND).unwrap().settings;
        assert!(!plain.workers.contains_key("jobs"));
        let settings = read(&format!("{JOB}{BRAND}")).unwrap().settings;
        assert!(settings.works_on("job.scrape"));
        let job = &settings.jobs["scrape"];
        assert_eq!(
            (job.timeout_s, job.memory_mb, job.concurrency),
            (60, 256, 1)
        );
        assert_eq!(job.env, ["PATH"]);
        // What a system keeps of it reads the same.
        let kept = toml::to_string(&settings).unwrap();
        assert_eq!(read(&kept).unwrap().settings.jobs, settings.jobs);
    }

    #[test]
    fn an_owner_s_groups_must_work_on_the_declared_jobs() {
        let all = "\"sense.*\", \"decide.*\", \"guard.*\", \"act.*\"";
        let groups = format!("[workers]\nall = [{all}]\n");
        let error = read(&format!("{groups}{JOB}{BRAND}")).unwrap_err();
        assert!(error.to_string().contains("no group works on job.scrape"));
        let undeclared = format!("[workers]\nall = [{all}, \"job.other\"]\n{JOB}{BRAND}");
        let error = read(&undeclared).unwrap_err().to_string();
        assert!(error.contains("\"job.other\" is no kind") && error.contains("job.scrape"));
        let grouped = format!("[workers]\nall = [{all}, \"job.scrape\"]\n{JOB}{BRAND}");
        read(&grouped).unwrap();
    }

    #[test]
    fn errors_about_programs_name_the_field() {
        for (section, field) in [
            (
                "[jobs.a]\ncommand = \"x/y\"",
                "jobs.a.command: \"x/y\" is relative",
            ),
            ("[jobs.a]\ncommand = \"\"", "jobs.a.command: is empty"),
            ("[jobs.a]\nargs = []", "command"),
            ("[jobs.a]\ncommand = \"sh\"\ncomand = 1", "comand"),
            (
                "[jobs.a]\ncommand = \"sh\"\ntimeout_s = 0",
                "jobs.a.timeout_s",
            ),
            (
                "[jobs.a]\ncommand = \"sh\"\ntimeout_s = 86001",
                "jobs.a.timeout_s",
            ),
            (
                "[jobs.a]\ncommand = \"sh\"\nmemory_mb = 15",
                "jobs.a.memory_mb",
            ),
            (
                "[jobs.a]\ncommand = \"sh\"\nmemory_mb = -1",
                "jobs.a.memory_mb",
            ),
            (
                "[jobs.a]\ncommand = \"sh\"\nconcurrency = 0",
                "jobs.a.concurrency",
            ),
            (
                "[jobs.a]\ncommand = \"sh\"\ndir = \"x\"",
                "jobs.a.dir: \"x\" is relative",
            ),
            (
                "[jobs.a]\ncommand = \"sh\"\nuser = \"no such\"",
                "jobs.a.user: \"no such\" is no user",
            ),
            (
                "[jobs.a]\ncommand = \"sh\"\nenv = [\"A=1\"]",
                "jobs.a.env: \"A=1\" is no name",
            ),
            (
                "[jobs.a]\ncommand = \"sh\"\npreflight = [\"./x\"]",
                "jobs.a.preflight: \"./x\"",
            ),
            (
                "[jobs.A]\ncommand = \"sh\"",
                "jobs: \"A\" must begin with a-z",
            ),
            (
                "[daemons.web]\ncommand = \"sh\"",
                "daemons.web: is a name of our own",
            ),
            (
                "[daemons.job-1-2]\ncommand = \"sh\"",
                "daemons.job-1-2: is a name",
            ),
            (
                "[daemons.a]\ncommand = \"sh\"\nwatchdog_s = 5",
                "daemons.a.watchdog_s: is heard",
            ),
            ("[daemons.a]\ncommand = \"sh\"\ntimeout_s = 5", "timeout_s"),
        ] {
            let error = read(&format!("{section}\n{BRAND}")).unwrap_err();
            let error = error.to_string();
            assert!(error.contains(field), "{field}: {error}");
        }
        let daemon = "[daemons.feed]\ncommand = \"sh\"\nnotify = true\nwatchdog_s = 5\n";
        let settings = read(&format!("{daemon}{BRAND}")).unwrap().settings;
        assert!(settings.daemons["feed"].notify);
    }

    #[test]
    fn where_the_pages_are_is_an_address() {
        assert!(read(BRAND).unwrap().settings.web.enabled);
        let any = read(&format!(
            "[web]\nlisten = \"[::1]:0\"\norigin = \"https://a.example\"\nenabled = false\n{BRAND}"
        ))
        .unwrap();
        assert_eq!(any.settings.web.listen, "[::1]:0".parse().unwrap());
        assert!(!any.settings.web.enabled);
        let kept = read(&toml::to_string(&any.settings).unwrap()).unwrap();
        assert_eq!(kept.settings.web.listen, any.settings.web.listen);
        assert_eq!(kept.settings.web.origin, any.settings.web.origin);
        assert!(any.settings.web.origin.is_some());
        for (section, words) in [
            (
                "listen = \"8180\"",
                "web.listen: \"8180\" is no address; write one like 127.0.0.1:8180",
            ),
            (
                "listen = \"localhost:8180\"",
                "web.listen: \"localhost:8180\"",
            ),
            ("listen = 8180", "web.listen"),
            ("enabled = \"yes\"", "web.enabled"),
            (
                "origin = \"console.example.com\"",
                "web.origin: \"console.example.com\" is no origin",
            ),
            ("adress = \"127.0.0.1:1\"", "adress"),
        ] {
            let error = read(&format!("[web]\n{section}\n{BRAND}"))
                .unwrap_err()
                .to_string();
            assert!(error.contains(words), "{section}: {error}");
        }
    }

    /// A group's process has a leaf of its name, and its own processes have theirs.
    #[test]
    fn the_name_of_a_group_is_the_name_of_a_process() {
        for name in ["X.1", "Sense", "a b", "drill", "act-alone"] {
            let groups = format!("[workers]\n{name:?} = [\"act.*\"]\n{BRAND}");
            let error = read(&groups).unwrap_err().to_string();
            assert!(error.contains(&format!("workers: {name:?}")), "{error}");
        }
    }

    #[test]
    fn no_brand_is_an_error() {
        assert!(read("").unwrap_err().to_string().contains("brand"));
    }
}
