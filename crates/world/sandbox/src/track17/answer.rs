//! Replies and errors in 17TRACK's wire format.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::faults::Fault;

/// A reply.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    status: StatusCode,
    body: String,
    retry_after_s: Option<i64>,
}

/// An error's code and text, of a whole call or of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Code(pub(super) i64, pub(super) &'static str);

pub(super) const IP_NOT_ALLOWED: Code = Code(-18_010_001, "IP address is not allowed.");
pub(super) const INVALID_KEY: Code = Code(-18_010_002, "Invalid security key.");
pub(super) const INTERNAL: Code = Code(-18_010_003, "Internal error, please try again later.");
pub(super) const DISABLED: Code = Code(-18_010_004, "The account is disabled.");
pub(super) const BAD_VALUE: Code = Code(-18_010_011, "The value of a field is invalid.");
pub(super) const BAD_FORMAT: Code = Code(-18_010_012, "The format of the number is invalid.");
pub(super) const BAD_DATA: Code = Code(-18_010_013, "The submitted data is invalid.");
pub(super) const TOO_MANY_ITEMS: Code = Code(-18_010_014, "More than 40 numbers.");
pub(super) const ALREADY_THERE: Code = Code(-18_019_901, "The number has been registered.");
pub(super) const NOT_REGISTERED: Code = Code(-18_019_902, "The number is not registered.");
pub(super) const NO_CARRIER: Code = Code(-18_019_903, "The carrier cannot be detected.");
pub(super) const NOT_TRACKING: Code = Code(-18_019_906, "The number is not being tracked.");
pub(super) const DAY_IS_FULL: Code = Code(-18_019_907, "The daily limit is reached.");
pub(super) const QUOTA_USED_UP: Code = Code(-18_019_908, "The quota is used up.");
pub(super) const NOT_YET: Code = Code(-18_019_909, "There is no tracking information yet.");
pub(super) const BAD_CARRIER: Code = Code(-18_019_910, "The carrier code is wrong.");

impl Answer {
    /// A call that was processed.
    pub(super) fn ok(data: Value) -> Self {
        Self::whole(&json!({"code": 0, "data": data}))
    }

    /// The whole body of a call that was processed.
    pub(super) fn whole(body: &Value) -> Self {
        Self {
            status: StatusCode::OK,
            body: body.to_string(),
            retry_after_s: None,
        }
    }

    /// A call that was not.
    pub(super) fn refused(code: Code) -> Self {
        Self::with_status(StatusCode::OK, code)
    }

    /// Nothing is at this path.
    pub(super) fn no_such_path() -> Self {
        Self::text(StatusCode::NOT_FOUND, "")
    }

    /// The header `17token` is missing or wrong.
    pub(super) fn bad_key() -> Self {
        Self::with_status(StatusCode::UNAUTHORIZED, INVALID_KEY)
    }

    /// Calls are taken again after this much of the world's time.
    pub(super) fn too_many(left: SignedDuration) -> Self {
        let left_s = (left.as_millis() + 999) / 1_000;
        Self {
            retry_after_s: i64::try_from(left_s.max(1)).ok(),
            ..Self::text(StatusCode::TOO_MANY_REQUESTS, "Too Many Requests")
        }
    }

    /// How 17TRACK words a fault.
    pub(super) fn of(fault: Fault) -> Self {
        match fault {
            Fault::ThrottleAccount => Self::text(StatusCode::TOO_MANY_REQUESTS, ""),
            Fault::UnavailableText => Self::text(StatusCode::OK, "Service Unavailable"),
            Fault::TokenDead => Self::bad_key(),
            Fault::Blocked => Self::with_status(StatusCode::UNAUTHORIZED, DISABLED),
            Fault::IdentityMissing => Self::with_status(StatusCode::UNAUTHORIZED, IP_NOT_ALLOWED),
            _ => Self::refused(INTERNAL),
        }
    }

    fn with_status(status: StatusCode, code: Code) -> Self {
        let error = json!({"code": code.0, "message": code.1});
        let body = json!({"code": code.0, "data": {"errors": [error]}});
        Self::text(status, &body.to_string())
    }

    fn text(status: StatusCode, body: &str) -> Self {
        Self {
            status,
            body: body.to_owned(),
            retry_after_s: None,
        }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let json = self.body.starts_with('{');
        let mut response = (self.status, self.body).into_response();
        let headers = response.headers_mut();
        if json {
            let json = HeaderValue::from_static("application/json; charset=utf-8");
            headers.insert(header::CONTENT_TYPE, json);
        }
        if let Some(left_s) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(left_s));
        }
        response
    }
}
