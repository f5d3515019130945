//! The transport: one call, one reply, every ending named.

use std::{fmt, sync::Arc};

use reqwest::RequestBuilder;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::{
    config::{Config, appsecret_proof},
    faults::{CallKind, Error, Refusal, meaning},
    usage::Usage,
};
use crate::{
    transport::{ConfigError, Transport},
    wire::{Object, WireError},
};

/// A client of the Marketing API. Cheap to clone.
///
/// One method is one HTTP call (one per page for lists), sent at most once.
#[derive(Clone)]
pub struct Client {
    wire: Transport,
    credentials: Arc<Credentials>,
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
    proof: Option<String>,
}

impl Client {
    /// A client with these settings.
    ///
    /// # Errors
    /// Names the setting that is wrong.
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        let root = config.root()?;
        let proof = config
            .app_secret
            .as_ref()
            .map(|secret| appsecret_proof(secret, &config.access_token));
        let token = config.access_token.clone();
        let mut secrets = vec![("access_token", config.access_token)];
        secrets.extend(config.app_secret.map(|secret| ("app_secret", secret)));
        let wire = Transport::new("meta", &config.endpoint, root, secrets)?;
        Ok(Self {
            wire,
            credentials: Arc::new(Credentials { token, proof }),
        })
    }

    /// Asks for an object or a list.
    pub(crate) async fn get(
        &self,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<Reply<Value>, Error> {
        let request = self.wire.http.get(self.wire.url(path)?).query(query);
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
        let mut request = self.wire.http.post(self.wire.url(path)?).form(&fields);
        if !reference.is_empty() {
            request = request.header("x-client-reference", reference);
        }
        self.call(kind, request).await
    }

    async fn call(&self, kind: CallKind, request: RequestBuilder) -> Result<Reply<Value>, Error> {
        let request = request.bearer_auth(self.credentials.token.expose_secret());
        let raw = self.wire.send(kind, request).await?;
        let usage = Usage::from_headers(&raw.headers);
        let value = self.judge(kind, raw.http_status, &raw.body, usage)?;
        Ok(Reply { value, usage })
    }

    /// The reply's JSON, or the error that it is. Used for whole replies and for parts of a batch.
    pub(crate) fn judge(
        &self,
        kind: CallKind,
        http_status: u16,
        body: &[u8],
        usage: Usage,
    ) -> Result<Value, Error> {
        let value = self.wire.json(kind, http_status, body)?;
        let error = value.get("error").filter(|error| !error.is_null());
        if let Some(error) = error {
            let refusal = self.refusal(error, http_status, usage);
            let refusal = refusal.map_err(|error| error.into_error(kind))?;
            return Err(Error::Refused { kind, refusal });
        }
        if !(200..300).contains(&http_status) {
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
            *wait = self.wire.real(*wait);
        }
        let text = |name| error.get(name).and_then(Value::as_str);
        Ok(Refusal {
            http_status,
            code,
            subcode,
            message: self.wire.shown(text("message").unwrap_or("no message")),
            trace_id: text("fbtrace_id").map(|id| self.wire.shown(id)),
            meaning,
        })
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("wire", &self.wire)
            .finish_non_exhaustive()
    }
}

impl WireError {
    /// This as the error of a call.
    pub(crate) fn into_error(self, kind: CallKind) -> Error {
        Error::unexpected(kind, self)
    }
}
