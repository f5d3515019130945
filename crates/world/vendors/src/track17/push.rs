//! What 17TRACK tells by itself: whether it was 17TRACK that said it, and of which parcels.
//!
//! A delivery is signed with a plain hash of its raw body and the account's key. It carries neither an id nor a time, so
//! it may come late, twice, in another order or never, and a signed one can be played again by whoever saw it. What
//! was told before is recognised by [`Push::key`], and what is older by the time of its latest event.
//! *Limits.* Nothing is pushed of a parcel that does not move, so silence says nothing: parcels are asked for as well.

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{
    parcel::Parcel,
    read::{WORD_MAX, clean, parcel, word},
    shipment::{self, Shipment},
};
use crate::wire::{Object, WireError, wrong};

/// The header that carries the signature.
pub const SIGNATURE_HEADER: &str = "sign";
/// A longer delivery is none of 17TRACK's, in bytes. A parcel's whole history comes with each one.
pub const BODY_BYTES_MAX: usize = 1024 * 1024;
/// A delivery is about one parcel. Where it is about several, no more than this.
const PARCELS_MAX: usize = 40;

/// A signed body that is no delivery as 17TRACK describes it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("webhook: {0}")]
pub struct Unreadable(String);

/// One thing that was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Push {
    /// There is news of a parcel.
    Updated(Box<Shipment>),
    /// A parcel is not followed any more.
    Stopped {
        /// Which.
        parcel: Parcel,
        /// Our own word for it.
        tag: Option<String>,
    },
    /// Something that this client does not know. Ask for the parcel.
    Other {
        /// The vendor's word for it.
        event: String,
        /// About which parcel.
        parcel: Parcel,
    },
}

/// By what a push is recognised when it comes again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// About which parcel.
    pub parcel: Parcel,
    /// The word of what was told: the status and its detail, or the event. A parcel expires without a new event.
    pub word: String,
    /// The state of the carriers' accounts.
    pub state: State,
}

/// Which state of the carriers' accounts a push tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// `providers_hash`.
    Providers(i64),
    /// The time of the latest event, where there is no hash.
    EventAt(Timestamp),
    /// Neither was told.
    Untold,
}

/// Whether the raw body carries the account's signature: exactly one header, 64 digits of lower-case hex, as 17TRACK
/// writes it. Compared in constant time.
pub fn is_signed<'a>(
    key: &SecretString,
    signatures: impl IntoIterator<Item = &'a [u8]>,
    body: &[u8],
) -> bool {
    let mut signatures = signatures.into_iter();
    let (Some(claimed), None) = (signatures.next(), signatures.next()) else {
        return false;
    };
    let key = key.expose_secret().as_bytes();
    // An empty key would prove nothing.
    !key.is_empty() && is_equal(key, signature(key, body).as_bytes(), claimed)
}

/// The header for a body, as 17TRACK would send it. For whoever plays the vendor.
pub fn sign(key: &SecretString, body: &[u8]) -> String {
    signature(key.expose_secret().as_bytes(), body)
}

/// What a delivery tells.
///
/// # Errors
/// When it is not what 17TRACK describes. Then nobody knows what it is about: ask for the parcels.
pub fn read(body: &[u8]) -> Result<Vec<Push>, Unreadable> {
    let told: Result<Value, _> = serde_json::from_slice(body);
    let told = told.map_err(|error| Unreadable(error.to_string()))?;
    pushes(&told).map_err(|error| Unreadable(clean(&error.to_string(), 300)))
}

impl Push {
    /// About which parcel it is.
    pub fn parcel(&self) -> &Parcel {
        match self {
            Self::Updated(shipment) => &shipment.parcel,
            Self::Stopped { parcel, .. } | Self::Other { parcel, .. } => parcel,
        }
    }

    /// By what it is recognised when it comes again.
    pub fn key(&self) -> Key {
        let (word, state) = match self {
            Self::Updated(shipment) => {
                let detail = shipment.sub_status.as_ref();
                let detail = detail.map(|detail| format!("/{detail}"));
                let event = shipment.latest_event.as_ref();
                let state = (shipment.providers_hash.map(State::Providers))
                    .or_else(|| event?.at.map(State::EventAt));
                let word = format!("{}{}", shipment.status, detail.unwrap_or_default());
                (word, state.unwrap_or(State::Untold))
            }
            Self::Stopped { .. } => (STOPPED.to_owned(), State::Untold),
            Self::Other { event, .. } => (event.clone(), State::Untold),
        };
        Key {
            parcel: self.parcel().clone(),
            word,
            state,
        }
    }
}

const UPDATED: &str = "TRACKING_UPDATED";
const STOPPED: &str = "TRACKING_STOPPED";

/// `data` is one object in v2; a list of them is taken as well.
fn pushes(body: &Value) -> Result<Vec<Push>, WireError> {
    let root = Object::new("", body)?;
    let event = root.text("event")?;
    match root.get("data") {
        None => Err(root.wrong("data", "is missing")),
        Some(Value::Array(items)) if items.len() > PARCELS_MAX => {
            let problem = format!("has {} parcels, at most {PARCELS_MAX}", items.len());
            Err(root.wrong("data", problem))
        }
        Some(Value::Array(items)) if items.is_empty() => Err(wrong("data", "is empty")),
        Some(Value::Array(items)) => {
            let each = items.iter().enumerate();
            each.map(|(nth, item)| push(event, format!("data[{nth}]"), item))
                .collect()
        }
        Some(one) => Ok(vec![push(event, "data".to_owned(), one)?]),
    }
}

fn push(event: &str, path: String, data: &Value) -> Result<Push, WireError> {
    let data = Object::new(path, data)?;
    Ok(match event {
        UPDATED => Push::Updated(Box::new(shipment::read(&data)?)),
        STOPPED => Push::Stopped {
            parcel: parcel(&data)?,
            tag: word(&data, "tag")?,
        },
        other => Push::Other {
            event: clean(other, WORD_MAX),
            parcel: parcel(&data)?,
        },
    })
}

/// Hex SHA-256 of the raw body, a slash and the key.
fn signature(key: &[u8], body: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash.update(body);
    hash.update(b"/");
    hash.update(key);
    hex::encode(hash.finalize())
}

/// Compares tags of both under the key, so that no common beginning shows in the time.
fn is_equal(key: &[u8], ours: &[u8], theirs: &[u8]) -> bool {
    let tagged = || Hmac::<Sha256>::new_from_slice(key).ok();
    let (Some(mut mine), Some(mut given)) = (tagged(), tagged()) else {
        return false;
    };
    mine.update(ours);
    given.update(theirs);
    mine.verify_slice(&given.finalize().into_bytes()).is_ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const BODY: &[u8] = br#"{"probe":1}"#;
    /// Made by another program: the facts in the vendor's documents.
    const SIGNATURE: &str = "70486bee20d3781b069e738134688c36f28a353639783b625cd7c1d1398931ce";

    fn signed(key: &str, headers: &[&[u8]], body: &[u8]) -> bool {
        is_signed(&key.into(), headers.iter().copied(), body)
    }

    fn update(status: &str, hash: Value) -> Value {
        json!({
            "number": "LX300112233CN", "carrier": 3011, "tag": "order-10412",
            "track_info": {
                "latest_status": {"status": status, "sub_status": format!("{status}_Other")},
                "latest_event": {"time_utc": "2026-03-02T07:10:00Z", "description": "seen"},
                "tracking": {"providers_hash": hash},
            },
        })
    }

    fn told(event: &str, data: &Value) -> Result<Vec<Push>, Unreadable> {
        let body = json!({"event": event, "data": data});
        read(body.to_string().as_bytes())
    }

    fn key(data: &Value) -> Key {
        told(UPDATED, data).unwrap()[0].key()
    }

    #[test]
    fn the_known_signature_is_taken_and_no_other() {
        assert!(signed("DEMOKEY", &[SIGNATURE.as_bytes()], BODY));
        let (upper, spaced) = (SIGNATURE.to_uppercase(), format!(" {SIGNATURE}"));
        let (longer, zeros) = (format!("{SIGNATURE}00"), "0".repeat(64));
        let prefixed = format!("sha256={SIGNATURE}");
        for hostile in [
            "",
            &SIGNATURE[..63],
            &upper,
            &spaced,
            &longer,
            &zeros,
            &prefixed,
        ] {
            assert!(!signed("DEMOKEY", &[hostile.as_bytes()], BODY), "{hostile}");
        }
        assert!(!signed("DEMOKEY", &[b"\xff\xfe"], BODY));
        assert!(!signed("DEMOKEY", &[], BODY));
        // Also when both are right: one of them was put there by somebody else.
        assert!(!signed("DEMOKEY", &[SIGNATURE.as_bytes(); 2], BODY));
        assert!(!signed(
            "DEMOKEY",
            &[SIGNATURE.as_bytes()],
            br#"{"probe": 1}"#
        ));
        assert!(!signed("demokey", &[SIGNATURE.as_bytes()], BODY));
        let empty = signature(b"", BODY);
        assert!(
            !signed("", &[empty.as_bytes()], BODY),
            "no key signs nothing"
        );
    }

    #[test]
    fn data_may_be_one_parcel_or_a_list_of_them() {
        let one = update("InTransit", json!(7));
        let mut two = one.clone();
        two["number"] = json!("LX300112244CN");
        assert_eq!(told(UPDATED, &one).unwrap().len(), 1);
        let both = told(UPDATED, &json!([one, two])).unwrap();
        let numbers: Vec<&str> = both.iter().map(|p| p.parcel().number.as_str()).collect();
        assert_eq!(numbers, ["LX300112233CN", "LX300112244CN"]);
        // Half of a delivery is none: what the other half said would be lost.
        assert!(told(UPDATED, &json!([one, {"number": "LX300112244CN"}])).is_err());
        assert!(told(UPDATED, &json!([])).is_err());
        assert!(told(UPDATED, &json!(vec![one; 41])).is_err());
    }

    #[test]
    fn a_stop_and_an_unknown_event_name_their_parcel() {
        let data = json!({"number": "LX300112233CN", "carrier": "3011", "param": null, "tag": "t"});
        let stopped = told(STOPPED, &data).unwrap();
        assert!(matches!(&stopped[0], Push::Stopped { tag: Some(tag), .. } if tag == "t"));
        assert_eq!(stopped[0].parcel().carrier.unwrap().key(), 3_011);
        let other = told("TRACKING_TELEPORTED", &data).unwrap();
        assert!(matches!(&other[0], Push::Other { event, .. } if event == "TRACKING_TELEPORTED"));
        assert_eq!(other[0].parcel(), stopped[0].parcel());
        assert_ne!(other[0].key(), stopped[0].key());
    }

    #[test]
    fn the_same_news_has_the_same_key_and_other_news_another() {
        let first = key(&update("InTransit", json!(7)));
        assert_eq!(key(&update("InTransit", json!("7"))), first);
        assert_ne!(key(&update("InTransit", json!(8))), first);
        // A parcel expires without any news of its carriers.
        assert_ne!(key(&update("Expired", json!(7))), first);
        let mut other = update("InTransit", json!(7));
        other["carrier"] = json!(2_151);
        assert_ne!(key(&other), first);
        let by_event = key(&update("InTransit", Value::Null));
        let at = "2026-03-02T07:10:00Z".parse().unwrap();
        assert_eq!(by_event.state, State::EventAt(at));
    }

    proptest! {
        #[test]
        fn no_other_body_has_the_signature(body in prop::collection::vec(any::<u8>(), 0..80)) {
            let is_ours = body == BODY;
            prop_assert_eq!(signed("DEMOKEY", &[SIGNATURE.as_bytes()], &body), is_ours);
            let own = signature(b"DEMOKEY", &body);
            prop_assert!(signed("DEMOKEY", &[own.as_bytes()], &body));
        }

        #[test]
        fn any_bytes_are_a_delivery_or_unreadable(body in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Err(error) = read(&body) {
                prop_assert!(error.to_string().chars().count() < 400);
            }
        }
    }
}
