//! What Shopify's errors mean: the three layers (status line, `errors`, `userErrors`) in one refusal.
//!
//! A code decides where there is one. `refundCreate` and `productUpdate` give none, so the idempotency codes are also
//! looked for in their texts.

use std::time::Duration;

pub use crate::fault::{CallKind, Meaning, Needs, NoAnswer};

/// A call that did not end well.
pub type Error = crate::fault::CallError<Refusal>;

/// An error of any of the three layers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} (HTTP {http_status}{}, {meaning:?})", if code.is_empty() { String::new() } else { format!(", {code}") })]
pub struct Refusal {
    /// HTTP status of the reply.
    pub http_status: u16,
    /// `extensions.code` or the user error's `code`; empty when there was none.
    pub code: String,
    /// The text, shortened, without credentials, the named field in front.
    pub message: String,
    /// `X-Request-Id`, which Shopify's support asks for.
    pub request_id: Option<String>,
    /// What it means.
    pub meaning: Meaning,
}

impl crate::fault::Refusal for Refusal {
    const VENDOR: &'static str = "Shopify";

    fn meaning(&self) -> Meaning {
        self.meaning
    }

    fn code(&self) -> String {
        self.code.clone()
    }
}

impl Refusal {
    /// Whether a discount's code is in use already: after a lost reply, by ourselves. Read it back to know.
    pub fn is_taken(&self) -> bool {
        self.code == "TAKEN"
    }

    /// Whether this key is used up by a former attempt that failed: the same act needs a new key.
    pub fn needs_new_key(&self) -> bool {
        self.code == PREVIOUS_FAILED
    }
}

const CONCURRENT: &str = "IDEMPOTENCY_CONCURRENT_REQUEST";
const MISMATCH: &str = "IDEMPOTENCY_KEY_PARAMETER_MISMATCH";
const PREVIOUS_FAILED: &str = "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED";
/// Another bulk operation must end first, in seconds.
const BULK_WAIT: Duration = Duration::from_secs(30);

/// The idempotency code that a text without one names.
pub(crate) fn code_in(text: &str) -> Option<&'static str> {
    [CONCURRENT, MISMATCH, PREVIOUS_FAILED]
        .into_iter()
        .find(|code| text.contains(code))
}

/// What a status line alone says; `None` when it says nothing by itself. `wait` is for when it says "later".
pub(crate) fn of_status(http_status: u16, wait: Duration) -> Option<Meaning> {
    match http_status {
        401 => Some(Meaning::TokenDead),
        // Frozen for an unpaid bill; locked for abuse.
        402 | 423 => Some(Meaning::Blocked),
        403 => Some(Meaning::PermissionMissing),
        // No such shop, or no such version.
        404 => Some(Meaning::Invalid),
        // A proxy says that in the middle of a request.
        408 => Some(Meaning::Outage),
        // Something else is at it, which may be our own first try.
        409 => Some(Meaning::InProgress),
        429 => Some(Meaning::Throttled { wait }),
        500..=599 => Some(Meaning::Outage),
        _ => None,
    }
}

/// The meaning of a code of the list `errors`.
pub(crate) fn of_error(code: &str, http_status: u16, wait: Duration) -> Meaning {
    match code {
        "THROTTLED" => Meaning::Throttled { wait },
        "ACCESS_DENIED" => Meaning::PermissionMissing,
        "MAX_COST_EXCEEDED" => Meaning::AskForLess,
        "SHOP_INACTIVE" => Meaning::Blocked,
        "INTERNAL_SERVER_ERROR" | "TIMEOUT" => Meaning::Outage,
        // A key is an effect's own, so one that was used with other words was used by us: ask what became of it.
        CONCURRENT | MISMATCH => Meaning::InProgress,
        PREVIOUS_FAILED | "BAD_REQUEST" | "INVALID_VARIABLE" => Meaning::Invalid,
        // The names of the checks that a document must pass before it runs.
        "undefinedField"
        | "undefinedType"
        | "undefinedDirective"
        | "argumentNotAccepted"
        | "argumentLiteralsIncompatible"
        | "missingRequiredArguments"
        | "selectionMismatch"
        | "variableMismatch"
        | "missingRequiredInputObjectAttribute" => Meaning::Invalid,
        _ => match of_status(http_status, wait) {
            Some(meaning) => meaning,
            None if (400..500).contains(&http_status) => Meaning::Invalid,
            // Unlisted: nothing says that it was not processed.
            None => Meaning::Outage,
        },
    }
}

/// The meaning of a user error's code, or of none: the shop has looked at the request and does not do it.
pub(crate) fn of_user_error(code: &str) -> Meaning {
    match code {
        "CHANGE_FROM_QUANTITY_STALE" | "COMPARE_QUANTITY_STALE" => Meaning::Stale,
        // The same of a code that is an act's own.
        CONCURRENT | MISMATCH | "TAKEN" => Meaning::InProgress,
        "OPERATION_IN_PROGRESS" | "LIMIT_REACHED" => Meaning::Throttled { wait: BULK_WAIT },
        "INTERNAL_ERROR" => Meaning::Outage,
        _ => Meaning::Invalid,
    }
}

#[cfg(test)]
mod tests {
    use homeostat_model::{Classify, Fault};

    use super::*;

    const WAIT: Duration = Duration::from_secs(7);
    const LATER: Meaning = Meaning::Throttled { wait: WAIT };

    fn class(kind: CallKind, meaning: Meaning) -> Fault {
        let refusal = Refusal {
            http_status: 200,
            code: String::new(),
            message: String::new(),
            request_id: None,
            meaning,
        };
        Error::Refused { kind, refusal }.fault()
    }

    #[test]
    fn each_code_of_errors_has_its_meaning_and_class() {
        let table = [
            ("THROTTLED", LATER, Fault::Transient),
            (
                "ACCESS_DENIED",
                Meaning::PermissionMissing,
                Fault::Permanent,
            ),
            ("MAX_COST_EXCEEDED", Meaning::AskForLess, Fault::Permanent),
            ("SHOP_INACTIVE", Meaning::Blocked, Fault::Permanent),
            (
                "INTERNAL_SERVER_ERROR",
                Meaning::Outage,
                Fault::UnknownOutcome,
            ),
            (CONCURRENT, Meaning::InProgress, Fault::UnknownOutcome),
            (MISMATCH, Meaning::InProgress, Fault::UnknownOutcome),
            (PREVIOUS_FAILED, Meaning::Invalid, Fault::Permanent),
            ("BAD_REQUEST", Meaning::Invalid, Fault::Permanent),
            ("undefinedField", Meaning::Invalid, Fault::Permanent),
        ];
        for (code, meaning, fault) in table {
            // The status line does not change what the code says.
            for http_status in [200, 400, 403, 429, 500] {
                assert_eq!(of_error(code, http_status, WAIT), meaning, "{code}");
            }
            assert_eq!(class(CallKind::Write, meaning), fault, "{code}");
        }
        for code in ["", "SOMETHING_NEW"] {
            assert_eq!(of_error(code, 200, WAIT), Meaning::Outage);
            assert_eq!(of_error(code, 503, WAIT), Meaning::Outage);
            assert_eq!(of_error(code, 429, WAIT), LATER);
            assert_eq!(of_error(code, 422, WAIT), Meaning::Invalid);
        }
    }

    #[test]
    fn each_status_has_its_meaning_and_class() {
        let table = [
            (401, Some(Meaning::TokenDead), Some(Needs::Operator)),
            (402, Some(Meaning::Blocked), Some(Needs::Human)),
            (403, Some(Meaning::PermissionMissing), Some(Needs::Operator)),
            (404, Some(Meaning::Invalid), None),
            (408, Some(Meaning::Outage), None),
            (409, Some(Meaning::InProgress), None),
            (423, Some(Meaning::Blocked), Some(Needs::Human)),
            (429, Some(LATER), None),
            (500, Some(Meaning::Outage), None),
            (502, Some(Meaning::Outage), None),
            (503, Some(Meaning::Outage), None),
            (504, Some(Meaning::Outage), None),
        ];
        for (http_status, meaning, needs) in table {
            assert_eq!(of_status(http_status, WAIT), meaning, "{http_status}");
            let refusal = Refusal {
                http_status,
                code: String::new(),
                message: String::new(),
                request_id: None,
                meaning: meaning.unwrap(),
            };
            let error = Error::Refused {
                kind: CallKind::Write,
                refusal,
            };
            assert_eq!(error.needs(), needs, "{http_status}");
        }
        for http_status in [200, 204, 302, 400, 418] {
            assert_eq!(of_status(http_status, WAIT), None, "{http_status}");
        }
    }

    #[test]
    fn each_user_error_has_its_meaning_and_class() {
        let table = [
            ("", Meaning::Invalid, Fault::Permanent),
            (
                "CHANGE_FROM_QUANTITY_STALE",
                Meaning::Stale,
                Fault::Permanent,
            ),
            ("COMPARE_QUANTITY_STALE", Meaning::Stale, Fault::Permanent),
            (
                "COMPARE_QUANTITY_REQUIRED",
                Meaning::Invalid,
                Fault::Permanent,
            ),
            (
                "INVALID_QUANTITY_NEGATIVE",
                Meaning::Invalid,
                Fault::Permanent,
            ),
            ("TAKEN", Meaning::InProgress, Fault::UnknownOutcome),
            ("SOMETHING_NEW", Meaning::Invalid, Fault::Permanent),
            (CONCURRENT, Meaning::InProgress, Fault::UnknownOutcome),
            (MISMATCH, Meaning::InProgress, Fault::UnknownOutcome),
            (PREVIOUS_FAILED, Meaning::Invalid, Fault::Permanent),
            ("INTERNAL_ERROR", Meaning::Outage, Fault::UnknownOutcome),
            (
                "OPERATION_IN_PROGRESS",
                Meaning::Throttled { wait: BULK_WAIT },
                Fault::Transient,
            ),
        ];
        for (code, meaning, fault) in table {
            assert_eq!(of_user_error(code), meaning, "{code}");
            assert_eq!(class(CallKind::Write, meaning), fault, "{code}");
        }
    }

    #[test]
    fn a_code_that_only_shows_in_the_text_is_found() {
        let text = "Request failed: IDEMPOTENCY_CONCURRENT_REQUEST, try again";
        assert_eq!(code_in(text), Some(CONCURRENT));
        assert_eq!(code_in("nothing of the kind"), None);
    }
}
