//! Who may come in: access tokens for whoever holds the refresh token and the certificate's key.
//!
//! Nothing of it is stored. A token says when it was given and carries a tag that only the bank can
//! make, so it is good across restarts. The statement's signature is checked by making it again with
//! the key that the sandbox publishes, since the same text always has the same one.

use std::sync::LazyLock;

use homeostat_model::WorldTime;
use homeostat_vendors::revolut::{
    auth::{ASSERTION_TYPE, AUDIENCE, AssertionKey},
    webhook,
};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::json;

use super::answer::Answer;
use crate::{
    app::App,
    options::{REVOLUT_CLIENT_ID, REVOLUT_ISSUER, REVOLUT_PRIVATE_KEY, REVOLUT_REFRESH_TOKEN},
};

/// How long a token lives, and the least of it by the machine's clock.
const LIFE: SignedDuration = SignedDuration::from_mins(40);
const LIFE_REAL_MS: u64 = 2_000;
const PREFIX: &str = "oa_sand_";
/// What the bank signs its tokens with.
const TAG_SECRET: &str = "sandbox-revolut-tokens";

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: String,
    exp: i64,
}

/// Lets in who has a living token.
pub(super) fn authorise(app: &App, bearer: Option<&str>) -> Result<(), Answer> {
    let token = bearer.and_then(|bearer| bearer.strip_prefix("Bearer "));
    let given_at = token.and_then(given_at).ok_or_else(Answer::bad_token)?;
    let age = app.now().world.since(given_at);
    if age.is_negative() || age >= life(app) {
        return Err(Answer::bad_token());
    }
    Ok(())
}

/// An access token for a form that proves who asks.
pub(super) fn token(app: &App, form: &[(String, String)]) -> Result<Answer, Answer> {
    let field = |name: &str| {
        let found = form.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.as_str())
    };
    if field("grant_type") != "refresh_token" {
        return Err(Answer::bad_assertion(
            "the sandbox knows refresh_token only",
        ));
    }
    if field("refresh_token") != REVOLUT_REFRESH_TOKEN {
        return Err(Answer::bad_assertion("the refresh token is unknown"));
    }
    if field("client_assertion_type") != ASSERTION_TYPE {
        return Err(Answer::bad_assertion("client_assertion_type is unknown"));
    }
    let now = app.now();
    check(field("client_assertion"), now.wall.0)?;
    let life_s = life(app).as_secs();
    Ok(Answer::ok(&json!({
        "access_token": issue(now.world),
        "token_type": "bearer",
        "expires_in": life_s - 1,
    })))
}

fn life(app: &App) -> SignedDuration {
    LIFE.max(app.world_ms(LIFE_REAL_MS))
}

fn issue(at: WorldTime) -> String {
    let micros = at.0.as_microsecond();
    let signed = webhook::sign(&TAG_SECRET.into(), micros, b"");
    let tag = signed.trim_start_matches("v1=");
    format!("{PREFIX}{micros}_{tag}")
}

/// When the bank gave this token; `None` when it never did.
fn given_at(token: &str) -> Option<WorldTime> {
    let (micros, _) = token.strip_prefix(PREFIX)?.split_once('_')?;
    let at = WorldTime(Timestamp::from_microsecond(micros.parse().ok()?).ok()?);
    (issue(at) == token).then_some(at)
}

fn check(assertion: &str, now: Timestamp) -> Result<(), Answer> {
    static KEY: LazyLock<Option<AssertionKey>> =
        LazyLock::new(|| AssertionKey::from_pem(&REVOLUT_PRIVATE_KEY.into()).ok());
    let bad = |problem: &str| Answer::bad_assertion(&format!("client_assertion {problem}"));
    let (signed_part, signature) = assertion
        .rsplit_once('.')
        .ok_or_else(|| bad("is no statement"))?;
    let right = KEY.as_ref().and_then(|key| key.signature(signed_part));
    if right.as_deref() != Some(signature) {
        return Err(bad("is not signed with the certificate's key"));
    }
    let claims = signed_part.split_once('.').and_then(|(_, claims)| {
        let bytes = decoded(claims)?;
        serde_json::from_slice::<Claims>(&bytes).ok()
    });
    let claims = claims.ok_or_else(|| bad("has other claims"))?;
    if claims.aud != AUDIENCE || claims.sub != REVOLUT_CLIENT_ID || claims.iss != REVOLUT_ISSUER {
        return Err(bad("is about somebody else"));
    }
    if claims.exp <= now.as_second() {
        return Err(bad("has expired"));
    }
    Ok(())
}

/// RFC 4648, section 5, without padding.
fn decoded(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let (mut bits, mut held) = (0_u32, 0);
    for letter in text.bytes() {
        let six = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(six)) & 0xffff;
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push(u8::try_from(bits >> held & 0xff).ok()?);
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use homeostat_model::RuntimeTime;
    use secrecy::ExposeSecret;

    use super::*;

    fn at(text: &str) -> RuntimeTime {
        RuntimeTime(text.parse().unwrap())
    }

    #[test]
    fn a_statement_is_taken_from_who_has_the_key_while_it_lasts() {
        let key = AssertionKey::from_pem(&REVOLUT_PRIVATE_KEY.into()).unwrap();
        let until = at("2026-01-01T00:10:00Z");
        let made = |client, issuer| key.assertion(client, issuer, until).unwrap();
        let good = made(REVOLUT_CLIENT_ID, REVOLUT_ISSUER);
        let good = good.expose_secret();
        let is_taken = |text: &str, now| check(text, at(now).0).is_ok();
        assert!(is_taken(good, "2026-01-01T00:09:59Z"));
        assert!(!is_taken(good, "2026-01-01T00:10:00Z"));
        for (client, issuer) in [("x", REVOLUT_ISSUER), (REVOLUT_CLIENT_ID, "x")] {
            let other = made(client, issuer);
            assert!(!is_taken(other.expose_secret(), "2026-01-01T00:00:00Z"));
        }
        let (signed_part, signature) = good.rsplit_once('.').unwrap();
        for hostile in [
            "",
            ".",
            signed_part,
            &format!("{signed_part}."),
            &format!("x{signed_part}.{signature}"),
            &format!(
                "{signed_part}.{}",
                signature.replace(&signature[..4], "AAAA")
            ),
        ] {
            assert!(!is_taken(hostile, "2026-01-01T00:00:00Z"), "{hostile}");
        }
    }

    #[test]
    fn a_token_is_only_what_the_bank_has_given() {
        let now = WorldTime("2026-03-01T00:00:00.5Z".parse().unwrap());
        let token = issue(now);
        assert_eq!(given_at(&token), Some(now));
        for hostile in [
            "",
            "oa_sand_",
            "oa_sand_1_",
            &token[1..],
            &token.replace("_1", "_2"),
        ] {
            assert_eq!(given_at(hostile), None, "{hostile}");
        }
        assert_eq!(decoded("Zm9vYg").as_deref(), Some(&b"foob"[..]));
        assert_eq!(decoded("Z="), None);
    }
}
