//! What is stored of a person: kind, version of the key, keyed digest.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::Kind;

/// A keyed identity. Two are equal when they were made of the same text under the same key.
///
/// Its text is `email:3:` and 64 hexadecimal digits; its bytes are the version, big-endian, and the
/// digest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Identity {
    /// What it was made from.
    pub kind: Kind,
    /// The version of the key.
    pub key_version: u16,
    /// HMAC-SHA256 under that key.
    pub digest: [u8; 32],
}

/// The text is no identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an identity is a kind, a version and 64 hexadecimal digits: email:1:…")]
pub struct InvalidIdentity;

impl Identity {
    /// Version, big-endian, and digest: `key_v || HMAC`.
    pub fn to_bytes(self) -> [u8; 34] {
        let mut bytes = [0; 34];
        let (version, digest) = bytes.split_at_mut(2);
        version.copy_from_slice(&self.key_version.to_be_bytes());
        digest.copy_from_slice(&self.digest);
        bytes
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digest = hex::encode(self.digest);
        write!(f, "{}:{}:{digest}", self.kind, self.key_version)
    }
}

/// Enough digits to tell two apart in a test, too few to look one up.
impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digest = hex::encode(self.digest);
        let start = digest.get(..8).unwrap_or_default();
        write!(f, "{}:{}:{start}…", self.kind, self.key_version)
    }
}

impl FromStr for Identity {
    type Err = InvalidIdentity;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.split(':');
        let (Some(kind), Some(version), Some(hex), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(InvalidIdentity);
        };
        let kind = Kind::ALL.into_iter().find(|one| one.as_str() == kind);
        let mut digest = [0; 32];
        hex::decode_to_slice(hex, &mut digest).map_err(|_| InvalidIdentity)?;
        let identity = Self {
            kind: kind.ok_or(InvalidIdentity)?,
            key_version: version.parse().map_err(|_| InvalidIdentity)?,
            digest,
        };
        // One identity has one text: no capitals, no leading zeros.
        if identity.to_string() == text {
            Ok(identity)
        } else {
            Err(InvalidIdentity)
        }
    }
}

impl TryFrom<String> for Identity {
    type Error = InvalidIdentity;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Identity> for String {
    fn from(identity: Identity) -> Self {
        identity.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_identity_has_one_text() {
        let digits = "ab".repeat(32);
        let text = format!("email:7:{digits}");
        assert_eq!(text.parse::<Identity>().unwrap().to_string(), text);
        for wrong in [
            String::new(),
            format!("mail:7:{digits}"),
            format!("email:07:{digits}"),
            format!("email:70000:{digits}"),
            format!("email:7:{}", digits.to_uppercase()),
            format!("email:7:{digits}:"),
            format!("email:7:{digits}00"),
            "email:7:zz".into(),
        ] {
            assert!(wrong.parse::<Identity>().is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn it_survives_its_text(version in any::<u16>(), digest in any::<[u8; 32]>(), kind in 0_usize..3) {
            let identity = Identity { kind: Kind::ALL[kind], key_version: version, digest };
            let json = serde_json::to_string(&identity).unwrap();
            prop_assert_eq!(serde_json::from_str::<Identity>(&json).unwrap(), identity);
            let bytes = identity.to_bytes();
            prop_assert_eq!(&bytes[..2], &version.to_be_bytes());
            prop_assert_eq!(&bytes[2..], &digest);
        }
    }
}
