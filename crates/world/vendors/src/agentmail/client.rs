//! The transport: one call, one reply, every ending named. And who we are to the vendor.

use std::{fmt, sync::Arc};

use reqwest::{Method, RequestBuilder, header::CONTENT_TYPE};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::{
    config::Config,
    faults::{Error, Refusal, meaning},
    private::masked,
    throttle,
};
use crate::{
    fault::CallKind,
    transport::{ConfigError, Raw, Transport},
    wire::{Object, WireError},
};

/// Fields of a validation error that are told.
const PROBLEMS_MAX: usize = 5;

/// A client of AgentMail. Cheap to clone.
///
/// One method is one HTTP call, sent at most once; [`Client::walk_messages`] makes one for each page.
#[derive(Clone)]
pub struct Client {
    wire: Transport,
    key: Arc<SecretString>,
}

/// What the key stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// How far the key reaches: `organization`, `pod`, `inbox`, or a word that is not known yet.
    pub scope_type: String,
    /// The id of that organisation, pod or inbox.
    pub scope_id: String,
    /// The organisation.
    pub organization_id: Option<String>,
}

impl Client {
    /// A client with these settings.
    ///
    /// # Errors
    /// Names the setting that is wrong.
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        let root = config.root()?;
        let key = config.key.clone();
        let mut secrets = vec![("key", config.key)];
        secrets.extend(config.webhook_secret.map(|s| ("webhook_secret", s)));
        let wire = Transport::new("agentmail", &config.endpoint, root, secrets)?;
        Ok(Self {
            wire,
            key: Arc::new(key),
        })
    }

    /// Who the vendor takes us for. Harmless: it proves the key and reads nobody's letters.
    ///
    /// # Errors
    /// See [`Error`]; a read has no unknown outcome.
    pub async fn whoami(&self) -> Result<Identity, Error> {
        let request = self.get("auth/me", &[])?;
        let body = self.call(CallKind::Read, request).await?;
        identity(&body).map_err(|error| Error::unexpected(CallKind::Read, error))
    }

    /// A question, not sent yet.
    pub(super) fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<RequestBuilder, Error> {
        let request = self.wire.http.get(self.wire.url(path)?);
        Ok(request.query(query))
    }

    /// A request with a JSON body, not sent yet.
    pub(super) fn with_body(
        &self,
        method: Method,
        path: &str,
        body: Vec<u8>,
    ) -> Result<RequestBuilder, Error> {
        let request = self.wire.http.request(method, self.wire.url(path)?);
        Ok(request.header(CONTENT_TYPE, "application/json").body(body))
    }

    /// Sends a request, once.
    pub(super) async fn call(
        &self,
        kind: CallKind,
        request: RequestBuilder,
    ) -> Result<Value, Error> {
        let request = request.bearer_auth(self.key.expose_secret());
        let raw = self.wire.send(kind, request).await?;
        self.judge(kind, &raw)
    }

    /// The reply's JSON, or the error that it is.
    pub(super) fn judge(&self, kind: CallKind, raw: &Raw) -> Result<Value, Error> {
        let body = serde_json::from_slice::<Value>(&raw.body);
        if (200..300).contains(&raw.http_status) {
            // What cannot be read may still be somebody's letter, so it is not shown.
            return body.map_err(|_| Error::Unreadable {
                kind,
                http_status: raw.http_status,
                problem: format!("{} bytes that are no JSON", raw.body.len()),
            });
        }
        match self.refusal(raw, body.ok().as_ref()) {
            Some(refusal) => Err(Error::Refused { kind, refusal }),
            None => Err(Error::Unreadable {
                kind,
                http_status: raw.http_status,
                problem: self.told(&String::from_utf8_lossy(&raw.body)),
            }),
        }
    }

    /// `None` when it is not the vendor who speaks. Statuses of the gate count with any body.
    fn refusal(&self, raw: &Raw, body: Option<&Value>) -> Option<Refusal> {
        let text = |name| body.and_then(|b| b.get(name)).and_then(Value::as_str);
        let (code, message) = (text("code"), text("message"));
        let is_gate = matches!(raw.http_status, 401 | 403 | 429);
        if code.is_none() && message.is_none() && !is_gate {
            return None;
        }
        let wait = self.wire.real(throttle::wait(&raw.headers));
        let problems = body.map(problems).unwrap_or_default();
        let message = format!("{}{problems}", message.unwrap_or("no message"));
        Some(Refusal {
            http_status: raw.http_status,
            code: self.told(code.unwrap_or_default()),
            message: self.told(&message),
            meaning: meaning(code.unwrap_or_default(), raw.http_status, wait),
        })
    }

    /// Text of the vendor's that may be shown.
    fn told(&self, text: &str) -> String {
        self.wire.shown(&masked(text))
    }
}

/// The fields that a validation error complains about.
fn problems(body: &Value) -> String {
    let Some(errors) = body.get("errors").and_then(Value::as_array) else {
        return String::new();
    };
    let mut told = String::new();
    for error in errors.iter().take(PROBLEMS_MAX) {
        let path = error.get("path").and_then(Value::as_array);
        let steps = path.into_iter().flatten().map(|step| match step {
            Value::String(name) => name.clone(),
            other => other.to_string(),
        });
        let steps: Vec<String> = steps.collect();
        let message = error.get("message").and_then(Value::as_str);
        told.push_str(&format!(
            "; {}: {}",
            steps.join("."),
            message.unwrap_or("no message")
        ));
    }
    told
}

pub(super) fn identity(body: &Value) -> Result<Identity, WireError> {
    let body = Object::new("", body)?;
    Ok(Identity {
        scope_type: body.text("scope_type")?.to_owned(),
        scope_id: body.text("scope_id")?.to_owned(),
        organization_id: body.text_opt("organization_id")?.map(str::to_owned),
    })
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("wire", &self.wire)
            .finish_non_exhaustive()
    }
}
