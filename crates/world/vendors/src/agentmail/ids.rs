//! Ids of inboxes, messages and threads. Checked on the way in, because they become part of a path.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// An inbox: its e-mail address, such as `support@shop.example`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct InboxId(String);

/// A message, such as `<abc1@mail.example>`. The sender of a letter chooses it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MessageId(String);

/// A thread, such as `6f1d7c1e-93d5-4d0e-9d0b-5f9a2d6f3c11`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ThreadId(String);

/// The text is not an id of that kind. It is not quoted, since it may be anything.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be {expected}")]
pub struct InvalidId {
    expected: &'static str,
}

/// RFC 5322 bounds a line, and so a message id, at 998 bytes.
const ID_BYTES_MAX: usize = 998;
/// RFC 5321: 64 bytes of name, `@`, 255 of domain.
const ADDRESS_BYTES_MAX: usize = 320;

/// Dots alone would be resolved as a step in the path, encoded or not.
fn is_id(text: &str) -> bool {
    (1..=ID_BYTES_MAX).contains(&text.len())
        && !text.chars().any(char::is_control)
        && !text.bytes().all(|byte| byte == b'.')
}

fn is_inbox(text: &str) -> bool {
    let parts = text.split_once('@');
    let whole = parts.is_some_and(|(name, domain)| {
        !name.is_empty() && !domain.is_empty() && !domain.contains('@')
    });
    whole && text.len() <= ADDRESS_BYTES_MAX && text.bytes().all(|byte| byte.is_ascii_graphic())
}

macro_rules! text_id {
    ($($name:ident, $check:ident: $expected:literal);+) => {$(
        impl $name {
            /// The id as the vendor writes it.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The id as one segment of a path.
            pub(super) fn in_path(&self) -> String {
                encoded(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                if $check(text) {
                    return Ok(Self(text.to_owned()));
                }
                Err(InvalidId { expected: $expected })
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
    InboxId, is_inbox: "an inbox id: an e-mail address such as support@shop.example";
    MessageId, is_id: "a message id: 1 to 998 bytes without control characters";
    ThreadId, is_id: "a thread id: 1 to 998 bytes without control characters"
);

/// Percent-encoded but for RFC 3986's unreserved characters.
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use reqwest::Url;

    use super::*;

    #[test]
    fn an_id_that_is_none_is_refused() {
        let long = "a".repeat(999);
        for text in ["", ".", "..", "...", "a\nb", "a\0", "a\u{85}b", &long] {
            assert!(text.parse::<MessageId>().is_err(), "{text:?}");
            assert!(text.parse::<ThreadId>().is_err(), "{text:?}");
        }
        for text in ["", "shop", "@shop", "a@", "a@b@c", "a b@c", "ä@b", "a@b\n"] {
            assert!(text.parse::<InboxId>().is_err(), "{text:?}");
        }
        assert!("support@shop.example".parse::<InboxId>().is_ok());
    }

    proptest! {
        #[test]
        fn an_id_cannot_leave_its_place_in_the_path(text in "[./%@<>?#\\\\a2e ]{1,12}|\\PC{1,20}") {
            let root = Url::parse("http://127.0.0.1:1/agentmail/").unwrap();
            if let Ok(id) = text.parse::<MessageId>() {
                let url = root.join(&format!("v0/messages/{}/reply", id.in_path())).unwrap();
                let path: Vec<&str> = url.path_segments().unwrap().collect();
                prop_assert_eq!(path.len(), 5, "{}", url);
                prop_assert_eq!((path[2], path[4]), ("messages", "reply"));
                prop_assert!(url.query().is_none() && url.fragment().is_none());
            }
        }
    }
}
