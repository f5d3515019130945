//! Where the pages are.

use std::{
    fmt,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    str::FromStr,
};

use serde::{Deserialize, Deserializer, Serialize, de::Error};

/// Whether there are pages, and where.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WebSettings {
    /// The address; port 0 is any free one. Off loopback whoever comes needs a token.
    #[serde(deserialize_with = "address")]
    pub listen: SocketAddr,
    /// Where browsers find us behind a reverse proxy. Then whoever comes needs a token.
    pub origin: Option<Origin>,
    /// Whether `up` serves them.
    pub enabled: bool,
}

impl Default for WebSettings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8180)),
            origin: None,
            enabled: true,
        }
    }
}

/// A scheme, a host and perhaps a port, as a browser says them: `https://console.example.com`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Origin {
    text: String,
    host: String,
}

impl Origin {
    /// As a browser says it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host alone, in small letters.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether browsers speak TLS to it.
    pub fn is_https(&self) -> bool {
        self.text.starts_with("https://")
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<Origin> for String {
    fn from(origin: Origin) -> Self {
        origin.text
    }
}

impl TryFrom<String> for Origin {
    type Error = WrongOrigin;

    fn try_from(text: String) -> Result<Self, WrongOrigin> {
        text.parse()
    }
}

/// A text that no browser says of where a page is from.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no origin; write http or https, a host and nothing after it, like https://console.example.com"
)]
pub struct WrongOrigin(String);

impl FromStr for Origin {
    type Err = WrongOrigin;

    fn from_str(given: &str) -> Result<Self, WrongOrigin> {
        let text = given.to_ascii_lowercase();
        let found = text.split_once("://").and_then(|(scheme, rest)| {
            // A browser leaves the scheme's own port out.
            let own = match scheme {
                "http" => ":80",
                "https" => ":443",
                _ => return None,
            };
            let rest = rest.strip_suffix(own).unwrap_or(rest);
            let host = host(rest)?.to_owned();
            let text = format!("{scheme}://{rest}");
            Some(Self { text, host })
        });
        found.ok_or_else(|| WrongOrigin(given.to_owned()))
    }
}

/// The host of `host` or `host:port`.
fn host(text: &str) -> Option<&str> {
    let ends = text.rfind(']').map_or(0, |at| at + 1);
    let (host, port) = match text.get(ends..)?.find(':') {
        Some(at) => (text.get(..ends + at)?, text.get(ends + at + 1..)),
        None => (text, None),
    };
    if port.is_some_and(|port| port.parse::<u16>().is_err()) {
        return None;
    }
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
    let bare = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
    let is_host = match bare {
        Some(v6) => v6.parse::<Ipv6Addr>().is_ok(),
        None => !host.is_empty() && host.chars().all(is_name),
    };
    is_host.then_some(host)
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Red when an origin is not what a browser says, since no form would be ours then.
    #[test]
    fn an_origin_is_as_a_browser_says_it() {
        for (given, said, host) in [
            (
                "https://console.example.com",
                "https://console.example.com",
                "console.example.com",
            ),
            (
                "HTTPS://Console.Example.com:443",
                "https://console.example.com",
                "console.example.com",
            ),
            ("http://10.0.0.7:80", "http://10.0.0.7", "10.0.0.7"),
            ("https://a:8443", "https://a:8443", "a"),
            ("http://[::1]:81", "http://[::1]:81", "[::1]"),
        ] {
            let origin: Origin = given.parse().unwrap();
            assert_eq!((origin.as_str(), origin.host()), (said, host));
            assert_eq!(origin.is_https(), said.starts_with("https"), "{given}");
        }
        for wrong in [
            "",
            "console.example.com",
            "ftp://a",
            "https://",
            "https://a/",
            "https://a/b",
            "https://a?b",
            "https://u@a",
            "https://a:x",
            "https://a:",
            "https://[x]",
            "https://a b",
            "https://[::1]x",
        ] {
            let error = wrong.parse::<Origin>().unwrap_err().to_string();
            assert!(
                error.contains("https://console.example.com"),
                "{wrong}: {error}"
            );
        }
    }
}
