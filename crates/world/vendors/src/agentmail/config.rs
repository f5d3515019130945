//! What the client must be told.

use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};

use super::webhook;
use crate::transport::{ConfigError, Endpoint};

/// AgentMail's own host. Accounts in the EU use `https://api.agentmail.eu`.
pub const DEFAULT_BASE_URL: &str = "https://api.agentmail.to";

/// Where and as whom to call.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where, such as `https://api.agentmail.to` or `http://127.0.0.1:8700/agentmail`; `/v0` follows.
    pub endpoint: Endpoint,
    /// The API key, `am_` and more. Sent as a header, never in a URL.
    pub key: SecretString,
    /// The webhook's signing secret, `whsec_` and base64; `None` where no webhook is taken.
    pub webhook_secret: Option<SecretString>,
}

impl Config {
    /// Production settings for a key.
    pub fn new(key: SecretString) -> Self {
        Self {
            endpoint: Endpoint::new(DEFAULT_BASE_URL),
            key,
            webhook_secret: None,
        }
    }

    /// The versioned root of all calls.
    ///
    /// # Errors
    /// Names the setting that is wrong.
    pub(super) fn root(&self) -> Result<Url, ConfigError> {
        let bad = |field, problem: String| ConfigError {
            vendor: "agentmail",
            field,
            problem,
        };
        let key = self.key.expose_secret();
        let is_key = key.starts_with("am_") && key.len() > "am_".len();
        if !is_key || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            let problem = "must be an API key: am_ and more, without spaces or line ends";
            return Err(bad("key", problem.to_owned()));
        }
        if let Some(secret) = &self.webhook_secret
            && !webhook::is_secret(secret)
        {
            let problem = "must be a signing secret: whsec_ and base64";
            return Err(bad("webhook_secret", problem.to_owned()));
        }
        let root = self.endpoint.root("agentmail")?;
        root.join("v0/")
            .map_err(|error| bad("base_url", error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Config {
        Config::new("am_demo".into())
    }

    #[test]
    fn the_version_follows_the_host_and_its_path() {
        let root = good().root().unwrap();
        assert_eq!(root.as_str(), "https://api.agentmail.to/v0/");
        let mut sandbox = good();
        sandbox.endpoint.base_url = "http://127.0.0.1:8700/agentmail".into();
        let root = sandbox.root().unwrap();
        assert_eq!(root.as_str(), "http://127.0.0.1:8700/agentmail/v0/");
    }

    #[test]
    fn a_bad_setting_is_named() {
        let field = |change: fn(&mut Config)| {
            let mut config = good();
            change(&mut config);
            let error = config.root().unwrap_err();
            assert_eq!(error.vendor, "agentmail");
            error.field
        };
        assert_eq!(field(|c| c.key = "".into()), "key");
        assert_eq!(field(|c| c.key = "am_".into()), "key");
        assert_eq!(field(|c| c.key = "sk_demo".into()), "key");
        assert_eq!(field(|c| c.key = "am_demo\n".into()), "key");
        for secret in ["", "whsec_", "ZGVtbw==", "whsec_not base64"] {
            let mut config = good();
            config.webhook_secret = Some(secret.into());
            assert_eq!(config.root().unwrap_err().field, "webhook_secret");
        }
        assert_eq!(
            field(|c| c.endpoint.base_url = "http://example.com".into()),
            "base_url"
        );
    }

    #[test]
    fn secrets_do_not_show() {
        let mut config = Config::new("am_hidden".into());
        config.webhook_secret = Some("whsec_aGlkZGVu".into());
        let told = format!("{config:?}");
        assert!(
            !told.contains("am_hidden") && !told.contains("aGlkZGVu"),
            "{told}"
        );
    }
}
