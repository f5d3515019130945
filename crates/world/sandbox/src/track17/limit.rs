//! What there is only so much of: calls in a second, registrations in a day, and the quota that somebody pays for.

use std::collections::VecDeque;

use homeostat_model::WorldTime;
use jiff::{SignedDuration, tz::TimeZone};
use serde_json::{Value, json};

use super::{
    answer::{Code, DAY_IS_FULL, QUOTA_USED_UP},
    state::State,
};

/// Calls in a second of real time.
const CALLS_A_SECOND: usize = 3;
/// Registrations in a day (UTC) of the world's time, of an account of the usual size.
pub(super) const A_DAY: usize = 1_000;
/// Units that are always left, unless the quota has ended.
const PLENTY: usize = 5_000;
/// How long it takes somebody to fill the quota up.
pub(super) const FILLED_UP_AFTER: SignedDuration = SignedDuration::from_hours(2);

/// The calls of the last second. It is real time, since the vendor's machines do not run faster with the world; it is
/// told by the world's clock, which runs so many times as fast, so that a test can move it.
#[derive(Debug, Default)]
pub(super) struct CallLimit(VecDeque<WorldTime>);

impl CallLimit {
    /// Takes a call; or the world's time until the next one is taken. `second` is a real one in the world's time.
    pub(super) fn take(
        &mut self,
        now: WorldTime,
        second: SignedDuration,
    ) -> Option<SignedDuration> {
        // A clock that was set back must not block for longer than a second.
        self.0
            .retain(|at| (SignedDuration::ZERO..second).contains(&now.since(*at)));
        if self.0.len() < CALLS_A_SECOND {
            self.0.push_back(now);
            return None;
        }
        let first = self.0.front()?;
        Some(second - now.since(*first))
    }
}

/// Why nothing more is registered now, if so.
pub(super) fn full(state: &State, now: WorldTime) -> Option<Code> {
    if state.short_until.is_some_and(|until| now < until) {
        return Some(QUOTA_USED_UP);
    }
    (today(state, now) >= state.a_day).then_some(DAY_IS_FULL)
}

/// The account's quota.
pub(super) fn quota(state: &State, now: WorldTime) -> Value {
    let used = state.registrations.len();
    let is_short = state.short_until.is_some_and(|until| now < until);
    let remain = if is_short { 0 } else { PLENTY };
    json!({
        "quota_total": used + remain,
        "quota_used": used,
        "quota_remain": remain,
        "today_used": today(state, now),
        "max_track_daily": state.a_day,
        "free_email_quota": 0,
        "free_email_quotaused": 0,
    })
}

fn today(state: &State, now: WorldTime) -> usize {
    let day = |at: WorldTime| at.0.to_zoned(TimeZone::UTC).date();
    let today = day(now);
    let latest_first = state.registrations.iter().rev();
    latest_first.take_while(|one| day(one.at) == today).count()
}

#[cfg(test)]
mod tests {
    use homeostat_model::RuntimeTime;

    use super::*;
    use crate::{
        app::{Booked, Instant},
        books::{Act, Books},
        track17::state::{REGISTER, RUN_OUT, VENDOR},
        world::ORIGIN,
    };

    fn hours(n: i64) -> WorldTime {
        ORIGIN.plus(SignedDuration::from_hours(n))
    }

    fn act(name: &str, nth: usize, at: WorldTime) -> Act {
        let now = Instant {
            world: at,
            wall: RuntimeTime(at.0),
        };
        Act {
            act: name.to_owned(),
            object: format!("HX{nth:09}"),
            to: "7041".to_owned(),
            effective_from: at.plus(FILLED_UP_AFTER),
            ..Act::blank(VENDOR, 1, now)
        }
    }

    #[test]
    fn three_calls_are_taken_in_any_second_of_real_time() {
        for speed in [1, 7_200] {
            let mut limit = CallLimit::default();
            let real_ms = |ms: i64| SignedDuration::from_millis(ms * speed);
            let mut take = |ms| limit.take(ORIGIN.plus(real_ms(ms)), real_ms(1_000));
            for at in [0, 10, 900] {
                assert_eq!(take(at), None, "{at}");
            }
            assert_eq!(take(950), Some(real_ms(50)));
            // What was refused does not count.
            assert_eq!(take(1_000), None);
            assert_eq!(take(1_009), Some(real_ms(1)));
            assert_eq!(take(1_010), None);
            // The clock was set back by an hour.
            assert_eq!(take(-3_600_000), None);
        }
    }

    #[test]
    fn a_day_and_the_quota_end_and_begin_again() {
        let dir = tempfile::tempdir().unwrap();
        let mut state = State::new(Books::open(dir.path(), VENDOR).unwrap());
        let remain = |state: &State, now| quota(state, now)["quota_remain"].clone();
        // The origin is a midnight or not: all of these are on one day of UTC.
        let noon = hours(12);
        for nth in 0..A_DAY {
            assert_eq!(full(&state, noon), None, "{nth}");
            state.follow(&act(REGISTER, nth, noon));
        }
        assert_eq!(full(&state, noon), Some(DAY_IS_FULL));
        assert_eq!(
            full(&state, noon.plus(SignedDuration::from_hours(24))),
            None
        );
        assert_eq!(remain(&state, noon), 5_000);
        let next = noon.plus(SignedDuration::from_hours(24));
        state.follow(&act(RUN_OUT, 0, next));
        assert_eq!(full(&state, next), Some(QUOTA_USED_UP));
        assert_eq!(remain(&state, next), 0);
        let filled = next.plus(FILLED_UP_AFTER);
        assert_eq!(
            (full(&state, filled), remain(&state, filled)),
            (None, json!(5_000))
        );
    }
}
