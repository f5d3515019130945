//! What every client does with the wire: where to call, one request, one reply, every ending named.

use std::{fmt, sync::Arc, time::Duration};

use reqwest::{RequestBuilder, Url, header::HeaderMap};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use crate::{
    fault::{CallError, CallKind, NoAnswer, Refusal},
    http,
};

/// A setting that a client cannot work with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{vendor}.{field}: {problem}")]
pub struct ConfigError {
    /// The vendor's section, such as `meta`.
    pub vendor: &'static str,
    /// The name of the setting.
    pub field: &'static str,
    /// What is wrong and what would be right.
    pub problem: String,
}

/// Where a vendor listens and how long its calls may take.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// Scheme, host and an optional path. Plain `http` is taken for loopback hosts only.
    pub base_url: String,
    /// A call without an answer after this long has an unknown outcome. Production: 10 s.
    pub call_timeout: Duration,
    /// The vendor's times are divided by this to give ours: 1 in production, the world's speed in
    /// a sandbox.
    pub wait_divisor: u32,
}

/// A successful reply that is no JSON is quoted up to this size, in bytes: a proxy's own words are shorter.
const PLAIN_MAX: usize = 40;

/// One vendor's wire. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Transport {
    pub(crate) http: reqwest::Client,
    root: Url,
    /// What is taken out of every text of the vendor's before anybody sees it.
    secrets: Arc<Vec<SecretString>>,
    wait_divisor: u32,
    /// The longest that a call may take.
    pub(crate) call_timeout: Duration,
}

/// A whole reply.
#[derive(Debug)]
pub(crate) struct Raw {
    pub(crate) http_status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Endpoint {
    /// A vendor's own host, with production's times.
    pub fn new(base_url: &str) -> Self {
        Self {
            base_url: base_url.to_owned(),
            call_timeout: Duration::from_secs(10),
            wait_divisor: 1,
        }
    }

    /// The base of all calls, with a slash at its end.
    ///
    /// # Errors
    /// Names the setting that is wrong.
    pub(crate) fn root(&self, vendor: &'static str) -> Result<Url, ConfigError> {
        let bad = |field, problem: String| ConfigError {
            vendor,
            field,
            problem,
        };
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
        if self.call_timeout.is_zero() {
            return Err(bad("call_timeout", "must be more than zero".into()));
        }
        let root = format!("{}/", base.as_str().trim_end_matches('/'));
        Url::parse(&root).map_err(|error| bad("base_url", error.to_string()))
    }
}

impl Transport {
    /// `root` as [`Endpoint::root`] gives it, or a path below it that ends with a slash.
    ///
    /// # Errors
    /// When a secret is empty, or the machine has no HTTPS.
    pub(crate) fn new(
        vendor: &'static str,
        endpoint: &Endpoint,
        root: Url,
        secrets: Vec<(&'static str, SecretString)>,
    ) -> Result<Self, ConfigError> {
        if let Some((field, _)) = secrets
            .iter()
            .find(|(_, secret)| secret.expose_secret().trim().is_empty())
        {
            return Err(ConfigError {
                vendor,
                field,
                problem: "must not be empty".to_owned(),
            });
        }
        let http = http::client(&root, endpoint.call_timeout).map_err(|error| ConfigError {
            vendor,
            field: "base_url",
            problem: format!("no HTTPS client on this machine: {error}"),
        })?;
        Ok(Self {
            http,
            root,
            secrets: Arc::new(secrets.into_iter().map(|(_, secret)| secret).collect()),
            wait_divisor: endpoint.wait_divisor.max(1),
            call_timeout: endpoint.call_timeout,
        })
    }

    /// The URL of a path below the root, which must not begin with a slash.
    pub(crate) fn url<R: Refusal>(&self, path: &str) -> Result<Url, CallError<R>> {
        self.root.join(path).map_err(|error| CallError::Request {
            field: "path",
            problem: error.to_string(),
        })
    }

    /// A vendor's time as real time.
    pub(crate) fn real(&self, wait: Duration) -> Duration {
        wait / self.wait_divisor
    }

    /// The same wire for whoever also holds this secret.
    pub(crate) fn knowing(&self, secret: SecretString) -> Self {
        let mut secrets = self.secrets.to_vec();
        secrets.push(secret);
        Self {
            secrets: Arc::new(secrets),
            ..self.clone()
        }
    }

    /// Whether the vendor is a program on this machine.
    pub(crate) fn is_local(&self) -> bool {
        self.root.scheme() == "http"
    }

    /// Sends one request, once.
    pub(crate) async fn send<R: Refusal>(
        &self,
        kind: CallKind,
        request: RequestBuilder,
    ) -> Result<Raw, CallError<R>> {
        self.send_for(kind, request, http::REPLY_BYTES_MAX).await
    }

    /// Sends one request, once, for a reply of up to `bytes_max`.
    pub(crate) async fn send_for<R: Refusal>(
        &self,
        kind: CallKind,
        request: RequestBuilder,
        bytes_max: usize,
    ) -> Result<Raw, CallError<R>> {
        let response = request.send().await.map_err(|e| transport(kind, e))?;
        let (http_status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = http::body(response, bytes_max).await;
        let body = body.map_err(|error| match error {
            http::BodyError::Broken(error) => transport(kind, error),
            http::BodyError::TooLarge => CallError::Unanswered {
                kind,
                reason: NoAnswer::TooLarge,
                source: None,
            },
        })?;
        Ok(Raw {
            http_status,
            headers,
            body,
        })
    }

    /// A reply's body as JSON.
    pub(crate) fn json<R: Refusal>(
        &self,
        kind: CallKind,
        http_status: u16,
        body: &[u8],
    ) -> Result<Value, CallError<R>> {
        serde_json::from_slice(body).map_err(|_| CallError::Unreadable {
            kind,
            http_status,
            problem: if (200..300).contains(&http_status) && body.len() > PLAIN_MAX {
                // What was asked for may be in it: people, or a new token.
                format!("{} bytes that are no JSON", body.len())
            } else {
                self.shown(&String::from_utf8_lossy(body))
            },
        })
    }

    /// Vendor's text fit for a log: short, and without our credentials, which vendors echo.
    pub(crate) fn shown(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in self.secrets.iter() {
            text = text.replace(secret.expose_secret(), "[secret]");
        }
        text.chars().take(300).collect()
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("root", &self.root.as_str())
            .finish_non_exhaustive()
    }
}

/// References travel as a header.
pub(crate) fn check_reference<R: Refusal>(reference: &str) -> Result<(), CallError<R>> {
    if reference.len() > 200 || reference.bytes().any(|b| !(0x20..0x7f).contains(&b)) {
        return Err(CallError::Request {
            field: "reference",
            problem: "must be up to 200 printable ASCII characters".into(),
        });
    }
    Ok(())
}

/// The transport's error in our terms. URLs are dropped: they may carry credentials.
fn transport<R: Refusal>(kind: CallKind, error: reqwest::Error) -> CallError<R> {
    let error = error.without_url();
    if error.is_builder() {
        return CallError::Request {
            field: "request",
            problem: error.to_string(),
        };
    }
    if error.is_connect() {
        return CallError::Unreachable(error);
    }
    let reason = if error.is_timeout() {
        NoAnswer::TimedOut
    } else {
        NoAnswer::Broken
    };
    CallError::Unanswered {
        kind,
        reason,
        source: Some(error),
    }
}
