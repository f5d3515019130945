//! Asks for an address while all is well. Its owner hears our silence, from another host.

use std::time::Duration;

use reqwest::Client;
use secrecy::{ExposeSecret, SecretString};

use crate::{
    BadSink, SinkError,
    sinks::webhook::{client, parse, told},
};

/// An address that is asked for. It is as good as a secret: many take the path for one.
#[derive(Debug)]
pub struct Ping {
    url: SecretString,
    client: Client,
}

impl Ping {
    /// Speaks to this address, for at most `limit` each time.
    ///
    /// # Errors
    /// When it is no address; named without it.
    pub fn new(url: &str, limit: Duration) -> Result<Self, BadSink> {
        let bad = |problem: String| BadSink::new("url", problem);
        let parsed = parse(url).map_err(|e| bad(e.problem))?;
        let client = client(&parsed, limit).map_err(|e| bad(e.without_url().to_string()))?;
        Ok(Self {
            url: SecretString::from(parsed.to_string()),
            client,
        })
    }

    /// Asks once.
    ///
    /// # Errors
    /// When it was not answered with 2xx; a failure is nobody's reason to stop.
    pub async fn ping(&self) -> Result<(), SinkError> {
        match self.client.get(self.url.expose_secret()).send().await {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => Err(SinkError::Refused(answer.status().as_u16())),
            Err(error) => Err(SinkError::Unreachable(told(error))),
        }
    }
}
