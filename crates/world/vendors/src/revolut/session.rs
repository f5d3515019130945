//! The access token: fetched when there is none, kept for its 40 minutes, dropped when the bank no
//! longer takes it.
//!
//! A call that is answered with 401 was not processed. The first one drops the token, so that the
//! next call fetches another; when that one is not taken either, no further token will be, and the
//! operator must act. However many calls wait for a token, one of them fetches it.

use std::{
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use homeostat_model::RuntimeTime;
use jiff::SignedDuration;
use secrecy::SecretString;

use super::faults::Meaning;

/// A token is not used in the last part of its life, so that it does not end under way.
const MARGIN: Duration = Duration::from_secs(60);
/// When the bank does not say how long a token lives, and the longest that is believed.
const LIFE_DEFAULT_S: u64 = 40 * 60;
const LIFE_MAX_S: u64 = 24 * 3_600;

/// A token in use.
#[derive(Debug, Clone)]
pub(super) struct Bearer {
    pub(super) token: SecretString,
    /// Counts tokens, so that a late answer about an old one does not drop a new one.
    number: u64,
}

/// The token of one client.
#[derive(Default)]
pub(super) struct Session {
    /// Held while a token is fetched.
    pub(super) fetching: tokio::sync::Mutex<()>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    current: Option<(Bearer, RuntimeTime)>,
    fetched: u64,
    /// Tokens that were refused since one was last taken.
    refused: u32,
}

impl Session {
    /// The token, unless there is none that is still good.
    pub(super) fn current(&self, now: RuntimeTime) -> Option<Bearer> {
        let state = self.state();
        let (bearer, good_until) = state.current.as_ref()?;
        (now < *good_until).then(|| bearer.clone())
    }

    /// Keeps a token that was asked for at `now`.
    pub(super) fn keep(&self, token: SecretString, now: RuntimeTime, life: Duration) -> Bearer {
        let mut state = self.state();
        state.fetched += 1;
        let bearer = Bearer {
            token,
            number: state.fetched,
        };
        let life = SignedDuration::try_from(life).unwrap_or(SignedDuration::ZERO);
        state.current = Some((bearer.clone(), now.plus(life)));
        bearer
    }

    /// A call with this token was not refused for the token's sake.
    pub(super) fn taken(&self, bearer: &Bearer) {
        let mut state = self.state();
        if state.is_current(bearer) {
            state.refused = 0;
        }
    }

    /// A call with this token was answered with 401. What that means.
    pub(super) fn refused(&self, bearer: &Bearer) -> Meaning {
        let mut state = self.state();
        if state.is_current(bearer) {
            state.current = None;
            state.refused += 1;
        }
        if state.refused > 1 {
            return Meaning::TokenDead;
        }
        Meaning::SessionOver
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn is_current(&self, bearer: &Bearer) -> bool {
        let current = self.current.as_ref();
        current.is_some_and(|(current, _)| current.number == bearer.number)
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").finish_non_exhaustive()
    }
}

/// How long a token is used, by the bank's clock.
pub(super) fn usable(expires_in_s: Option<u64>) -> Duration {
    let seconds = expires_in_s.unwrap_or(LIFE_DEFAULT_S).min(LIFE_MAX_S);
    let life = Duration::from_secs(seconds);
    life.saturating_sub(MARGIN).max(life / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> RuntimeTime {
        RuntimeTime("2026-01-01T00:00:00Z".parse().unwrap()).plus(SignedDuration::from_mins(minute))
    }

    #[test]
    fn a_token_is_used_until_shortly_before_its_end() {
        let session = Session::default();
        assert!(session.current(at(0)).is_none());
        session.keep("a".into(), at(0), usable(Some(2_399)));
        assert!(session.current(at(38)).is_some());
        assert!(session.current(at(39)).is_none());
        assert_eq!(usable(Some(0)), Duration::ZERO);
        assert_eq!(usable(Some(90)), Duration::from_secs(45));
        assert_eq!(usable(None), Duration::from_secs(39 * 60));
        assert_eq!(usable(Some(u64::MAX)).as_secs(), LIFE_MAX_S - 60);
    }

    #[test]
    fn the_second_refusal_in_a_row_is_the_end() {
        let session = Session::default();
        let keep = |text: &str| session.keep(text.into(), at(0), usable(None));
        let old = keep("old");
        assert_eq!(session.refused(&old), Meaning::SessionOver);
        assert!(session.current(at(0)).is_none());
        let fresh = keep("fresh");
        // Calls that were under way with the old one say nothing new.
        assert_eq!(session.refused(&old), Meaning::SessionOver);
        assert!(session.current(at(0)).is_some());
        assert_eq!(session.refused(&fresh), Meaning::TokenDead);

        let next = keep("next");
        session.taken(&next);
        assert_eq!(session.refused(&next), Meaning::SessionOver);
    }
}
