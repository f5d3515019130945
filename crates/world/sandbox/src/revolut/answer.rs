//! Replies and errors in Revolut's wire format, in all of its shapes.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use homeostat_vendors::revolut::json;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::faults::Fault;

/// A reply.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    status: StatusCode,
    body: String,
    /// Whole seconds of the world.
    retry_after_s: Option<i64>,
}

impl Answer {
    /// JSON in which amounts are text; they leave as numbers.
    pub(super) fn ok(body: &Value) -> Self {
        Self::new(StatusCode::OK, json::write(body))
    }

    fn new(status: StatusCode, body: String) -> Self {
        Self {
            status,
            body,
            retry_after_s: None,
        }
    }

    fn error(status: StatusCode, code: i64, message: &str) -> Self {
        let body = json!({"code": code, "message": message});
        Self::new(status, body.to_string())
    }

    /// The shape of the newer groups of endpoints.
    fn error_with_id(status: StatusCode, code: i64, message: &str) -> Self {
        let id = "5a6db0c0-0000-4000-8000-00000000e550";
        let body = json!({"error_id": id, "code": code, "message": message});
        Self::new(status, body.to_string())
    }

    /// 3000: a field is missing or wrong.
    pub(super) fn bad(message: &str) -> Self {
        Self::error(StatusCode::BAD_REQUEST, 3_000, message)
    }

    /// 2101: no such request.
    pub(super) fn bad_request(message: &str) -> Self {
        Self::error(StatusCode::BAD_REQUEST, 2_101, message)
    }

    /// 3006: nothing has this id.
    pub(super) fn not_found(what: &str) -> Self {
        Self::error(StatusCode::NOT_FOUND, 3_006, &format!("{what} not found"))
    }

    /// 3544: the counterparty has no such account.
    pub(super) fn not_theirs() -> Self {
        let message = "Counterparty account not found";
        Self::error(StatusCode::NOT_FOUND, 3_544, message)
    }

    /// 3020: a payment with this request id was accepted in the last 14 days.
    pub(super) fn duplicate(request_id: &str) -> Self {
        let message = format!("Duplicate request: {request_id}");
        Self::error(StatusCode::BAD_REQUEST, 3_020, &message)
    }

    /// 1000: no access token, or one that has ended.
    pub(super) fn bad_token() -> Self {
        let message = "The request should be authorised by a valid access token";
        Self::error_with_id(StatusCode::UNAUTHORIZED, 1_000, message)
    }

    /// What the token endpoint says to who cannot prove who it is.
    pub(super) fn bad_assertion(message: &str) -> Self {
        let body = json!({"error": "invalid_request", "error_description": message});
        Self::new(StatusCode::BAD_REQUEST, body.to_string())
    }

    /// 3162 with the time to wait, in the world's seconds.
    pub(super) fn throttled(left: SignedDuration) -> Self {
        let seconds = left.as_secs() + i64::from(left.subsec_nanos() > 0);
        let mut answer = Self::too_many();
        answer.retry_after_s = Some(seconds.max(1));
        answer
    }

    /// 3162 without it.
    fn too_many() -> Self {
        let message = "Too many requests. Try again after 30 seconds";
        Self::error_with_id(StatusCode::TOO_MANY_REQUESTS, 3_162, message)
    }

    /// The disk did not take the payment: it did not happen.
    pub(super) fn outage() -> Self {
        let message = "Internal error";
        Self::error_with_id(StatusCode::INTERNAL_SERVER_ERROR, 5_000, message)
    }

    /// How the bank words a fault.
    pub(super) fn of(fault: Fault) -> Self {
        match fault {
            Fault::ThrottleAccount => Self::too_many(),
            Fault::TokenDead => Self::bad_token(),
            Fault::UnavailableText => Self::new(StatusCode::OK, "Service Unavailable".to_owned()),
            Fault::Blocked | Fault::IdentityMissing | Fault::Challenge => {
                Self::error_with_id(StatusCode::FORBIDDEN, 9_002, "Forbidden")
            }
            Fault::InProgress => {
                let message = "Parallel requests conflict, request_id is being processed";
                Self::error_with_id(StatusCode::CONFLICT, 3_162, message)
            }
            Fault::ErrorAfter => {
                let message = "Service unavailable";
                Self::error_with_id(StatusCode::SERVICE_UNAVAILABLE, 5_003, message)
            }
            Fault::ErrorBefore
            | Fault::LoseReply
            | Fault::LoseRequest
            | Fault::LandLate
            | Fault::PartialPause
            | Fault::StaleStatus
            | Fault::Throttle
            | Fault::Slow
            | Fault::EmptyPage
            | Fault::MovingInsights
            | Fault::NullPart
            | Fault::TooHeavy
            | Fault::SilentBlock
            | Fault::NewLayout
            | Fault::HoldReply
            | Fault::CapInMinor
            | Fault::SettleLater
            | Fault::SettleBadly
            | Fault::StaleIndex
            | Fault::PartialAnswer
            | Fault::NewWord
            | Fault::AnswerAgain => Self::outage(),
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
