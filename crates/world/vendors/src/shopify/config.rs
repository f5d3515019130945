//! What the client must be told: which shop, which version, and as whom.

use secrecy::SecretString;

pub use crate::transport::ConfigError;
use crate::transport::Endpoint;

/// The version this client was written against.
pub const DEFAULT_VERSION: &str = "2026-10";
/// Before it there is no idempotency directive.
const OLDEST_VERSION: &str = "2026-01";

/// As whom to call.
#[derive(Debug, Clone)]
pub enum Credentials {
    /// A token that does not run out.
    Token(SecretString),
    /// The shop's own app, which asks for a token of 24 hours whenever it has none.
    App {
        /// `client_id`.
        client_id: String,
        /// `client_secret`. It also signs the webhooks; see [`webhook`](super::webhook).
        client_secret: SecretString,
    },
}

/// Where and as whom to call.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where, such as `https://aurora.myshopify.com` or `http://127.0.0.1:8700/shopify/aurora`.
    pub endpoint: Endpoint,
    /// Version in the path, such as `2026-10`.
    pub api_version: String,
    /// As whom.
    pub credentials: Credentials,
}

impl Config {
    /// Production settings for a shop.
    pub fn new(base_url: &str, credentials: Credentials) -> Self {
        Self {
            endpoint: Endpoint::new(base_url),
            api_version: DEFAULT_VERSION.to_owned(),
            credentials,
        }
    }

    /// # Errors
    /// When the version is none, or too old for what is sent.
    pub(crate) fn check_version(&self) -> Result<(), ConfigError> {
        let version = self.api_version.as_str();
        let problem = if !is_version(version) {
            format!(
                "{version:?} must be a year and one of the months 01, 04, 07, 10, such as 2026-10"
            )
        } else if version < OLDEST_VERSION {
            format!("{version} has no idempotency keys: {OLDEST_VERSION} or later is needed")
        } else {
            return Ok(());
        };
        Err(ConfigError {
            vendor: "shopify",
            field: "api_version",
            problem,
        })
    }
}

fn is_version(text: &str) -> bool {
    let Some((year, month)) = text.split_once('-') else {
        return false;
    };
    year.len() == 4
        && year.bytes().all(|byte| byte.is_ascii_digit())
        && matches!(month, "01" | "04" | "07" | "10")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shopify::Client;

    fn good() -> Config {
        let token = Credentials::Token("token".into());
        Config::new("https://aurora.myshopify.com", token)
    }

    #[test]
    fn a_bad_setting_is_named() {
        assert!(Client::new(good()).is_ok());
        let field = |change: fn(&mut Config)| {
            let mut config = good();
            change(&mut config);
            Client::new(config).unwrap_err().field
        };
        assert_eq!(field(|c| c.endpoint.base_url = "aurora".into()), "base_url");
        assert_eq!(
            field(|c| c.endpoint.base_url = "http://aurora.myshopify.com".into()),
            "base_url"
        );
        for version in [
            "", "v26.0", "2026", "2026-05", "26-10", "unstable", "2025-10",
        ] {
            let mut config = good();
            config.api_version = version.into();
            assert_eq!(Client::new(config).unwrap_err().field, "api_version");
        }
        assert_eq!(
            field(|c| c.credentials = Credentials::Token(" ".into())),
            "access_token"
        );
        assert_eq!(
            field(|c| c.credentials = Credentials::Token("line\nbreak".into())),
            "access_token"
        );
        let app = |client_id: &str, client_secret: &str| Credentials::App {
            client_id: client_id.into(),
            client_secret: client_secret.into(),
        };
        for (credentials, named) in [
            (app("id", ""), "client_secret"),
            (app(" ", "s"), "client_id"),
        ] {
            let mut config = good();
            config.credentials = credentials;
            assert_eq!(Client::new(config).unwrap_err().field, named);
        }
    }

    #[test]
    fn secrets_do_not_show() {
        let mut config = good();
        config.credentials = Credentials::App {
            client_id: "id".into(),
            client_secret: "very-secret".into(),
        };
        let client = Client::new(config.clone()).unwrap();
        assert!(!format!("{config:?} {client:?}").contains("very-secret"));
    }
}
