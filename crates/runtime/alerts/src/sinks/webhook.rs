//! An address that each notice is posted to as JSON. An answer of 2xx says that it was taken.
//!
//! No redirects, no resends, no proxy of the environment: each of them would carry the headers, which
//! are secrets, to somebody else. Neither the address beyond its host nor a header is ever shown.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use reqwest::{
    Client, Url,
    header::{HeaderMap, HeaderName, HeaderValue},
    redirect, retry,
};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use secrecy::{ExposeSecret, SecretString};

use super::{Lookup, Sink, SinkError, is_variable, key};
use crate::{BadSink, Notice};

/// An address that begins so is looked up in the environment.
const FROM_ENV: &str = "env:";

#[derive(Debug)]
pub(crate) struct WebhookSink {
    /// As good as a secret: many receivers take the path for one.
    url: Result<SecretString, BadSink>,
    headers: Result<HeaderMap, BadSink>,
    client: Result<Client, String>,
    name: String,
    key: String,
    limit: Duration,
}

pub(crate) fn check(url: &str, headers_from: &BTreeMap<String, String>) -> Result<(), BadSink> {
    match url.strip_prefix(FROM_ENV) {
        Some(name) if is_variable(name) => {}
        Some(name) => {
            let problem = format!("{name:?} is no name of a variable, such as env:ALERT_URL");
            return Err(BadSink::new("webhook", problem));
        }
        None => {
            parse(url)?;
        }
    }
    for (header, variable) in headers_from {
        let field = || format!("headers_from.{header}");
        if header.parse::<HeaderName>().is_err() {
            return Err(BadSink::new(field(), "is no name of a header"));
        }
        if !is_variable(variable) {
            // It may be the secret itself, so it is not repeated.
            let problem =
                "must be the name of the variable that holds the value, such as ALERT_TOKEN";
            return Err(BadSink::new(field(), problem));
        }
    }
    Ok(())
}

pub(crate) fn parse(text: &str) -> Result<Url, BadSink> {
    let bad = |problem: &str| BadSink::new("webhook", problem);
    let url: Url = text
        .parse()
        .map_err(|_| bad("is no address; write one like https://alerts.example/hook"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(bad(
            "holds a user or password; put it into a header by headers_from",
        ));
    }
    let here = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    match url.scheme() {
        "https" => Ok(url),
        "http" if here => Ok(url),
        _ => Err(bad(
            "must start with https://; http:// goes to this machine only",
        )),
    }
}

impl WebhookSink {
    pub(crate) fn new(
        url: &str,
        headers_from: &BTreeMap<String, String>,
        limit: Duration,
        lookup: Lookup<'_>,
    ) -> Result<Self, BadSink> {
        let (address, said) = match url.strip_prefix(FROM_ENV) {
            None => (Ok(url.to_owned()), url.to_owned()),
            Some(variable) => {
                let missing = || BadSink::new("webhook", format!("{variable} is not set"));
                (lookup(variable).ok_or_else(missing), url.to_owned())
            }
        };
        let parsed = address.and_then(|text| parse(&text));
        let host = parsed.as_ref().ok().and_then(|url| url.host_str());
        let mut headers = Ok(HeaderMap::new());
        for (header, variable) in headers_from {
            let value = value_of(header, variable, lookup);
            headers = headers.and_then(|mut all| {
                let (name, value) = value?;
                all.insert(name, value);
                Ok(all)
            });
        }
        Ok(Self {
            name: format!("webhook {}", host.unwrap_or(&said)),
            key: key("webhook", &said),
            client: match &parsed {
                Ok(url) => client(url, limit).map_err(|e| e.without_url().to_string()),
                Err(error) => Err(error.to_string()),
            },
            url: parsed.map(|url| SecretString::from(url.to_string())),
            headers,
            limit,
        })
    }
}

fn value_of(
    header: &str,
    variable: &str,
    lookup: Lookup<'_>,
) -> Result<(HeaderName, HeaderValue), BadSink> {
    let bad = |problem: String| BadSink::new(format!("headers_from.{header}"), problem);
    let name = header
        .parse()
        .map_err(|_| bad("is no name of a header".into()))?;
    let text = lookup(variable).ok_or_else(|| bad(format!("{variable} is not set")))?;
    let mut value = HeaderValue::from_str(&text)
        .map_err(|_| bad(format!("what {variable} holds cannot stand in a header")))?;
    value.set_sensitive(true);
    Ok((name, value))
}

pub(crate) fn client(url: &Url, limit: Duration) -> Result<Client, reqwest::Error> {
    // Fails only when another part of the process has installed one, which serves as well.
    let _installed = ring::default_provider().install_default();
    let builder = Client::builder()
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .no_proxy()
        .referer(false)
        .http1_only()
        .pool_max_idle_per_host(0)
        .timeout(limit);
    if url.scheme() == "http" {
        // Plain HTTP needs no certificates; loading the system's would fail where there are none.
        let without_roots = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map(|config| {
                config
                    .with_root_certificates(RootCertStore::empty())
                    .with_no_client_auth()
            });
        if let Ok(tls) = without_roots {
            return builder.tls_backend_preconfigured(tls).build();
        }
    }
    builder.build()
}

#[async_trait]
impl Sink for WebhookSink {
    fn name(&self) -> &str {
        &self.name
    }

    fn key(&self) -> &str {
        &self.key
    }

    fn limit(&self) -> Duration {
        self.limit
    }

    fn preflight(&self) -> Result<(), BadSink> {
        self.url.as_ref().map_err(Clone::clone)?;
        self.headers.as_ref().map_err(Clone::clone)?;
        match &self.client {
            Ok(_) => Ok(()),
            Err(why) => Err(BadSink::new("webhook", why.clone())),
        }
    }

    async fn deliver(&self, notice: &Notice) -> Result<(), SinkError> {
        self.preflight()?;
        let (Ok(url), Ok(headers), Ok(client)) = (&self.url, &self.headers, &self.client) else {
            return Err(SinkError::Unreachable("not set up".into()));
        };
        let sent = client
            .post(url.expose_secret())
            .headers(headers.clone())
            .json(notice)
            .send()
            .await;
        match sent {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => Err(SinkError::Refused(answer.status().as_u16())),
            Err(error) => Err(SinkError::Unreachable(told(error))),
        }
    }
}

/// What went wrong, without the address.
pub(crate) fn told(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
