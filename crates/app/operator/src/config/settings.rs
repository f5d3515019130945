//! The file's keys, with their defaults.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};

use homeostat_queue::Job;
use homeostat_subprocess::{Declared, FAMILY};

use super::{
    AdsSettings, AlertSettings, BankSettings, CanarySettings, ConfigError, DaemonSettings,
    JobSettings, MonitorSettings, RawBrandAds, RawPayouts, RawPortfolio, RawService, RawShop,
    VendorSettings, WebSettings, programs,
};
use crate::{
    actuators,
    jobs::{
        answer::DecideAnswer, baseline::GuardBaseline, browse::BrowseAds, canary::CanaryBeat,
        decide::DecideKill, discount::DecideDiscount, guard::GuardSpendCap, payout::DecidePayout,
        portfolio::DecidePortfolio, reconcile::Reconcile, retention::GuardRetention,
        scale::DecideScale, sense::SenseMeta, sense_bank::SenseBank, sense_catalog::SenseCatalog,
        sense_inbox::SenseInbox, sense_parcels::SenseParcels, sense_shop::SenseShop,
        serve::DecideService, stock::DecideStock,
    },
    pipelines::ads,
};

/// The kinds of jobs that a group may work on.
fn kinds() -> Vec<&'static str> {
    let own = [
        BrowseAds::KIND,
        CanaryBeat::KIND,
        DecideAnswer::KIND,
        DecideKill::KIND,
        DecideDiscount::KIND,
        DecidePayout::KIND,
        DecidePortfolio::KIND,
        DecideScale::KIND,
        DecideService::KIND,
        DecideStock::KIND,
        GuardBaseline::KIND,
        GuardRetention::KIND,
        GuardSpendCap::KIND,
        Reconcile::KIND,
        SenseBank::KIND,
        SenseInbox::KIND,
        SenseMeta::KIND,
        SenseCatalog::KIND,
        SenseParcels::KIND,
        SenseShop::KIND,
    ];
    [actuators::JOBS, &own, &ads::KINDS].concat()
}

/// Whether somebody here works on this kind.
pub(crate) fn is_kind(kind: &str) -> bool {
    kinds().contains(&kind)
}

/// Everything that may stand in `homeostat.toml`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// How often each brand is looked at, in minutes of world time.
    pub loop_minutes: u32,
    /// Worker processes: a name, and the kinds (or `prefix.*`) that it works on.
    pub workers: BTreeMap<String, Vec<String>>,
    /// The ads vendor.
    pub meta: MetaSettings,
    /// The archive of ads.
    #[serde(default)]
    pub ads: AdsSettings,
    /// Who is told when somebody must look.
    #[serde(default)]
    pub alerts: AlertSettings,
    /// The brands' shops. A shop's token comes from `SHOPIFY_TOKEN_` and the brand's name, or `SHOPIFY_TOKEN`.
    #[serde(default)]
    pub shopify: VendorSettings,
    /// Parcels on their way. The key comes from `TRACK17_KEY`.
    #[serde(default)]
    pub track17: VendorSettings,
    /// The inboxes of the brands' customers. The key comes from `AGENTMAIL_KEY`.
    #[serde(default)]
    pub agentmail: VendorSettings,
    /// The bank. `REVOLUT_CLIENT_ID`, `REVOLUT_REFRESH_TOKEN` and `REVOLUT_PRIVATE_KEY` come from the environment.
    #[serde(default)]
    pub revolut: BankSettings,
    /// The job that shows that work gets done.
    #[serde(default)]
    pub canary: CanarySettings,
    /// The pages.
    #[serde(default)]
    pub web: WebSettings,
    /// Kinds of jobs that are commands; one that is declared as NAME is `job.NAME` in the queue.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub jobs: BTreeMap<String, JobSettings>,
    /// Programs that run all the time.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub daemons: BTreeMap<String, DaemonSettings>,
    /// When a command is taken from a worker that lives.
    #[serde(default)]
    pub monitor: MonitorSettings,
    /// The brands to run.
    #[serde(default)]
    pub brand: Vec<RawBrand>,
}

/// How to speak to Meta. The token comes from `META_ACCESS_TOKEN`, the app's secret from `META_APP_SECRET`, the word that
/// its webhooks are set up with from `META_WEBHOOK_VERIFY_TOKEN`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetaSettings {
    /// Where the vendor listens; absent, the sandbox plays it.
    pub base_url: Option<String>,
    /// Upper bound of one call, milliseconds.
    pub call_timeout_ms: u64,
    /// After this a request that was sent can no longer take effect, milliseconds.
    pub horizon_ms: u64,
    /// Spend that is read so long after a day's end has the day's late figures, minutes of world time.
    pub spend_lag_minutes: u32,
}

/// A brand as written: amounts are decimal texts in the major unit.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawBrand {
    /// A short name.
    pub id: String,
    /// The currency of all its amounts.
    pub currency: String,
    /// The IANA zone of its days.
    pub time_zone: String,
    /// What a sale may cost.
    #[serde(default)]
    pub target_cpa: Option<String>,
    /// The average order, where the target is given as a return.
    #[serde(default)]
    pub aov: Option<String>,
    /// The wanted return on ad spend, with `aov`.
    #[serde(default)]
    pub roas_target: Option<String>,
    /// The ad account, `act_` and digits.
    pub meta_account: String,
    /// shadow, suggest, guarded or full.
    #[serde(default)]
    pub autonomy: Option<String>,
    /// Caps on money that acts and running campaigns may take.
    #[serde(default)]
    pub caps: Caps,
    /// What is looked for in the archive of ads; nothing when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ads: Option<RawBrandAds>,
    /// Its shop; only its ads are run when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shop: Option<RawShop>,
    /// How its customers are served; nobody is answered when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<RawService>,
    /// Whom it pays; nobody when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payouts: Option<RawPayouts>,
    /// How many campaigns should run; none is launched by itself when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub portfolio: Option<RawPortfolio>,
}

/// Caps on money, decimal texts in the major unit.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Caps {
    /// In an hour.
    pub hour: String,
    /// In a day of the brand's zone.
    pub day: String,
    /// In a calendar month.
    pub month: String,
    /// For ever.
    pub lifetime: String,
}

impl Default for Caps {
    fn default() -> Self {
        Self {
            hour: "50".into(),
            day: "200".into(),
            month: "3000".into(),
            lifetime: "20000".into(),
        }
    }
}

impl Default for MetaSettings {
    fn default() -> Self {
        Self {
            base_url: None,
            call_timeout_ms: 10_000,
            horizon_ms: 30_000,
            spend_lag_minutes: 180,
        }
    }
}

impl MetaSettings {
    /// See `spend_lag_minutes`.
    pub fn spend_lag(&self) -> Duration {
        Duration::from_secs(u64::from(self.spend_lag_minutes) * 60)
    }
}

impl Default for Settings {
    fn default() -> Self {
        let group = |kinds: &[&str]| kinds.iter().map(|&k| k.to_owned()).collect();
        Self {
            loop_minutes: 30,
            workers: BTreeMap::from([
                ("sense".into(), group(&["sense.*", "guard.*"])),
                ("decide".into(), group(&["decide.*"])),
                ("act".into(), group(&["act.*", "canary.*"])),
                ("ads".into(), group(&["ads.*"])),
            ]),
            meta: MetaSettings::default(),
            ads: AdsSettings::default(),
            shopify: VendorSettings::default(),
            track17: VendorSettings::default(),
            agentmail: VendorSettings::default(),
            revolut: BankSettings::default(),
            alerts: AlertSettings::default(),
            canary: CanarySettings::default(),
            web: WebSettings::default(),
            jobs: BTreeMap::new(),
            daemons: BTreeMap::new(),
            monitor: MonitorSettings::default(),
            brand: Vec::new(),
        }
    }
}

impl Settings {
    /// The declared jobs get a group of their own, where the owner says nothing about groups.
    pub(super) fn add_job_group(&mut self) {
        let family = format!("{FAMILY}*");
        self.workers.insert("jobs".into(), vec![family]);
    }

    /// The browser gets a group of its own, where the owner turned it on and says nothing about groups.
    pub(super) fn add_browser_group(&mut self) {
        let kind = BrowseAds::KIND.to_owned();
        self.workers.insert("ads-browser".into(), vec![kind]);
    }

    /// The kinds of the declared jobs as they are run, with the environment's values of now.
    pub fn declared(&self) -> Vec<Declared> {
        let jobs = self.jobs.iter();
        jobs.map(|(name, job)| job.declared(name)).collect()
    }

    /// Whether a group works on this kind of job.
    pub fn works_on(&self, kind: &str) -> bool {
        self.workers.values().flatten().any(|p| covers(p, kind))
    }

    /// Every kind has a group that works on it, and every group has work.
    fn validate_workers(&self) -> Result<(), ConfigError> {
        let declared: Vec<String> = self.jobs.keys().map(|n| format!("{FAMILY}{n}")).collect();
        let mut kinds = kinds();
        kinds.extend(declared.iter().map(String::as_str));
        for (name, patterns) in &self.workers {
            programs::validate_group(name)?;
            let idle = patterns
                .iter()
                .find(|p| !kinds.iter().any(|kind| covers(p, kind)));
            if patterns.is_empty() || idle.is_some() {
                let word = idle.map_or("nothing", String::as_str);
                return Err(ConfigError::field(
                    format!("workers.{name}"),
                    format!("{word:?} is no kind of job; known: {}", kinds.join(", ")),
                ));
            }
        }
        // Without keywords nobody looks into the archive.
        let looks = self.brand.iter().any(|brand| brand.ads.is_some());
        match kinds
            .iter()
            .filter(|kind| looks || !ads::KINDS.contains(kind))
            .filter(|kind| self.ads.browser.enabled || **kind != BrowseAds::KIND)
            .filter(|kind| self.canary.dir.is_some() || **kind != CanaryBeat::KIND)
            .find(|kind| !self.works_on(kind))
        {
            None => Ok(()),
            Some(kind) => Err(ConfigError::field(
                "workers",
                format!("no group works on {kind}; add it to one"),
            )),
        }
    }

    /// Either all vendors are real or the sandbox plays all: its clock, its keys and its haste are not for the others.
    fn validate_mix(&self) -> Result<(), ConfigError> {
        let is_played = self.meta.base_url.is_none();
        let services = self.brand.iter().any(|brand| brand.service.is_some());
        let payouts = self.brand.iter().any(|brand| brand.payouts.is_some());
        let mut places = vec![
            (
                "track17.base_url".to_owned(),
                &self.track17.base_url,
                self.brand.iter().any(|b| b.shop.is_some()),
            ),
            (
                "agentmail.base_url".to_owned(),
                &self.agentmail.base_url,
                services,
            ),
            (
                "revolut.base_url".to_owned(),
                &self.revolut.base_url,
                payouts,
            ),
        ];
        for (index, brand) in self.brand.iter().enumerate() {
            if let Some(shop) = &brand.shop {
                places.push((format!("brand[{index}].shop.url"), &shop.url, true));
            }
        }
        let odd = places
            .into_iter()
            .find(|(_, place, needed)| *needed && place.is_none() != is_played);
        match odd {
            None => Ok(()),
            Some((field, _, _)) if is_played => Err(ConfigError::field(
                field,
                "is there, and the sandbox plays Meta; set meta.base_url too, or leave this out",
            )),
            Some((field, _, _)) => Err(ConfigError::field(
                field,
                "is missing, and Meta is real; the sandbox plays all vendors or none",
            )),
        }
    }

    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        programs::validate_jobs(&self.jobs)?;
        programs::validate_daemons(&self.daemons)?;
        self.validate_workers()?;
        if self.brand.is_empty() {
            return Err(ConfigError::field(
                "brand",
                "there is none; add a [[brand]] section",
            ));
        }
        self.ads.validate()?;
        self.validate_mix()?;
        self.shopify.validate("shopify")?;
        self.track17.validate("track17")?;
        self.agentmail.validate("agentmail")?;
        self.revolut.validate()?;
        self.alerts.validate()?;
        self.canary.validate()?;
        self.monitor.validate()?;
        if !(1..=1440).contains(&self.loop_minutes) {
            return Err(ConfigError::field("loop_minutes", "must be from 1 to 1440"));
        }
        if !(100..=60_000).contains(&self.meta.call_timeout_ms) {
            return Err(ConfigError::field(
                "meta.call_timeout_ms",
                "must be from 100 to 60000",
            ));
        }
        if self.meta.horizon_ms <= self.meta.call_timeout_ms {
            return Err(ConfigError::field(
                "meta.horizon_ms",
                "must be larger than meta.call_timeout_ms: a request may land after we stopped waiting",
            ));
        }
        if self.meta.spend_lag_minutes > 7 * 24 * 60 {
            return Err(ConfigError::field(
                "meta.spend_lag_minutes",
                "must be from 0 to 10080",
            ));
        }
        if let Some(url) = &self.meta.base_url
            && !(url.starts_with("https://") || url.starts_with("http://127.0.0.1:"))
        {
            return Err(ConfigError::field(
                "meta.base_url",
                "must start with https://",
            ));
        }
        Ok(())
    }
}

/// Whether a group's word means this kind: by name, or as a family with `*`.
fn covers(pattern: &str, kind: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(family) => kind.starts_with(family),
        None => pattern == kind,
    }
}
