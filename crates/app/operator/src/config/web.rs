//! Where the pages are.

use std::net::{Ipv4Addr, SocketAddr};

use serde::{Deserialize, Deserializer, Serialize, de::Error};

/// Whether there are pages, and where.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WebSettings {
    /// The address; port 0 is any free one. Whoever reaches it reads the pages.
    #[serde(deserialize_with = "address")]
    pub listen: SocketAddr,
    /// Whether `up` serves them.
    pub enabled: bool,
}

impl Default for WebSettings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8180)),
            enabled: true,
        }
    }
}

fn address<'de, D: Deserializer<'de>>(from: D) -> Result<SocketAddr, D::Error> {
    let text = String::deserialize(from)?;
    let wrong = |_| {
        D::Error::custom(format!(
            "{text:?} is no address; write one like 127.0.0.1:8180"
        ))
    };
    text.parse().map_err(wrong)
}
