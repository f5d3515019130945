//! Who we are: a short statement signed with the certificate's key (RFC 7523, RS256).
//!
//! The key is handled by the TLS library's own signer; there is no other cryptography here.

use std::{fmt, sync::Arc};

use homeostat_model::RuntimeTime;
use rustls::{
    SignatureScheme,
    crypto::ring::sign::any_supported_type,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer, pem::PemObject},
    sign::SigningKey,
};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

/// Who the statement is for: the same on all hosts.
pub const AUDIENCE: &str = "https://revolut.com";
/// What the token endpoint calls such a statement.
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The private half of the uploaded certificate.
#[derive(Clone)]
pub struct AssertionKey(Arc<dyn SigningKey>);

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'static str,
    exp: i64,
}

impl AssertionKey {
    /// An RSA key in PKCS#8 as PEM.
    ///
    /// # Errors
    /// What it must be, without a word of what it is.
    pub fn from_pem(pem: &SecretString) -> Result<Self, &'static str> {
        let problem = "must be an RSA key in PKCS#8 as PEM, beginning with BEGIN PRIVATE KEY";
        let der = PrivatePkcs8KeyDer::from_pem_slice(pem.expose_secret().as_bytes())
            .map_err(|_| problem)?;
        let key = any_supported_type(&PrivateKeyDer::Pkcs8(der)).map_err(|_| problem)?;
        match key.choose_scheme(&[SignatureScheme::RSA_PKCS1_SHA256]) {
            Some(_) => Ok(Self(key)),
            None => Err(problem),
        }
    }

    /// The signature of the first two parts of a statement, as its third. The same text always gives
    /// the same signature, so whoever has the key can check one by making it again.
    pub fn signature(&self, signed_part: &str) -> Option<String> {
        let signer = self.0.choose_scheme(&[SignatureScheme::RSA_PKCS1_SHA256])?;
        let signature = signer.sign(signed_part.as_bytes()).ok()?;
        Some(base64_url(&signature))
    }

    /// The statement that we are this client, good until `expires_at`; `None` when the key fails.
    pub fn assertion(
        &self,
        client_id: &str,
        issuer: &str,
        expires_at: RuntimeTime,
    ) -> Option<SecretString> {
        let claims = Claims {
            iss: issuer,
            sub: client_id,
            aud: AUDIENCE,
            exp: expires_at.0.as_second(),
        };
        let header = base64_url(br#"{"alg":"RS256","typ":"JWT"}"#);
        let claims = base64_url(&serde_json::to_vec(&claims).ok()?);
        let signed_part = format!("{header}.{claims}");
        let signature = self.signature(&signed_part)?;
        Some(format!("{signed_part}.{signature}").into())
    }
}

impl fmt::Debug for AssertionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AssertionKey(..)")
    }
}

/// RFC 4648, section 5, without padding.
fn base64_url(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for nth in 0..=chunk.len() {
            let six = (bits >> (18 - 6 * nth)) & 63;
            let letter = ALPHABET.get(six as usize).copied().unwrap_or(b'A');
            text.push(char::from(letter));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made with the same key by another program.
    const KNOWN: &str = concat!(
        "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.",
        "eyJpc3MiOiJzaG9wLmV4YW1wbGUiLCJzdWIiOiJjbGllbnQtMSIsImF1ZCI6Imh0dHBzOi8vcmV2b2x1dC5jb20iLCJleHAiOjE3NjcyMjYyMDB9.",
        "hjZkVfi3ZnZMNl2CHTrQ4O5wxbyI7M197LpC3QjBefEbDohg7KEyYcxPvoj4NvFYbk00RIWqrXZTgEBe-HVebPx8xzEk5qZchXu-B8F4jBet6twKP1JmbjTWbzv9hWdpAawE9mzBVYju2m4MwTJR3AK-YSZYf-34CHzvXaKYHhMBjb6cTuxd_nK3j9bbMtJtvBZBO59vgYRcicW8nJM3GiLPjue5r5k85S2r_siG1LnMTdB1sRh73CZ779hL23zyxgD1jEB5fQ0EqrKYVizlWsVhnKB3aIywaP1oTUchrR-GGgUbK4-nUhT8-eW3s57pIdU_MWEHufVt2b0-Vq3B9Q",
    );

    #[test]
    fn the_statement_is_the_one_that_another_program_makes() {
        let key = AssertionKey::from_pem(&include_str!("test_key.pem").into()).unwrap();
        let at = RuntimeTime("2026-01-01T00:10:00.9Z".parse().unwrap());
        let made = key.assertion("client-1", "shop.example", at).unwrap();
        assert_eq!(made.expose_secret(), KNOWN);
        let (signed_part, signature) = KNOWN.rsplit_once('.').unwrap();
        assert_eq!(key.signature(signed_part).as_deref(), Some(signature));
        let other = signed_part.replace("eyJpc3M", "eyJpc3N");
        assert_ne!(key.signature(&other).as_deref(), Some(signature));
    }

    #[test]
    fn base64_is_the_one_of_the_known_vectors() {
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg"),
            ("fo", "Zm8"),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
            ("~~~?", "fn5-Pw"),
        ] {
            assert_eq!(base64_url(plain.as_bytes()), coded);
        }
        assert_eq!(base64_url(&[0xff, 0xef]), "_-8");
    }
}
