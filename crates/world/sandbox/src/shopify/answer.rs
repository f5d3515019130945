//! Replies and errors in Shopify's wire format.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::bucket::{MAXIMUM, RESTORE_PER_S};
use crate::faults::Fault;

/// A reply.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    status: StatusCode,
    body: Body,
    version: String,
}

#[derive(Debug, Clone)]
enum Body {
    Json(Value),
    Text(String),
}

impl Answer {
    fn new(status: StatusCode, body: Body) -> Self {
        Self {
            status,
            body,
            version: String::new(),
        }
    }

    fn json(status: StatusCode, body: Value) -> Self {
        Self::new(status, Body::Json(body))
    }

    /// JSON as it is.
    pub(crate) fn plain(body: &Value) -> Self {
        Self::json(StatusCode::OK, body.clone())
    }

    /// Lines of a bulk file.
    pub(crate) fn lines(text: String) -> Self {
        Self::new(StatusCode::OK, Body::Text(text))
    }

    pub(crate) fn data(data: &Value) -> Self {
        Self::json(StatusCode::OK, json!({"data": data}))
    }

    /// The data without its root, and an error that says why.
    pub(crate) fn partial(data: &Value, root: &str) -> Self {
        let mut data = data.clone();
        data[root] = Value::Null;
        let error = json!({"message": "Internal error", "path": [root],
            "extensions": {"code": "INTERNAL_SERVER_ERROR"}});
        Self::json(StatusCode::OK, json!({"data": data, "errors": [error]}))
    }

    fn error(code: &str, message: &str) -> Self {
        let error = json!({"message": message, "extensions": {"code": code}});
        Self::json(StatusCode::OK, json!({"errors": [error]}))
    }

    /// A refusal by the shop's own rules.
    pub(crate) fn refused(root: &str, errors: &[Value]) -> Value {
        json!({root: {"userErrors": errors}})
    }

    /// The same as a whole answer. Where the mutation has no codes, the text names it.
    pub(crate) fn user_error(root: &str, has_codes: bool, code: &str, message: &str) -> Self {
        let error = match has_codes {
            true => json!({"field": null, "code": code, "message": message}),
            false => json!({"field": null, "message": format!("{code}: {message}")}),
        };
        Self::data(&Self::refused(root, &[error]))
    }

    /// No such shop, or nothing at that path.
    pub(crate) fn no_shop() -> Self {
        Self::json(StatusCode::NOT_FOUND, json!({"errors": "Not Found"}))
    }

    pub(crate) fn bad_token() -> Self {
        let text = "[API] Invalid API key or access token (unrecognized login or wrong password)";
        Self::json(StatusCode::UNAUTHORIZED, json!({"errors": text}))
    }

    pub(crate) fn bad_client() -> Self {
        let body = json!({"error": "invalid_client", "error_description": "unknown application"});
        Self::json(StatusCode::BAD_REQUEST, body)
    }

    pub(crate) fn bad_body() -> Self {
        let body = json!({"errors": {"query": "Required parameter missing or invalid"}});
        Self::json(StatusCode::BAD_REQUEST, body)
    }

    pub(crate) fn bad_variable(name: &str) -> Self {
        let text = format!("Variable ${name} was provided invalid value");
        Self::error("INVALID_VARIABLE", &text)
    }

    pub(crate) fn bad_filter(filter: &str) -> Self {
        Self::error(
            "BAD_REQUEST",
            &format!("the sandbox does not know the filter {filter:?}"),
        )
    }

    pub(crate) fn unknown_field(name: &str) -> Self {
        Self::error(
            "undefinedField",
            &format!("the sandbox does not know the root fields {name:?}"),
        )
    }

    pub(crate) fn directive_missing() -> Self {
        Self::error(
            "BAD_REQUEST",
            "The @idempotent directive is required for this mutation",
        )
    }

    pub(crate) fn too_dear(cost: u32) -> Self {
        let text =
            format!("Query cost is {cost}, which exceeds the single query max cost limit (1000).");
        Self::error("MAX_COST_EXCEEDED", &text)
    }

    pub(crate) fn internal() -> Self {
        let text =
            "Internal error. Looks like something went wrong on our end. Request ID: sandbox";
        Self::error("INTERNAL_SERVER_ERROR", text)
    }

    /// Not enough points.
    pub(crate) fn throttled(asked: u32, available: u32) -> Self {
        let mut answer = Self::error("THROTTLED", "Throttled");
        answer.set_cost(asked, Value::Null, available);
        answer
    }

    /// Not enough points for a while.
    pub(crate) fn throttled_for(left: SignedDuration) -> Self {
        let seconds = u32::try_from(left.as_secs().max(0) + 1).unwrap_or(u32::MAX);
        Self::throttled(seconds.saturating_mul(RESTORE_PER_S), 0)
    }

    pub(crate) fn with_cost(mut self, asked: u32, used: u32, available: u32) -> Self {
        self.set_cost(asked, json!(used), available);
        self
    }

    fn set_cost(&mut self, asked: u32, used: Value, available: u32) {
        if let Body::Json(body) = &mut self.body
            && body.is_object()
        {
            body["extensions"] = json!({"cost": {
                "requestedQueryCost": asked,
                "actualQueryCost": used,
                "throttleStatus": {
                    "maximumAvailable": f64::from(MAXIMUM),
                    "currentlyAvailable": available,
                    "restoreRate": f64::from(RESTORE_PER_S),
                },
            }});
        }
    }

    /// With the version that answered.
    pub(crate) fn of_version(mut self, version: &str) -> Self {
        version.clone_into(&mut self.version);
        self
    }

    /// How Shopify words a fault.
    pub(crate) fn of(fault: Fault) -> Self {
        match fault {
            Fault::ThrottleAccount => {
                let body =
                    json!({"errors": "Exceeded the rate limit. Reduce request rates to resume."});
                Self::json(StatusCode::TOO_MANY_REQUESTS, body)
            }
            Fault::UnavailableText => {
                Self::new(StatusCode::OK, Body::Text("Service Unavailable".into()))
            }
            Fault::TokenDead => Self::bad_token(),
            Fault::Blocked => Self::json(StatusCode::LOCKED, json!({"errors": "Locked"})),
            _ => Self::internal(),
        }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let body = match self.body {
            Body::Json(body) => body.to_string(),
            Body::Text(text) => text,
        };
        let mut response = (self.status, body).into_response();
        let headers = response.headers_mut();
        let json = HeaderValue::from_static("application/json; charset=utf-8");
        headers.insert(header::CONTENT_TYPE, json);
        headers.insert("x-request-id", HeaderValue::from_static("sandbox-request"));
        if !self.version.is_empty()
            && let Ok(version) = self.version.parse()
        {
            headers.insert("x-shopify-api-version", version);
        }
        response
    }
}
