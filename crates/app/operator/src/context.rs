//! What every sensor, policy and actuator of the house is given.

use std::{sync::Arc, time::Duration};

use homeostat_clock::WorldClock;
use homeostat_store::Db;
use homeostat_vendors::meta;
use secrecy::SecretString;

use crate::config::{Config, ConfigError};

/// The token's variable in the environment.
const TOKEN: &str = "META_ACCESS_TOKEN";
/// The app secret's variable in the environment.
const SECRET: &str = "META_APP_SECRET";

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
}

impl Operator {
    /// Binds the parts. `meta_url` is where a sandbox plays Meta, and wins over the configuration.
    ///
    /// # Errors
    /// When a secret is missing or a setting cannot be used; both are named.
    pub fn new(
        db: Db,
        clock: WorldClock,
        config: Config,
        meta_url: Option<String>,
    ) -> Result<Self, ConfigError> {
        let meta = meta_client(&config, meta_url, clock.speed())?;
        Ok(Self {
            db,
            clock,
            config: Arc::new(config),
            meta,
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
    let token = std::env::var(TOKEN).map_err(|_| ConfigError::Secret {
        name: TOKEN,
        purpose: "it is the token that reads and pauses campaigns",
    })?;
    let settings = &config.settings.meta;
    let mut wanted = meta::Config::new(SecretString::from(token));
    wanted.app_secret = std::env::var(SECRET).ok().map(SecretString::from);
    wanted.call_timeout = Duration::from_millis(settings.call_timeout_ms);
    wanted.wait_divisor = speed;
    if let Some(url) = meta_url.or_else(|| settings.base_url.clone()) {
        wanted.base_url = url;
    }
    meta::Client::new(wanted).map_err(|e| ConfigError::Field {
        field: format!("meta.{}", e.field),
        problem: e.problem,
    })
}
