//! What the client must be told.

use secrecy::{ExposeSecret, SecretString};

use super::auth::AssertionKey;
pub use crate::transport::ConfigError;
use crate::transport::Endpoint;

/// Revolut's own host.
pub const DEFAULT_BASE_URL: &str = "https://b2b.revolut.com";
/// So many secrets of a webhook live at once while one is rotated.
pub const WEBHOOK_SECRETS_MAX: usize = 3;

/// Where and as whom to call.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where, such as `https://b2b.revolut.com` or `http://127.0.0.1:8700/revolut`; `/api/1.0/…`
    /// follows.
    pub endpoint: Endpoint,
    /// The client id that the Business app shows for the uploaded certificate.
    pub client_id: String,
    /// The domain of the redirect address that was given with the certificate, without a scheme.
    pub issuer: String,
    /// The certificate's private key: RSA, PKCS#8, as PEM.
    pub private_key: SecretString,
    /// From the first consent. It outlives the access tokens that are made of it.
    pub refresh_token: SecretString,
    /// Secrets of the webhook, up to [`WEBHOOK_SECRETS_MAX`]; empty without one. The client only
    /// keeps them out of texts; see [`super::webhook`].
    pub webhook_secrets: Vec<SecretString>,
}

impl Config {
    /// Production settings for a customer.
    pub fn new(
        client_id: impl Into<String>,
        issuer: impl Into<String>,
        private_key: SecretString,
        refresh_token: SecretString,
    ) -> Self {
        Self {
            endpoint: Endpoint::new(DEFAULT_BASE_URL),
            client_id: client_id.into(),
            issuer: issuer.into(),
            private_key,
            refresh_token,
            webhook_secrets: Vec::new(),
        }
    }

    /// The key, when all settings but the endpoint and the secrets' presence are sound.
    ///
    /// # Errors
    /// Names the setting that is wrong.
    pub(super) fn key(&self) -> Result<AssertionKey, ConfigError> {
        let bad = |field, problem: &str| ConfigError {
            vendor: "revolut",
            field,
            problem: problem.to_owned(),
        };
        if !is_word(&self.client_id) {
            return Err(bad("client_id", "must be the app's client id"));
        }
        if !is_word(&self.issuer) || self.issuer.contains([':', '/']) {
            let problem = "must be a domain without a scheme, such as shop.example";
            return Err(bad("issuer", problem));
        }
        if self.private_key.expose_secret().trim().is_empty() {
            return Err(bad("private_key", "must not be empty"));
        }
        if self.webhook_secrets.len() > WEBHOOK_SECRETS_MAX {
            let problem = "must be at most 3: as many live at once";
            return Err(bad("webhook_secrets", problem));
        }
        AssertionKey::from_pem(&self.private_key).map_err(|problem| bad("private_key", problem))
    }
}

fn is_word(text: &str) -> bool {
    (1..=200).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::{super::Client, *};

    const KEY: &str = include_str!("test_key.pem");

    fn good() -> Config {
        Config::new("client-1", "shop.example", KEY.into(), "refresh".into())
    }

    #[test]
    fn a_bad_setting_is_named() {
        Client::new(good()).unwrap();
        let field = |change: fn(&mut Config)| {
            let mut config = good();
            change(&mut config);
            Client::new(config).unwrap_err().field
        };
        assert_eq!(field(|c| c.client_id = String::new()), "client_id");
        assert_eq!(field(|c| c.client_id = "a b".into()), "client_id");
        assert_eq!(
            field(|c| c.issuer = "https://shop.example".into()),
            "issuer"
        );
        assert_eq!(field(|c| c.private_key = " ".into()), "private_key");
        assert_eq!(field(|c| c.private_key = "no key".into()), "private_key");
        let cut = |c: &mut Config| c.private_key = KEY[..KEY.len() / 2].into();
        assert_eq!(field(cut), "private_key");
        assert_eq!(field(|c| c.refresh_token = "".into()), "refresh_token");
        let empty = |c: &mut Config| c.webhook_secrets = vec!["".into()];
        assert_eq!(field(empty), "webhook_secrets");
        let four = |c: &mut Config| c.webhook_secrets = vec!["wsk".into(); 4];
        assert_eq!(field(four), "webhook_secrets");
        let plain = |c: &mut Config| c.endpoint.base_url = "http://b2b.revolut.com".into();
        assert_eq!(field(plain), "base_url");
    }

    #[test]
    fn secrets_do_not_show() {
        let mut config = good();
        config.refresh_token = "very-secret-refresh".into();
        config.webhook_secrets = vec!["very-secret-wsk".into()];
        let client = Client::new(config.clone()).unwrap();
        let told = format!("{config:?} {client:?}");
        assert!(
            !told.contains("very-secret") && !told.contains("PRIVATE"),
            "{told}"
        );
        config.private_key = "-----BEGIN PRIVATE KEY-----\nvery-secret".into();
        let told = Client::new(config).unwrap_err().to_string();
        assert!(!told.contains("very-secret"), "{told}");
    }
}
