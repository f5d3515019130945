//! What AgentMail's errors mean.
//!
//! The decision is made on `code`, and on the HTTP status where there is none: live replies to a missing key were seen
//! with nothing but a message.

use std::time::Duration;

use crate::fault::Meaning;

/// A call that did not end well.
pub type Error = crate::fault::CallError<Refusal>;

/// An error's envelope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} (HTTP {http_status}{}{code}, {meaning:?})", if code.is_empty() { "" } else { ", " })]
pub struct Refusal {
    /// HTTP status of the reply.
    pub http_status: u16,
    /// `code`; empty when there was none.
    pub code: String,
    /// `message`, shortened, without credentials and addresses. A validation error names its fields.
    pub message: String,
    /// What it means.
    pub meaning: Meaning,
}

impl crate::fault::Refusal for Refusal {
    const VENDOR: &'static str = "AgentMail";

    fn meaning(&self) -> Meaning {
        self.meaning
    }

    fn code(&self) -> String {
        self.code.clone()
    }
}

/// The meaning of a code. `wait` is what the vendor asks for when it throttles.
///
/// Rows: the vendor's error reference. `conflict` also says that an idempotency key was used for another request: a
/// key is an act's own, so an earlier try with other words arrived, and one asks what became of it. `message_rejected` can mean that the account's sending is paused.
pub(super) fn meaning(code: &str, http_status: u16, wait: Duration) -> Meaning {
    match code {
        "query_range_too_wide" => Meaning::AskForLess,
        "missing_authorization" | "invalid_token_type" | "unknown_api_key" | "unauthorized" => {
            Meaning::TokenDead
        }
        "missing_permission"
        | "permission_escalation"
        | "unrestricted_key_required"
        | "forbidden"
        | "domain_not_verified" => Meaning::PermissionMissing,
        "validation_error" | "message_rejected" | "already_exists" | "resource_taken"
        | "limit_exceeded" | "not_found" | "resource_deleting" | "cannot_delete"
        | "unprocessable" => Meaning::Invalid,
        "race_condition" | "conflict" => Meaning::InProgress,
        "rate_limit_exceeded" => Meaning::Throttled { wait },
        "internal_error" | "service_unavailable" => Meaning::Outage,
        _ => by_status(http_status, wait),
    }
}

fn by_status(http_status: u16, wait: Duration) -> Meaning {
    match http_status {
        401 => Meaning::TokenDead,
        403 => Meaning::PermissionMissing,
        // Either of the two conflicts: only the other one says that nothing was done.
        409 => Meaning::InProgress,
        429 => Meaning::Throttled { wait },
        // A proxy says that in the middle of a request.
        408 => Meaning::Outage,
        400..=499 => Meaning::Invalid,
        // Without a client error's status nothing says that it was not processed.
        _ => Meaning::Outage,
    }
}

#[cfg(test)]
mod tests {
    use homeostat_model::{Classify, Fault};

    use super::*;
    use crate::fault::{CallKind, Needs};

    const WAIT: Duration = Duration::from_secs(2);
    const THROTTLED: Meaning = Meaning::Throttled { wait: WAIT };

    fn error(kind: CallKind, code: &str, http_status: u16) -> Error {
        let refusal = Refusal {
            http_status,
            code: code.to_owned(),
            message: String::new(),
            meaning: meaning(code, http_status, WAIT),
        };
        Error::Refused { kind, refusal }
    }

    #[test]
    fn each_code_has_its_meaning_and_its_class() {
        use Fault::{Permanent, Transient, UnknownOutcome};
        let table = [
            (400, "validation_error", Meaning::Invalid, Permanent),
            (400, "query_range_too_wide", Meaning::AskForLess, Permanent),
            (401, "missing_authorization", Meaning::TokenDead, Permanent),
            (401, "invalid_token_type", Meaning::TokenDead, Permanent),
            (401, "unknown_api_key", Meaning::TokenDead, Permanent),
            (401, "unauthorized", Meaning::TokenDead, Permanent),
            (
                403,
                "missing_permission",
                Meaning::PermissionMissing,
                Permanent,
            ),
            (
                403,
                "permission_escalation",
                Meaning::PermissionMissing,
                Permanent,
            ),
            (
                403,
                "unrestricted_key_required",
                Meaning::PermissionMissing,
                Permanent,
            ),
            (403, "forbidden", Meaning::PermissionMissing, Permanent),
            (403, "message_rejected", Meaning::Invalid, Permanent),
            (403, "already_exists", Meaning::Invalid, Permanent),
            (403, "resource_taken", Meaning::Invalid, Permanent),
            (403, "limit_exceeded", Meaning::Invalid, Permanent),
            (
                403,
                "domain_not_verified",
                Meaning::PermissionMissing,
                Permanent,
            ),
            (404, "not_found", Meaning::Invalid, Permanent),
            (409, "conflict", Meaning::InProgress, UnknownOutcome),
            (409, "race_condition", Meaning::InProgress, UnknownOutcome),
            (409, "resource_deleting", Meaning::Invalid, Permanent),
            (409, "cannot_delete", Meaning::Invalid, Permanent),
            (422, "unprocessable", Meaning::Invalid, Permanent),
            (429, "rate_limit_exceeded", THROTTLED, Transient),
            (500, "internal_error", Meaning::Outage, UnknownOutcome),
            (503, "service_unavailable", Meaning::Outage, UnknownOutcome),
        ];
        for (http_status, code, expected, of_a_write) in table {
            // The status line does not change what the code says.
            for told in [http_status, 400, 500] {
                assert_eq!(meaning(code, told, WAIT), expected, "{code} with {told}");
            }
            assert_eq!(
                error(CallKind::Write, code, http_status).fault(),
                of_a_write,
                "{code}"
            );
            let of_a_read = match of_a_write {
                UnknownOutcome => Transient,
                other => other,
            };
            assert_eq!(
                error(CallKind::Read, code, http_status).fault(),
                of_a_read,
                "{code}"
            );
        }
    }

    #[test]
    fn without_a_known_code_the_status_decides() {
        let table = [
            (400, Meaning::Invalid),
            (401, Meaning::TokenDead),
            (403, Meaning::PermissionMissing),
            (404, Meaning::Invalid),
            (408, Meaning::Outage),
            (409, Meaning::InProgress),
            (413, Meaning::Invalid),
            (422, Meaning::Invalid),
            (429, THROTTLED),
            (302, Meaning::Outage),
            (500, Meaning::Outage),
            (502, Meaning::Outage),
            (503, Meaning::Outage),
            (599, Meaning::Outage),
        ];
        for (http_status, expected) in table {
            for code in ["", "brand_new_code"] {
                assert_eq!(
                    meaning(code, http_status, WAIT),
                    expected,
                    "{http_status} {code}"
                );
            }
        }
    }

    #[test]
    fn who_has_to_act_is_said() {
        let needs = |code, status| error(CallKind::Write, code, status).needs();
        assert_eq!(needs("unknown_api_key", 401), Some(Needs::Operator));
        assert_eq!(needs("", 403), Some(Needs::Operator));
        assert_eq!(needs("message_rejected", 403), None);
        assert_eq!(error(CallKind::Write, "", 429).wait(), Some(WAIT));
    }
}
