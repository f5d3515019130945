//! The login page: a token is handed in once, and a cookie comes back.
//!
//! Only wrong tokens are counted: who has a right one comes in however often others at the same address guessed.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
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

use super::{
    seat::{self, Proof},
    tokens,
};
use crate::{board, pages::LoginPage, paths::Paths, routes::Console};

pub(crate) const PATH: &str = "/login";
/// Wrong tries of one address within a minute.
const TRIES_MAX: usize = 5;
const MINUTE: Duration = Duration::from_secs(60);
/// Addresses that are remembered; beyond them that whose last try is the oldest is forgotten.
const ADDRESSES_MAX: usize = 1_000;

/// Who is on the other end of a connection.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// Tries that failed, by address. Kept in memory: a restart forgives a minute.
#[derive(Debug, Clone)]
pub struct Tries {
    since: Stopwatch,
    /// When each was, after `since`.
    all: Arc<Mutex<HashMap<IpAddr, Vec<Duration>>>>,
}

impl Default for Tries {
    fn default() -> Self {
        Self {
            since: Stopwatch::start(),
            all: Arc::default(),
        }
    }
}

impl Tries {
    /// Takes one try; none is left: false.
    fn take(&self, from: IpAddr) -> bool {
        let (from, now) = (whose(from), self.since.elapsed());
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= ADDRESSES_MAX && !all.contains_key(&from) {
            let oldest = all.iter().min_by_key(|(_, tries)| tries.last().copied());
            if let Some(oldest) = oldest.map(|(address, _)| *address) {
                all.remove(&oldest);
            }
        }
        let tries = all.entry(from).or_default();
        tries.retain(|at| now.saturating_sub(*at) < MINUTE);
        if tries.len() >= TRIES_MAX {
            return false;
        }
        tries.push(now);
        true
    }

    /// Who came in has no tries to remember.
    fn forget(&self, from: IpAddr) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(&whose(from));
    }
}

/// Whoever has one address of IPv6 has the other 2^64 of its network too.
fn whose(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let network = u128::MAX << 64;
            IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & network))
        }
        v4 => v4,
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
            seat::give(&mut response, &cookie, &console);
            response
        }
        Ok(None) if console.tries.take(from) => page(
            StatusCode::FORBIDDEN,
            "This token is unknown or revoked. `homeostat tokens` lists those that there are.",
        ),
        Ok(None) => {
            let mut refused = page(
                StatusCode::TOO_MANY_REQUESTS,
                "Five wrong tries in a minute are all there are. Wait a minute.",
            );
            let headers = refused.headers_mut();
            headers.insert(header::RETRY_AFTER, header::HeaderValue::from_static("60"));
            refused
        }
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
    if let Some(cookie) = Proof::of(&headers).cookie
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

    /// Red when whoever has a network of IPv6 has tries without end, or shares them with everybody.
    #[test]
    fn a_network_of_ipv6_is_one_address() {
        let tries = Tries::default();
        let from = |text: &str| text.parse::<IpAddr>().unwrap();
        for n in 0..TRIES_MAX {
            assert!(tries.take(from(&format!("2001:db8:0:1::{n}"))));
        }
        assert!(!tries.take(from("2001:db8:0:1:ffff::1")));
        assert!(tries.take(from("2001:db8:0:2::1")));
        assert_eq!(whose(from("::ffff:10.0.0.7")), from("10.0.0.7"));
    }

    /// Red when strangers fill the places and nobody else's tries are counted, or when nobody else is let in.
    #[test]
    fn beyond_the_places_the_oldest_is_forgotten() {
        let tries = Tries::default();
        let nth = |n: usize| IpAddr::from(u32::try_from(n).unwrap().to_be_bytes());
        for n in 0..ADDRESSES_MAX {
            assert!(tries.take(nth(n)));
        }
        // The first one tries once more, so the second is the oldest.
        assert!(tries.take(nth(0)) && tries.take(nth(ADDRESSES_MAX)));
        let all = tries.all.lock().unwrap();
        assert_eq!(all.len(), ADDRESSES_MAX);
        assert!(all.contains_key(&nth(0)) && !all.contains_key(&nth(1)));
    }
}
