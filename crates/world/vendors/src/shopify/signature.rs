//! Whether it was Shopify that sent a webhook: base64 of an HMAC-SHA256 over the raw body, under the app's secret.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// The header that carries the signature.
pub const SIGNATURE_HEADER: &str = "x-shopify-hmac-sha256";
/// Base64 of 32 bytes.
const SIGNATURE_CHARS: usize = 44;
/// The app's secrets: the one in force and, for up to an hour after a change, the one before.
#[derive(Debug, Clone)]
pub struct Secrets {
    /// In force.
    pub current: SecretString,
    /// The one before.
    pub previous: Option<SecretString>,
}

/// Whether the raw body carries the app's signature: exactly one header, base64 of 32 bytes. Compared in constant time.
pub fn is_signed<'a>(
    secrets: &Secrets,
    signatures: impl IntoIterator<Item = &'a [u8]>,
    body: &[u8],
) -> bool {
    let mut signatures = signatures.into_iter();
    let (Some(one), None) = (signatures.next(), signatures.next()) else {
        return false;
    };
    let Some(claimed) = signature(one) else {
        return false;
    };
    let all = std::iter::once(&secrets.current).chain(&secrets.previous);
    all.filter_map(|secret| {
        let mut mac = keyed(secret)?;
        mac.update(body);
        mac.verify_slice(&claimed).ok()
    })
    .count()
        > 0
}

/// The header for a body, as Shopify would send it; empty without a secret. For whoever plays the vendor.
pub fn sign(secret: &SecretString, body: &[u8]) -> String {
    let Some(mac) = keyed(secret) else {
        return String::new();
    };
    STANDARD.encode(mac.chain_update(body).finalize().into_bytes())
}

/// Strict base64: 43 digits and one `=`, the two bits behind the last byte zero, so that a signature has one spelling.
fn signature(text: &[u8]) -> Option<[u8; 32]> {
    if text.len() != SIGNATURE_CHARS {
        return None;
    }
    let digits = text.strip_suffix(b"=")?;
    let mut claimed = [0_u8; 32];
    let mut places = claimed.iter_mut();
    let (mut bits, mut held) = (0_u32, 0_u32);
    for digit in digits {
        bits = (bits << 6) | sextet(*digit)?;
        held += 6;
        if held >= 8 {
            held -= 8;
            *places.next()? = u8::try_from(bits >> held).ok()?;
            bits &= (1 << held) - 1;
        }
    }
    (bits == 0).then_some(claimed)
}

fn sextet(digit: u8) -> Option<u32> {
    let value = match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(value))
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

    use super::*;

    const BODY: &[u8] = br#"{"probe":1}"#;
    /// Made by another program: the facts in the vendor's reference.
    const SIGNATURE: &str = "WeK342gx9ihv0OGis4gJ93NxTD6HZa8FthSd0cF69wQ=";
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    fn secrets(current: &str, previous: Option<&str>) -> Secrets {
        Secrets {
            current: current.into(),
            previous: previous.map(SecretString::from),
        }
    }

    fn signed(headers: &[&[u8]], body: &[u8]) -> bool {
        let secrets = secrets("client_secret_demo", None);
        is_signed(&secrets, headers.iter().copied(), body)
    }

    fn sign(body: &[u8]) -> Vec<u8> {
        let mut mac = keyed(&"client_secret_demo".into()).unwrap();
        mac.update(body);
        let mut text = Vec::new();
        for part in mac.finalize().into_bytes().chunks(3) {
            let bits = part
                .iter()
                .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
            let bits = bits << (8 * (3 - part.len()));
            let digits = [18, 12, 6, 0].map(|by| DIGITS[(bits >> by) as usize & 63]);
            text.extend(&digits[..=part.len()]);
        }
        text.push(b'=');
        text
    }

    #[test]
    fn the_known_signature_is_taken_and_no_other() {
        assert!(signed(&[SIGNATURE.as_bytes()], BODY));
        assert_eq!(sign(BODY), SIGNATURE.as_bytes());
        assert_eq!(super::sign(&"client_secret_demo".into(), BODY), SIGNATURE);
        for hostile in [
            "",
            "=",
            &SIGNATURE[..43],
            &format!("{SIGNATURE}="),
            &format!(" {SIGNATURE}"),
            &format!("{SIGNATURE},{SIGNATURE}"),
            &SIGNATURE.replace('W', "w"),
            &SIGNATURE.replace("9ih", "9i-"),
            // The same bytes in another spelling: the last digit's spare bits are set.
            &SIGNATURE.replace("wQ=", "wR="),
            "59e2b7e36831f6286fd0e1a2b38809f773714c3e8765af05b6149dd1c17af704",
        ] {
            assert!(!signed(&[hostile.as_bytes()], BODY), "{hostile}");
        }
        assert!(!signed(&[&[0xff; 44]], BODY));
        assert!(!signed(&[], BODY));
        // Also when both are right: one of them was put there by somebody else.
        assert!(!signed(&[SIGNATURE.as_bytes(), SIGNATURE.as_bytes()], BODY));
        assert!(!signed(&[SIGNATURE.as_bytes()], br#"{"probe": 1}"#));
    }

    #[test]
    fn after_a_rotation_either_secret_signs_and_an_empty_one_never() {
        let taken = |current, previous| {
            let secrets = secrets(current, previous);
            is_signed(&secrets, [SIGNATURE.as_bytes()], BODY)
        };
        assert!(taken("client_secret_demo", Some("older")));
        assert!(taken("newer", Some("client_secret_demo")));
        assert!(!taken("newer", Some("older")));
        assert!(!taken("newer", None));
        let keyless = secrets("", Some(""));
        assert!(!is_signed(&keyless, [SIGNATURE.as_bytes()], BODY));
    }

    proptest! {
        #[test]
        fn what_is_signed_is_taken_and_one_bit_more_or_less_is_not(
            body in prop::collection::vec(any::<u8>(), 1..300),
            at in any::<prop::sample::Index>(),
            bit in 0_u32..8,
        ) {
            let header = sign(&body);
            prop_assert!(signed(&[&header], &body));
            let mut other = body.clone();
            other[at.index(body.len())] ^= 1 << bit;
            prop_assert!(!signed(&[&header], &other));
            let mut forged = header;
            let place = at.index(forged.len());
            forged[place] ^= 1 << bit;
            prop_assert!(!signed(&[&forged], &body));
        }


        #[test]
        fn any_header_is_no_signature(
            body in prop::collection::vec(any::<u8>(), 0..300),
            header in prop::collection::vec(any::<u8>(), 0..100),
        ) {
            prop_assert!(!signed(&[&header], &body));
        }
    }
}
