//! Who a customer is, without saying so: keyed digests of address, mail and words, made before anything is kept. What
//! is kept of somebody stands under a number that only these lead to ([`identity`](crate::records::identity)).
//!
//! The key comes from the environment and is never in the database. Without one nobody has a digest, so no profile
//! is kept, and what needs one is left to a person.

use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use homeostat_identity::{KeyRing, Kind, Normal, PostalAddress};
use homeostat_language::TextHash;
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

use crate::{config::ConfigError, secrets};

/// The variable of the keys: versions and 64 hex digits, such as `1:0f3a…`, the newest last, with commas between.
const VARIABLE: &str = "IDENTITY_KEYS";

/// Whom somebody was seen as: the digest under each key, the newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sight {
    newest: String,
    all: Vec<String>,
}

impl Sight {
    /// The digests, the newest first; `None` without any.
    fn new(all: Vec<String>) -> Option<Self> {
        let newest = all.first()?.clone();
        Some(Self { newest, all })
    }

    /// What it is written under.
    pub fn newest(&self) -> &str {
        &self.newest
    }

    /// What it is found under.
    pub fn digests(&self) -> &[String] {
        &self.all
    }

    /// The kind of what it leads to, as the table has it.
    pub(crate) fn kind(&self) -> &'static str {
        match self.newest.starts_with("address:") {
            true => "household",
            false => "customer",
        }
    }
}

impl From<&str> for Sight {
    fn from(digest: &str) -> Self {
        Self {
            newest: digest.to_owned(),
            all: vec![digest.to_owned()],
        }
    }
}

/// Makes digests of people. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct People(Option<Arc<Keys>>);

/// What digests are made with. `Debug` shows kinds and versions.
#[derive(Debug)]
struct Keys {
    ring: KeyRing,
    /// The newest version, and its key for words.
    words: (u16, SecretString),
}

impl People {
    /// With the keys of the environment.
    ///
    /// # Errors
    /// When they are there and cannot be used.
    pub fn from_environment() -> Result<Self, ConfigError> {
        match secrets::optional(VARIABLE)? {
            None => Ok(Self::default()),
            Some(text) => Self::new(&text),
        }
    }

    /// With these keys, written as in the environment.
    ///
    /// # Errors
    /// When one is malformed or weak; its version is named, the key is not.
    pub fn new(text: &SecretString) -> Result<Self, ConfigError> {
        let wrong = |problem: String| ConfigError::Field {
            field: VARIABLE.to_owned(),
            problem,
        };
        let mut keys = Vec::new();
        let mut words: Option<(u16, SecretString)> = None;
        for one in text.expose_secret().split(',') {
            let (version, master) = one
                .trim()
                .split_once(':')
                .ok_or_else(|| wrong("must be version:key, the key 64 hex digits".to_owned()))?;
            let version: u16 = version
                .parse()
                .map_err(|_| wrong("a version must be a number from 0 to 65535".to_owned()))?;
            let master = hex::decode(master)
                .ok()
                .filter(|bytes| bytes.len() == 32)
                .ok_or_else(|| wrong(format!("key {version} must be 64 hex digits")))?;
            let mut kinds = master.clone();
            kinds.sort_unstable();
            kinds.dedup();
            if kinds.len() < 8 {
                return Err(wrong(format!("key {version} is too regular to be random")));
            }
            for kind in [Kind::Email, Kind::Phone, Kind::Address] {
                keys.push((kind, version, own_key(&master, kind.as_str())));
            }
            if words.as_ref().is_none_or(|(newest, _)| *newest < version) {
                words = Some((version, own_key(&master, "words")));
            }
        }
        let ring = KeyRing::new(keys).map_err(|error| wrong(error.to_string()))?;
        Ok(Self(words.map(|words| Arc::new(Keys { ring, words }))))
    }

    /// Whether there is a key. Without one nobody is known.
    pub fn has_keys(&self) -> bool {
        self.0.is_some()
    }

    /// Who has a mail address; `None` when it is none, or there is no key.
    pub fn customer(&self, email: &str) -> Option<Sight> {
        self.sight(&Normal::email(email).ok()?)
    }

    /// Who lives there.
    pub fn household(&self, country: &str, postcode: &str, street: &str) -> Option<Sight> {
        let address = PostalAddress {
            country,
            postcode,
            street,
        };
        self.sight(&Normal::address(&address).ok()?)
    }

    fn sight(&self, normal: &Normal) -> Option<Sight> {
        let all = self.0.as_ref()?.ring.identify_all(normal);
        Sight::new(all.iter().map(ToString::to_string).collect())
    }

    /// The digest of what somebody wrote: who sends the same text again says nothing new. Without a key a few words
    /// could be guessed from it.
    pub fn said(&self, text: &TextHash) -> Option<String> {
        let (version, key) = &self.0.as_ref()?.words;
        let digest = keyed(key.expose_secret().as_bytes(), text.as_bytes());
        Some(format!("words:{version}:{digest}"))
    }
}

/// Each kind of digest has a key of its own, made of the owner's one.
fn own_key(master: &[u8], kind: &str) -> SecretString {
    keyed(master, format!("homeostat identity {kind}").as_bytes()).into()
}

fn keyed(key: &[u8], message: &[u8]) -> String {
    // HMAC takes keys of any length, so this never falls back.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return String::new();
    };
    mac.update(message);
    hex::encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: String) -> Result<People, ConfigError> {
        People::new(&text.into())
    }

    /// A key that looks random, another one for each word.
    fn master(word: &str) -> String {
        hex::encode(<Sha256 as sha2::Digest>::digest(word))
    }

    #[test]
    fn one_person_is_one_digest_in_whatever_spelling() {
        let people = keys(format!("1:{}", master("3"))).unwrap();
        let one = people.customer("Ada.Love+shop@gmail.com").unwrap();
        assert_eq!(people.customer("adalove@GMAIL.com"), Some(one.clone()));
        let digest = one.newest();
        assert!(
            digest.starts_with("email:1:") && !digest.contains("ada"),
            "{digest}"
        );
        assert_ne!(people.customer("eve@gmail.com").unwrap(), one);
        assert!(people.household("DE", "10115", "Gartenweg 3").is_some());
    }

    #[test]
    fn the_same_words_are_one_digest_that_needs_the_key() {
        let reader = homeostat_language::Reader::new(&homeostat_language::Language::ALL).unwrap();
        let hash = |text| {
            let locale = homeostat_language::Language::English;
            let fallback = homeostat_language::Fallback {
                thread: None,
                locale,
            };
            let subject = "";
            let message = homeostat_language::Message {
                subject,
                text,
                fallback,
            };
            reader.read(&message).facts.text_hash
        };
        let people = keys(format!("1:{},2:{}", master("3"), master("7"))).unwrap();
        let digest = people.said(&hash("Where is it?")).unwrap();
        assert_eq!(people.said(&hash("where IS it")), Some(digest.clone()));
        assert!(digest.starts_with("words:2:"), "{digest}");
        assert!(!digest.contains(&hash("Where is it?").to_string()));
        let others = keys(format!("2:{}", master("9"))).unwrap();
        assert_ne!(others.said(&hash("Where is it?")), Some(digest));
        assert_eq!(People::default().said(&hash("Where is it?")), None);
    }

    #[test]
    fn the_newest_key_is_used_and_without_one_nobody_is_known() {
        let two = format!("1:{},2:{}", master("3"), master("7"));
        let sight = keys(two).unwrap().customer("ada@example.com").unwrap();
        let versions = sight.digests().iter().map(|one| &one[..8]);
        assert_eq!(versions.collect::<Vec<_>>(), ["email:2:", "email:1:"]);
        assert!(sight.newest().starts_with("email:2:"));
        assert_eq!(People::default().customer("ada@example.com"), None);
    }

    #[test]
    fn a_bad_key_is_named_by_its_version_and_not_shown() {
        for (text, named) in [
            (master("3"), "version:key"),
            (format!("x:{}", master("3")), "version"),
            (format!("4:{}", &master("3")[1..]), "key 4"),
            (format!("1:{},1:{}", master("3"), master("7")), "1"),
            (format!("6:{}", "0".repeat(64)), "key 6"),
        ] {
            let told = keys(text).unwrap_err().to_string();
            assert!(
                told.contains(named) && !told.contains(&master("3")[8..40]),
                "{told}"
            );
        }
    }
}
