//! The transport: one call, one reply, every ending named.

use std::{fmt, sync::Arc};

use reqwest::{RequestBuilder, StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::{
    config::{Config, ConfigError, appsecret_proof},
    faults::{CallKind, Error, NoAnswer, Refusal, meaning},
    usage::Usage,
    wire::{Object, WireError},
};
use crate::http;

/// A client of the Marketing API. Cheap to clone.
///
/// One method is one HTTP call (one per page for lists), sent at most once.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    root: Url,
    credentials: Arc<Credentials>,
    wait_divisor: u32,
}

/// An answer with the rate limits' state at that moment.
#[derive(Debug, Clone)]
pub struct Reply<T> {
    /// What was asked for.
    pub value: T,
    /// How much of the limits is used.
    pub usage: Usage,
}

struct Credentials {
    token: SecretString,
    secret: Option<SecretString>,
    proof: Option<String>,
}

impl Client {
    /// A client with these settings.
    ///
    /// # Errors
    /// Names the setting that is wrong.
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        let root = config.root()?;
        let http = http::client(&root, config.call_timeout).map_err(|error| ConfigError {
            field: "base_url",
            problem: format!("no HTTPS client on this machine: {error}"),
        })?;
        let proof = config
            .app_secret
            .as_ref()
            .map(|secret| appsecret_proof(secret, &config.access_token));
        Ok(Self {
            http,
            root,
            credentials: Arc::new(Credentials {
                token: config.access_token,
                secret: config.app_secret,
                proof,
            }),
            wait_divisor: config.wait_divisor.max(1),
        })
    }

    /// Asks for an object or a list.
    pub(crate) async fn get(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<Reply<Value>, Error> {
        let request = self.http.get(self.url(path)?).query(query);
        let request = match &self.credentials.proof {
            Some(proof) => request.query(&[("appsecret_proof", proof)]),
            None => request,
        };
        self.call(CallKind::Read, request).await
    }

    /// Sends a form. `reference` goes along as a header for whoever compares books.
    pub(crate) async fn post(
        &self,
        kind: CallKind,
        path: &str,
        form: &[(&str, &str)],
        reference: &str,
    ) -> Result<Reply<Value>, Error> {
        let mut fields = form.to_vec();
        if let Some(proof) = &self.credentials.proof {
            fields.push(("appsecret_proof", proof));
        }
        let mut request = self.http.post(self.url(path)?).form(&fields);
        if !reference.is_empty() {
            request = request.header("x-client-reference", reference);
        }
        self.call(kind, request).await
    }

    fn url(&self, path: &str) -> Result<Url, Error> {
        self.root.join(path).map_err(|error| Error::Request {
            field: "path",
            problem: error.to_string(),
        })
    }

    async fn call(&self, kind: CallKind, request: RequestBuilder) -> Result<Reply<Value>, Error> {
        let request = request.bearer_auth(self.credentials.token.expose_secret());
        let response = request.send().await.map_err(|e| transport(kind, e))?;
        let status = response.status();
        let usage = Usage::from_headers(response.headers());
        let body = http::body(response).await.map_err(|error| match error {
            http::BodyError::Broken(error) => transport(kind, error),
            http::BodyError::TooLarge => Error::Unanswered {
                kind,
                reason: NoAnswer::TooLarge,
                source: None,
            },
        })?;
        let value = self.judge(kind, status, &body, usage)?;
        Ok(Reply { value, usage })
    }

    /// The reply's JSON, or the error that it is. Used for whole replies and for parts of a batch.
    pub(crate) fn judge(
        &self,
        kind: CallKind,
        status: StatusCode,
        body: &[u8],
        usage: Usage,
    ) -> Result<Value, Error> {
        let http_status = status.as_u16();
        let value: Value = serde_json::from_slice(body).map_err(|_| Error::Unreadable {
            kind,
            http_status,
            problem: self.shown(&String::from_utf8_lossy(body)),
        })?;
        let error = value.get("error").filter(|error| !error.is_null());
        if let Some(error) = error {
            let refusal = self.refusal(error, http_status, usage);
            let refusal = refusal.map_err(|error| error.into_error(kind))?;
            return Err(Error::Refused { kind, refusal });
        }
        if !status.is_success() {
            return Err(Error::Unreadable {
                kind,
                http_status,
                problem: "an error status without an error object".into(),
            });
        }
        Ok(value)
    }

    fn refusal(&self, error: &Value, http_status: u16, usage: Usage) -> Result<Refusal, WireError> {
        let error = Object::new("error", error)?;
        let code = error
            .integer_opt("code")?
            .ok_or_else(|| error.wrong("code", "is missing"))?;
        let subcode = error.integer_opt("error_subcode")?;
        let is_transient = error.get("is_transient").and_then(Value::as_bool);
        let mut meaning = meaning(
            code,
            subcode,
            http_status,
            is_transient.unwrap_or(false),
            usage.regain_access_minutes,
        );
        if let super::Meaning::Throttled { wait } = &mut meaning {
            *wait /= self.wait_divisor;
        }
        let text = |name| error.get(name).and_then(Value::as_str);
        Ok(Refusal {
            http_status,
            code,
            subcode,
            message: self.shown(text("message").unwrap_or("no message")),
            trace_id: text("fbtrace_id").map(|id| self.shown(id)),
            meaning,
        })
    }

    /// Vendor's text fit for a log: short, and without our credentials, which Meta echoes.
    fn shown(&self, text: &str) -> String {
        let mut text = text.to_owned();
        let secrets = [
            Some(&self.credentials.token),
            self.credentials.secret.as_ref(),
        ];
        for secret in secrets.into_iter().flatten() {
            text = text.replace(secret.expose_secret(), "[secret]");
        }
        text.chars().take(300).collect()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("root", &self.root.as_str())
            .finish_non_exhaustive()
    }
}

impl WireError {
    /// This as the error of a call.
    pub(crate) fn into_error(self, kind: CallKind) -> Error {
        Error::Unexpected {
            kind,
            field: self.field,
            problem: self.problem,
        }
    }
}

/// The transport's error in our terms. URLs are dropped: they carry the proof.
fn transport(kind: CallKind, error: reqwest::Error) -> Error {
    let error = error.without_url();
    if error.is_builder() {
        return Error::Request {
            field: "request",
            problem: error.to_string(),
        };
    }
    if error.is_connect() {
        return Error::Unreachable(error);
    }
    let reason = if error.is_timeout() {
        NoAnswer::TimedOut
    } else {
        NoAnswer::Broken
    };
    Error::Unanswered {
        kind,
        reason,
        source: Some(error),
    }
}
