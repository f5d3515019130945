//! Finds out who asks, before anything is answered.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use homeostat_operator::config::Origin;
use homeostat_store::StoreError;

use super::{
    Role, login, secret,
    tokens::{self, Known},
};
use crate::{
    assets::{SCRIPT, STYLE},
    board::{self, Problem, Trouble},
    live,
    paths::is_for_programs,
    routes::Console,
};

/// The cookie's name.
pub(super) const COOKIE: &str = "homeostat";

/// Who asks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Person {
    /// The token's name; none: nobody needs one here, and a change asks for a name.
    pub(crate) name: Option<String>,
    /// What they may do.
    pub(crate) role: Role,
    /// What their forms prove themselves with; empty for a program, which needs nothing of the kind.
    pub(crate) csrf: String,
    /// The cookie's secret, which [`is_ours`](Self::is_ours) needs.
    pub(crate) secret: Option<String>,
}

impl Person {
    /// Whether a form comes from a page that we gave to this person. A program's Bearer token is proof enough.
    pub(crate) fn is_ours(&self, word: Option<&str>) -> bool {
        match &self.secret {
            // Anybody can make the word of an empty secret.
            Some(secret) if secret.is_empty() => false,
            Some(secret) => word.is_some_and(|word| secret::is_csrf(secret, word)),
            None => true,
        }
    }
}

/// What a request proves itself with.
#[derive(Debug, Clone)]
pub(crate) struct Proof {
    pub(super) bearer: Option<String>,
    /// Not looked at beside a bearer: a word that frees from the look at the origin must not let a cookie speak.
    pub(super) cookie: Option<String>,
}

impl Proof {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let bearer = bearer(headers);
        let cookie = match bearer {
            Some(_) => None,
            None => cookie(headers),
        };
        Self { bearer, cookie }
    }
}

/// What the door was when it was last seen. Nobody has seen it yet: it is closed.
#[derive(Debug, Clone, Default)]
pub struct Door(Arc<AtomicBool>);

impl Door {
    fn was_open(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Looks who this is, and remembers whether the door is open.
pub(crate) async fn know(console: &Console, proof: &Proof) -> Result<Known, StoreError> {
    let (bearer, cookie) = (proof.bearer.as_deref(), proof.cookie.as_deref());
    let known = tokens::know(&console.db, bearer, cookie).await?;
    console.door.0.store(!known.is_closed, Ordering::Relaxed);
    Ok(known)
}

/// Whether they may come in, or stay: they are known, or nobody needs to be.
pub(crate) fn is_welcome(console: &Console, proof: &Proof, known: &Known) -> bool {
    let needs_none = console.is_loopback && !known.is_closed && proof.bearer.is_none();
    known.person.is_some() || needs_none
}

/// Lets in who may come in, with a [`Person`] for whatever comes after.
pub(crate) async fn seated(
    State(console): State<Console>,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let is_open = [login::PATH, &STYLE.path, &SCRIPT.path].contains(&path);
    let proof = Proof::of(request.headers());
    let is_program = proof.bearer.is_some();
    let origin = console.config.settings.web.origin.as_ref();
    if !is_same_origin(request.method(), request.headers(), is_program, origin) {
        let text = "origin: a change must come from a page of this console, or with a Bearer token";
        return match is_for_programs(path) {
            true => Problem::told(StatusCode::FORBIDDEN, text),
            false => (StatusCode::FORBIDDEN, format!("{text}.\n")).into_response(),
        };
    }
    let (person, fresh) = match know(&console, &proof).await {
        Ok(known) => {
            let is_welcome = is_welcome(&console, &proof, &known);
            match known.person {
                Some((name, role)) if is_program => (program(name, role), None),
                Some((name, role)) => (person(Some(name), role, proof.cookie), None),
                None if is_welcome => visitor(&console, Role::Admin, proof.cookie),
                None if is_open => visitor(&console, Role::View, proof.cookie),
                None => return turned_away(path, is_program),
            }
        }
        // Nobody can say who this is. While nobody needs a token the pages say by themselves what is missing.
        Err(_) if is_open || (console.is_loopback && !is_program && console.door.was_open()) => {
            (person(None, Role::View, proof.cookie), None)
        }
        Err(error) => return unanswered(console, proof, &request, &error),
    };
    request.extensions_mut().insert(person);
    let mut response = next.run(request).await;
    // Whoever has just logged in was given another one.
    if let Some(secret) = fresh
        && !response.headers().contains_key(header::SET_COOKIE)
    {
        give(&mut response, &secret, &console);
    }
    response
}

/// The door cannot be asked: who is behind it stays there, and learns when it can.
fn unanswered(console: Console, proof: Proof, request: &Request, error: &StoreError) -> Response {
    let path = request.uri().path();
    let trouble = Trouble::Away(error.to_string());
    match path {
        live::PATH if request.method() == Method::GET => live::until_back(console, proof),
        path if proof.bearer.is_some() || is_for_programs(path) => trouble.told(),
        _ => board::away(&console, &trouble),
    }
}

/// Gives a cookie along with an answer. A browser that asks in plain text would not keep one that is `Secure`.
pub(super) fn give(response: &mut Response, secret: &str, console: &Console) {
    let origin = console.config.settings.web.origin.as_ref();
    let secure = match origin.is_some_and(Origin::is_https) {
        true => "; Secure",
        false => "",
    };
    let text = format!("{COOKIE}={secret}; Path=/; HttpOnly; SameSite=Strict{secure}");
    if let Ok(value) = HeaderValue::from_str(&text) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
}

fn turned_away(path: &str, is_program: bool) -> Response {
    if is_program || is_for_programs(path) {
        let text = "token: unknown or revoked; send an active one as `Authorization: Bearer TOKEN`";
        let headers = [(header::WWW_AUTHENTICATE, "Bearer")];
        return (headers, Problem::told(StatusCode::UNAUTHORIZED, text)).into_response();
    }
    Redirect::to(login::PATH).into_response()
}

fn program(name: String, role: Role) -> Person {
    Person {
        name: Some(name),
        role,
        csrf: String::new(),
        secret: None,
    }
}

fn person(name: Option<String>, role: Role, cookie: Option<String>) -> Person {
    // Without a secret nothing can be proven, so nothing may be changed.
    let secret = cookie.unwrap_or_default();
    Person {
        name,
        role,
        csrf: secret::csrf(&secret),
        secret: Some(secret),
    }
}

/// Who needs no token here. Their forms are bound to a cookie all the same.
fn visitor(console: &Console, role: Role, cookie: Option<String>) -> (Person, Option<String>) {
    let fresh = match &cookie {
        Some(_) => None,
        // Without chance there is no cookie, and nothing may be changed.
        None => (console.draw)().ok().map(|root| secret::of(&root)),
    };
    let secret = cookie.or_else(|| fresh.clone());
    (person(None, role, secret), fresh)
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    Some(text.strip_prefix("Bearer ")?.trim().to_owned())
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    let all = headers.get_all(header::COOKIE).iter();
    let mut pairs = all
        .filter_map(|text| text.to_str().ok())
        .flat_map(|text| text.split(';'));
    pairs.find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == COOKIE && value.len() == 64).then(|| value.to_owned())
    })
}

/// Whether a change comes from one of our own pages, as far as its browser says. A browser says where a form came from;
/// what says nothing of the kind is no browser, and has to prove itself by the form's word all the same. `ours` is where
/// browsers find us behind a proxy.
fn is_same_origin(
    method: &Method,
    headers: &HeaderMap,
    is_program: bool,
    ours: Option<&Origin>,
) -> bool {
    if is_program || matches!(*method, Method::GET | Method::HEAD) {
        return true;
    }
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    let host = text(header::HOST).unwrap_or_default();
    match text(header::ORIGIN) {
        Some(origin) if ours.is_some_and(|ours| ours.as_str() == origin) => true,
        Some(origin) => origin
            .split_once("://")
            .is_some_and(|(_, from)| from == host),
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(header::HeaderName, &str)]) -> HeaderMap {
        let pairs = pairs.iter().cloned();
        pairs
            .map(|(name, value)| (name, value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn a_form_of_another_site_is_not_ours() {
        let from =
            |origin: &str| headers(&[(header::HOST, "localhost:8180"), (header::ORIGIN, origin)]);
        assert!(is_same_origin(
            &Method::POST,
            &from("http://localhost:8180"),
            false,
            None
        ));
        for other in ["http://localhost:9000", "https://evil.example", "null"] {
            let is_ours = |method: &Method| is_same_origin(method, &from(other), false, None);
            assert!(!is_ours(&Method::POST), "{other}");
            assert!(is_ours(&Method::GET), "{other}");
        }
    }

    /// Red when a proxy's own name is not known for ours, or when any name is.
    #[test]
    fn a_form_from_where_browsers_find_us_is_ours() {
        let ours: Origin = "https://console.example.com".parse().unwrap();
        for (origin, is_ours) in [
            ("https://console.example.com", true),
            ("http://console.example.com", false),
            ("https://console.example.com:8443", false),
            ("https://evil.example", false),
        ] {
            let headers = headers(&[(header::HOST, "127.0.0.1:8180"), (header::ORIGIN, origin)]);
            let found = is_same_origin(&Method::POST, &headers, false, Some(&ours));
            assert_eq!(found, is_ours, "{origin}");
        }
    }

    /// Red when a made-up bearer frees a cookie from the look at the origin, or when no cookie is proof of anything.
    #[test]
    fn a_cookie_beside_a_bearer_is_not_looked_at() {
        let both = [
            (header::COOKIE, format!("{COOKIE}={}", "a".repeat(64))),
            (header::AUTHORIZATION, "Bearer x".to_owned()),
        ];
        let both: Vec<_> = both
            .iter()
            .map(|(name, value)| (name.clone(), value.as_str()))
            .collect();
        let proof = Proof::of(&headers(&both));
        assert_eq!((proof.bearer.as_deref(), proof.cookie), (Some("x"), None));
        assert!(Proof::of(&headers(&both[..1])).cookie.is_some());
        let nobody = person(None, Role::Admin, None);
        assert!(!nobody.is_ours(Some(&nobody.csrf)));
    }

    #[test]
    fn a_cookie_is_taken_by_its_name_and_length() {
        let secret = "a".repeat(64);
        let found = |text: &str| cookie(&headers(&[(header::COOKIE, text)]));
        assert_eq!(
            found(&format!("x=1; {COOKIE}={secret}")),
            Some(secret.clone())
        );
        assert_eq!(found(&format!("{COOKIE}=short")), None);
        assert_eq!(found(&format!("not{COOKIE}={secret}")), None);
    }
}
