//! The vendors beside Meta: the brands' shops, the parcels, the inboxes and the bank. Each is there as far as
//! the configuration asks for it.

use std::collections::BTreeMap;

use homeostat_model::BrandId;
use homeostat_vendors::{
    Endpoint, agentmail, revolut,
    shopify::{self, Credentials},
    track17,
};
use secrecy::{ExposeSecret, SecretString};

use crate::{
    browser::{self, Browser},
    config::{Brand, Config, ConfigError, VendorSettings},
    people::People,
    secrets,
};

/// Clients of the vendors beside Meta. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Partners {
    /// Who makes digests of customers.
    pub people: People,
    /// The shop of each brand that has one.
    pub shops: BTreeMap<BrandId, shopify::Client>,
    /// Parcels; `None` when no brand has a shop.
    pub parcels: Option<track17::Client>,
    /// The inboxes; `None` when no brand serves its customers.
    pub mail: Option<agentmail::Client>,
    /// The bank; `None` when no brand pays anybody.
    pub bank: Option<revolut::Client>,
    /// The browser that visits the archive's public page; `None` unless the owner turned it on.
    pub browser: Option<Browser>,
}

impl Partners {
    /// Clients with the owner's secrets. `sandbox` is where a sandbox plays whom the configuration gives no
    /// address of.
    ///
    /// # Errors
    /// When a secret is missing or a setting cannot be used; both are named.
    pub fn new(config: &Config, sandbox: Option<&str>, speed: u32) -> Result<Self, ConfigError> {
        let any = |asks: fn(&Brand) -> bool| config.brands.iter().any(asks);
        let mut shops = BTreeMap::new();
        for brand in &config.brands {
            if let Some(shop) = shop(config, brand, sandbox, speed)? {
                shops.insert(brand.id.clone(), shop);
            }
        }
        Ok(Self {
            people: People::from_environment()?,
            shops,
            parcels: match any(|brand| brand.shop.is_some()) {
                true => Some(parcels(config, sandbox, speed)?),
                false => None,
            },
            mail: match any(|brand| brand.service.is_some()) {
                true => Some(mail(config, sandbox, speed)?),
                false => None,
            },
            bank: match any(|brand| brand.payouts.is_some()) {
                true => Some(bank(config, sandbox, speed)?),
                false => None,
            },
            browser: Browser::new(
                &config.settings.ads.browser,
                sandbox,
                secrets::optional(browser::PROXY)?,
            )?,
        })
    }
}

fn shop(
    config: &Config,
    brand: &Brand,
    sandbox: Option<&str>,
    speed: u32,
) -> Result<Option<shopify::Client>, ConfigError> {
    let Some(wanted) = &brand.shop else {
        return Ok(None);
    };
    let place = (wanted.url.clone()).or_else(|| played(sandbox, &format!("shopify/{}", brand.id)));
    let place = place.ok_or_else(|| nowhere(format!("brand {}: shop.url", brand.id)))?;
    let own = brand.id.as_str().to_uppercase().replace('-', "_");
    let purpose = "it is the token that reads the shop and gives money back";
    let credentials = match secrets::optional(&format!("SHOPIFY_TOKEN_{own}"))? {
        Some(token) => Credentials::Token(token),
        None => match app(&own)? {
            Some(app) => app,
            None => Credentials::Token(secrets::required("SHOPIFY_TOKEN", purpose)?),
        },
    };
    let mut settings = shopify::Config::new(&place, credentials);
    settings.endpoint = endpoint(&place, &config.settings.shopify, speed);
    if let Some(version) = &config.settings.shopify.version {
        settings.api_version.clone_from(version);
    }
    shopify::Client::new(settings).map(Some).map_err(field)
}

/// The brand's own app, whose tokens live for a day.
fn app(own: &str) -> Result<Option<Credentials>, ConfigError> {
    let Some(client_id) = secrets::optional(&format!("SHOPIFY_CLIENT_ID_{own}"))? else {
        return Ok(None);
    };
    let name = format!("SHOPIFY_CLIENT_SECRET_{own}");
    Ok(Some(Credentials::App {
        client_id: client_id.expose_secret().to_owned(),
        client_secret: secrets::required(&name, "it is the secret of the shop's app")?,
    }))
}

fn parcels(
    config: &Config,
    sandbox: Option<&str>,
    speed: u32,
) -> Result<track17::Client, ConfigError> {
    let settings = &config.settings.track17;
    let key = secrets::required("TRACK17_KEY", "it is the key that follows parcels")?;
    let place = place("track17", settings.base_url.as_deref(), sandbox)?;
    let mut wanted = track17::Config::new(key);
    wanted.endpoint = endpoint(&place, settings, speed);
    if let Some(version) = &settings.version {
        wanted.version.clone_from(version);
    }
    track17::Client::new(wanted).map_err(field)
}

fn mail(
    config: &Config,
    sandbox: Option<&str>,
    speed: u32,
) -> Result<agentmail::Client, ConfigError> {
    let settings = &config.settings.agentmail;
    let key = secrets::required("AGENTMAIL_KEY", "it is the key that reads and answers mail")?;
    let place = place("agentmail", settings.base_url.as_deref(), sandbox)?;
    let mut wanted = agentmail::Config::new(key);
    wanted.endpoint = endpoint(&place, settings, speed);
    wanted.webhook_secret = secrets::optional("AGENTMAIL_WEBHOOK_SECRET")?;
    agentmail::Client::new(wanted).map_err(field)
}

fn bank(
    config: &Config,
    sandbox: Option<&str>,
    speed: u32,
) -> Result<revolut::Client, ConfigError> {
    let settings = &config.settings.revolut;
    let secret = |name: &str, purpose| -> Result<SecretString, ConfigError> {
        secrets::required(name, purpose)
    };
    let client_id = secret("REVOLUT_CLIENT_ID", "it is the client that the bank knows")?;
    let refresh = secret(
        "REVOLUT_REFRESH_TOKEN",
        "it is what access tokens are made of",
    )?;
    let key = secret("REVOLUT_PRIVATE_KEY", "it is the certificate's private key")?;
    let issuer = match &settings.issuer {
        Some(issuer) => issuer.clone(),
        // The sandbox announces its own beside its credentials.
        None => secret(
            "REVOLUT_ISSUER",
            "it is the domain given with the certificate",
        )?
        .expose_secret()
        .to_owned(),
    };
    let place = place("revolut", settings.base_url.as_deref(), sandbox)?;
    let mut wanted = revolut::Config::new(client_id.expose_secret(), issuer, key, refresh);
    wanted.endpoint = Endpoint {
        base_url: place,
        call_timeout: std::time::Duration::from_millis(settings.call_timeout_ms),
        wait_divisor: speed,
    };
    revolut::Client::new(wanted).map_err(field)
}

/// Where a vendor listens.
fn place(
    vendor: &'static str,
    base_url: Option<&str>,
    sandbox: Option<&str>,
) -> Result<String, ConfigError> {
    let place = (base_url.map(str::to_owned)).or_else(|| played(sandbox, vendor));
    place.ok_or_else(|| nowhere(format!("{vendor}.base_url")))
}

fn played(sandbox: Option<&str>, path: &str) -> Option<String> {
    sandbox.map(|root| format!("{}/{path}", root.trim_end_matches('/')))
}

fn nowhere(field: String) -> ConfigError {
    ConfigError::Field {
        field,
        problem: "is missing, and there is no sandbox that plays it; write where it is".to_owned(),
    }
}

fn endpoint(place: &str, settings: &VendorSettings, speed: u32) -> Endpoint {
    Endpoint {
        base_url: place.to_owned(),
        call_timeout: settings.call_timeout(),
        wait_divisor: speed,
    }
}

fn field(error: homeostat_vendors::ConfigError) -> ConfigError {
    ConfigError::Field {
        field: format!("{}.{}", error.vendor, error.field),
        problem: error.problem,
    }
}
