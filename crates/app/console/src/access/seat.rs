//! Finds out who asks, before anything is answered.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};

use super::{Role, login, secret, tokens};
use crate::{
    board::{Problem, Trouble},
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
            Some(secret) => word.is_some_and(|word| secret::is_csrf(secret, word)),
            None => true,
        }
    }
}

/// Lets in who may come in, with a [`Person`] for whatever comes after.
pub(crate) async fn seated(
    State(console): State<Console>,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let is_open = path == login::PATH || path.starts_with("/assets/");
    let bearer = bearer(request.headers());
    let cookie = cookie(request.headers());
    if !is_same_origin(request.method(), request.headers(), bearer.is_some()) {
        let text = "origin: a change must come from a page of this console, or with a Bearer token";
        return match is_for_programs(path) {
            true => Problem::told(StatusCode::FORBIDDEN, text),
            false => (StatusCode::FORBIDDEN, format!("{text}.\n")).into_response(),
        };
    }
    let known = tokens::know(&console.db, bearer.as_deref(), cookie.as_deref()).await;
    let (person, fresh) = match known {
        Ok(known) => match known.person {
            Some((name, role)) if bearer.is_some() => (program(name, role), None),
            Some((name, role)) => (person(Some(name), role, cookie), None),
            None if is_open || (console.is_loopback && !known.is_closed && bearer.is_none()) => {
                visitor(&console, cookie)
            }
            None => return turned_away(path, bearer.is_some()),
        },
        // Nobody can say who this is. On loopback the page says why nothing is shown; it holds nothing.
        Err(_) if console.is_loopback => (person(None, Role::View, cookie), None),
        Err(error) => return Trouble::from(error).told(),
    };
    request.extensions_mut().insert(person);
    let mut response = next.run(request).await;
    // Whoever has just logged in was given another one.
    if let Some(secret) = fresh
        && !response.headers().contains_key(header::SET_COOKIE)
    {
        give(&mut response, &secret, console.is_loopback);
    }
    response
}

/// Gives a cookie along with an answer.
pub(super) fn give(response: &mut Response, secret: &str, is_loopback: bool) {
    let secure = if is_loopback { "" } else { "; Secure" };
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
fn visitor(console: &Console, cookie: Option<String>) -> (Person, Option<String>) {
    let fresh = match &cookie {
        Some(_) => None,
        // Without chance there is no cookie, and nothing may be changed.
        None => (console.draw)().ok().map(|root| secret::of(&root)),
    };
    let secret = cookie.or_else(|| fresh.clone());
    (person(None, Role::Admin, secret), fresh)
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    Some(text.strip_prefix("Bearer ")?.trim().to_owned())
}

pub(super) fn cookie(headers: &HeaderMap) -> Option<String> {
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
/// what says nothing of the kind is no browser, and has to prove itself by the form's word all the same.
fn is_same_origin(method: &Method, headers: &HeaderMap, is_program: bool) -> bool {
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
            false
        ));
        for other in ["http://localhost:9000", "https://evil.example", "null"] {
            assert!(
                !is_same_origin(&Method::POST, &from(other), false),
                "{other}"
            );
            assert!(is_same_origin(&Method::GET, &from(other), false), "{other}");
        }
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
