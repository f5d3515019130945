//! Whether AgentMail has signed a delivery, and when.

use base64::{
    Engine,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::STANDARD},
};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// A longer delivery is refused unread, in bytes. Larger letters are found by the list.
pub const BODY_BYTES_MAX: usize = 1024 * 1024;
/// How far the delivery's time may be from ours, either way, in seconds.
pub const TOLERANCE_S: u64 = 300;

const ID_BYTES_MAX: usize = 256;
const SIGNATURES_BYTES_MAX: usize = 4_096;
/// Secrets are shown with and without their padding.
const SECRET_BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The three headers of a delivery, each exactly once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Headers<'a> {
    pub(super) id: &'a str,
    timestamp: &'a str,
    signatures: &'a str,
}

/// Why a delivery is not AgentMail's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Forged {
    /// `svix-id`, `svix-timestamp` or `svix-signature` is missing, is there twice, or is no plain text.
    #[error("webhook: a header is missing or there twice")]
    Headers,
    /// The body is larger than [`BODY_BYTES_MAX`].
    #[error("webhook: the body is too large")]
    TooLarge,
    /// The time is more than [`TOLERANCE_S`] away from ours, or is none.
    #[error("webhook: its time is too far from ours")]
    Time,
    /// No signature fits.
    #[error("webhook: no signature fits")]
    Signature,
}

impl<'a> Headers<'a> {
    /// Finds them among the headers of a request. Names may be in any case.
    ///
    /// # Errors
    /// When one is missing or is there twice: then somebody else has put one of them there.
    pub fn find(headers: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Result<Self, Forged> {
        let (mut id, mut timestamp, mut signatures) = (None, None, None);
        for (name, value) in headers {
            let slot = if name.eq_ignore_ascii_case("svix-id") {
                &mut id
            } else if name.eq_ignore_ascii_case("svix-timestamp") {
                &mut timestamp
            } else if name.eq_ignore_ascii_case("svix-signature") {
                &mut signatures
            } else {
                continue;
            };
            let text = str::from_utf8(value).map_err(|_| Forged::Headers)?;
            if slot.replace(text).is_some() {
                return Err(Forged::Headers);
            }
        }
        let plain = |text: Option<&'a str>, bytes_max: usize| {
            text.filter(|text| {
                (1..=bytes_max).contains(&text.len())
                    && text.bytes().all(|byte| (0x20..0x7f).contains(&byte))
            })
            .ok_or(Forged::Headers)
        };
        Ok(Self {
            id: plain(id, ID_BYTES_MAX)?,
            timestamp: plain(timestamp, ID_BYTES_MAX)?,
            signatures: plain(signatures, SIGNATURES_BYTES_MAX)?,
        })
    }
}

/// The signature of a delivery, as `svix-signature` carries it; `None` when the secret is none. For whoever plays the
/// vendor.
pub fn sign(secret: &SecretString, id: &str, at: Timestamp, body: &[u8]) -> Option<String> {
    let mac = signed(secret, id, &at.as_second().to_string(), body)?;
    Some(format!(
        "v1,{}",
        STANDARD.encode(mac.finalize().into_bytes())
    ))
}

/// Whether AgentMail has signed the raw body, lately. Compared in constant time.
///
/// # Errors
/// Says what is wrong.
pub fn verify(
    secret: &SecretString,
    headers: Headers<'_>,
    body: &[u8],
    now: Timestamp,
) -> Result<(), Forged> {
    if body.len() > BODY_BYTES_MAX {
        return Err(Forged::TooLarge);
    }
    let mac = signed(secret, headers.id, headers.timestamp, body);
    let mac = mac.ok_or(Forged::Signature)?;
    let is_ours = headers.signatures.split(' ').any(|signature| {
        let claimed = signature
            .strip_prefix("v1,")
            .map(|text| STANDARD.decode(text));
        matches!(claimed, Some(Ok(claimed)) if mac.clone().verify_slice(&claimed).is_ok())
    });
    if !is_ours {
        return Err(Forged::Signature);
    }
    // Last, so that only who knows the secret learns what our clock says.
    let is_digits = headers.timestamp.bytes().all(|byte| byte.is_ascii_digit());
    let sent_at: Option<i64> = headers.timestamp.parse().ok().filter(|_| is_digits);
    match sent_at {
        Some(sent_at) if sent_at.abs_diff(now.as_second()) <= TOLERANCE_S => Ok(()),
        Some(_) | None => Err(Forged::Time),
    }
}

/// Whether this can be a signing secret.
pub(in super::super) fn is_secret(secret: &SecretString) -> bool {
    keyed(secret).is_some()
}

/// What the signature is the tag of.
fn signed(secret: &SecretString, id: &str, timestamp: &str, body: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = keyed(secret)?;
    for part in [id, ".", timestamp, "."] {
        mac.update(part.as_bytes());
    }
    mac.update(body);
    Some(mac)
}

/// None for an empty secret, which would prove nothing.
fn keyed(secret: &SecretString) -> Option<Hmac<Sha256>> {
    let text = secret.expose_secret().strip_prefix("whsec_")?;
    let key = SECRET_BASE64.decode(text).ok()?;
    if key.is_empty() {
        return None;
    }
    Hmac::new_from_slice(&key).ok()
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Made by another program: the facts in the vendor's reference.
    pub(in super::super) const SECRET: &str = "whsec_ZGVtby1zZWNyZXQtMzItYnl0ZXMtbG9uZy0wMDAwMDA=";
    pub(in super::super) const ID: &str = "msg_demo1";
    pub(in super::super) const TIME: &str = "1767225600";
    const BODY: &[u8] = br#"{"probe":1}"#;
    const SIGNATURE: &str = "v1,nUnqVUq54yrTblueZMnjrUdg8CWUaYKS9Ccyotys25M=";

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn found<'a>(id: &'a [u8], time: &'a [u8], signature: &'a [u8]) -> Result<Headers<'a>, Forged> {
        Headers::find([
            ("svix-id", id),
            ("svix-timestamp", time),
            ("svix-signature", signature),
        ])
    }

    fn judge(signature: &str, body: &[u8], now: i64) -> Result<(), Forged> {
        let headers = found(ID.as_bytes(), TIME.as_bytes(), signature.as_bytes())?;
        verify(&SECRET.into(), headers, body, at(now))
    }

    pub(in super::super) fn sign(id: &str, time: &str, body: &[u8]) -> String {
        let mut mac = keyed(&SECRET.into()).unwrap();
        mac.update(format!("{id}.{time}.").as_bytes());
        mac.update(body);
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }

    #[test]
    fn the_known_signature_is_taken_and_no_other() {
        const NOW: i64 = 1_767_225_600;
        judge(SIGNATURE, BODY, NOW).unwrap();
        assert_eq!(
            super::sign(&SECRET.into(), ID, at(NOW), BODY).as_deref(),
            Some(SIGNATURE)
        );
        let other = format!("v1,{}", STANDARD.encode([7; 32]));
        for taken in [
            format!("{other} {SIGNATURE}"),
            format!("{SIGNATURE} {other}"),
            format!("v1a,AAAA v2,BBBB v1,!! {SIGNATURE} "),
        ] {
            judge(&taken, BODY, NOW).unwrap();
        }
        let base64 = SIGNATURE.trim_start_matches("v1,");
        for hostile in [
            "v1,",
            "v1",
            ",",
            base64,
            &other,
            &format!("v2,{base64}"),
            &format!("v1a,{base64}"),
            &format!("V1,{base64}"),
            &format!("v1,{base64}AAAA"),
            &format!("v1,v1,{base64}"),
            &SIGNATURE[..SIGNATURE.len() - 1],
            &SIGNATURE[..SIGNATURE.len() - 4],
            &SIGNATURE.replace(',', ", "),
            &format!("{other},{SIGNATURE}"),
        ] {
            assert_eq!(
                judge(hostile, BODY, NOW),
                Err(Forged::Signature),
                "{hostile}"
            );
        }
        assert_eq!(
            judge(SIGNATURE, br#"{"probe": 1}"#, NOW),
            Err(Forged::Signature)
        );
        for secret in ["", "whsec_", "whsec_ZGVtbw==", &SECRET["whsec_".len()..]] {
            let headers = found(ID.as_bytes(), TIME.as_bytes(), SIGNATURE.as_bytes()).unwrap();
            let told = verify(&secret.into(), headers, BODY, at(NOW));
            assert_eq!(told, Err(Forged::Signature), "{secret}");
        }
        assert!(is_secret(&SECRET.trim_end_matches('=').into()));
    }

    #[test]
    fn id_and_time_are_part_of_what_is_signed() {
        let verified = |id: &[u8], time: &[u8]| {
            let headers = found(id, time, SIGNATURE.as_bytes()).unwrap();
            verify(&SECRET.into(), headers, BODY, at(1_767_225_600))
        };
        assert_eq!(verified(ID.as_bytes(), TIME.as_bytes()), Ok(()));
        assert_eq!(
            verified(b"msg_demo2", TIME.as_bytes()),
            Err(Forged::Signature)
        );
        assert_eq!(
            verified(ID.as_bytes(), b"1767225601"),
            Err(Forged::Signature)
        );
    }

    #[test]
    fn a_time_too_far_from_ours_is_refused_either_way() {
        for (skew_s, expected) in [
            (0, Ok(())),
            (300, Ok(())),
            (-300, Ok(())),
            (301, Err(Forged::Time)),
            (-301, Err(Forged::Time)),
            (86_400 * 365, Err(Forged::Time)),
        ] {
            let told = judge(SIGNATURE, BODY, 1_767_225_600 + skew_s);
            assert_eq!(told, expected, "{skew_s}");
        }
        for time in [
            "-1",
            "+1767225600",
            "1767225600.0",
            "now",
            "9999999999999999999999",
        ] {
            let signature = sign(ID, time, BODY);
            let headers = found(ID.as_bytes(), time.as_bytes(), signature.as_bytes()).unwrap();
            let told = verify(&SECRET.into(), headers, BODY, at(1_767_225_600));
            assert_eq!(told, Err(Forged::Time), "{time}");
        }
    }

    #[test]
    fn each_header_is_there_exactly_once() {
        let (id, time) = (
            ("SVIX-ID", ID.as_bytes()),
            ("Svix-Timestamp", TIME.as_bytes()),
        );
        let signature = ("svix-signature", SIGNATURE.as_bytes());
        let other = ("content-type", &b"\xff"[..]);
        assert!(Headers::find([signature, other, time, id]).is_ok());
        for pairs in [
            &[][..],
            &[id, time],
            &[id, signature],
            &[time, signature],
            &[id, time, signature, signature],
            &[id, time, signature, ("svix-id", b"other")],
            &[id, time, signature, time],
        ] {
            let told = Headers::find(pairs.iter().copied());
            assert_eq!(told, Err(Forged::Headers), "{pairs:?}");
        }
        let long = "v1,A ".repeat(2_000);
        for bad in ["", "a\nb", "ä", &long] {
            let told = found(bad.as_bytes(), TIME.as_bytes(), SIGNATURE.as_bytes());
            assert_eq!(told, Err(Forged::Headers), "{bad:?}");
            let told = found(ID.as_bytes(), TIME.as_bytes(), bad.as_bytes());
            assert_eq!(told, Err(Forged::Headers), "{bad:?}");
        }
        assert_eq!(found(b"\xff\xfe", b"1", b"v1,"), Err(Forged::Headers));
    }

    #[test]
    fn a_body_that_is_too_large_is_refused_unread() {
        let body = vec![b'x'; BODY_BYTES_MAX + 1];
        let signature = sign(ID, TIME, &body);
        assert_eq!(
            judge(&signature, &body, 1_767_225_600),
            Err(Forged::TooLarge)
        );
    }

    proptest! {
        #[test]
        fn what_is_signed_is_taken_and_one_bit_more_or_less_is_not(
            body in prop::collection::vec(any::<u8>(), 1..300),
            at_index in any::<prop::sample::Index>(),
            bit in 0_u32..8,
        ) {
            const NOW: i64 = 1_767_225_600;
            let signature = sign(ID, TIME, &body);
            prop_assert_eq!(judge(&signature, &body, NOW), Ok(()));
            let mut other = body.clone();
            other[at_index.index(body.len())] ^= 1 << bit;
            prop_assert_eq!(judge(&signature, &other, NOW), Err(Forged::Signature));
            let mut forged = signature.into_bytes();
            let place = at_index.index(forged.len());
            forged[place] ^= 1 << bit;
            let told = found(ID.as_bytes(), TIME.as_bytes(), &forged)
                .and_then(|headers| verify(&SECRET.into(), headers, &body, at(NOW)));
            prop_assert!(told.is_err());
        }

        #[test]
        fn any_bytes_are_refused(
            body in prop::collection::vec(any::<u8>(), 0..300),
            header in prop::collection::vec(any::<u8>(), 0..100),
        ) {
            let told = found(ID.as_bytes(), TIME.as_bytes(), &header)
                .and_then(|headers| verify(&SECRET.into(), headers, &body, at(1_767_225_600)));
            prop_assert!(told.is_err());
        }
    }
}
