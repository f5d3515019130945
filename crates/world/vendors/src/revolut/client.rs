//! The transport: one call, one reply, every ending named.

use std::{fmt, sync::Arc};

use homeostat_model::RuntimeTime;
use jiff::SignedDuration;
use reqwest::{
    RequestBuilder,
    header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER},
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::{
    auth::{ASSERTION_TYPE, AssertionKey},
    config::{Config, ConfigError},
    faults::{CallKind, Error, Meaning, Refusal, Told, meaning, token_meaning},
    json,
    session::{Bearer, Session, usable},
};
use crate::{
    transport::{Raw, Transport},
    wire::Object,
};

/// How long a statement about us is good for; allows for a clock that is some minutes off.
const ASSERTION_LIFE: SignedDuration = SignedDuration::from_mins(10);

/// A client of the Business API. Cheap to clone; clones share the access token.
///
/// One method is one HTTP call, sent at most once, and one more before it when a token is due. `now`
/// is the machine's time, by which tokens are kept. What fails before the call itself is sent is no
/// unknown outcome.
#[derive(Clone)]
pub struct Client {
    wire: Transport,
    access: Arc<Access>,
}

struct Access {
    key: AssertionKey,
    client_id: String,
    issuer: String,
    refresh_token: SecretString,
    session: Session,
}

/// How the meaning of an error is found.
type Judge = fn(&Told<'_>, u16, Option<u64>) -> Meaning;

impl Client {
    /// A client with these settings.
    ///
    /// # Errors
    /// Names the setting that is wrong.
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        let key = config.key()?;
        let root = config.endpoint.root("revolut")?;
        let refresh_token = config.refresh_token;
        let mut secrets = vec![("refresh_token", refresh_token.clone())];
        let webhook = config.webhook_secrets.into_iter();
        secrets.extend(webhook.map(|secret| ("webhook_secrets", secret)));
        let wire = Transport::new("revolut", &config.endpoint, root, secrets)?;
        Ok(Self {
            wire,
            access: Arc::new(Access {
                key,
                client_id: config.client_id,
                issuer: config.issuer,
                refresh_token,
                session: Session::default(),
            }),
        })
    }

    /// A request that asks. `path` follows the base URL.
    pub(super) fn get(
        &self,
        path: &str,
        query: &[(&str, String)],
    ) -> Result<RequestBuilder, Error> {
        Ok(self.wire.http.get(self.wire.url(path)?).query(query))
    }

    /// A request that sends JSON, in which amounts are text ([`json::write`]).
    pub(super) fn post(&self, path: &str, body: &Value) -> Result<RequestBuilder, Error> {
        let request = self.wire.http.post(self.wire.url(path)?);
        Ok(request
            .header(CONTENT_TYPE, "application/json")
            .body(json::write(body)))
    }

    /// Sends a request with a token and gives the reply's JSON, its numbers as text.
    pub(super) async fn call(
        &self,
        kind: CallKind,
        request: RequestBuilder,
        now: RuntimeTime,
    ) -> Result<Value, Error> {
        let bearer = self.bearer(now).await?;
        let request = request.bearer_auth(bearer.token.expose_secret());
        let raw = self.wire.send(kind, request).await?;
        let answer = self.judge(kind, &raw, &bearer.token, meaning);
        let session = &self.access.session;
        match answer {
            Err(Error::Refused { kind, mut refusal })
                if refusal.meaning == Meaning::SessionOver =>
            {
                refusal.meaning = session.refused(&bearer);
                Err(Error::Refused { kind, refusal })
            }
            answer => {
                session.taken(&bearer);
                answer
            }
        }
    }

    /// The token that is in use, or a new one.
    async fn bearer(&self, now: RuntimeTime) -> Result<Bearer, Error> {
        let session = &self.access.session;
        if let Some(bearer) = session.current(now) {
            return Ok(bearer);
        }
        let _fetching = session.fetching.lock().await;
        // Another call may have fetched it meanwhile.
        if let Some(bearer) = session.current(now) {
            return Ok(bearer);
        }
        self.fetch(now).await
    }

    async fn fetch(&self, now: RuntimeTime) -> Result<Bearer, Error> {
        let assertion = self.assertion(now)?;
        let request = self.token_request(&assertion)?;
        // It changes nothing, and whatever becomes of it, the call it is made for was not sent.
        let raw = self.wire.send(CallKind::Read, request).await?;
        let reply = self.judge(CallKind::Read, &raw, &assertion, token_meaning)?;
        let told = Object::new("", &reply).and_then(|reply| {
            let seconds = reply.number_text("expires_in")?;
            let seconds = seconds.map(|text| {
                let whole = text.parse::<u64>();
                whole.map_err(|_| reply.wrong("expires_in", "must be a whole number of seconds"))
            });
            Ok((reply.text("access_token")?, seconds.transpose()?))
        });
        let (token, seconds) = told.map_err(|error| Error::unexpected(CallKind::Read, error))?;
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::Unexpected {
                kind: CallKind::Read,
                field: "access_token".to_owned(),
                problem: "must be visible ASCII characters".to_owned(),
            });
        }
        let life = self.wire.real(usable(seconds));
        Ok(self.access.session.keep(token.into(), now, life))
    }

    fn assertion(&self, now: RuntimeTime) -> Result<SecretString, Error> {
        let access = &self.access;
        let until = now.plus(ASSERTION_LIFE);
        let made = access
            .key
            .assertion(&access.client_id, &access.issuer, until);
        made.ok_or_else(|| Error::Request {
            field: "private_key",
            problem: "cannot sign".to_owned(),
        })
    }

    pub(super) fn token_request(&self, assertion: &SecretString) -> Result<RequestBuilder, Error> {
        let url = self.wire.url("api/1.0/auth/token")?;
        Ok(self.wire.http.post(url).form(&[
            ("grant_type", "refresh_token"),
            ("refresh_token", self.access.refresh_token.expose_secret()),
            ("client_assertion_type", ASSERTION_TYPE),
            ("client_assertion", assertion.expose_secret()),
        ]))
    }

    /// The reply's JSON, or the error that it is. `sent` is kept out of all texts.
    pub(super) fn judge(
        &self,
        kind: CallKind,
        raw: &Raw,
        sent: &SecretString,
        judge: Judge,
    ) -> Result<Value, Error> {
        let shown = |text: &str| {
            let text = text.replace(sent.expose_secret(), "[secret]");
            self.wire.shown(&text)
        };
        let unreadable = |text: &str| Error::Unreadable {
            kind,
            http_status: raw.http_status,
            problem: shown(text),
        };
        let text = String::from_utf8_lossy(&raw.body);
        let value = json::read(&raw.body).ok();
        if (200..300).contains(&raw.http_status) {
            return value.ok_or_else(|| unreadable(&text));
        }
        let told = match value.as_ref().and_then(Told::read) {
            Some(told) => told,
            // These two say by their status alone that nothing was processed.
            None if matches!(raw.http_status, 401 | 429) => Told {
                message: &text,
                ..Told::default()
            },
            None => return Err(unreadable(&text)),
        };
        let mut meaning = judge(&told, raw.http_status, retry_after_s(&raw.headers));
        if let Meaning::Throttled { wait } = &mut meaning {
            *wait = self.wire.real(*wait);
        }
        let refusal = Refusal {
            http_status: raw.http_status,
            code: shown(told.code),
            message: shown(told.message),
            error_id: told.error_id.map(shown),
            meaning,
        };
        Err(Error::Refused { kind, refusal })
    }
}

/// Whole seconds; a date is not read, since there is no clock here to compare it with.
fn retry_after_s(headers: &HeaderMap) -> Option<u64> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("wire", &self.wire)
            .finish_non_exhaustive()
    }
}
