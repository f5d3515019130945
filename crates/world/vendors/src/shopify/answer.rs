//! From a whole reply to its data, or to the error that it is.
//!
//! *What may have been done is never called refused.* When `errors` come with a write's payload, or from inside it, the
//! write has run and only the telling failed. When user errors come with the thing made, nobody knows.

use std::time::Duration;

use serde_json::Value;

use super::{
    cost::Cost,
    documents::Document,
    faults::{CallKind, Error, Meaning, Refusal, code_in, of_error, of_status, of_user_error},
};
use crate::{
    transport::{Raw, Transport},
    wire::{Object, WireError, wrong},
};

/// Where the vendor says "later" without saying when.
const WAIT_UNSAID: Duration = Duration::from_secs(1);
/// A longer wish is nonsense, in seconds.
const RETRY_AFTER_MAX_S: u64 = 300;

/// The reply's `data`, and what it cost.
pub(crate) fn judge(
    wire: &Transport,
    document: &Document,
    raw: &Raw,
) -> Result<(Value, Option<Cost>), Error> {
    let kind = document.kind;
    if !(200..300).contains(&raw.http_status) {
        return Err(refusal_of_status(wire, kind, raw));
    }
    let mut body = wire.json(kind, raw.http_status, &raw.body)?;
    let cost = Cost::of(&body);
    let errors = body.get("errors").filter(|errors| !is_empty(errors));
    if let Some(errors) = errors {
        let mut refusal = refusal_of_errors(wire, raw, errors, cost);
        if kind == CallKind::Write && has_run(&body, document, errors) {
            refusal.meaning = Meaning::Outage;
        }
        return Err(Error::Refused { kind, refusal });
    }
    match user_errors(wire, document, raw, &body) {
        Ok(None) => Ok((
            body.get_mut("data").map(Value::take).unwrap_or_default(),
            cost,
        )),
        Ok(Some(refusal)) => Err(Error::Refused { kind, refusal }),
        Err(error) => Err(Error::unexpected(kind, error)),
    }
}

/// A reply whose status line is an error.
pub(crate) fn refusal_of_status(wire: &Transport, kind: CallKind, raw: &Raw) -> Error {
    let http_status = raw.http_status;
    let body: Option<Value> = serde_json::from_slice(&raw.body).ok();
    let cost = body.as_ref().and_then(Cost::of);
    let errors = body.as_ref().and_then(|body| {
        let mut names = ["errors", "error_description", "error"].iter();
        names.find_map(|name| body.get(name).filter(|errors| !is_empty(errors)))
    });
    if let Some(errors) = errors {
        let refusal = refusal_of_errors(wire, raw, errors, cost);
        return Error::Refused { kind, refusal };
    }
    let text = wire.shown(&String::from_utf8_lossy(&raw.body));
    match of_status(http_status, wait(wire, raw, cost)) {
        Some(meaning) => Error::Refused {
            kind,
            refusal: Refusal {
                http_status,
                code: String::new(),
                message: text,
                request_id: request_id(wire, raw),
                meaning,
            },
        },
        None => Error::Unreadable {
            kind,
            http_status,
            problem: text,
        },
    }
}

/// `errors` is a list of objects; some status lines carry a mere text, or texts by field.
fn refusal_of_errors(wire: &Transport, raw: &Raw, errors: &Value, cost: Option<Cost>) -> Refusal {
    let each: Vec<&Value> = match errors {
        Value::Array(list) => list.iter().collect(),
        other => vec![other],
    };
    let wait = wait(wire, raw, cost);
    let told = each.iter().map(|error| {
        let message = error.get("message").and_then(Value::as_str);
        let message = message.map_or_else(|| bare(error), str::to_owned);
        let code = error.get("extensions").and_then(|more| more.get("code"));
        let code = code.and_then(Value::as_str).or_else(|| code_in(&message));
        let code = wire.shown(code.unwrap_or_default());
        (of_error(&code, raw.http_status, wait), code, message)
    });
    let told: Vec<(Meaning, String, String)> = told.collect();
    // One that leaves the outcome open speaks for all.
    let open = told
        .iter()
        .find(|(meaning, ..)| *meaning == Meaning::Outage);
    let (meaning, code, message) = match open.or(told.first()) {
        Some(told) => told.clone(),
        None => (Meaning::Outage, String::new(), "no message".to_owned()),
    };
    Refusal {
        http_status: raw.http_status,
        code,
        message: wire.shown(&message),
        request_id: request_id(wire, raw),
        meaning,
    }
}

/// Whether a write has run although the reply carries errors.
fn has_run(body: &Value, document: &Document, errors: &Value) -> bool {
    let payload = body.get("data").and_then(|data| data.get(document.root));
    let is_within = |error: &Value| {
        let path = error.get("path").and_then(Value::as_array);
        path.is_some_and(|path| path.len() > 1)
    };
    payload.is_some_and(|payload| !payload.is_null())
        || errors
            .as_array()
            .is_some_and(|list| list.iter().any(is_within))
}

/// The refusal by the shop's own rules, if there is one.
fn user_errors(
    wire: &Transport,
    document: &Document,
    raw: &Raw,
    body: &Value,
) -> Result<Option<Refusal>, WireError> {
    let body = Object::new("", body)?;
    let data = body
        .object_opt("data")?
        .ok_or_else(|| body.wrong("data", "is missing"))?;
    if !document.text.contains("userErrors") {
        return Ok(None);
    }
    let payload = data
        .object_opt(document.root)?
        .ok_or_else(|| data.wrong(document.root, "is missing"))?;
    if !matches!(payload.get("userErrors"), Some(Value::Array(_))) {
        return Err(payload.wrong("userErrors", "must be a list"));
    }
    let errors = payload.objects("userErrors")?;
    if errors.is_empty() {
        return Ok(None);
    }
    if let Some(made) = document.made.filter(|made| payload.get(made).is_some()) {
        return Err(payload.wrong(made, "is there together with user errors"));
    }
    let mut told = Vec::new();
    for error in &errors {
        let message = located(error)?;
        let code = error.text_opt("code")?.or_else(|| code_in(&message));
        let code = wire.shown(code.unwrap_or_default());
        told.push((of_user_error(&code), code, message));
    }
    let special = told
        .iter()
        .find(|(meaning, ..)| *meaning != Meaning::Invalid);
    let Some((meaning, code, _)) = special.or(told.first()).cloned() else {
        return Ok(None);
    };
    let messages: Vec<&str> = told.iter().map(|(.., message)| message.as_str()).collect();
    let meaning = match meaning {
        Meaning::Throttled { wait } => Meaning::Throttled {
            wait: wire.real(wait),
        },
        other => other,
    };
    Ok(Some(Refusal {
        http_status: raw.http_status,
        code,
        message: wire.shown(&messages.join("; ")),
        request_id: request_id(wire, raw),
        meaning,
    }))
}

/// A user error's text with the path of its field in front.
fn located(error: &Object<'_>) -> Result<String, WireError> {
    let message = error.text("message")?;
    let parts = match error.get("field") {
        None => return Ok(message.to_owned()),
        Some(Value::Array(parts)) => parts,
        Some(_) => return Err(error.wrong("field", "must be a list")),
    };
    let parts: Option<Vec<&str>> = parts.iter().map(Value::as_str).collect();
    let parts = parts.ok_or_else(|| wrong(error.path("field"), "must be a list of texts"))?;
    Ok(format!("{}: {message}", parts.join(".")))
}

/// Real time to wait when the vendor says "later": what it costs, or what the status line wishes.
fn wait(wire: &Transport, raw: &Raw, cost: Option<Cost>) -> Duration {
    let wished = raw
        .headers
        .get("retry-after")
        .and_then(|value| value.to_str().ok());
    // Written with a fraction, such as `2.0`.
    let wished = wished.and_then(|text| text.split('.').next()?.trim().parse::<u64>().ok());
    let wished = Duration::from_secs(wished.unwrap_or(0).min(RETRY_AFTER_MAX_S));
    let by_cost = cost.map_or(WAIT_UNSAID, |cost| cost.wait());
    wire.real(by_cost.max(wished))
}

fn request_id(wire: &Transport, raw: &Raw) -> Option<String> {
    let id = raw.headers.get("x-request-id")?.to_str().ok()?;
    Some(wire.shown(id))
}

fn bare(error: &Value) -> String {
    error
        .as_str()
        .map_or_else(|| error.to_string(), str::to_owned)
}

fn is_empty(errors: &Value) -> bool {
    match errors {
        Value::Null => true,
        Value::Array(list) => list.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => false,
    }
}
