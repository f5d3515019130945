//! An account's spending limit: a lifetime amount that stops all its delivery once it is reached.
//!
//! A change is read back at once and is in force a quarter of an hour later. Whether and when the
//! limit stops the account follows from the recorded acts and the money spent, so it is worked out
//! when somebody asks, on a grid of whole seconds: however often and in whatever steps the world is
//! asked, it gives the same stops, also after a restart.

use homeostat_model::WorldTime;
use homeostat_vendors::meta::micros_per_minor;
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date};
use rust_decimal::{Decimal, prelude::ToPrimitive};

use super::state::State;
use crate::{
    app::Instant,
    books::Act,
    faults::{Fault, Strike},
    graph::{Answer, Request},
};

/// The act that sets a limit.
pub(super) const SET: &str = "set_spend_cap";
/// The act that counts the spending from 0 again.
pub(super) const RESET: &str = "reset_amount_spent";

/// From a change to its effect on delivery.
const IN_FORCE_AFTER: SignedDuration = SignedDuration::from_mins(15);
const CHANGES_A_DAY: usize = 10;

/// What is asked for.
#[derive(Debug, Clone)]
pub(crate) enum LimitChange {
    /// Major units as written; the number may have decimals.
    Set(Decimal),
    Reset,
}

/// The limit of one account.
#[derive(Debug, Default)]
pub(crate) struct SpendLimit {
    /// As it is read back.
    pub(crate) cap_micros: Option<i64>,
    /// What is not in force yet, in time order.
    pending: Vec<(WorldTime, Change)>,
    in_force_micros: Option<i64>,
    base_micros: i64,
    /// Stops are worked out until then. `None`: there never was a limit.
    known_until: Option<WorldTime>,
}

#[derive(Debug, Clone, Copy)]
enum Change {
    Cap(Option<i64>),
    Reset,
}

impl SpendLimit {
    /// Spent before the amount was last reset.
    pub(super) fn base_micros(&self) -> i64 {
        self.base_micros
    }

    /// From where on stops are to be worked out; `None` when everything until `now` is known.
    fn work_from(&self, now: WorldTime) -> Option<WorldTime> {
        let from = self.known_until?;
        let due = self.pending.first().is_some_and(|(at, _)| *at <= now);
        (from < now || due).then_some(from)
    }
}

/// Reads the parameters of a change.
///
/// # Errors
/// The answer that Meta gives to such a request.
pub(crate) fn read(request: &Request) -> Result<LimitChange, Answer> {
    match (
        request.param("spend_cap"),
        request.param("spend_cap_action"),
    ) {
        (None, Some("reset")) => Ok(LimitChange::Reset),
        (Some(amount), None) => amount
            .parse()
            .ok()
            .filter(|amount| *amount >= Decimal::ZERO)
            .map(LimitChange::Set)
            .ok_or_else(|| Answer::invalid("Param spend_cap must be a number from 0")),
        _ => Err(Answer::invalid(
            "the sandbox takes either spend_cap or spend_cap_action=reset of an ad account",
        )),
    }
}

/// The act that a change is.
///
/// # Errors
/// When the account's limit was changed ten times today, or the amount is beyond counting.
pub(super) fn act(
    state: &mut State,
    account: usize,
    change: &LimitChange,
    now: Instant,
    strike: Option<Strike>,
) -> Result<Act, Answer> {
    if changes_today(state, account, now.world) >= CHANGES_A_DAY {
        return Err(Answer::cap_changed_too_often());
    }
    let unit = micros_per_minor(state.world.accounts[account].currency);
    let (name, from, to, after) = match change {
        LimitChange::Reset => {
            let spent = state.account_spent_micros(account, now.world);
            let since_reset = spent - state.limits[account].base_micros;
            let from = (since_reset / unit).to_string();
            (RESET, from, "0".to_owned(), SignedDuration::ZERO)
        }
        LimitChange::Set(amount) => {
            let misread = strike.is_some_and(|strike| strike.fault == Fault::CapInMinor);
            let micros_per_unit = if misread { unit } else { 1_000_000 };
            let minor = (amount.checked_mul(micros_per_unit.into()))
                .and_then(|micros| (micros / Decimal::from(unit)).floor().to_i64())
                .filter(|minor| minor.checked_mul(unit).is_some())
                .ok_or_else(|| Answer::invalid("Param spend_cap is too large"))?;
            let before = state.limits[account].cap_micros.unwrap_or(0) / unit;
            (SET, before.to_string(), minor.to_string(), IN_FORCE_AFTER)
        }
    };
    Ok(Act {
        act: name.to_owned(),
        object: state.world.accounts[account].id.clone(),
        applied: from != to,
        from,
        to,
        delivery_from: next_second(now.world.plus(after)),
        ..super::write::blank(state.books.next_n(), now)
    })
}

fn changes_today(state: &State, account: usize, now: WorldTime) -> usize {
    let account = &state.world.accounts[account];
    let today = account.date(now);
    let own = |act: &&Act| {
        act.object == account.id
            && (act.act == SET || act.act == RESET)
            && account.date(act.at_world) == today
    };
    state.books.acts().iter().filter(own).count()
}

impl State {
    /// Takes over a change that is in the books.
    pub(super) fn follow_limit(&mut self, act: &Act) {
        let named = |account: &crate::world::Account| account.id == act.object;
        let Some(at) = self.world.accounts.iter().position(named) else {
            tracing::warn!(account = act.object, "the books name an unknown account");
            return;
        };
        let unit = micros_per_minor(self.world.accounts[at].currency);
        let change = match (act.act.as_str(), act.to.parse::<i64>()) {
            (SET, Ok(minor)) => {
                let cap = (minor > 0).then(|| minor.saturating_mul(unit));
                self.limits[at].cap_micros = cap;
                Change::Cap(cap)
            }
            _ => Change::Reset,
        };
        let limit = &mut self.limits[at];
        limit.pending.push((act.delivery_from, change));
        limit.pending.sort_by_key(|(from, _)| *from);
        limit.known_until.get_or_insert(whole_second(act.at_world));
    }

    /// Works out until `now` when the limit of an account stopped its campaigns.
    pub(super) fn apply_limit(&mut self, account: usize, now: WorldTime) {
        let now = whole_second(now);
        while let Some(from) = self.limits[account].work_from(now) {
            let date = self.world.accounts[account].date(from);
            let owner = &self.world.accounts[account];
            let midnight = date.tomorrow().map(|next| owner.midnight(next));
            let midnight = WorldTime(midnight.unwrap_or(Timestamp::MAX));
            let change = self.limits[account].pending.first().copied();
            let until = change
                .map_or(now, |(at, _)| at.max(from).min(now))
                .min(midnight);
            if until > from
                && let Some(stop) = self.first_stop(account, date, from, until)
            {
                let own = self.world.campaigns.iter().zip(&mut self.campaigns);
                own.filter(|(campaign, _)| campaign.account == account)
                    .for_each(|(_, state)| state.timeline.halt(stop, until));
            }
            if let Some((_, change)) = change.filter(|(at, _)| *at <= until) {
                self.take_into_force(account, change, date, until);
            }
            self.limits[account].known_until = Some(until);
        }
    }

    fn take_into_force(&mut self, account: usize, change: Change, date: Date, at: WorldTime) {
        let spent = self.spent_within(account, date, at);
        let limit = &mut self.limits[account];
        limit.pending.remove(0);
        match change {
            Change::Cap(cap) => limit.in_force_micros = cap,
            Change::Reset => limit.base_micros = spent,
        }
    }

    /// The first whole second of a span within one day at which the limit is reached.
    fn first_stop(
        &mut self,
        account: usize,
        date: Date,
        from: WorldTime,
        until: WorldTime,
    ) -> Option<WorldTime> {
        let cap = self.limits[account].in_force_micros? + self.limits[account].base_micros;
        let mut reached = |at: i64| self.spent_within(account, date, from.plus(seconds(at))) >= cap;
        let length = until.since(from).as_secs();
        if reached(0) {
            return Some(from);
        }
        if length == 0 || !reached(length) {
            return None;
        }
        let (mut short, mut enough) = (0, length);
        while enough - short > 1 {
            let middle = short + (enough - short) / 2;
            if reached(middle) {
                enough = middle;
            } else {
                short = middle;
            }
        }
        Some(from.plus(seconds(enough)))
    }

    /// Spent by an account until an instant of `date`; the days before it are over and known.
    fn spent_within(&mut self, account: usize, date: Date, at: WorldTime) -> i64 {
        let mut spent = 0;
        for nth in 0..self.campaigns.len() {
            if self.world.campaigns[nth].account != account {
                continue;
            }
            let (first, _) = self.days_of(nth, at);
            for past in first.series(1.day()).take_while(|past| *past < date) {
                spent += self.past_day_spend(nth, past, at);
            }
            spent += self.day_as_it_stands(nth, date, at).spend_micros;
        }
        spent
    }

    fn past_day_spend(&mut self, campaign: usize, date: Date, at: WorldTime) -> i64 {
        if let Some(day) = self.past_days.get(&(campaign, date)) {
            return day.spend_micros;
        }
        let day = self.day_as_it_stands(campaign, date, at);
        let spend_micros = day.spend_micros;
        self.past_days.insert((campaign, date), day.into());
        spend_micros
    }

    /// Spent by an account over its life until an instant.
    pub(crate) fn account_spent_micros(&mut self, account: usize, now: WorldTime) -> i64 {
        let own: Vec<usize> = (0..self.campaigns.len())
            .filter(|nth| self.world.campaigns[*nth].account == account)
            .collect();
        own.into_iter().map(|nth| self.spent_micros(nth, now)).sum()
    }
}

fn seconds(n: i64) -> SignedDuration {
    SignedDuration::from_secs(n)
}

fn whole_second(at: WorldTime) -> WorldTime {
    at.plus(SignedDuration::from_nanos(-i64::from(
        at.0.subsec_nanosecond().max(0),
    )))
}

fn next_second(at: WorldTime) -> WorldTime {
    let floor = whole_second(at);
    if floor == at {
        at
    } else {
        floor.plus(seconds(1))
    }
}
