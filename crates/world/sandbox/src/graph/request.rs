//! A request as Meta reads it: path, parameters from query or form, credentials from anywhere.

use std::collections::BTreeMap;

use axum::{
    extract::Query,
    http::{HeaderMap, Method, Uri, header::AUTHORIZATION},
};
use homeostat_vendors::meta::appsecret_proof;
use serde_json::{Map, Value};

use super::answer::Answer;

/// A parsed request.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) post: bool,
    /// The path after the version; a trailing slash is ignored.
    pub(crate) path: Vec<String>,
    pub(crate) params: BTreeMap<String, String>,
    /// `x-client-reference`, for the books.
    pub(crate) reference: String,
    /// What lists repeat in front of the query of their `next`.
    pub(crate) url: String,
    bearer: Option<String>,
}

impl Request {
    pub(crate) fn parse(
        path: &str,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
        body: &str,
    ) -> Result<Self, Answer> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let mut params = parameters(uri.query().unwrap_or_default())?;
        if method == Method::POST {
            params.append(&mut parameters(body)?);
        }
        let bearer = text(AUTHORIZATION.as_str()).and_then(|value| value.strip_prefix("Bearer "));
        let host = text("host").unwrap_or("localhost");
        Ok(Self {
            post: method == Method::POST,
            path: segments(path)?,
            params,
            reference: text("x-client-reference").unwrap_or_default().to_owned(),
            url: format!("http://{host}{}", uri.path()),
            bearer: bearer.map(str::to_owned),
        })
    }

    /// A part of a batch: its own method, path and parameters, the outer credentials.
    pub(crate) fn part(&self, post: bool, relative_url: &str, body: &str) -> Result<Self, Answer> {
        let (path, query) = relative_url.split_once('?').unwrap_or((relative_url, ""));
        let mut params = parameters(query)?;
        params.append(&mut parameters(body)?);
        let path = path.split('/').filter(|part| !part.is_empty());
        Ok(Self {
            post,
            path: path.map(str::to_owned).collect(),
            params,
            reference: self.reference.clone(),
            url: self.url.clone(),
            bearer: self.bearer.clone(),
        })
    }

    /// Checks token and proof as Meta does; a proof is checked when it is there.
    pub(crate) fn authorise(&self, expected: &str, app_secret: &str) -> Result<(), Answer> {
        let token = self
            .bearer
            .as_deref()
            .or_else(|| self.param("access_token"));
        if token != Some(expected) {
            return Err(Answer::bad_token(None));
        }
        let right = appsecret_proof(&app_secret.into(), &expected.into());
        match self.param("appsecret_proof") {
            Some(proof) if proof != right => Err(Answer::invalid(
                "Invalid appsecret_proof provided in the API argument",
            )),
            _ => Ok(()),
        }
    }

    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        self.params.get(name).map(String::as_str)
    }

    /// `fields`, a comma list.
    pub(crate) fn fields(&self) -> Option<Vec<&str>> {
        let fields = self.param("fields")?.split(',').map(str::trim);
        Some(fields.filter(|field| !field.is_empty()).collect())
    }
}

/// The path without its version.
fn segments(path: &str) -> Result<Vec<String>, Answer> {
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    let version = parts.next().unwrap_or_default();
    let numbers = version.strip_prefix('v').and_then(|v| v.split_once('.'));
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !numbers.is_some_and(|(major, minor)| number(major) && number(minor)) {
        return Err(Answer::unknown_path(path));
    }
    Ok(parts.map(str::to_owned).collect())
}

/// Form or query text; of a repeated name the last value counts.
fn parameters(text: &str) -> Result<BTreeMap<String, String>, Answer> {
    let uri = Uri::try_from(format!("/?{text}"))
        .map_err(|_| Answer::invalid("the parameters are not form-encoded, or over 64 kB"))?;
    let pairs: Query<Vec<(String, String)>> =
        Query::try_from_uri(&uri).map_err(|error| Answer::invalid(error.to_string()))?;
    Ok(pairs.0.into_iter().collect())
}

/// Only what `fields` names, and the id; a field that does not exist is an error.
pub(crate) fn select(object: Value, request: &Request, node: &str) -> Result<Value, Answer> {
    let Value::Object(mut all) = object else {
        return Ok(object);
    };
    let mut shown = Map::new();
    if let Some(id) = all.remove("id") {
        shown.insert("id".to_owned(), id);
    }
    for field in request.fields().unwrap_or_default() {
        if field == "id" {
            continue;
        }
        let value = all.get(field).ok_or_else(|| {
            Answer::invalid(format!(
                "Tried accessing nonexisting field ({field}) on node type ({node})"
            ))
        })?;
        shown.insert(field.to_owned(), value.clone());
    }
    Ok(Value::Object(shown))
}
