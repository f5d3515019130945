//! Object ids. Checked on the way in, because they become part of a path or name a payment.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Longest request id, in characters.
pub const REQUEST_ID_CHARS_MAX: usize = 40;

/// One of our own accounts: a UUID.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountId(String);

/// Who can be paid: a UUID.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CounterpartyId(String);

/// An account of a counterparty: a UUID.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CounterpartyAccountId(String);

/// A transaction, which a payment becomes: a UUID.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TransactionId(String);

/// Our own key of a payment: 1 to 40 visible ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RequestId(String);

/// The text is not an id of that kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} must be {expected}")]
pub struct InvalidId {
    text: String,
    expected: &'static str,
}

/// Where a UUID has its hyphens.
const HYPHENS: [usize; 4] = [8, 13, 18, 23];

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| {
            if HYPHENS.contains(&at) {
                byte == b'-'
            } else {
                byte.is_ascii_hexdigit()
            }
        })
}

fn invalid(text: &str, expected: &'static str) -> InvalidId {
    InvalidId {
        text: text.chars().take(100).collect(),
        expected,
    }
}

macro_rules! uuid_id {
    ($($name:ident: $expected:literal),+) => {$(
        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                if is_uuid(text) {
                    // The same id in capitals is the same id.
                    return Ok(Self(text.to_ascii_lowercase()));
                }
                Err(invalid(text, $expected))
            }
        }
    )+};
}

uuid_id!(
    AccountId: "the UUID of an account",
    CounterpartyId: "the UUID of a counterparty",
    CounterpartyAccountId: "the UUID of a counterparty's account",
    TransactionId: "the UUID of a transaction"
);

impl FromStr for RequestId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        if is_visible && (1..=REQUEST_ID_CHARS_MAX).contains(&text.len()) {
            return Ok(Self(text.to_owned()));
        }
        Err(invalid(
            text,
            "a request id: 1 to 40 visible ASCII characters",
        ))
    }
}

macro_rules! text_id {
    ($($name:ident),+) => {$(
        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

text_id!(
    AccountId,
    CounterpartyAccountId,
    CounterpartyId,
    RequestId,
    TransactionId
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_cannot_leave_its_place_in_the_path() {
        let good = "4f0c3f2e-8a55-4c1e-9a0b-0f9f6e0a1d11";
        for hostile in [
            "",
            "..",
            "4f0c3f2e-8a55-4c1e-9a0b-0f9f6e0a1d1",
            "4f0c3f2e-8a55-4c1e-9a0b-0f9f6e0a1d1/",
            "4f0c3f2e-8a55-4c1e-9a0b-0f9f6e0a1d111",
            "4f0c3f2e08a5504c1e09a0b00f9f6e0a1d11",
            "4f0c3f2e-8a55-4c1e-9a0b-0f9f6e0a1d1g",
            "../0c3f2e-8a55-4c1e-9a0b-0f9f6e0a1d1",
        ] {
            assert!(hostile.parse::<AccountId>().is_err(), "{hostile}");
            assert!(hostile.parse::<TransactionId>().is_err(), "{hostile}");
        }
        let shouted: AccountId = good.to_uppercase().parse().unwrap();
        assert_eq!(shouted.as_str(), good);
    }

    #[test]
    fn a_request_id_has_at_most_forty_visible_characters() {
        assert!("inv-2026-0412-a1".parse::<RequestId>().is_ok());
        assert!("x".repeat(40).parse::<RequestId>().is_ok());
        for bad in ["", "a b", "a\n", "é", &"x".repeat(41)] {
            assert!(bad.parse::<RequestId>().is_err(), "{bad:?}");
        }
    }
}
