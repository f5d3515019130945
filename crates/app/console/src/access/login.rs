//! The login page: a token is handed in once, and a cookie comes back.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use askama::Template;
use axum::{
    Extension, Form,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use homeostat_clock::Stopwatch;
use serde::Deserialize;

use super::{seat, tokens};
use crate::{board, pages::LoginPage, paths::Paths, routes::Console};

pub(crate) const PATH: &str = "/login";
/// Tries of one address within a minute.
const TRIES_MAX: usize = 5;
const MINUTE: Duration = Duration::from_secs(60);
/// Addresses that are remembered; beyond them the oldest tries are forgotten first.
const ADDRESSES_MAX: usize = 1_000;

/// Who is on the other end of a connection.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// Tries that failed, by address. Kept in memory: a restart forgives a minute.
#[derive(Debug, Clone, Default)]
pub struct Tries(Arc<Mutex<HashMap<IpAddr, Vec<Stopwatch>>>>);

impl Tries {
    /// Takes one try; none is left: false.
    fn take(&self, from: IpAddr) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= ADDRESSES_MAX {
            all.retain(|_, tries| tries.iter().any(|one| one.elapsed() < MINUTE));
        }
        if all.len() >= ADDRESSES_MAX && !all.contains_key(&from) {
            return false;
        }
        let tries = all.entry(from).or_default();
        tries.retain(|one| one.elapsed() < MINUTE);
        if tries.len() >= TRIES_MAX {
            return false;
        }
        tries.push(Stopwatch::start());
        true
    }

    /// Who came in has no tries to remember.
    fn forget(&self, from: IpAddr) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(&from);
    }
}

#[derive(Debug, Deserialize)]
struct Handed {
    token: String,
}

pub(crate) fn routes() -> Paths {
    Paths::default()
        .page(PATH, get(show).post(login))
        .page("/logout", post(logout))
}

async fn show() -> Response {
    page(StatusCode::OK, "")
}

fn page(status: StatusCode, problem: &str) -> Response {
    (status, board::html(LoginPage::new(problem).render())).into_response()
}

async fn login(
    State(console): State<Console>,
    Extension(Peer(from)): Extension<Peer>,
    Form(handed): Form<Handed>,
) -> Response {
    if !console.tries.take(from) {
        let mut refused = page(
            StatusCode::TOO_MANY_REQUESTS,
            "Five tries in a minute are all there are. Wait a minute.",
        );
        let headers = refused.headers_mut();
        headers.insert(header::RETRY_AFTER, header::HeaderValue::from_static("60"));
        return refused;
    }
    let Ok(root) = (console.draw)() else {
        return page(
            StatusCode::SERVICE_UNAVAILABLE,
            "This machine gives no random numbers.",
        );
    };
    match tokens::open_session(&console.db, handed.token.trim(), &root).await {
        Ok(Some(cookie)) => {
            console.tries.forget(from);
            let mut response = Redirect::to("/").into_response();
            seat::give(&mut response, &cookie, console.is_loopback);
            response
        }
        Ok(None) => page(
            StatusCode::FORBIDDEN,
            "This token is unknown or revoked. `homeostat tokens` lists those that there are.",
        ),
        Err(error) => {
            tracing::error!(%error, "a session cannot be opened");
            page(
                StatusCode::SERVICE_UNAVAILABLE,
                "The database does not answer.",
            )
        }
    }
}

async fn logout(State(console): State<Console>, headers: HeaderMap) -> Response {
    if let Some(cookie) = seat::cookie(&headers)
        && let Err(error) = tokens::end_session(&console.db, &cookie).await
    {
        tracing::error!(%error, "a session cannot be ended");
        return page(
            StatusCode::SERVICE_UNAVAILABLE,
            "The database does not answer.",
        );
    }
    Redirect::to(PATH).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_five_tries_and_others_have_their_own() {
        let tries = Tries::default();
        let (one, other) = (IpAddr::from([127, 0, 0, 1]), IpAddr::from([127, 0, 0, 2]));
        assert!((0..TRIES_MAX).all(|_| tries.take(one)));
        assert!(!tries.take(one));
        assert!(tries.take(other));
        tries.forget(one);
        assert!(tries.take(one));
    }
}
