//! What the client must be told, and the proof that it knows the app's secret.

use hmac::{Hmac, KeyInit, Mac};
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

use crate::transport::{ConfigError, Endpoint};

/// Meta's own host.
pub const DEFAULT_BASE_URL: &str = "https://graph.facebook.com";
/// The version this client was written against.
pub const DEFAULT_VERSION: &str = "v26.0";

/// Where and as whom to call.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where, such as `https://graph.facebook.com` or `http://127.0.0.1:8700/meta`; the version follows.
    pub endpoint: Endpoint,
    /// Version in the path, such as `v26.0`.
    pub api_version: String,
    /// System-user token. Sent as a header, never in a URL.
    pub access_token: SecretString,
    /// With it every call carries `appsecret_proof`.
    pub app_secret: Option<SecretString>,
}

impl Config {
    /// Production settings for a token.
    pub fn new(access_token: SecretString) -> Self {
        Self {
            endpoint: Endpoint::new(DEFAULT_BASE_URL),
            api_version: DEFAULT_VERSION.to_owned(),
            access_token,
            app_secret: None,
        }
    }

    /// The versioned root of all calls.
    ///
    /// # Errors
    /// Names the setting that is wrong.
    pub(crate) fn root(&self) -> Result<Url, ConfigError> {
        let root = self.endpoint.root("meta")?;
        let bad = |field, problem: String| ConfigError {
            vendor: "meta",
            field,
            problem,
        };
        if !is_version(&self.api_version) {
            let problem = format!("{:?} must look like v26.0", self.api_version);
            return Err(bad("api_version", problem));
        }
        root.join(&format!("{}/", self.api_version))
            .map_err(|error| bad("base_url", error.to_string()))
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
        prefixed.endpoint.base_url = "http://127.0.0.1:1/meta/".into();
        assert_eq!(
            prefixed.root().unwrap().as_str(),
            "http://127.0.0.1:1/meta/v26.0/"
        );

        let field = |change: fn(&mut Config)| {
            let mut config = good.clone();
            change(&mut config);
            config.root().unwrap_err().field
        };
        assert_eq!(field(|c| c.endpoint.base_url = "graph".into()), "base_url");
        assert_eq!(
            field(|c| c.endpoint.base_url = "http://example.com".into()),
            "base_url"
        );
        assert_eq!(
            field(|c| c.endpoint.base_url = "https://a.b/?x=1".into()),
            "base_url"
        );
        assert_eq!(field(|c| c.api_version = "26".into()), "api_version");
        assert_eq!(
            field(|c| c.endpoint.call_timeout = std::time::Duration::ZERO),
            "call_timeout"
        );
    }

    #[test]
    fn an_empty_secret_is_named() {
        let token = crate::meta::Client::new(Config::new(" ".into()));
        assert_eq!(token.unwrap_err().field, "access_token");
        let mut config = Config::new("token".into());
        config.app_secret = Some("".into());
        let secret = crate::meta::Client::new(config);
        assert_eq!(secret.unwrap_err().field, "app_secret");
    }

    #[test]
    fn secrets_do_not_show() {
        let mut config = Config::new("very-secret-token".into());
        config.app_secret = Some("very-secret-app".into());
        assert!(!format!("{config:?}").contains("very-secret"));
    }
}
