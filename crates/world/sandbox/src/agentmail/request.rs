//! A request as `AgentMail` reads it: path, query, key, body.

use axum::{
    extract::Query,
    http::{HeaderMap, Method, Uri, header::AUTHORIZATION},
};
use serde_json::{Map, Value};

use super::answer::Answer;

/// Where the face begins.
const ROOT: &str = "/agentmail/v0/";

/// A parsed request.
#[derive(Debug)]
pub(crate) struct Request {
    pub(super) method: Method,
    /// Segments after the version, decoded one by one: an id may contain a slash.
    pub(super) path: Vec<String>,
    query: Vec<(String, String)>,
    body: Vec<u8>,
    /// `x-client-reference`, for the books.
    pub(super) reference: String,
    /// `Idempotency-Key`.
    pub(super) key: Option<String>,
    authorization: Option<String>,
}

impl Request {
    pub(super) fn parse(
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Self, Answer> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let path = uri.path().strip_prefix(ROOT);
        let path = path.ok_or_else(|| Answer::not_found("Route"))?;
        let path: Option<Vec<String>> = path.split('/').map(decoded).collect();
        let query: Query<Vec<(String, String)>> = Query::try_from_uri(uri)
            .map_err(|error| Answer::invalid("query", &error.to_string()))?;
        Ok(Self {
            method: method.clone(),
            path: path.ok_or_else(|| Answer::not_found("Route"))?,
            query: query.0,
            body: body.to_vec(),
            reference: text("x-client-reference").unwrap_or_default().to_owned(),
            key: text("idempotency-key").map(str::to_owned),
            authorization: text(AUTHORIZATION.as_str()).map(str::to_owned),
        })
    }

    pub(super) fn authorise(&self, expected: &str) -> Result<(), Answer> {
        let Some(authorization) = &self.authorization else {
            return Err(Answer::no_key());
        };
        match authorization.strip_prefix("Bearer ") {
            Some(key) if key == expected => Ok(()),
            Some(_) => Err(Answer::wrong_key()),
            None => Err(Answer::no_bearer()),
        }
    }

    /// A parameter of the query; of a repeated name the last value counts.
    pub(super) fn param(&self, name: &str) -> Option<&str> {
        self.all(name).last()
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self.query.iter().filter(move |(own, _)| own == name);
        named.map(|(_, value)| value.as_str())
    }

    /// A parameter that parses, when it is there.
    pub(super) fn parsed<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>, Answer> {
        let text = self.param(name);
        text.map(|text| {
            text.parse()
                .map_err(|_| Answer::invalid(name, "is invalid"))
        })
        .transpose()
    }

    /// `labels`: the name repeated, or one value that is a JSON list.
    pub(super) fn labels(&self) -> Vec<String> {
        self.all("labels")
            .flat_map(|value| {
                serde_json::from_str(value).unwrap_or_else(|_| vec![value.to_owned()])
            })
            .collect()
    }

    /// The body, which must be an object.
    pub(super) fn object(&self) -> Result<Map<String, Value>, Answer> {
        serde_json::from_slice(&self.body)
            .map_err(|_| Answer::invalid("body", "must be a JSON object"))
    }
}

/// A list of texts in a body: absent, one text, or a list of texts.
pub(super) fn texts(body: &Map<String, Value>, name: &str) -> Result<Vec<String>, Answer> {
    let wrong = || Answer::invalid(name, "must be text or a list of texts");
    match body.get(name) {
        None => Ok(Vec::new()),
        Some(Value::String(text)) => Ok(vec![text.clone()]),
        Some(Value::Array(items)) => {
            let texts = items.iter().map(|item| item.as_str().map(str::to_owned));
            texts.collect::<Option<_>>().ok_or_else(wrong)
        }
        Some(_) => Err(wrong()),
    }
}

/// A segment of a path without its percent signs; `None` when that is no text.
fn decoded(segment: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let [first, after @ ..] = rest {
        if *first != b'%' {
            bytes.push(*first);
            rest = after;
            continue;
        }
        let mut byte = [0];
        hex::decode_to_slice(after.get(..2)?, &mut byte).ok()?;
        bytes.extend(byte);
        rest = after.get(2..)?;
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_segment_is_decoded_or_leads_nowhere() {
        assert_eq!(decoded("a%40b.example").as_deref(), Some("a@b.example"));
        assert_eq!(decoded("%3Ca/b%2Fc%3e").as_deref(), Some("<a/b/c>"));
        assert_eq!(decoded("a+b@c").as_deref(), Some("a+b@c"));
        for bad in ["%", "%4", "%zz", "%ff", "a%"] {
            assert_eq!(decoded(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_segment_is_text_or_nothing(segment in "[%0-9a-f/@é]{0,20}") {
            let _told = decoded(&segment);
        }
    }
}
