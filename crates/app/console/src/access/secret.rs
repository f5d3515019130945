//! Secrets: made, hashed, and what a page is given to prove that it is ours.

use hmac::{Hmac, KeyInit, Mac};
use homeostat_clock::Entropy;
use rand::Rng;
use sha2::{Digest, Sha256};

/// 32 random bytes in hexadecimal. The root must be drawn for this one.
pub(super) fn of(root: &Entropy) -> String {
    let mut bytes = [0; 32];
    root.rng().fill_bytes(&mut bytes);
    hex(&bytes)
}

/// What is kept of a secret.
pub(super) fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

/// The word in a page's forms: only who has the cookie's secret can make it.
pub(super) fn csrf(secret: &str) -> String {
    hex(&keyed(secret).finalize().into_bytes())
}

/// Whether a form's word was made under this secret, in constant time.
pub(super) fn is_csrf(secret: &str, word: &str) -> bool {
    let Some(bytes) = unhex(word) else {
        return false;
    };
    keyed(secret).verify_slice(&bytes).is_ok()
}

fn keyed(secret: &str) -> Hmac<Sha256> {
    // An HMAC takes a key of any length.
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(secret.as_bytes())
        .unwrap_or_else(|_| <Hmac<Sha256> as KeyInit>::new(&Default::default()));
    mac.update(b"homeostat console change");
    mac
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    let pairs = (0..text.len()).step_by(2);
    pairs
        .map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_ours_only_under_its_own_cookie() {
        let (mine, other) = (of(&Entropy::from_seed(1)), of(&Entropy::from_seed(2)));
        assert_eq!(mine.len(), 64);
        assert_ne!(mine, other);
        assert!(is_csrf(&mine, &csrf(&mine)));
        assert!(!is_csrf(&mine, &csrf(&other)));
        for nonsense in ["", "zz", "0", "ünïcode!", &"00".repeat(32)] {
            assert!(!is_csrf(&mine, nonsense), "{nonsense}");
        }
    }
}
