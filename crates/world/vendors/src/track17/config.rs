//! What the client must be told.

use reqwest::Url;
use secrecy::SecretString;

use crate::transport::Endpoint;

pub use crate::transport::ConfigError;

/// 17TRACK's own host.
pub const DEFAULT_BASE_URL: &str = "https://api.17track.net/track";
/// The version this client was written against.
pub const DEFAULT_VERSION: &str = "v2.4";
/// The versions whose shapes this client reads.
pub const VERSIONS: [&str; 2] = ["v2.2", "v2.4"];

/// Where and as whom to call.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where, such as `https://api.17track.net/track` or `http://127.0.0.1:8700/track17`; the version follows.
    pub endpoint: Endpoint,
    /// Version in the path, one of [`VERSIONS`].
    pub version: String,
    /// The account's key. It is sent as the header `17token`, and signs what the vendor pushes.
    pub key: SecretString,
}

impl Config {
    /// Production settings for a key.
    pub fn new(key: SecretString) -> Self {
        Self {
            endpoint: Endpoint::new(DEFAULT_BASE_URL),
            version: DEFAULT_VERSION.to_owned(),
            key,
        }
    }

    /// The versioned root of all calls.
    ///
    /// # Errors
    /// Names the setting that is wrong.
    pub(crate) fn root(&self) -> Result<Url, ConfigError> {
        let root = self.endpoint.root("track17")?;
        if !VERSIONS.contains(&self.version.as_str()) {
            let problem = format!("{:?} must be one of {}", self.version, VERSIONS.join(", "));
            return Err(bad("version", problem));
        }
        root.join(&format!("{}/", self.version))
            .map_err(|error| bad("base_url", error.to_string()))
    }
}

/// A setting of this vendor that is wrong.
pub(super) fn bad(field: &'static str, problem: String) -> ConfigError {
    ConfigError {
        vendor: "track17",
        field,
        problem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::track17::Client;

    #[test]
    fn a_bad_setting_is_named() {
        let good = Config::new("key".into());
        let root = "https://api.17track.net/track/v2.4/";
        assert_eq!(good.root().unwrap().as_str(), root);

        let field = |change: fn(&mut Config)| {
            let mut config = good.clone();
            change(&mut config);
            Client::new(config).map_err(|error| error.field)
        };
        assert!(field(|c| c.version = "v2.2".into()).is_ok());
        for (change, name) in [
            (
                (|c| c.endpoint.base_url = "track".into()) as fn(&mut Config),
                "base_url",
            ),
            (
                |c| c.endpoint.base_url = "http://example.com".into(),
                "base_url",
            ),
            (|c| c.version = "v1".into(), "version"),
            (|c| c.version = "v2.4/../v1".into(), "version"),
            (|c| c.key = " ".into(), "key"),
            (|c| c.key = "two\r\nlines".into(), "key"),
            (|c| c.key = "schlüssel".into(), "key"),
        ] {
            assert_eq!(field(change).unwrap_err(), name);
        }
    }

    #[test]
    fn the_key_does_not_show() {
        let config = Config::new("very-secret-key".into());
        let client = Client::new(config.clone()).unwrap();
        let mut broken = config.clone();
        broken.key = "very-secret-key\n".into();
        let error = Client::new(broken).unwrap_err();
        let told = format!("{config:?} {client:?} {error:?}");
        assert!(!told.contains("very-secret"), "{told}");
    }
}
