//! Replies and errors in `AgentMail`'s wire format.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::faults::Fault;

/// A reply.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    status: StatusCode,
    body: String,
    retry_after_s: Option<i64>,
}

impl Answer {
    pub(super) fn ok(body: &Value) -> Self {
        Self::of_status(StatusCode::OK, body.to_string())
    }

    fn of_status(status: StatusCode, body: String) -> Self {
        Self {
            status,
            body,
            retry_after_s: None,
        }
    }

    fn error(status: StatusCode, name: &str, code: &str, message: &str) -> Self {
        let body = json!({"name": name, "code": code, "message": message});
        Self::of_status(status, body.to_string())
    }

    /// What the sandbox's key stands for: everything.
    pub(super) fn identity() -> Self {
        Self::ok(&json!({
            "scope_type": "organization",
            "scope_id": "org_sandbox",
            "organization_id": "org_sandbox",
            "api_key_id": "key_sandbox",
        }))
    }

    /// 400: a field is wrong.
    pub(super) fn invalid(field: &str, message: &str) -> Self {
        let body = json!({
            "name": "ValidationError",
            "code": "validation_error",
            "message": "Request validation failed",
            "errors": [{"code": "invalid", "path": [field], "message": message}],
        });
        Self::of_status(StatusCode::BAD_REQUEST, body.to_string())
    }

    /// 401 without a key, as it was seen: nothing but a message.
    pub(super) fn no_key() -> Self {
        let body = json!({"message": "Unauthorized"});
        Self::of_status(StatusCode::UNAUTHORIZED, body.to_string())
    }

    /// 401: the header has another scheme.
    pub(super) fn no_bearer() -> Self {
        let message = "The Authorization header must be a bearer token";
        Self::error(
            StatusCode::UNAUTHORIZED,
            "UnauthorizedError",
            "invalid_token_type",
            message,
        )
    }

    /// 403 with a wrong key, as it was seen.
    pub(super) fn wrong_key() -> Self {
        let body = json!({"message": "Forbidden"});
        Self::of_status(StatusCode::FORBIDDEN, body.to_string())
    }

    /// 404, also for a path or a method that does not exist.
    pub(super) fn not_found(what: &str) -> Self {
        let message = format!("{what} not found");
        Self::error(
            StatusCode::NOT_FOUND,
            "NotFoundError",
            "not_found",
            &message,
        )
    }

    /// 409: the idempotency key was used for something else.
    pub(super) fn conflict() -> Self {
        let message = "Idempotency key was already used with a different request";
        Self::error(StatusCode::CONFLICT, "ConflictError", "conflict", message)
    }

    /// 413 of the gateway.
    pub(super) fn too_large() -> Self {
        let body = json!({"message": "Request Too Long"});
        Self::of_status(StatusCode::PAYLOAD_TOO_LARGE, body.to_string())
    }

    /// 429, for this much of the world's time.
    pub(super) fn throttled(left: SignedDuration) -> Self {
        let message = "Rate limit exceeded";
        let status = StatusCode::TOO_MANY_REQUESTS;
        let mut answer = Self::error(status, "RateLimitError", "rate_limit_exceeded", message);
        let whole_s = (left.as_millis() + 999).div_euclid(1_000).max(1);
        answer.retry_after_s = Some(i64::try_from(whole_s).unwrap_or(i64::MAX));
        answer
    }

    /// 500: temporarily down.
    pub(super) fn outage() -> Self {
        let message = "An internal error occurred";
        Self::error(
            StatusCode::INTERNAL_SERVER_ERROR,
            "InternalError",
            "internal_error",
            message,
        )
    }

    /// How the vendor words a fault that befalls a read or a write.
    pub(super) fn of(fault: Fault, of_a_write: bool) -> Self {
        match fault {
            Fault::ThrottleAccount => Self::throttled(SignedDuration::ZERO),
            Fault::UnavailableText => {
                Self::of_status(StatusCode::OK, "Service Unavailable".to_owned())
            }
            Fault::TokenDead => Self::error(
                StatusCode::UNAUTHORIZED,
                "UnauthorizedError",
                "unknown_api_key",
                "The API key is not known",
            ),
            Fault::Blocked if of_a_write => Self::error(
                StatusCode::FORBIDDEN,
                "MessageRejectedError",
                "message_rejected",
                "Sending is paused for this account",
            ),
            Fault::Blocked => Self::wrong_key(),
            Fault::InProgress => Self::error(
                StatusCode::CONFLICT,
                "ConflictError",
                "race_condition",
                "The resource is being changed by another request",
            ),
            _ => Self::outage(),
        }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = (self.status, self.body).into_response();
        let headers = response.headers_mut();
        let json = HeaderValue::from_static("application/json");
        headers.insert(header::CONTENT_TYPE, json);
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
