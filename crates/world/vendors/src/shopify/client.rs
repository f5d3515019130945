//! The transport: one document, one reply, every ending named.

use std::{fmt, sync::Arc};

use serde_json::{Value, json};

use super::{
    answer::judge,
    config::{Config, ConfigError},
    cost::Cost,
    documents::Document,
    faults::{Error, Meaning},
    token::{Session, Tokens},
};
use crate::{
    transport::{Raw, check_reference},
    wire::{Object, WireError},
};

/// The header that says which version answered.
const VERSION_HEADER: &str = "x-shopify-api-version";

/// A client of one shop's Admin API. Cheap to clone.
///
/// One method is one document, sent at most once. With an app's credentials the first call, and the first after
/// the token ran out, asks for a token before.
#[derive(Clone)]
pub struct Client {
    pub(crate) tokens: Arc<Tokens>,
    path: Arc<str>,
    version: Arc<str>,
}

/// An answer, what it cost and what is left.
#[derive(Debug, Clone)]
pub struct Reply<T> {
    /// What was asked for.
    pub value: T,
    /// The state of the bucket after this call.
    pub cost: Option<Cost>,
    /// The version that answered, when it is not the one that was asked: that one has been retired.
    pub other_version: Option<String>,
}

impl Client {
    /// A client with these settings.
    ///
    /// # Errors
    /// Names the setting that is wrong.
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        config.check_version()?;
        let root = config.endpoint.root("shopify")?;
        let tokens = Tokens::new(&config.endpoint, root, config.credentials)?;
        Ok(Self {
            tokens: Arc::new(tokens),
            path: format!("admin/api/{}/graphql.json", config.api_version).into(),
            version: config.api_version.into(),
        })
    }

    /// Sends a document and reads what is under its root field; `None` when that is null.
    pub(crate) async fn ask<T>(
        &self,
        document: &Document,
        variables: Value,
        read: impl FnOnce(&Object<'_>) -> Result<T, WireError>,
    ) -> Result<Reply<T>, Error> {
        self.tell(document, variables, "", read).await
    }

    /// Sends a document. `reference` goes along as a header for whoever compares books. `read` is given `data`.
    pub(crate) async fn tell<T>(
        &self,
        document: &Document,
        variables: Value,
        reference: &str,
        read: impl FnOnce(&Object<'_>) -> Result<T, WireError>,
    ) -> Result<Reply<T>, Error> {
        check_reference(reference)?;
        let session = self.tokens.session().await?;
        let raw = send(&session, &self.path, document, &variables, reference).await?;
        let judged = judge(&session.wire, document, &raw);
        let (data, cost) = judged.map_err(|error| self.refused(&session, error))?;
        session.worked();
        let value = Object::new("data", &data)
            .and_then(|data| read(&data))
            .map_err(|error| Error::unexpected(document.kind, error))?;
        let served = raw
            .headers
            .get(VERSION_HEADER)
            .and_then(|value| value.to_str().ok());
        let other = served.filter(|served| *served != &*self.version);
        Ok(Reply {
            value,
            cost,
            other_version: other.map(|served| session.wire.shown(served)),
        })
    }

    /// A token that ran out is dropped. Nothing was processed, and the next call has another one.
    fn refused(&self, session: &Arc<Session>, mut error: Error) -> Error {
        let Error::Refused { refusal, .. } = &mut error else {
            return error;
        };
        match refusal.http_status {
            401 => {
                self.tokens.forget(session);
                if session.has_run_out() {
                    let wait = session.wire.real(std::time::Duration::from_secs(1));
                    refusal.meaning = Meaning::Throttled { wait };
                }
            }
            // A refusal of the shop's own shows that the token was taken.
            200 => session.worked(),
            _ => {}
        }
        error
    }
}

async fn send(
    session: &Session,
    path: &str,
    document: &Document,
    variables: &Value,
    reference: &str,
) -> Result<Raw, Error> {
    let body = json!({
        "query": document.text,
        "operationName": document.name,
        "variables": variables,
    });
    let mut request = session
        .wire
        .http
        .post(session.wire.url(path)?)
        .header("x-shopify-access-token", session.token())
        .header("accept", "application/json")
        .json(&body);
    if !reference.is_empty() {
        request = request.header("x-client-reference", reference);
    }
    session.wire.send(document.kind, request).await
}

impl<T> Reply<T> {
    /// The same reply with something else for its value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Reply<U> {
        Reply {
            value: change(self.value),
            cost: self.cost,
            other_version: self.other_version,
        }
    }
}

/// An argument that is not sent.
pub(crate) fn refuse(field: &'static str, problem: impl Into<String>) -> Error {
    Error::Request {
        field,
        problem: problem.into(),
    }
}

/// The key of an idempotent act: up to 255 printable characters, not blank.
pub(crate) fn check_key(key: &str) -> Result<(), Error> {
    if key.is_empty() || key.len() > 255 || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(refuse(
            "key",
            "must be 1 to 255 printable ASCII characters without blanks",
        ));
    }
    Ok(())
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("wire", self.tokens.wire())
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
impl Client {
    /// What a reply would come to, without a server.
    pub(crate) fn judged<T>(
        &self,
        document: &Document,
        raw: &Raw,
        read: impl FnOnce(&Object<'_>) -> Result<T, WireError>,
    ) -> Result<(T, Option<Cost>), Error> {
        let (data, cost) = judge(self.tokens.wire(), document, raw)?;
        let value = Object::new("data", &data)
            .and_then(|data| read(&data))
            .map_err(|error| Error::unexpected(document.kind, error))?;
        Ok((value, cost))
    }
}
