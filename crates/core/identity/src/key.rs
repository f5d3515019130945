//! The keys that make identities: one line of versions for each kind.
//!
//! A new version is added beside the old ones. Whoever is seen again is written under the newest key and
//! found under all of them; when everybody who matters has been seen, the old key is thrown away, and
//! what was made with it is noise.

use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit, Mac};
use homeostat_model::{Classify, Fault};
use secrecy::{ExposeSecret, SecretBox, SecretString};
use sha2::Sha256;

use crate::{Identity, Kind, Normal};

const KEY_BYTES: usize = 32;

/// All keys of one owner. `Debug` shows kinds and versions.
#[derive(Debug)]
pub struct KeyRing {
    /// Within a kind, ascending versions.
    keys: BTreeMap<(Kind, u16), SecretBox<[u8; KEY_BYTES]>>,
}

/// Keys that cannot be used. The keys themselves are never shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not 32 bytes in hexadecimal.
    #[error(
        "{kind} key {version} must be 64 hexadecimal digits, such as from openssl rand -hex 32"
    )]
    NotHex {
        /// Whose key.
        kind: Kind,
        /// Which one.
        version: u16,
    },
    /// All bytes are the same: nobody drew this one.
    #[error("{kind} key {version} is not random; use openssl rand -hex 32")]
    Weak {
        /// Whose key.
        kind: Kind,
        /// Which one.
        version: u16,
    },
    /// Two keys under one version.
    #[error("{kind} key {version} is given twice; give each key a version of its own")]
    Twice {
        /// Whose key.
        kind: Kind,
        /// Which one.
        version: u16,
    },
    /// One key in two places: who breaks one place breaks both.
    #[error("{kind} key {version} is used elsewhere too; draw a key for each kind and version")]
    Reused {
        /// Whose key.
        kind: Kind,
        /// Which one.
        version: u16,
    },
}

impl Classify for KeyError {
    fn fault(&self) -> Fault {
        match self {
            Self::NotHex { .. } | Self::Weak { .. } | Self::Twice { .. } | Self::Reused { .. } => {
                Fault::Permanent
            }
        }
    }
}

impl KeyRing {
    /// Keys in hexadecimal, each with its kind and version.
    ///
    /// # Errors
    /// When a key is malformed, weak, or in two places.
    pub fn new(
        keys: impl IntoIterator<Item = (Kind, u16, SecretString)>,
    ) -> Result<Self, KeyError> {
        let mut ring = BTreeMap::new();
        for (kind, version, text) in keys {
            let key = parse(&text).ok_or(KeyError::NotHex { kind, version })?;
            let bytes = key.expose_secret();
            if bytes.windows(2).all(|pair| pair.first() == pair.last()) {
                return Err(KeyError::Weak { kind, version });
            }
            if ring.contains_key(&(kind, version)) {
                return Err(KeyError::Twice { kind, version });
            }
            let mut others = ring.values();
            if others.any(|other: &SecretBox<[u8; KEY_BYTES]>| other.expose_secret() == bytes) {
                return Err(KeyError::Reused { kind, version });
            }
            ring.insert((kind, version), key);
        }
        Ok(Self { keys: ring })
    }

    /// The identity under every key of its kind, the newest first: that one is stored, and all are looked for. None
    /// without a key.
    pub fn identify_all(&self, normal: &Normal) -> Vec<Identity> {
        let kind = normal.kind();
        let message = normal.message();
        let keys = self.keys.range((kind, 0)..=(kind, u16::MAX)).rev();
        keys.map(|(&(kind, key_version), key)| Identity {
            kind,
            key_version,
            digest: digest(key, message.expose_secret()),
        })
        .collect()
    }
}

fn digest(key: &SecretBox<[u8; KEY_BYTES]>, message: &str) -> [u8; 32] {
    // An HMAC takes a key of any length.
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key.expose_secret())
        .unwrap_or_else(|_| <Hmac<Sha256> as KeyInit>::new(&Default::default()));
    mac.update(message.as_bytes());
    mac.finalize().into_bytes().into()
}

fn parse(text: &SecretString) -> Option<SecretBox<[u8; KEY_BYTES]>> {
    let mut key = SecretBox::new(Box::new([0; KEY_BYTES]));
    let bytes = secrecy::ExposeSecretMut::expose_secret_mut(&mut key);
    hex::decode_to_slice(text.expose_secret().trim(), bytes).ok()?;
    Some(key)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::PostalAddress;

    fn secret(start: u8) -> SecretString {
        let key: Vec<u8> = (start..start + 32).collect();
        hex::encode(key).into()
    }

    fn ring() -> KeyRing {
        KeyRing::new([
            (Kind::Email, 1, secret(0)),
            (Kind::Email, 2, secret(1)),
            (Kind::Phone, 1, secret(2)),
            (Kind::Address, 1, secret(3)),
        ])
        .unwrap()
    }

    /// Computed with another implementation: HMAC-SHA256 of `email:adalovelace@gmail.com`.
    #[test]
    fn the_digest_is_the_keyed_hash_of_kind_and_text() {
        let normal = Normal::email("Ada.Lovelace+x@gmail.com").unwrap();
        let all = ring().identify_all(&normal);
        let digests: Vec<String> = all.iter().map(|one| hex::encode(one.digest)).collect();
        assert_eq!(
            digests,
            [
                "7a63803ed74d5abb20c356781ac80445ab0d8b7ffde6895e3546e35819b8d036",
                "0793f5854d0dfb84174541e3769b8a590779727bbb84eeb1a2c78e894d4faf0d",
            ]
        );
    }

    #[test]
    fn the_newest_key_writes_and_every_key_finds() {
        let normal = Normal::email("ada@web.de").unwrap();
        let versions: Vec<u16> = ring()
            .identify_all(&normal)
            .iter()
            .map(|one| one.key_version)
            .collect();
        assert_eq!(versions, [2, 1]);
        assert_eq!(ring().identify_all(&normal)[0].key_version, 2);
        let only_phone = KeyRing::new([(Kind::Phone, 1, secret(0))]).unwrap();
        assert!(only_phone.identify_all(&normal).is_empty());
    }

    #[test]
    fn bad_keys_are_refused_without_being_shown() {
        let error = |keys: Vec<(Kind, u16, SecretString)>| KeyRing::new(keys).unwrap_err();
        let (kind, version) = (Kind::Email, 1);
        assert_eq!(
            error(vec![(kind, version, "5eCr3t".into())]),
            KeyError::NotHex { kind, version }
        );
        assert_eq!(
            error(vec![(kind, version, "00".repeat(32).into())]),
            KeyError::Weak { kind, version }
        );
        assert_eq!(
            error(vec![(kind, version, secret(0)), (kind, version, secret(1))]),
            KeyError::Twice { kind, version }
        );
        let reused = error(vec![
            (Kind::Phone, 1, secret(0)),
            (kind, version, secret(0)),
        ]);
        assert_eq!(reused, KeyError::Reused { kind, version });
        assert!(!format!("{reused} {reused:?}").contains("0001"));
    }

    #[test]
    fn nothing_printed_shows_an_address_or_a_key() {
        let raw = PostalAddress {
            country: "DE",
            postcode: "10115",
            street: "Hauptstr. 7",
        };
        let ring = ring();
        for normal in [
            Normal::email("ada@web.de").unwrap(),
            Normal::phone("0171 1234567", "DE").unwrap(),
            Normal::address(&raw).unwrap(),
        ] {
            let shown = format!("{normal:?} {:?} {ring:?}", ring.identify_all(&normal));
            for secret in [
                "ada",
                "web.de",
                "1711234567",
                "10115",
                "haupt",
                "000102",
                "010203",
            ] {
                assert!(!shown.contains(secret), "{shown}");
            }
        }
        let refused = Normal::email("ada lovelace@web.de").unwrap_err();
        assert!(!format!("{refused} {refused:?}").contains("ada"));
    }

    proptest! {
        #[test]
        fn different_texts_kinds_and_versions_never_meet(a in "[a-z]{1,9}@[a-z]{2,5}\\.de", b in "[a-z]{1,9}@[a-z]{2,5}\\.de") {
            let ring = ring();
            let all = |raw: &str| ring.identify_all(&Normal::email(raw).unwrap());
            let (left, right) = (all(&a), all(&b));
            prop_assert_eq!(a == b, left.iter().any(|one| right.contains(one)));
            prop_assert_ne!(left[0].digest, left[1].digest);
        }
    }
}
