//! Which token goes with a call: the one that was given, or one that the app asks for.
//!
//! An app's token lives 24 hours. The client has no clock, so it keeps a token until the shop answers 401 and then drops
//! it: that call is told to come again, and the next one asks anew. A token that has never worked is not asked for
//! again in silence: then the credentials are wrong. Two first calls at once may each ask; both tokens are good.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use reqwest::{Url, header::HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::{
    answer::refusal_of_status,
    config::{ConfigError, Credentials},
    faults::{CallKind, Error},
};
use crate::{
    transport::{Endpoint, Transport},
    wire::Object,
};

/// A token and a wire that keeps it out of all texts.
pub(crate) struct Session {
    pub(crate) wire: Transport,
    token: HeaderValue,
    has_worked: AtomicBool,
    runs_out: bool,
}

/// Where tokens come from.
pub(crate) enum Tokens {
    Given(Arc<Session>),
    Asked(Asked),
}

pub(crate) struct Asked {
    wire: Transport,
    client_id: String,
    client_secret: SecretString,
    current: Mutex<Option<Arc<Session>>>,
}

impl Tokens {
    pub(crate) fn new(
        endpoint: &Endpoint,
        root: Url,
        credentials: Credentials,
    ) -> Result<Self, ConfigError> {
        match credentials {
            Credentials::Token(token) => {
                let secrets = vec![("access_token", token.clone())];
                let wire = Transport::new("shopify", endpoint, root, secrets)?;
                let session = Session::new(wire, &token, false);
                let session = session.ok_or_else(|| ConfigError {
                    vendor: "shopify",
                    field: "access_token",
                    problem: "must be printable ASCII characters".into(),
                })?;
                Ok(Self::Given(Arc::new(session)))
            }
            Credentials::App {
                client_id,
                client_secret,
            } => {
                if client_id.trim().is_empty() {
                    return Err(ConfigError {
                        vendor: "shopify",
                        field: "client_id",
                        problem: "must not be empty".into(),
                    });
                }
                let secrets = vec![("client_secret", client_secret.clone())];
                let wire = Transport::new("shopify", endpoint, root, secrets)?;
                Ok(Self::Asked(Asked {
                    wire,
                    client_id,
                    client_secret,
                    current: Mutex::new(None),
                }))
            }
        }
    }

    /// The session that calls go through now.
    pub(crate) async fn session(&self) -> Result<Arc<Session>, Error> {
        match self {
            Self::Given(session) => Ok(Arc::clone(session)),
            Self::Asked(asked) => asked.session().await,
        }
    }

    /// Forgets a session whose token was refused, unless another call has replaced it.
    pub(crate) fn forget(&self, refused: &Arc<Session>) {
        if let Self::Asked(asked) = self {
            let mut current = asked.current.lock().unwrap_or_else(PoisonError::into_inner);
            current.take_if(|session| Arc::ptr_eq(session, refused));
        }
    }

    /// A wire without the call's token.
    pub(crate) fn wire(&self) -> &Transport {
        match self {
            Self::Given(session) => &session.wire,
            Self::Asked(asked) => &asked.wire,
        }
    }
}

impl Session {
    fn new(wire: Transport, token: &SecretString, runs_out: bool) -> Option<Self> {
        let text = token.expose_secret();
        let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        let mut token = is_plain.then(|| HeaderValue::from_str(text).ok())??;
        token.set_sensitive(true);
        Some(Self {
            wire,
            token,
            has_worked: AtomicBool::new(false),
            runs_out,
        })
    }

    /// The header that carries the token.
    pub(crate) fn token(&self) -> HeaderValue {
        self.token.clone()
    }

    /// The shop has taken the token.
    pub(crate) fn worked(&self) {
        self.has_worked.store(true, Ordering::Relaxed);
    }

    /// Whether a refused token is one that ran out, rather than one that was never right.
    pub(crate) fn has_run_out(&self) -> bool {
        self.runs_out && self.has_worked.load(Ordering::Relaxed)
    }
}

impl Asked {
    async fn session(&self) -> Result<Arc<Session>, Error> {
        if let Some(session) = &*self.current.lock().unwrap_or_else(PoisonError::into_inner) {
            return Ok(Arc::clone(session));
        }
        let session = Arc::new(self.ask().await?);
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        *current = Some(Arc::clone(&session));
        Ok(session)
    }

    /// Asking for a token changes nothing at the shop, so it is a read whatever it is for.
    async fn ask(&self) -> Result<Session, Error> {
        let kind = CallKind::Read;
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", self.client_id.as_str()),
            ("client_secret", self.client_secret.expose_secret()),
        ];
        let url = self.wire.url("admin/oauth/access_token")?;
        let request = self.wire.http.post(url).form(&form);
        let raw = self.wire.send(kind, request).await?;
        if !(200..300).contains(&raw.http_status) {
            let error = refusal_of_status(&self.wire, kind, &raw);
            return Err(wrong_credentials(error));
        }
        let body = self.wire.json(kind, raw.http_status, &raw.body)?;
        self.read(&body)
            .map_err(|error| Error::unexpected(kind, error))
    }

    fn read(&self, body: &Value) -> Result<Session, crate::wire::WireError> {
        let body = Object::new("", body)?;
        let token = SecretString::from(body.text("access_token")?);
        Session::new(self.wire.knowing(token.clone()), &token, true)
            .ok_or_else(|| body.wrong("access_token", "must be printable ASCII characters"))
    }
}

/// The grant answers 400 where the app, its secret or the shop is wrong: whoever holds them must act.
fn wrong_credentials(mut error: Error) -> Error {
    if let Error::Refused { refusal, .. } = &mut error
        && refusal.meaning == super::Meaning::Invalid
    {
        refusal.meaning = super::Meaning::TokenDead;
    }
    error
}
