//! What the failure of a write at a vendor says about the act.

use homeostat_effects::{CallError, Probe};
use homeostat_model::{Classify, Fault};
use homeostat_mutants::mutant;
use homeostat_vendors::{CallError as Error, Refusal};

/// The failure, sorted by what it means for the act.
pub(super) fn sort<R: Refusal>(error: &Error<R>) -> CallError {
    if let Some(wait) = error.wait() {
        return CallError::Throttled { wait };
    }
    let reason = error.to_string();
    match error.fault() {
        Fault::Permanent => CallError::Refused {
            code: code(error),
            reason,
        },
        Fault::UnknownOutcome if mutant!("unknown_is_refused") => CallError::Refused {
            code: code(error),
            reason,
        },
        Fault::UnknownOutcome if mutant!("unknown_is_unsent") => CallError::NotSent { reason },
        Fault::Transient => CallError::NotSent { reason },
        Fault::UnknownOutcome => CallError::Unknown { reason },
    }
}

/// The failure of the question whether an act is there.
pub(super) fn unanswered<R: Refusal>(error: &Error<R>) -> Probe {
    match error.wait() {
        Some(wait) => Probe::Throttled(wait),
        None => Probe::CannotTell(error.to_string()),
    }
}

/// A request that cannot be made of what is stored with the effect.
pub(super) fn unusable(field: &str, problem: impl std::fmt::Display) -> CallError {
    CallError::Refused {
        code: field.to_owned(),
        reason: problem.to_string(),
    }
}

fn code<R: Refusal>(error: &Error<R>) -> String {
    match error {
        Error::Refused { refusal, .. } => refusal.code(),
        Error::Request { field, .. } => (*field).to_owned(),
        Error::Unreachable(_)
        | Error::Unanswered { .. }
        | Error::Unreadable { .. }
        | Error::Unexpected { .. } => "none".to_owned(),
    }
}
