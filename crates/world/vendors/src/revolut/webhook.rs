//! What Revolut tells by itself: whether it was Revolut that said it, and which transaction it is
//! about.
//!
//! Wire facts are Revolut's developer pages on webhooks v2: a delivery is signed with the webhook's
//! secret over `v1.`, the time of sending in milliseconds, a dot and the raw body; while a secret is
//! rotated the header carries one signature per secret. A delivery has no id and no order, and may
//! come late, twice or never.
//! *Limits.* Therefore its state is a hint: read the transaction, and never step back from a state
//! because a delivery says so.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use homeostat_model::{RuntimeTime, WorldTime};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

use super::{
    config::WEBHOOK_SECRETS_MAX,
    ids::{RequestId, TransactionId},
    json,
    state::PaymentState,
};
use crate::wire::{Object, WireError};

/// The header that carries the signatures.
pub const SIGNATURE_HEADER: &str = "revolut-signature";
/// The header that carries the time of sending, in milliseconds since 1970.
pub const TIMESTAMP_HEADER: &str = "revolut-request-timestamp";
/// A longer delivery is none of Revolut's, in bytes.
pub const BODY_BYTES_MAX: usize = 256 * 1024;
/// A delivery that is older or newer by our clock is not taken.
pub const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

const SIGNATURE_BYTES: usize = 32;
/// More signatures than a rotation can have; each costs a computation.
const SIGNATURES_MAX: usize = 2 * WEBHOOK_SECRETS_MAX;
/// Digits of a time in milliseconds, with room for some thousand years.
const TIMESTAMP_DIGITS_MAX: usize = 15;

/// Why a delivery is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// Not exactly one time, or none that can be read.
    #[error("webhook: {TIMESTAMP_HEADER} must be one time in milliseconds")]
    Timestamp,
    /// Sent at another time than now: an old delivery played again, or a clock that is off.
    #[error("webhook: sent more than five minutes from now; check this machine's clock")]
    NotNow,
    /// No signature under a secret of ours.
    #[error("webhook: not signed with a secret of this webhook")]
    Signature,
    /// Larger than a delivery is.
    #[error("webhook: larger than {BODY_BYTES_MAX} bytes")]
    TooLarge,
}

/// A signed body that is no delivery as Revolut describes it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("webhook: {0}")]
pub struct Unreadable(String);

impl From<WireError> for Unreadable {
    fn from(error: WireError) -> Self {
        Self(error.to_string())
    }
}

/// What a delivery is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// What happened.
    pub event: Event,
    /// When, by the bank's clock.
    pub at: Option<WorldTime>,
    /// To which transaction; always there when the event is about one.
    pub transaction: Option<TransactionId>,
    /// The key of its payment, when it is one that could be ours.
    pub request_id: Option<RequestId>,
    /// A hint: its state before.
    pub old_state: Option<PaymentState>,
    /// A hint: its state after.
    pub new_state: Option<PaymentState>,
}

/// What can happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A transaction began.
    TransactionCreated,
    /// Its state changed.
    TransactionStateChanged,
    /// Something else, such as a payout link, as it was written.
    Other(String),
}

/// Whether the delivery was sent just now by somebody who knows one of the secrets. All values of
/// both headers are wanted; a header that is there twice was put there by somebody else.
/// Signatures are compared in constant time.
///
/// # Errors
/// Why it is not taken.
pub fn verify<'a>(
    secrets: &[SecretString],
    timestamps: impl IntoIterator<Item = &'a [u8]>,
    signatures: impl IntoIterator<Item = &'a [u8]>,
    body: &[u8],
    now: RuntimeTime,
) -> Result<(), Rejected> {
    if body.len() > BODY_BYTES_MAX {
        return Err(Rejected::TooLarge);
    }
    let timestamp = only(timestamps).ok_or(Rejected::Timestamp)?;
    let sent_at = instant(timestamp).ok_or(Rejected::Timestamp)?;
    let signatures = only(signatures).ok_or(Rejected::Signature)?;
    let claimed: Vec<[u8; SIGNATURE_BYTES]> = signatures
        .split(|byte| *byte == b',')
        .take(SIGNATURES_MAX)
        .filter_map(signature)
        .collect();
    let is_signed = secrets
        .iter()
        .take(WEBHOOK_SECRETS_MAX)
        .filter_map(keyed)
        .any(|mac| {
            let mac = mac.chain_update(b"v1.").chain_update(timestamp);
            let mac = mac.chain_update(b".").chain_update(body);
            claimed
                .iter()
                .any(|claimed| mac.clone().verify_slice(claimed).is_ok())
        });
    if !is_signed {
        return Err(Rejected::Signature);
    }
    // After the signature, so that a stranger learns nothing about our clock.
    if now.since(sent_at).abs() > TOLERANCE {
        return Err(Rejected::NotNow);
    }
    Ok(())
}

/// Reads a delivery whose signature is good.
///
/// # Errors
/// When it is not what Revolut describes: then nobody knows what it is about.
pub fn read(body: &[u8]) -> Result<Delivery, Unreadable> {
    let body = json::read(body).map_err(|error| Unreadable(error.to_string()))?;
    let body = Object::new("", &body)?;
    let event = match body.text("event")? {
        "TransactionCreated" => Event::TransactionCreated,
        "TransactionStateChanged" => Event::TransactionStateChanged,
        other => Event::Other(other.chars().take(60).collect()),
    };
    let at = body.text_opt("timestamp")?;
    let mut delivery = Delivery {
        at: at
            .and_then(|at| at.parse::<Timestamp>().ok())
            .map(WorldTime),
        event,
        transaction: None,
        request_id: None,
        old_state: None,
        new_state: None,
    };
    let state_name = match delivery.event {
        Event::TransactionCreated => "state",
        Event::TransactionStateChanged => "new_state",
        Event::Other(_) => return Ok(delivery),
    };
    let data = body
        .object_opt("data")?
        .ok_or_else(|| body.wrong("data", "is missing"))?;
    let state = |name| Ok::<_, WireError>(data.text_opt(name)?.map(PaymentState::from));
    delivery.transaction = Some(data.parse("id")?);
    delivery.request_id = data.text_opt("request_id")?.and_then(|id| id.parse().ok());
    delivery.old_state = state("old_state")?;
    delivery.new_state = state(state_name)?;
    Ok(delivery)
}

impl Delivery {
    /// The same for each delivery of the same news.
    pub fn dedup_key(&self) -> String {
        let id = self.transaction.as_ref().map_or("", TransactionId::as_str);
        let state = self.new_state.as_ref().map_or("", PaymentState::as_str);
        format!("{}:{id}:{state}", self.event)
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TransactionCreated => "TransactionCreated",
            Self::TransactionStateChanged => "TransactionStateChanged",
            Self::Other(name) => name,
        })
    }
}

/// The header for a body, as Revolut would send it; for whoever plays the bank.
pub fn sign(secret: &SecretString, timestamp_ms: i64, body: &[u8]) -> String {
    let Some(mac) = keyed(secret) else {
        return String::new();
    };
    let mac = mac.chain_update(format!("v1.{timestamp_ms}."));
    let tag = mac.chain_update(body).finalize().into_bytes();
    format!("v1={}", hex::encode(tag))
}

fn only<'a>(values: impl IntoIterator<Item = &'a [u8]>) -> Option<&'a [u8]> {
    let mut values = values.into_iter();
    match (values.next(), values.next()) {
        (Some(one), None) => Some(one),
        _ => None,
    }
}

fn instant(text: &[u8]) -> Option<RuntimeTime> {
    let is_plain =
        (1..=TIMESTAMP_DIGITS_MAX).contains(&text.len()) && text.iter().all(u8::is_ascii_digit);
    if !is_plain {
        return None;
    }
    let ms = str::from_utf8(text).ok()?.parse().ok()?;
    Timestamp::from_millisecond(ms).ok().map(RuntimeTime)
}

/// `v1=` and 64 digits of hex. Signatures of another version are passed over.
fn signature(text: &[u8]) -> Option<[u8; SIGNATURE_BYTES]> {
    let digits = text.trim_ascii().strip_prefix(b"v1=")?;
    let mut claimed = [0; SIGNATURE_BYTES];
    hex::decode_to_slice(digits, &mut claimed).ok()?;
    Some(claimed)
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
    use serde_json::{Value, json};

    use super::*;

    const BODY: &[u8] = br#"{"probe":1}"#;
    const SENT_MS: i64 = 1_767_225_600_000;
    /// Made by another program: the secret `wsk_demo_secret`, `SENT_MS` and `BODY`.
    const SIGNATURE: &str = "v1=a749c4f9f9d7ffb408f0ea51dcc4d3b145ae3d6c6d2caaa8962288efd2ccce12";

    fn secrets() -> Vec<SecretString> {
        ["wsk_old", "wsk_demo_secret", "wsk_next"]
            .map(SecretString::from)
            .to_vec()
    }

    fn at(ms: i64) -> RuntimeTime {
        RuntimeTime(Timestamp::from_millisecond(ms).unwrap())
    }

    fn judged(times: &[&[u8]], signatures: &[&[u8]], body: &[u8]) -> Result<(), Rejected> {
        let (times, signatures) = (times.iter().copied(), signatures.iter().copied());
        verify(&secrets(), times, signatures, body, at(SENT_MS))
    }

    fn signed(signatures: &[u8], body: &[u8]) -> Result<(), Rejected> {
        judged(&[b"1767225600000"], &[signatures], body)
    }

    #[test]
    fn the_known_signature_is_taken_and_no_other() {
        assert_eq!(sign(&secrets()[1], SENT_MS, BODY), SIGNATURE);
        assert_eq!(signed(SIGNATURE.as_bytes(), BODY), Ok(()));
        let digits = SIGNATURE.trim_start_matches("v1=");
        for hostile in [
            "",
            "v1=",
            digits,
            &format!("v2={digits}"),
            &format!("V1={digits}"),
            &format!("v1={digits}00"),
            &SIGNATURE[..SIGNATURE.len() - 1],
            &SIGNATURE.replace('b', "g"),
            &format!("v1={}", "0".repeat(64)),
        ] {
            let told = signed(hostile.as_bytes(), BODY);
            assert_eq!(told, Err(Rejected::Signature), "{hostile}");
        }
        assert_eq!(signed(b"v1=\xff\xfe", BODY), Err(Rejected::Signature));
        let spaced = signed(SIGNATURE.as_bytes(), br#"{"probe": 1}"#);
        assert_eq!(spaced, Err(Rejected::Signature));
        let ours = SIGNATURE.as_bytes();
        // Another time of sending, and a header that is there twice or not at all.
        let other = judged(&[b"1767225600001"], &[ours], BODY);
        assert_eq!(other, Err(Rejected::Signature));
        let time: &[u8] = b"1767225600000";
        assert_eq!(
            judged(&[time], &[ours, ours], BODY),
            Err(Rejected::Signature)
        );
        assert_eq!(judged(&[time], &[], BODY), Err(Rejected::Signature));
        assert_eq!(
            judged(&[time, time], &[ours], BODY),
            Err(Rejected::Timestamp)
        );
        assert_eq!(judged(&[], &[ours], BODY), Err(Rejected::Timestamp));
        let big = vec![b' '; BODY_BYTES_MAX + 1];
        assert_eq!(signed(ours, &big), Err(Rejected::TooLarge));
    }

    #[test]
    fn any_of_the_living_secrets_will_do_beside_signatures_of_others() {
        for secret in secrets() {
            let good = sign(&secret, SENT_MS, BODY);
            let bad = sign(&"wsk_dead".into(), SENT_MS, BODY);
            for header in [
                good.clone(),
                format!("{bad},{good}"),
                format!("{good}, {bad}"),
            ] {
                assert_eq!(signed(header.as_bytes(), BODY), Ok(()), "{header}");
            }
            assert!(signed(bad.as_bytes(), BODY).is_err());
            let late = format!("{}{good}", format!("{bad},").repeat(SIGNATURES_MAX));
            assert!(signed(late.as_bytes(), BODY).is_err(), "too many to try");
        }
        let none = verify(
            &[],
            [&b"1767225600000"[..]],
            [SIGNATURE.as_bytes()],
            BODY,
            at(SENT_MS),
        );
        assert_eq!(none, Err(Rejected::Signature));
        let empty = sign(&"".into(), SENT_MS, BODY);
        assert_eq!(empty, "", "an empty secret signs nothing");
    }

    #[test]
    fn an_old_delivery_and_one_from_the_future_are_not_taken() {
        let judged = |now_ms| {
            let times = [&b"1767225600000"[..]];
            verify(&secrets(), times, [SIGNATURE.as_bytes()], BODY, at(now_ms))
        };
        for off_ms in [-300_000, 0, 299_999, 300_000] {
            assert_eq!(judged(SENT_MS + off_ms), Ok(()), "{off_ms}");
        }
        for off_ms in [-300_001, 300_001, 86_400_000] {
            assert_eq!(judged(SENT_MS + off_ms), Err(Rejected::NotNow), "{off_ms}");
        }
        for text in [
            "",
            "now",
            "-1",
            "1e12",
            "176722560000\u{0}",
            "9".repeat(16).as_str(),
        ] {
            let told = super::verify(&secrets(), [text.as_bytes()], [&b"v1="[..]], BODY, at(0));
            assert_eq!(told, Err(Rejected::Timestamp), "{text:?}");
        }
    }

    fn body(event: &str, data: &Value) -> Vec<u8> {
        let body =
            json!({"event": event, "timestamp": "2026-03-01T09:17:41.500000Z", "data": data});
        body.to_string().into_bytes()
    }

    const ID: &str = "69c2f0a1-1b2c-4d3e-8f90-a1b2c3d4e5f6";

    #[test]
    fn a_change_of_state_names_its_transaction() {
        let data = json!({"id": ID, "request_id": "inv-2026-0412-a1", "old_state": "pending",
            "new_state": "completed"});
        let told = read(&body("TransactionStateChanged", &data)).unwrap();
        assert_eq!(told.event, Event::TransactionStateChanged);
        assert_eq!(told.transaction.as_ref().unwrap().as_str(), ID);
        assert_eq!(
            told.request_id.as_ref().unwrap().as_str(),
            "inv-2026-0412-a1"
        );
        assert_eq!(told.old_state, Some(PaymentState::Pending));
        assert_eq!(told.new_state, Some(PaymentState::Completed));
        let at = told.at.map(|at| at.to_string());
        assert_eq!(at.as_deref(), Some("2026-03-01T09:17:41.5Z"));
        let key = format!("TransactionStateChanged:{ID}:completed");
        assert_eq!(told.dedup_key(), key);

        let data =
            json!({"id": ID, "type": "transfer", "state": "on_hold", "legs": [{"amount": -1}]});
        let told = read(&body("TransactionCreated", &data)).unwrap();
        assert_eq!(
            told.new_state,
            Some(PaymentState::Unknown("on_hold".into()))
        );
        assert_eq!((told.request_id, told.old_state), (None, None));
        let other = read(&body("PayoutLinkCreated", &json!({"id": 7}))).unwrap();
        assert_eq!(other.event, Event::Other("PayoutLinkCreated".into()));
        assert_eq!(other.transaction, None);
    }

    #[test]
    fn a_hostile_body_names_nothing() {
        let deep = format!(r#"{{"event":{}"#, "[".repeat(BODY_BYTES_MAX / 2));
        let good = body("TransactionCreated", &json!({"id": ID, "state": "pending"}));
        assert!(read(&good).is_ok());
        for hostile in [
            b"".to_vec(),
            b"null".to_vec(),
            b"[]".to_vec(),
            b"\xff\xfe{}".to_vec(),
            good[..good.len() - 1].to_vec(),
            deep.into_bytes(),
            json!({"event": null, "data": {"id": ID}})
                .to_string()
                .into_bytes(),
            json!({"event": "TransactionCreated"})
                .to_string()
                .into_bytes(),
            body("TransactionCreated", &json!([])),
            body("TransactionCreated", &json!({"state": "pending"})),
            body("TransactionCreated", &json!({"id": 7})),
            body("TransactionCreated", &json!({"id": "../accounts"})),
            body(
                "TransactionStateChanged",
                &json!({"id": ID, "new_state": {}}),
            ),
        ] {
            let told = read(&hostile);
            assert!(told.is_err(), "{:?}", String::from_utf8_lossy(&hostile));
        }
    }

    proptest! {
        #[test]
        fn what_is_signed_is_taken_and_one_bit_more_or_less_is_not(
            body in prop::collection::vec(any::<u8>(), 1..300),
            at_byte in any::<prop::sample::Index>(),
            bit in 0_u32..8,
        ) {
            let header = sign(&secrets()[0], SENT_MS, &body);
            prop_assert!(signed(header.as_bytes(), &body).is_ok());
            let mut other = body.clone();
            other[at_byte.index(body.len())] ^= 1 << bit;
            prop_assert!(signed(header.as_bytes(), &other).is_err());
        }

        #[test]
        fn any_bytes_are_an_answer_or_an_error(
            body in prop::collection::vec(any::<u8>(), 0..300),
            header in prop::collection::vec(any::<u8>(), 0..100),
            time in prop::collection::vec(any::<u8>(), 0..20),
        ) {
            let _read = read(&body);
            prop_assert!(judged(&[&time], &[&header], &body).is_err());
        }
    }
}
