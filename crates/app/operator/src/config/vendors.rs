//! How the vendors beside Meta are spoken to. Their secrets come from the environment or from files, never
//! from here.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::ConfigError;

/// How to speak to one vendor.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct VendorSettings {
    /// Where it listens; absent, the sandbox plays it. A shop has its own, see `brand.shop.url`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    /// The version of its interface; absent, the one that this build was written against.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Upper bound of one call, milliseconds.
    pub call_timeout_ms: u64,
    /// After this a request that was sent can no longer take effect, milliseconds.
    pub horizon_ms: u64,
}

/// How to speak to the bank.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BankSettings {
    /// Where it listens; absent, the sandbox plays it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    /// The domain of the redirect address that was given with the certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// Upper bound of one call, milliseconds.
    pub call_timeout_ms: u64,
    /// After this a request that was sent can no longer take effect, milliseconds.
    pub horizon_ms: u64,
}

impl Default for VendorSettings {
    fn default() -> Self {
        Self {
            base_url: None,
            version: None,
            call_timeout_ms: 10_000,
            horizon_ms: 30_000,
        }
    }
}

impl Default for BankSettings {
    fn default() -> Self {
        Self {
            base_url: None,
            issuer: None,
            call_timeout_ms: 10_000,
            horizon_ms: 60_000,
        }
    }
}

impl VendorSettings {
    /// The sandbox's shorter times.
    pub(super) fn sandbox() -> Self {
        Self {
            call_timeout_ms: 2_000,
            horizon_ms: 8_000,
            ..Self::default()
        }
    }

    /// See `call_timeout_ms`.
    pub fn call_timeout(&self) -> Duration {
        Duration::from_millis(self.call_timeout_ms)
    }

    /// See `horizon_ms`.
    pub fn horizon(&self) -> Duration {
        Duration::from_millis(self.horizon_ms)
    }

    /// # Errors
    /// Naming the field and the fix.
    pub(super) fn validate(&self, section: &str) -> Result<(), ConfigError> {
        times(section, self.call_timeout_ms, self.horizon_ms)?;
        url(section, self.base_url.as_deref())
    }
}

impl BankSettings {
    /// The sandbox's shorter times.
    pub(super) fn sandbox() -> Self {
        Self {
            call_timeout_ms: 2_000,
            horizon_ms: 8_000,
            ..Self::default()
        }
    }

    /// # Errors
    /// Naming the field and the fix.
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        times("revolut", self.call_timeout_ms, self.horizon_ms)?;
        url("revolut", self.base_url.as_deref())?;
        match (&self.base_url, &self.issuer) {
            (Some(_), None) => Err(ConfigError::field(
                "revolut.issuer",
                "is missing; write the domain that was given with the certificate, such as shop.example",
            )),
            (Some(_), Some(_)) | (None, _) => Ok(()),
        }
    }
}

fn times(section: &str, call_timeout_ms: u64, horizon_ms: u64) -> Result<(), ConfigError> {
    if !(100..=60_000).contains(&call_timeout_ms) {
        let field = format!("{section}.call_timeout_ms");
        return Err(ConfigError::field(field, "must be from 100 to 60000"));
    }
    if horizon_ms <= call_timeout_ms {
        return Err(ConfigError::field(
            format!("{section}.horizon_ms"),
            format!(
                "must be larger than {section}.call_timeout_ms: a request may land after we stopped \
                 waiting"
            ),
        ));
    }
    Ok(())
}

/// Where a vendor may listen.
pub(super) fn url(section: &str, url: Option<&str>) -> Result<(), ConfigError> {
    match url {
        Some(url) if !(url.starts_with("https://") || url.starts_with("http://127.0.0.1:")) => {
            let field = format!("{section}.base_url");
            Err(ConfigError::field(field, "must start with https://"))
        }
        Some(_) | None => Ok(()),
    }
}
