//! What Revolut's errors mean.
//!
//! Errors come in three shapes, `{code, message}`, `{error_id, code, message}` and
//! `{status, message}`, and from the token endpoint as OAuth writes them,
//! `{error, error_description}`. The code decides, and the HTTP status where there is none.

use std::{fmt, time::Duration};

use serde_json::Value;

pub use crate::fault::{CallKind, Meaning, Needs, NoAnswer};

/// A call that did not end well.
pub type Error = crate::fault::CallError<Refusal>;

/// An error as Revolut sends it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} (HTTP {http_status}{}, {meaning:?})", CodePart(.code))]
pub struct Refusal {
    /// HTTP status of the reply.
    pub http_status: u16,
    /// `code`: digits, or a word from the token endpoint. Empty when there was none.
    pub code: String,
    /// `message`, shortened, without credentials.
    pub message: String,
    /// `error_id`, which Revolut's support asks for.
    pub error_id: Option<String>,
    /// What it means.
    pub meaning: Meaning,
}

/// A payment with this request id was accepted before.
const DUPLICATE: &str = "3020";
/// Rate limit, and, by its text, two equal requests at once.
const LIMIT: &str = "3162";

/// When the bank does not say how long to wait.
const WAIT_DEFAULT: Duration = Duration::from_secs(30);
const WAIT_MAX: Duration = Duration::from_secs(86_400);

impl Refusal {
    /// Whether a payment with this request id was accepted before. It is no failure: look it up with
    /// [`super::Client::find_by_request_id`].
    pub fn is_duplicate(&self) -> bool {
        self.code == DUPLICATE
    }
}

impl crate::fault::Refusal for Refusal {
    const VENDOR: &'static str = "Revolut";

    fn meaning(&self) -> Meaning {
        self.meaning
    }

    fn code(&self) -> String {
        self.code.clone()
    }
}

/// The parts of an error's body, as far as they are there.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Told<'a> {
    pub(super) code: &'a str,
    pub(super) message: &'a str,
    pub(super) error_id: Option<&'a str>,
}

impl<'a> Told<'a> {
    /// Of a body that was read with its numbers as text. `None` when it is in none of the shapes.
    pub(super) fn read(body: &'a Value) -> Option<Self> {
        let text = |name: &str| body.get(name).and_then(Value::as_str);
        let code = text("code").or(text("error"));
        let message = text("message").or(text("error_description"));
        if code.is_none() && message.is_none() {
            return None;
        }
        Some(Self {
            code: code.unwrap_or_default(),
            message: message.unwrap_or("no message"),
            error_id: text("error_id"),
        })
    }
}

/// The meaning of an answer to a call. `retry_after_s` is the vendor's own wish.
///
/// Rows: the error responses of Revolut's OpenAPI file.
pub(super) fn meaning(told: &Told<'_>, http_status: u16, retry_after_s: Option<u64>) -> Meaning {
    let wait = retry_after_s.map_or(WAIT_DEFAULT, Duration::from_secs);
    let throttled = Meaning::Throttled {
        wait: wait.clamp(Duration::from_secs(1), WAIT_MAX),
    };
    match (told.code, http_status) {
        ("1000", _) | (_, 401) => Meaning::SessionOver,
        (DUPLICATE, _) => Meaning::InProgress,
        (LIMIT, _) if is_conflict(told.message) => Meaning::InProgress,
        (LIMIT, _) | (_, 429) => throttled,
        ("9002", _) | (_, 403) => Meaning::PermissionMissing,
        ("5000" | "5003", _) => Meaning::Outage,
        // Which status a conflict comes with is not documented.
        (_, 409) => Meaning::InProgress,
        // The bank gave up waiting, and may have begun.
        (_, 408) => Meaning::Outage,
        (_, 400..=499) => Meaning::Invalid,
        // Without a client error's status nothing says that it was not processed.
        _ => Meaning::Outage,
    }
}

/// The same for the token endpoint: what is wrong with a token stays wrong.
pub(super) fn token_meaning(
    told: &Told<'_>,
    http_status: u16,
    retry_after_s: Option<u64>,
) -> Meaning {
    match meaning(told, http_status, retry_after_s) {
        Meaning::Outage => Meaning::Outage,
        Meaning::Throttled { wait } => Meaning::Throttled { wait },
        Meaning::InProgress
        | Meaning::SessionOver
        | Meaning::Invalid
        | Meaning::AskForLess
        | Meaning::Stale
        | Meaning::TokenDead
        | Meaning::PermissionMissing
        | Meaning::Blocked => Meaning::TokenDead,
    }
}

fn is_conflict(message: &str) -> bool {
    let message = message.to_lowercase();
    message.contains("parallel") || message.contains("conflict")
}

/// `, code 3000`, or nothing.
struct CodePart<'a>(&'a str);

impl fmt::Display for CodePart<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return Ok(());
        }
        write!(f, ", code {}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use homeostat_model::{Classify, Fault};

    use super::*;

    const fn throttled(s: u64) -> Meaning {
        Meaning::Throttled {
            wait: Duration::from_secs(s),
        }
    }

    fn told(code: &'static str, message: &'static str) -> Told<'static> {
        Told {
            code,
            message,
            error_id: None,
        }
    }

    fn class(kind: CallKind, http_status: u16, code: &'static str, message: &'static str) -> Fault {
        let refusal = Refusal {
            http_status,
            code: code.to_owned(),
            message: message.to_owned(),
            error_id: None,
            meaning: meaning(&told(code, message), http_status, None),
        };
        Error::Refused { kind, refusal }.fault()
    }

    const CONFLICT: &str = "Parallel requests conflict for request_id=a";
    const PERMANENT: Fault = Fault::Permanent;
    const TRANSIENT: Fault = Fault::Transient;
    const UNKNOWN: Fault = Fault::UnknownOutcome;

    /// HTTP status, code, text, meaning, and the class of a write.
    const TABLE: [(u16, &str, &str, Meaning, Fault); 27] = [
        (401, "1000", "Expired", Meaning::SessionOver, TRANSIENT),
        (
            403,
            "9002",
            "Forbidden",
            Meaning::PermissionMissing,
            PERMANENT,
        ),
        (400, "3000", "No x", Meaning::Invalid, PERMANENT),
        (400, "3009", "Required", Meaning::Invalid, PERMANENT),
        (400, "3020", "Duplicate", Meaning::InProgress, UNKNOWN),
        (400, "3287", "Charge bearer", Meaning::Invalid, PERMANENT),
        (400, "3448", "Exchange reason", Meaning::Invalid, PERMANENT),
        (400, "4100", "Transfer reason", Meaning::Invalid, PERMANENT),
        (400, "2101", "Bad request", Meaning::Invalid, PERMANENT),
        (404, "3006", "Not found", Meaning::Invalid, PERMANENT),
        (404, "3040", "No webhook", Meaning::Invalid, PERMANENT),
        (404, "3544", "No account", Meaning::Invalid, PERMANENT),
        (429, "3162", "Wait", throttled(30), TRANSIENT),
        (429, "3162", CONFLICT, Meaning::InProgress, UNKNOWN),
        (409, "3162", CONFLICT, Meaning::InProgress, UNKNOWN),
        (
            422,
            "3352",
            "Too many webhooks",
            Meaning::Invalid,
            PERMANENT,
        ),
        (500, "5000", "Internal", Meaning::Outage, UNKNOWN),
        (503, "5003", "Unavailable", Meaning::Outage, UNKNOWN),
        // Without a code, as some groups of endpoints write it.
        (401, "", "Unauthorised", Meaning::SessionOver, TRANSIENT),
        (403, "", "Forbidden", Meaning::PermissionMissing, PERMANENT),
        (429, "", "Slow down", throttled(30), TRANSIENT),
        (409, "", "Conflict", Meaning::InProgress, UNKNOWN),
        (408, "", "Timeout", Meaning::Outage, UNKNOWN),
        (502, "", "Bad gateway", Meaning::Outage, UNKNOWN),
        (302, "", "Moved", Meaning::Outage, UNKNOWN),
        (400, "98765", "New", Meaning::Invalid, PERMANENT),
        (500, "98765", "New", Meaning::Outage, UNKNOWN),
    ];

    #[test]
    fn each_row_of_the_vendors_table_has_its_meaning_and_class() {
        for (status, code, message, expected, fault) in TABLE {
            let row = format!("{status}/{code} {message}");
            assert_eq!(
                meaning(&told(code, message), status, None),
                expected,
                "{row}"
            );
            assert_eq!(
                class(CallKind::Write, status, code, message),
                fault,
                "{row}"
            );
            // Asking again does no harm.
            let of_read = match fault {
                Fault::UnknownOutcome => Fault::Transient,
                fault => fault,
            };
            assert_eq!(
                class(CallKind::Read, status, code, message),
                of_read,
                "{row}"
            );
        }
    }

    #[test]
    fn the_vendors_own_wish_is_obeyed_within_reason() {
        let wait = |retry_after| meaning(&told("3162", ""), 429, retry_after);
        assert_eq!(wait(Some(7)), throttled(7));
        assert_eq!(wait(Some(0)), throttled(1));
        assert_eq!(wait(Some(u64::MAX)), throttled(86_400));
    }

    #[test]
    fn only_a_duplicate_is_a_duplicate() {
        let refusal = |code: &str| Refusal {
            http_status: 400,
            code: code.to_owned(),
            message: "Duplicate request: a".to_owned(),
            error_id: None,
            meaning: Meaning::InProgress,
        };
        assert!(refusal("3020").is_duplicate());
        assert!(!refusal("3162").is_duplicate() && !refusal("").is_duplicate());
        assert_eq!(
            refusal("3020").to_string(),
            "Duplicate request: a (HTTP 400, code 3020, InProgress)"
        );
    }

    #[test]
    fn what_is_wrong_with_a_token_needs_the_operator() {
        for (code, status) in [
            ("invalid_request", 400),
            ("invalid_grant", 400),
            ("unauthorized_client", 401),
            ("access_denied", 403),
            ("1000", 401),
            ("3000", 400),
        ] {
            let meaning = token_meaning(&told(code, ""), status, None);
            assert_eq!(meaning, Meaning::TokenDead, "{code}");
        }
        assert_eq!(token_meaning(&told("", ""), 503, None), Meaning::Outage);
        let busy = token_meaning(&told("3162", ""), 429, Some(9));
        assert_eq!(busy, throttled(9));
    }
}
