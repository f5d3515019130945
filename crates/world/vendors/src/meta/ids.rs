//! Object ids. Checked on the way in, because they become part of a path.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// An ad account: `act_` and up to 20 digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountId(String);

/// A campaign: up to 20 digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CampaignId(String);

/// A page: whoever stands behind an ad. Up to 20 digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PageId(String);

/// An ad in the archive, its library id: up to 20 digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AdId(String);

/// The text is not an id of that kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} must be {expected}")]
pub struct InvalidId {
    text: String,
    expected: &'static str,
}

fn digits(text: &str) -> bool {
    (1..=20).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

impl FromStr for AccountId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.strip_prefix("act_") {
            Some(number) if digits(number) => Ok(Self(text.to_owned())),
            _ => Err(InvalidId {
                text: text.to_owned(),
                expected: "an ad account id: act_ and 1 to 20 digits, such as act_1001",
            }),
        }
    }
}

macro_rules! digits_id {
    ($($name:ident: $expected:literal),+) => {$(
        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                if digits(text) {
                    return Ok(Self(text.to_owned()));
                }
                Err(InvalidId {
                    text: text.to_owned(),
                    expected: $expected,
                })
            }
        }
    )+};
}

digits_id!(
    CampaignId: "a campaign id: 1 to 20 digits",
    PageId: "a page id: 1 to 20 digits",
    AdId: "a library id: 1 to 20 digits"
);

macro_rules! text_id {
    ($($name:ident),+) => {$(
        impl $name {
            /// The id as Meta writes it.
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

text_id!(AccountId, AdId, CampaignId, PageId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_cannot_leave_its_place_in_the_path() {
        for text in ["", "act_", "act_1/..", "1001", "act_12a", "act_1?x=1"] {
            assert!(text.parse::<AccountId>().is_err(), "{text}");
        }
        for text in ["", "../act_1", "12a", "act_1", "1234567890123456789012"] {
            assert!(text.parse::<CampaignId>().is_err(), "{text}");
        }
        assert!("act_1001".parse::<AccountId>().is_ok());
        assert!("120210001001".parse::<CampaignId>().is_ok());
    }
}
