//! What the client must be told, and the proof that it knows the app's secret.

use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// Meta's own host.
pub const DEFAULT_BASE_URL: &str = "https://graph.facebook.com";
/// The version this client was written against.
pub const DEFAULT_VERSION: &str = "v26.0";

/// Where and as whom to call.
#[derive(Debug, Clone)]
pub struct Config {
    /// Scheme, host and an optional path before the version, such as `https://graph.facebook.com`
    /// or `http://127.0.0.1:8700/meta`. Plain `http` is taken for loopback hosts only.
    pub base_url: String,
    /// Version in the path, such as `v26.0`.
    pub api_version: String,
    /// System-user token. Sent as a header, never in a URL.
    pub access_token: SecretString,
    /// With it every call carries `appsecret_proof`.
    pub app_secret: Option<SecretString>,
    /// A call without an answer after this long has an unknown outcome. Production: 10 s.
    pub call_timeout: Duration,
    /// The vendor's minutes are divided by this to give ours: 1 in production, the world's speed in
    /// a sandbox.
    pub wait_divisor: u32,
}

/// A setting the client cannot work with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("meta.{field}: {problem}")]
pub struct ConfigError {
    /// The name of the setting.
    pub field: &'static str,
    /// What is wrong and what would be right.
    pub problem: String,
}

impl Config {
    /// Production settings for a token.
    pub fn new(access_token: SecretString) -> Self {
        Self {
            base_url: DEFAULT_BASE_URL.to_owned(),
            api_version: DEFAULT_VERSION.to_owned(),
            access_token,
            app_secret: None,
            call_timeout: Duration::from_secs(10),
            wait_divisor: 1,
        }
    }

    /// The versioned root of all calls.
    ///
    /// # Errors
    /// Names the setting that is wrong.
    pub(crate) fn root(&self) -> Result<Url, ConfigError> {
        let bad = |field, problem: String| ConfigError { field, problem };
        let base = Url::parse(&self.base_url).map_err(|error| {
            bad(
                "base_url",
                format!("{:?} is no URL: {error}", self.base_url),
            )
        })?;
        let loopback = matches!(base.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        match base.scheme() {
            "https" => {}
            "http" if loopback => {}
            _ => {
                let problem = "must be https, or http on a loopback host".to_owned();
                return Err(bad("base_url", problem));
            }
        }
        if base.query().is_some() || base.fragment().is_some() || !base.username().is_empty() {
            return Err(bad(
                "base_url",
                "must have no user, query or fragment".into(),
            ));
        }
        if !is_version(&self.api_version) {
            let problem = format!("{:?} must look like v26.0", self.api_version);
            return Err(bad("api_version", problem));
        }
        if self.access_token.expose_secret().trim().is_empty() {
            return Err(bad("access_token", "must not be empty".into()));
        }
        if self.call_timeout.is_zero() {
            return Err(bad("call_timeout", "must be more than zero".into()));
        }
        let root = format!(
            "{}/{}/",
            base.as_str().trim_end_matches('/'),
            self.api_version
        );
        Url::parse(&root).map_err(|error| bad("base_url", error.to_string()))
    }
}

/// Hex HMAC-SHA256 of the token under the app's secret; Meta checks it when it is sent.
pub fn appsecret_proof(app_secret: &SecretString, access_token: &SecretString) -> String {
    // HMAC takes keys of any length, so this never falls back.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(app_secret.expose_secret().as_bytes()) else {
        return String::new();
    };
    mac.update(access_token.expose_secret().as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

fn is_version(text: &str) -> bool {
    let Some((major, minor)) = text.strip_prefix('v').and_then(|v| v.split_once('.')) else {
        return false;
    };
    [major, minor]
        .iter()
        .all(|part| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proof_is_the_known_one() {
        assert_eq!(
            appsecret_proof(&"app_secret_demo".into(), &"token_demo".into()),
            "bdc0cfbb37dcf366f9284a4dc0ed1328bac81e1e45a2273c3c01f6bfd91f98f8"
        );
    }

    #[test]
    fn a_bad_setting_is_named() {
        let good = Config::new("token".into());
        assert_eq!(
            good.root().unwrap().as_str(),
            "https://graph.facebook.com/v26.0/"
        );
        let mut prefixed = good.clone();
        prefixed.base_url = "http://127.0.0.1:1/meta/".into();
        assert_eq!(
            prefixed.root().unwrap().as_str(),
            "http://127.0.0.1:1/meta/v26.0/"
        );

        let field = |change: fn(&mut Config)| {
            let mut config = good.clone();
            change(&mut config);
            config.root().unwrap_err().field
        };
        assert_eq!(field(|c| c.base_url = "graph".into()), "base_url");
        assert_eq!(
            field(|c| c.base_url = "http://example.com".into()),
            "base_url"
        );
        assert_eq!(
            field(|c| c.base_url = "https://a.b/?x=1".into()),
            "base_url"
        );
        assert_eq!(field(|c| c.api_version = "26".into()), "api_version");
        assert_eq!(field(|c| c.access_token = " ".into()), "access_token");
        assert_eq!(field(|c| c.call_timeout = Duration::ZERO), "call_timeout");
    }

    #[test]
    fn secrets_do_not_show() {
        let mut config = Config::new("very-secret-token".into());
        config.app_secret = Some("very-secret-app".into());
        assert!(!format!("{config:?}").contains("very-secret"));
    }
}
