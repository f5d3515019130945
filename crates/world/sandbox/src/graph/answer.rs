//! Replies and errors in Meta's wire format.

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
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
    usage: Option<(&'static str, Value)>,
}

/// The header of an account's limits.
const ACCOUNT_USAGE: &str = "x-business-use-case-usage";
/// The header of the app's limit.
const APP_USAGE: &str = "x-app-usage";

impl Answer {
    pub(crate) fn ok(body: Value) -> Self {
        Self {
            status: StatusCode::OK,
            body: body.to_string(),
            usage: None,
        }
    }

    /// HTTP 200 with a text that is no JSON.
    pub(crate) fn unavailable_text() -> Self {
        Self {
            status: StatusCode::OK,
            body: "Service Unavailable".to_owned(),
            usage: None,
        }
    }

    fn error(status: StatusCode, code: i64, subcode: Option<i64>, message: &str) -> Self {
        let mut error = json!({
            "message": message,
            "type": if code == 2 { "OAuthException" } else { "GraphMethodException" },
            "code": code,
            "is_transient": code == 2,
            "fbtrace_id": "Asandbox",
        });
        if let Some(subcode) = subcode {
            error["error_subcode"] = json!(subcode);
        }
        Self {
            status,
            body: json!({ "error": error }).to_string(),
            usage: None,
        }
    }

    /// 100: the request itself is wrong.
    pub(crate) fn invalid(message: impl AsRef<str>) -> Self {
        let message = format!("(#100) {}", message.as_ref());
        Self::error(StatusCode::BAD_REQUEST, 100, None, &message)
    }

    /// 100/33: no such object.
    pub(crate) fn no_object(id: &str) -> Self {
        let message = format!(
            "Unsupported request. Object with ID '{id}' does not exist, cannot be loaded due to \
             missing permissions, or does not support this operation"
        );
        Self::error(StatusCode::BAD_REQUEST, 100, Some(33), &message)
    }

    /// 100/1504018: too much at once.
    pub(crate) fn ask_for_less() -> Self {
        let message = "Please reduce the amount of data you're asking for";
        Self::error(StatusCode::BAD_REQUEST, 100, Some(1_504_018), message)
    }

    /// 2500: the path leads nowhere.
    pub(crate) fn unknown_path(path: &str) -> Self {
        let message = format!("Unknown path components: /{path}");
        Self::error(StatusCode::BAD_REQUEST, 2500, None, &message)
    }

    /// 17/1885172: the account's limit was changed ten times today.
    pub(crate) fn cap_changed_too_often() -> Self {
        let message = "The spending limit can only be changed 10 times a day";
        Self::error(StatusCode::BAD_REQUEST, 17, Some(1_885_172), message)
    }

    /// 190: not a token, or (463) an expired one.
    pub(crate) fn bad_token(subcode: Option<i64>) -> Self {
        let message = "Error validating access token";
        Self::error(StatusCode::UNAUTHORIZED, 190, subcode, message)
    }

    /// 2: temporarily down.
    pub(crate) fn outage() -> Self {
        let message = "Service temporarily unavailable";
        Self::error(StatusCode::INTERNAL_SERVER_ERROR, 2, None, message)
    }

    /// 368: blocked for a human.
    pub(crate) fn blocked() -> Self {
        let message = "The action attempted has been deemed abusive or is otherwise disallowed";
        Self::error(StatusCode::BAD_REQUEST, 368, None, message)
    }

    /// 80004/2446079 with the estimate in the usage header.
    pub(crate) fn throttled(account: &str, left: SignedDuration) -> Self {
        let regain_minutes = u64::try_from((left.as_secs() + 59) / 60)
            .unwrap_or(0)
            .max(1);
        let message = "There have been too many calls to this ad-account.";
        let mut answer = Self::error(StatusCode::BAD_REQUEST, 80_004, Some(2_446_079), message);
        answer.usage = Some((ACCOUNT_USAGE, usage(account, 100, regain_minutes)));
        answer
    }

    /// 613/1487742, without an estimate.
    pub(crate) fn throttled_account() -> Self {
        let message = "Calls to this api have exceeded the rate limit.";
        Self::error(StatusCode::BAD_REQUEST, 613, Some(1_487_742), message)
    }

    /// With the account's share of the limits in percent, unless the reply already tells.
    pub(crate) fn with_usage(mut self, account: &str, percent: u64) -> Self {
        let usage = || (ACCOUNT_USAGE, usage(account, percent, 0));
        self.usage.get_or_insert_with(usage);
        self
    }

    /// 4: the app has made too many calls. No estimate comes with it.
    pub(crate) fn throttled_app() -> Self {
        let message = "Application request limit reached";
        Self::error(StatusCode::BAD_REQUEST, 4, None, message).with_app_usage(100)
    }

    /// With the app's share of its limit in percent, unless the reply already tells.
    pub(crate) fn with_app_usage(mut self, percent: u64) -> Self {
        let usage = json!({
            "call_count": percent,
            "total_cputime": percent / 2,
            "total_time": percent / 2,
        });
        self.usage.get_or_insert((APP_USAGE, usage));
        self
    }

    /// 1 with HTTP 500: the search is too heavy for the limit it asks for.
    pub(crate) fn too_heavy() -> Self {
        let message = "Please reduce the amount of data you're asking for, then retry your request";
        Self::error(StatusCode::INTERNAL_SERVER_ERROR, 1, None, message)
    }

    /// 10/2332002: the person behind the token has not confirmed who they are.
    pub(crate) fn identity_missing() -> Self {
        let message = "Application does not have permission for this action";
        Self::error(StatusCode::BAD_REQUEST, 10, Some(2_332_002), message)
    }

    /// HTTP 403 with a page that wants to be shown in a browser.
    pub(crate) fn challenge() -> Self {
        Self {
            status: StatusCode::FORBIDDEN,
            body: "<html><title>Security check</title></html>".to_owned(),
            usage: None,
        }
    }

    /// How the Graph words a fault.
    pub(crate) fn of(fault: Fault) -> Self {
        match fault {
            Fault::ThrottleAccount => Self::throttled_account(),
            Fault::UnavailableText => Self::unavailable_text(),
            Fault::TokenDead => Self::bad_token(Some(463)),
            Fault::Blocked => Self::blocked(),
            Fault::IdentityMissing => Self::identity_missing(),
            Fault::Challenge => Self::challenge(),
            _ => Self::outage(),
        }
    }

    /// As an entry of a batch's reply.
    pub(crate) fn as_part(&self) -> Value {
        json!({"code": self.status.as_u16(), "body": self.body})
    }
}

fn usage(account: &str, percent: u64, regain_minutes: u64) -> Value {
    let id = account.trim_start_matches("act_");
    json!({id: [{
        "type": "ads_management",
        "call_count": percent,
        "total_cputime": percent / 2,
        "total_time": percent / 2,
        "estimated_time_to_regain_access": regain_minutes,
        "ads_api_access_tier": "development_access",
    }]})
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = (self.status, self.body).into_response();
        let headers = response.headers_mut();
        let json = HeaderValue::from_static("application/json; charset=UTF-8");
        headers.insert(header::CONTENT_TYPE, json);
        if let Some((name, usage)) = self.usage
            && let Ok(usage) = usage.to_string().parse()
        {
            headers.insert(HeaderName::from_static(name), usage);
        }
        response
    }
}
