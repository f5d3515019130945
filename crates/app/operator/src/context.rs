//! What every sensor, policy and actuator of the house is given.

use std::{sync::Arc, time::Duration};

use homeostat_clock::WorldClock;
use homeostat_store::Db;
use homeostat_vendors::{ad_library, meta};
use secrecy::SecretString;

use crate::{
    config::{Config, ConfigError},
    partners::Partners,
    secrets,
};

/// The token's variable in the environment.
const TOKEN: &str = "META_ACCESS_TOKEN";
/// The app secret's variable in the environment.
pub(crate) const SECRET: &str = "META_APP_SECRET";
/// The variable of the archive's token.
const ARCHIVE_TOKEN: &str = "AD_LIBRARY_TOKEN";

/// The database, the world's clock, the owner's configuration and the vendors. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Operator {
    /// The database.
    pub db: Db,
    /// World time.
    pub clock: WorldClock,
    /// What the owner wrote.
    pub config: Arc<Config>,
    /// The ads vendor.
    pub meta: meta::Client,
    /// The archive of ads; `None` when no brand looks into it.
    pub ad_library: Option<ad_library::Client>,
    /// The shops, the parcels, the inboxes and the bank.
    pub partners: Partners,
}

/// Where a sandbox plays the vendors; what is absent is the vendor itself.
#[derive(Debug, Clone, Default)]
pub struct VendorUrls {
    /// Meta's Marketing API.
    pub meta: Option<String>,
    /// The archive of ads.
    pub ad_library: Option<String>,
    /// All others, each under a path of its own.
    pub sandbox: Option<String>,
}

impl Operator {
    /// Binds the parts. A sandbox's URL wins over the configuration.
    ///
    /// # Errors
    /// When a secret is missing or a setting cannot be used; both are named.
    pub fn new(
        db: Db,
        clock: WorldClock,
        config: Config,
        urls: VendorUrls,
    ) -> Result<Self, ConfigError> {
        let meta = meta_client(&config, urls.meta, clock.speed())?;
        let ad_library = ad_library_client(&config, urls.ad_library, clock.speed())?;
        let partners = Partners::new(&config, urls.sandbox.as_deref(), clock.speed())?;
        Ok(Self {
            db,
            clock,
            config: Arc::new(config),
            meta,
            ad_library,
            partners,
        })
    }
}

/// A client of Meta with the owner's secrets.
///
/// # Errors
/// When the token is missing or a setting cannot be used; both are named.
pub fn meta_client(
    config: &Config,
    meta_url: Option<String>,
    speed: u32,
) -> Result<meta::Client, ConfigError> {
    let token = secrets::required(TOKEN, "it is the token that reads and pauses campaigns")?;
    let mut wanted = graph(config, token, meta_url, speed);
    wanted.app_secret = secrets::optional(SECRET)?;
    meta::Client::new(wanted).map_err(field)
}

/// A client of the archive of ads with the owner's token; `None` when no brand looks into it.
///
/// # Errors
/// When the token is missing or a setting cannot be used; both are named.
pub fn ad_library_client(
    config: &Config,
    url: Option<String>,
    speed: u32,
) -> Result<Option<ad_library::Client>, ConfigError> {
    if config.brands.iter().all(|brand| brand.ads.is_none()) {
        return Ok(None);
    }
    let token = secrets::required(
        ARCHIVE_TOKEN,
        "it is the token that reads the archive of ads",
    )?;
    let wanted = graph(config, token, url, speed);
    ad_library::Client::new(wanted).map(Some).map_err(field)
}

/// Settings of a client of Meta's Graph, of which the archive is a part.
fn graph(config: &Config, token: SecretString, url: Option<String>, speed: u32) -> meta::Config {
    let settings = &config.settings.meta;
    let mut wanted = meta::Config::new(token);
    wanted.endpoint.call_timeout = Duration::from_millis(settings.call_timeout_ms);
    wanted.endpoint.wait_divisor = speed;
    if let Some(url) = url.or_else(|| settings.base_url.clone()) {
        wanted.endpoint.base_url = url;
    }
    wanted
}

fn field(error: meta::ConfigError) -> ConfigError {
    ConfigError::Field {
        field: format!("meta.{}", error.field),
        problem: error.problem,
    }
}
