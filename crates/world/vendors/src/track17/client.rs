//! The transport: one call, one reply, every ending named.

use std::{fmt, time::Duration};

use reqwest::{
    RequestBuilder,
    header::{HeaderMap, HeaderValue, RETRY_AFTER},
};
use secrecy::ExposeSecret;
use serde_json::Value;

use super::{
    config::{Config, ConfigError, bad},
    faults::{CallKind, Error, Meaning, Refusal, meaning, meaning_of_item},
    read::integer,
};
use crate::{
    transport::Transport,
    wire::{Object, WireError},
};

/// A client of the tracking API. Cheap to clone.
///
/// One method is one HTTP call, sent at most once.
#[derive(Clone)]
pub struct Client {
    wire: Transport,
    token: HeaderValue,
}

impl Client {
    /// A client with these settings.
    ///
    /// # Errors
    /// Names the setting that is wrong.
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        let root = config.root()?;
        let key = config.key.expose_secret();
        // Not quoted: it is the key that is wrong.
        let plain = key.bytes().all(|byte| byte.is_ascii_graphic());
        let token = HeaderValue::from_str(key).ok().filter(|_| plain);
        let mut token = token.ok_or_else(|| {
            let problem = "must be printable ASCII characters without spaces";
            bad("key", problem.to_owned())
        })?;
        token.set_sensitive(true);
        let secrets = vec![("key", config.key)];
        let wire = Transport::new("track17", &config.endpoint, root, secrets)?;
        Ok(Self { wire, token })
    }

    /// Sends one body, and gives back the whole reply of a call that was processed.
    pub(super) async fn post(
        &self,
        kind: CallKind,
        path: &str,
        body: &Value,
    ) -> Result<Value, Error> {
        let request = self.request(path, body)?;
        let raw = self.wire.send(kind, request).await?;
        self.judge(kind, raw.http_status, &raw.headers, &raw.body)
    }

    /// The request as it is sent.
    pub(super) fn request(&self, path: &str, body: &Value) -> Result<RequestBuilder, Error> {
        let request = self.wire.http.post(self.wire.url(path)?);
        Ok(request.header("17token", self.token.clone()).json(body))
    }

    /// The reply's JSON, or the error that it is.
    pub(super) fn judge(
        &self,
        kind: CallKind,
        http_status: u16,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Value, Error> {
        let value = self.wire.json(kind, http_status, body);
        let code = value.as_ref().ok().map(code);
        match code {
            Some(Ok(0)) if (200..300).contains(&http_status) => value,
            Some(Ok(code)) if code != 0 => {
                let message = value.as_ref().ok().and_then(message).unwrap_or_default();
                Err(self.refused(kind, http_status, code, headers, message))
            }
            // These are told by their status alone, whatever page comes with them.
            _ if matches!(http_status, 401 | 404 | 429 | 500..) => {
                Err(self.refused(kind, http_status, 0, headers, ""))
            }
            None => value,
            Some(Err(error)) if (200..300).contains(&http_status) => {
                Err(Error::unexpected(kind, error))
            }
            Some(_) => Err(Error::Unreadable {
                kind,
                http_status,
                problem: "an error status without an error code".into(),
            }),
        }
    }

    /// The error of an item that was rejected.
    pub(super) fn refusal_of_item(&self, entry: &Object<'_>) -> Result<Refusal, WireError> {
        let error = entry
            .object_opt("error")?
            .ok_or_else(|| entry.wrong("error", "is missing"))?;
        let code = integer(&error, "code")?.ok_or_else(|| error.wrong("code", "is missing"))?;
        let message = error.get("message").and_then(Value::as_str);
        Ok(Refusal {
            http_status: 200,
            code,
            message: self.message(message.unwrap_or_default()),
            meaning: self.in_real_time(meaning_of_item(code)),
        })
    }

    /// Vendor's text fit for a log.
    pub(super) fn shown(&self, text: &str) -> String {
        self.wire.shown(text)
    }

    fn refused(
        &self,
        kind: CallKind,
        http_status: u16,
        code: i64,
        headers: &HeaderMap,
        message: &str,
    ) -> Error {
        let meaning = meaning(code, http_status, retry_after(headers));
        Error::Refused {
            kind,
            refusal: Refusal {
                http_status,
                code,
                message: self.message(message),
                meaning: self.in_real_time(meaning),
            },
        }
    }

    fn message(&self, text: &str) -> String {
        match text.is_empty() {
            true => "no message".to_owned(),
            false => self.wire.shown(text),
        }
    }

    fn in_real_time(&self, meaning: Meaning) -> Meaning {
        match meaning {
            Meaning::Throttled { wait } => Meaning::Throttled {
                wait: self.wire.real(wait),
            },
            other => other,
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("wire", &self.wire)
            .finish_non_exhaustive()
    }
}

/// `code` of a reply; 0 is a call that was processed.
fn code(reply: &Value) -> Result<i64, WireError> {
    let reply = Object::new("", reply)?;
    integer(&reply, "code")?.ok_or_else(|| reply.wrong("code", "is missing"))
}

/// The text of a call's error. Where it stands is not documented, so its absence is no fault.
fn message(reply: &Value) -> Option<&str> {
    let first = reply.pointer("/data/errors/0/message");
    let text = first.or_else(|| reply.get("message"))?;
    text.as_str()
}

/// Whole seconds. A date is not read: it would take a clock to turn it into a wait.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?;
    text.trim().parse().ok().map(Duration::from_secs)
}
