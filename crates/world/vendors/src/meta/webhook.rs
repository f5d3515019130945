//! What Meta tells by itself: whether it was Meta that said it, and which ad accounts it is about.
//!
//! Wire facts are Meta's public reference (developers.facebook.com/docs/graph-api/webhooks): a delivery is signed with
//! the app's secret over its raw body; it has no id, no order and no new value, so it may come late, twice or never.
//! *Limits.* Therefore nothing here gives back more than account ids: what changed is read from the vendor.

use std::collections::BTreeSet;

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use sha2::Sha256;

use super::AccountId;
use crate::wire::{Object, WireError};

/// The header that carries the signature.
pub const SIGNATURE_HEADER: &str = "x-hub-signature-256";
/// A longer delivery is none of Meta's, in bytes.
pub const BODY_BYTES_MAX: usize = 64 * 1024;

const SIGNATURE_BYTES: usize = 32;
/// Meta sends a number of some ten digits.
const CHALLENGE_BYTES_MAX: usize = 256;

/// A signed body that is no delivery as Meta describes it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("webhook: {0}")]
pub struct Unreadable(String);

impl From<WireError> for Unreadable {
    fn from(error: WireError) -> Self {
        Self(error.to_string())
    }
}

/// Whether the raw body carries the app's signature: exactly one header, `sha256=` and 64 digits of lower-case hex, as
/// Meta writes it. Compared in constant time.
pub fn is_signed<'a>(
    app_secret: &SecretString,
    signatures: impl IntoIterator<Item = &'a [u8]>,
    body: &[u8],
) -> bool {
    let mut signatures = signatures.into_iter();
    let (Some(one), None) = (signatures.next(), signatures.next()) else {
        return false;
    };
    let (Some(claimed), Some(mut mac)) = (signature(one), keyed(app_secret)) else {
        return false;
    };
    mac.update(body);
    mac.verify_slice(&claimed).is_ok()
}

/// The header for a body, as Meta would send it; empty without a secret. For whoever plays the vendor.
pub fn sign(app_secret: &SecretString, body: &[u8]) -> String {
    let Some(mac) = keyed(app_secret) else {
        return String::new();
    };
    let tag = mac.chain_update(body).finalize().into_bytes();
    format!("sha256={}", hex::encode(tag))
}

/// What to answer when Meta asks whether this address is ours: its challenge, when it knows our word. `query` are the
/// names and values of its question. The word is compared in constant time.
pub fn challenge<'a>(
    verify_token: &SecretString,
    query: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Option<&'a str> {
    let (mut mode, mut word, mut challenge) = (None, None, None);
    for (name, value) in query {
        let known = match name {
            "hub.mode" => &mut mode,
            "hub.verify_token" => &mut word,
            "hub.challenge" => &mut challenge,
            _ => continue,
        };
        // Said twice, nobody knows which one is meant.
        if known.replace(value).is_some() {
            return None;
        }
    }
    let (Some("subscribe"), Some(word), Some(challenge)) = (mode, word, challenge) else {
        return None;
    };
    let is_plain = (1..=CHALLENGE_BYTES_MAX).contains(&challenge.len())
        && challenge.bytes().all(|byte| byte.is_ascii_graphic());
    (is_plain && is_word(verify_token, word)).then_some(challenge)
}

/// The ad accounts that a delivery names, each once. Empty when it is about something else.
///
/// # Errors
/// When it is not what Meta describes: then nobody knows what it is about.
pub fn accounts(body: &[u8]) -> Result<BTreeSet<AccountId>, Unreadable> {
    let body: Value =
        serde_json::from_slice(body).map_err(|error| Unreadable(error.to_string()))?;
    let body = Object::new("", &body)?;
    if body.text("object")? != "ad_account" {
        return Ok(BTreeSet::new());
    }
    let entries = body.objects("entry")?;
    let accounts = entries.iter().map(|entry| -> Result<_, WireError> {
        let text = entry.number_text("id")?;
        let text = text.ok_or_else(|| entry.wrong("id", "is missing"))?;
        // With and without the prefix: the reference shows both.
        let account = match text.starts_with("act_") {
            true => text.parse(),
            false => format!("act_{text}").parse(),
        };
        account.map_err(|error| entry.wrong("id", error))
    });
    Ok(accounts.collect::<Result<_, _>>()?)
}

fn signature(text: &[u8]) -> Option<[u8; SIGNATURE_BYTES]> {
    let digits = text.strip_prefix(b"sha256=")?;
    if !digits
        .iter()
        .all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
    {
        return None;
    }
    let mut claimed = [0; SIGNATURE_BYTES];
    hex::decode_to_slice(digits, &mut claimed).ok()?;
    Some(claimed)
}

/// Compares tags of both under the word itself, so that neither its length nor a common beginning shows in the time.
fn is_word(ours: &SecretString, theirs: &str) -> bool {
    let (Some(mut mine), Some(mut given)) = (keyed(ours), keyed(ours)) else {
        return false;
    };
    mine.update(ours.expose_secret().as_bytes());
    given.update(theirs.as_bytes());
    mine.verify_slice(&given.finalize().into_bytes()).is_ok()
}

/// None for an empty secret, which would prove nothing.
fn keyed(secret: &SecretString) -> Option<Hmac<Sha256>> {
    let secret = secret.expose_secret();
    if secret.is_empty() {
        return None;
    }
    Hmac::new_from_slice(secret.as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const BODY: &[u8] = br#"{"probe":1}"#;
    /// Made by another program: the facts in the vendor's reference.
    const SIGNATURE: &str =
        "sha256=bd045ca73653c00e4541a7e521053c8f047a37a72d43fd6b802295bebecf16f0";

    fn secret() -> SecretString {
        "app_secret_demo".into()
    }

    fn signed(headers: &[&[u8]], body: &[u8]) -> bool {
        is_signed(&secret(), headers.iter().copied(), body)
    }

    fn named(body: &Value) -> Vec<String> {
        let accounts = accounts(body.to_string().as_bytes()).unwrap();
        accounts.into_iter().map(String::from).collect()
    }

    #[test]
    fn the_known_signature_is_taken_and_no_other() {
        assert_eq!(sign(&secret(), BODY), SIGNATURE);
        assert!(signed(&[SIGNATURE.as_bytes()], BODY));
        let upper = SIGNATURE.to_uppercase().replace("SHA256", "sha256");
        let digits = SIGNATURE.trim_start_matches("sha256=");
        for hostile in [
            "",
            "sha256=",
            digits,
            &format!("sha1={digits}"),
            &format!("SHA256={digits}"),
            &format!("sha256={digits}00"),
            &SIGNATURE[..SIGNATURE.len() - 1],
            &SIGNATURE[..SIGNATURE.len() - 2],
            &SIGNATURE.replace('b', "g"),
            &upper,
            &format!(" {SIGNATURE}"),
            &format!("{SIGNATURE},{SIGNATURE}"),
            &format!("sha256={}", "0".repeat(64)),
        ] {
            assert!(!signed(&[hostile.as_bytes()], BODY), "{hostile}");
        }
        assert!(!signed(&[b"sha256=\xff\xfe"], BODY));
        assert!(!signed(&[], BODY));
        // Also when both are right: one of them was put there by somebody else.
        assert!(!signed(&[SIGNATURE.as_bytes(), SIGNATURE.as_bytes()], BODY));
        assert!(!signed(&[SIGNATURE.as_bytes()], br#"{"probe": 1}"#));
        let empty = is_signed(&"".into(), [SIGNATURE.as_bytes()], BODY);
        assert!(!empty, "an empty secret signs nothing");
    }

    #[test]
    fn the_challenge_is_answered_to_who_knows_the_word() {
        let word: SecretString = "open sesame".into();
        let ask = |pairs: &[(&'static str, &'static str)]| challenge(&word, pairs.iter().copied());
        let (mode, token, number) = (
            ("hub.mode", "subscribe"),
            ("hub.verify_token", "open sesame"),
            ("hub.challenge", "1158201444"),
        );
        assert_eq!(ask(&[mode, token, number]), Some("1158201444"));
        assert_eq!(
            ask(&[number, ("else", "1"), token, mode]),
            Some("1158201444")
        );
        for hostile in [
            &[][..],
            &[mode, token],
            &[mode, number],
            &[token, number],
            &[("hub.mode", "unsubscribe"), token, number],
            &[mode, ("hub.verify_token", ""), number],
            &[mode, ("hub.verify_token", "open sesam"), number],
            &[mode, ("hub.verify_token", "open sesame\0"), number],
            &[mode, ("hub.verify_token", "another"), token, number],
            &[mode, token, token, number],
            &[mode, token, ("hub.challenge", "")],
            &[mode, token, ("hub.challenge", "a b")],
            &[mode, token, ("hub.challenge", "a\r\nb: c")],
        ] {
            assert_eq!(ask(hostile), None, "{hostile:?}");
        }
        assert_eq!(
            challenge(&"".into(), [mode, ("hub.verify_token", ""), number]),
            None
        );
    }

    #[test]
    fn accounts_are_named_once_in_either_spelling() {
        let changes = json!([{"field": "field_changed", "value": {"object_id": "1", "object_type": "campaign"}}]);
        let body = json!({"object": "ad_account", "entry": [
            {"id": "1001", "time": 1, "changes": changes}, {"id": "act_1001"}, {"id": 7},
        ]});
        assert_eq!(named(&body), ["act_1001", "act_7"]);
        assert!(named(&json!({"object": "page", "entry": [{"id": "1001"}]})).is_empty());
        assert!(named(&json!({"object": "ad_account"})).is_empty());
    }

    #[test]
    fn a_hostile_body_names_nobody() {
        let deep = format!(
            r#"{{"object":"ad_account","entry":{}"#,
            "[".repeat(BODY_BYTES_MAX / 2)
        );
        for body in [
            &b""[..],
            b"null",
            b"[]",
            b"\xff\xfe{}",
            br#"{"object":"ad_account","entry":[{"id":"10"#,
            b"{\"object\":\"ad_account\",\"entry\":[{\"id\":\"\xff\"}]}",
            br#"{"object":7,"entry":[]}"#,
            br#"{"entry":[{"id":"1001"}]}"#,
            br#"{"object":"ad_account","entry":{}}"#,
            br#"{"object":"ad_account","entry":[7]}"#,
            br#"{"object":"ad_account","entry":[{}]}"#,
            br#"{"object":"ad_account","entry":[{"id":"../act_1"}]}"#,
            br#"{"object":"ad_account","entry":[{"id":"act_act_1"}]}"#,
            br#"{"object":"ad_account","entry":[{"id":-1}]}"#,
            br#"{"object":"ad_account","entry":[{"id":1.5}]}"#,
            br#"{"object":"ad_account","entry":[{"id":"123456789012345678901"}]}"#,
            deep.as_bytes(),
        ] {
            let told = accounts(body);
            assert!(told.is_err(), "{:?}", String::from_utf8_lossy(body));
        }
    }

    proptest! {
        #[test]
        fn what_is_signed_is_taken_and_one_bit_more_or_less_is_not(
            body in prop::collection::vec(any::<u8>(), 1..300),
            at in any::<prop::sample::Index>(),
            bit in 0_u32..8,
        ) {
            let header = sign(&secret(), &body);
            prop_assert!(signed(&[header.as_bytes()], &body));
            let mut other = body.clone();
            other[at.index(body.len())] ^= 1 << bit;
            prop_assert!(!signed(&[header.as_bytes()], &other));
            let mut forged = header.into_bytes();
            let place = at.index(forged.len());
            forged[place] ^= 1 << bit;
            prop_assert!(!signed(&[&forged], &body));
        }

        #[test]
        fn any_bytes_are_an_answer_or_an_error(
            body in prop::collection::vec(any::<u8>(), 0..300),
            header in prop::collection::vec(any::<u8>(), 0..100),
        ) {
            let _named = accounts(&body);
            prop_assert!(!signed(&[&header], &body));
        }

        #[test]
        fn ids_are_read_back_as_they_were_written(ids in prop::collection::btree_set(1_u64..1 << 60, 0..20)) {
            let entries: Vec<Value> = ids.iter().map(|id| json!({"id": id.to_string()})).collect();
            let body = json!({"object": "ad_account", "entry": entries});
            let wanted: BTreeSet<String> = ids.iter().map(|id| format!("act_{id}")).collect();
            let read: BTreeSet<String> = named(&body).into_iter().collect();
            prop_assert_eq!(read, wanted);
        }
    }
}
