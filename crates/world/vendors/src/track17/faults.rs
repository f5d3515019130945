//! What 17TRACK's errors mean, of a whole call or of one item of it.
//!
//! The decision is made on `code`; the HTTP status counts where there is none. Each code of the vendor's table has its
//! row here and in the test.

use std::time::Duration;

use homeostat_model::{Classify, Fault};

pub use crate::fault::{CallKind, Meaning, Needs, NoAnswer};

/// A call that did not end well.
pub type Error = crate::fault::CallError<Refusal>;

/// An error of the vendor's.
///
/// A wait that comes with an item ([`Meaning::Throttled`]) is that item's: it is no reason to leave the vendor alone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} ({}, {meaning:?})", if *code == 0 { format!("HTTP {http_status}") } else { format!("code {code}") })]
pub struct Refusal {
    /// HTTP status of the reply. It is 200 where single items are refused.
    pub http_status: u16,
    /// `code`, such as -18010012; 0 when the HTTP status alone says it.
    pub code: i64,
    /// `message`, shortened, without credentials.
    pub message: String,
    /// What it means.
    pub meaning: Meaning,
}

/// What an item must be sent with before it can be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lacks {
    /// Its carrier: it was not found out, or the key is no carrier's.
    Carrier,
    /// Country and postcode of the recipient.
    CountryAndPostcode,
    /// Postcode of the recipient.
    Postcode,
    /// Phone number of the recipient, or its last digits.
    Phone,
    /// The day it was shipped.
    ShipDate,
}

/// The registration is there already, under this number and carrier.
pub(super) const ALREADY_THERE: i64 = -18_019_901;
/// Nothing is registered under this number and carrier.
pub(super) const NOT_REGISTERED: i64 = -18_019_902;
/// Only what is tracked can be stopped.
pub(super) const NOT_TRACKING: i64 = -18_019_906;
/// Registered, and nothing known yet.
pub(super) const NOT_YET: i64 = -18_019_909;

const SECOND: Duration = Duration::from_secs(1);
/// The carrier is asked within this time after a registration.
const RESULT_DUE: Duration = Duration::from_secs(5 * 60);
const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);

impl crate::fault::Refusal for Refusal {
    const VENDOR: &'static str = "17TRACK";

    fn meaning(&self) -> Meaning {
        self.meaning
    }

    fn code(&self) -> String {
        match self.code {
            0 => String::new(),
            code => code.to_string(),
        }
    }
}

impl Refusal {
    /// What to do about it, had it come with a call of this kind.
    pub fn fault(&self, kind: CallKind) -> Fault {
        let refusal = self.clone();
        Error::Refused { kind, refusal }.fault()
    }

    /// What the item must be sent with before it can be taken.
    pub fn lacks(&self) -> Option<Lacks> {
        match self.code {
            -18_019_903 | -18_019_910 => Some(Lacks::Carrier),
            -18_010_018 => Some(Lacks::CountryAndPostcode),
            -18_010_019 => Some(Lacks::Postcode),
            -18_010_020 => Some(Lacks::Phone),
            -18_010_022 => Some(Lacks::ShipDate),
            _ => None,
        }
    }

    /// Whether it is the item's own fault: as it is, it will never be taken. Everything else passes, is the operator's
    /// to settle (a key, a quota) or not known, and says nothing about the parcel.
    pub fn is_the_items_fault(&self) -> bool {
        self.lacks().is_some()
            || matches!(self.code, -18_010_016..=-18_010_010 if self.meaning == Meaning::Invalid)
    }
}

/// The meaning of a whole call's error. `retry_after` is the vendor's own wait, if it told one.
pub(super) fn meaning(code: i64, http_status: u16, retry_after: Option<Duration>) -> Meaning {
    if let Some(meaning) = listed(code) {
        return meaning;
    }
    match http_status {
        429 => Meaning::Throttled {
            wait: retry_after.unwrap_or(SECOND).min(DAY),
        },
        401 => Meaning::TokenDead,
        400..500 => Meaning::Invalid,
        // Nothing says that it was not processed.
        _ => Meaning::Outage,
    }
}

/// The meaning of an item's error. It stands among what was rejected, so another code than the listed ones is final.
pub(super) fn meaning_of_item(code: i64) -> Meaning {
    listed(code).unwrap_or(Meaning::Invalid)
}

/// Rows: the official table of codes.
fn listed(code: i64) -> Option<Meaning> {
    let meaning = match code {
        // The address is not on the list, the account is disabled or not authorised.
        -18_010_001 | -18_010_004 | -18_010_005 => Meaning::PermissionMissing,
        -18_010_002 => Meaning::TokenDead,
        -18_010_003 => Meaning::Outage,
        -18_010_014 => Meaning::AskForLess,
        -18_010_013..=-18_010_010 | -18_010_016..=-18_010_015 => Meaning::Invalid,
        // The account's webhook is missing or wrong.
        -18_010_206..=-18_010_201 => Meaning::PermissionMissing,
        -18_019_808 => Meaning::Throttled { wait: RESULT_DUE },
        -18_019_811..=-18_019_801 => Meaning::Invalid,
        // A real-time question that the carrier did not answer.
        -18_019_817..=-18_019_815 => Meaning::Outage,
        -18_019_818 => Meaning::Invalid,
        ALREADY_THERE => Meaning::InProgress,
        NOT_YET => Meaning::Throttled { wait: RESULT_DUE },
        // The day's limit: a day is the longest that it can take until it is another one.
        -18_019_907 => Meaning::Throttled { wait: DAY },
        // The quota is used up, or does not have what was asked for: somebody has to buy it.
        -18_019_908 | -18_019_912 => Meaning::PermissionMissing,
        -18_019_911 => Meaning::Throttled { wait: HOUR },
        -18_010_020..=-18_010_018 | -18_010_022 => Meaning::Invalid,
        -18_019_906..=NOT_REGISTERED | -18_019_910 => Meaning::Invalid,
        _ => return None,
    };
    Some(meaning)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::Refusal as _;

    fn refusal(code: i64, meaning: Meaning) -> Refusal {
        Refusal {
            http_status: 200,
            code,
            message: String::new(),
            meaning,
        }
    }

    fn item(code: i64) -> Refusal {
        refusal(code, meaning_of_item(code))
    }

    fn throttled(wait_s: u64) -> Meaning {
        Meaning::Throttled {
            wait: Duration::from_secs(wait_s),
        }
    }

    /// Every row of the vendor's table: code, meaning, class of a write, whether the item is at fault.
    fn table() -> Vec<(i64, Meaning, Fault, bool)> {
        let operator = Meaning::PermissionMissing;
        let later = |wait_s| (throttled(wait_s), Fault::Transient, false);
        let mut rows = vec![
            (-18_010_001, operator, Fault::Permanent, false),
            (-18_010_002, Meaning::TokenDead, Fault::Permanent, false),
            (-18_010_003, Meaning::Outage, Fault::UnknownOutcome, false),
            (-18_010_004, operator, Fault::Permanent, false),
            (-18_010_005, operator, Fault::Permanent, false),
            (-18_010_014, Meaning::AskForLess, Fault::Permanent, false),
            (-18_019_818, Meaning::Invalid, Fault::Permanent, false),
            (
                -18_019_901,
                Meaning::InProgress,
                Fault::UnknownOutcome,
                false,
            ),
            (-18_019_902, Meaning::Invalid, Fault::Permanent, false),
            (-18_019_903, Meaning::Invalid, Fault::Permanent, true),
            (-18_019_904, Meaning::Invalid, Fault::Permanent, false),
            (-18_019_905, Meaning::Invalid, Fault::Permanent, false),
            (-18_019_906, Meaning::Invalid, Fault::Permanent, false),
            (-18_019_908, operator, Fault::Permanent, false),
            (-18_019_910, Meaning::Invalid, Fault::Permanent, true),
            (-18_019_912, operator, Fault::Permanent, false),
        ];
        for code in [10, 11, 12, 13, 15, 16, 18, 19, 20, 22] {
            rows.push((-18_010_000 - code, Meaning::Invalid, Fault::Permanent, true));
        }
        for code in 201..=206 {
            rows.push((-18_010_000 - code, operator, Fault::Permanent, false));
        }
        for code in (801..=811).filter(|code| *code != 808) {
            rows.push((
                -18_019_000 - code,
                Meaning::Invalid,
                Fault::Permanent,
                false,
            ));
        }
        for code in 815..=817 {
            rows.push((
                -18_019_000 - code,
                Meaning::Outage,
                Fault::UnknownOutcome,
                false,
            ));
        }
        for (code, wait_s) in [(808, 300), (907, 86_400), (909, 300), (911, 3_600)] {
            let (meaning, fault, is_at_fault) = later(wait_s);
            rows.push((-18_019_000 - code, meaning, fault, is_at_fault));
        }
        rows
    }

    #[test]
    fn each_code_has_its_meaning_of_a_call_and_of_an_item() {
        let table = table();
        assert_eq!(table.len(), 16 + 10 + 6 + 10 + 3 + 4);
        for (code, expected, fault, is_at_fault) in table {
            // The status line does not change what the code says.
            for http_status in [200, 400, 401, 429, 500, 503] {
                assert_eq!(meaning(code, http_status, None), expected, "{code}");
            }
            let item = item(code);
            assert_eq!(item.meaning, expected, "{code}");
            assert_eq!(item.fault(CallKind::Write), fault, "{code}");
            assert_eq!(item.is_the_items_fault(), is_at_fault, "{code}");
            assert_ne!(item.fault(CallKind::Read), Fault::UnknownOutcome, "{code}");
        }
    }

    #[test]
    fn what_the_operator_must_settle_is_never_the_parcels_failure() {
        let operators = [1, 2, 4, 5, 201, 202, 203, 204, 205, 206].map(|code| -18_010_000 - code);
        for code in operators.into_iter().chain([-18_019_908, -18_019_912]) {
            let refusal = item(code);
            assert!(!refusal.is_the_items_fault(), "{code}");
            let error = Error::Refused {
                kind: CallKind::Write,
                refusal,
            };
            assert_eq!(error.needs(), Some(Needs::Operator), "{code}");
        }
    }

    #[test]
    fn what_an_item_lacks_is_named() {
        for (code, lacks) in [
            (-18_019_903, Lacks::Carrier),
            (-18_019_910, Lacks::Carrier),
            (-18_010_018, Lacks::CountryAndPostcode),
            (-18_010_019, Lacks::Postcode),
            (-18_010_020, Lacks::Phone),
            (-18_010_022, Lacks::ShipDate),
        ] {
            assert_eq!(item(code).lacks(), Some(lacks), "{code}");
        }
        assert_eq!(item(-18_019_908).lacks(), None);
    }

    #[test]
    fn without_a_listed_code_the_status_says_what_it_means() {
        for code in [0, -18_010_999, 42, i64::MIN, i64::MAX] {
            for (http_status, expected) in [
                (401, Meaning::TokenDead),
                (404, Meaning::Invalid),
                (429, throttled(1)),
                (500, Meaning::Outage),
                (503, Meaning::Outage),
                (200, Meaning::Outage),
            ] {
                assert_eq!(meaning(code, http_status, None), expected, "{code}");
            }
            // What was rejected was not taken.
            assert_eq!(meaning_of_item(code), Meaning::Invalid);
        }
    }

    #[test]
    fn the_vendors_own_wait_counts_and_no_longer_than_a_day() {
        let told = |wait_s| meaning(0, 429, Some(Duration::from_secs(wait_s)));
        assert_eq!(told(7), throttled(7));
        assert_eq!(told(0), throttled(0));
        assert_eq!(told(u64::MAX), throttled(86_400));
    }

    #[test]
    fn a_refusal_tells_its_code_or_its_status() {
        let coded = item(-18_019_908);
        assert_eq!(coded.code(), "-18019908");
        assert!(coded.to_string().contains("code -18019908"));
        let mut bare = refusal(0, throttled(1));
        bare.http_status = 429;
        assert_eq!(bare.code(), "");
        assert!(bare.to_string().contains("HTTP 429"), "{bare}");
    }
}
