//! What Meta's errors mean.
//!
//! The decision is made on `code` and `error_subcode`; the HTTP status says little (throttling comes
//! as 400).

use std::time::Duration;

pub use crate::fault::{CallKind, Meaning, Needs, NoAnswer};

/// A call that did not end well.
pub type Error = crate::fault::CallError<Refusal>;

/// An `error` object.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} (code {code}{}, {meaning:?})", subcode.map(|s| format!("/{s}")).unwrap_or_default())]
pub struct Refusal {
    /// HTTP status of the reply, or of the part of a batch.
    pub http_status: u16,
    /// `code`.
    pub code: i64,
    /// `error_subcode`.
    pub subcode: Option<i64>,
    /// `message`, shortened, without credentials.
    pub message: String,
    /// `fbtrace_id`, which Meta's support asks for.
    pub trace_id: Option<String>,
    /// What it means.
    pub meaning: Meaning,
}

impl crate::fault::Refusal for Refusal {
    const VENDOR: &'static str = "Meta";

    fn meaning(&self) -> Meaning {
        self.meaning
    }

    fn code(&self) -> String {
        self.code.to_string()
    }
}

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);

/// The meaning of a code. `regain_minutes` is the vendor's own estimate from the usage header.
///
/// Rows: Meta's error-handling and rate-limiting references, and the insights error codes.
pub(crate) fn meaning(
    code: i64,
    subcode: Option<i64>,
    http_status: u16,
    is_transient: bool,
    regain_minutes: Option<u32>,
) -> Meaning {
    let throttled = |least: Duration| {
        let hint = MINUTE.saturating_mul(regain_minutes.unwrap_or(0).min(24 * 60));
        Meaning::Throttled {
            wait: hint.max(least),
        }
    };
    match (code, subcode) {
        (1 | 2, _) => Meaning::Outage,
        // The spend cap may be changed ten times a day, an ad set's budget four times an hour.
        (17, Some(1_885_172)) => throttled(DAY),
        (613, Some(1_487_632 | 1_487_225)) => throttled(HOUR),
        (613, Some(5_044_001)) => throttled(Duration::from_secs(1)),
        (613, None) => throttled(HOUR),
        (4 | 17 | 32 | 341 | 613 | 80_000..=80_014, _) => throttled(MINUTE),
        (100, Some(1_504_018)) => Meaning::AskForLess,
        (102 | 190, _) => Meaning::TokenDead,
        (10 | 200..=299, _) => Meaning::PermissionMissing,
        (368, _) => Meaning::Blocked,
        (3 | 100 | 506, _) => Meaning::Invalid,
        _ if http_status == 429 => throttled(MINUTE),
        // Unlisted: without a client error's status nothing says that it was not processed.
        _ if is_transient || !(400..500).contains(&http_status) => Meaning::Outage,
        _ => Meaning::Invalid,
    }
}

#[cfg(test)]
mod tests {
    use homeostat_model::{Classify, Fault};

    use super::*;

    fn class(kind: CallKind, code: i64, subcode: Option<i64>, http_status: u16) -> Fault {
        let meaning = meaning(code, subcode, http_status, false, None);
        let refusal = Refusal {
            http_status,
            code,
            subcode,
            message: String::new(),
            trace_id: None,
            meaning,
        };
        Error::Refused { kind, refusal }.fault()
    }

    #[test]
    fn each_code_has_its_meaning() {
        let throttled = |s| Meaning::Throttled {
            wait: Duration::from_secs(s),
        };
        let table = [
            (1, Some(99), Meaning::Outage),
            (2, None, Meaning::Outage),
            (2, Some(1_504_038), Meaning::Outage),
            (3, None, Meaning::Invalid),
            (4, None, throttled(60)),
            (4, Some(1_504_022), throttled(60)),
            (10, None, Meaning::PermissionMissing),
            (17, Some(2_446_079), throttled(60)),
            (17, Some(1_885_172), throttled(86_400)),
            (32, None, throttled(60)),
            (100, Some(33), Meaning::Invalid),
            (100, Some(1_504_018), Meaning::AskForLess),
            (102, None, Meaning::TokenDead),
            (190, Some(463), Meaning::TokenDead),
            (200, None, Meaning::PermissionMissing),
            (299, None, Meaning::PermissionMissing),
            (341, None, throttled(60)),
            (368, None, Meaning::Blocked),
            (506, None, Meaning::Invalid),
            (613, Some(1_487_742), throttled(60)),
            (613, Some(1_487_632), throttled(3_600)),
            (613, Some(5_044_001), throttled(1)),
            (613, None, throttled(3_600)),
            (80_000, Some(2_446_079), throttled(60)),
            (80_004, Some(2_446_079), throttled(60)),
            (80_014, None, throttled(60)),
        ];
        for (code, subcode, expected) in table {
            // The status line does not change what the code says.
            for http_status in [200, 400, 403, 500] {
                let told = meaning(code, subcode, http_status, false, None);
                assert_eq!(told, expected, "{code}/{subcode:?} with {http_status}");
            }
        }
    }

    #[test]
    fn a_write_that_may_have_been_done_is_unknown_and_a_read_is_tried_again() {
        for (code, http_status) in [(1, 400), (2, 500), (987_654, 503), (987_654, 200)] {
            assert_eq!(
                class(CallKind::Read, code, None, http_status),
                Fault::Transient
            );
            assert_eq!(
                class(CallKind::Write, code, None, http_status),
                Fault::UnknownOutcome
            );
        }
        assert_eq!(class(CallKind::Write, 987_654, None, 400), Fault::Permanent);
        assert_eq!(class(CallKind::Write, 80_004, None, 400), Fault::Transient);
        assert_eq!(class(CallKind::Write, 368, None, 400), Fault::Permanent);
    }

    #[test]
    fn the_vendors_estimate_counts_when_it_is_longer() {
        let wait = |minutes| match meaning(80_004, None, 400, false, Some(minutes)) {
            Meaning::Throttled { wait } => wait.as_secs(),
            _ => 0,
        };
        assert_eq!(wait(0), 60);
        assert_eq!(wait(7), 420);
        // A nonsense estimate does not stop us for longer than a day.
        assert_eq!(wait(u32::MAX), 86_400);
    }
}
