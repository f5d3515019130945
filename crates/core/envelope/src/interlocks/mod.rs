//! The interlocks. Each is one file of the same shape: its name, the window it draws on (if it caps
//! something), its judgement, its tests. Adding one adds a file and a line in [`ALL`].

mod action_cap;
mod amount_in_text;
mod cooldown;
mod currency;
mod customer_room;
mod daily_budget;
mod data_freshness;
mod dispute_history;
mod duplicate_claim;
mod hourly_budget;
mod idempotency_key;
mod kill_threshold;
mod lifetime_budget;
mod mass_kill;
mod mode;
mod monthly_budget;
mod payee;
mod refund_ceiling;
mod sensor_health;
mod within_cap;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod properties;

use crate::{EnvelopeError, WindowSpec, judge::Facts, window::Draw};

/// Passed or refused, with the reason either way.
pub(crate) type Finding = Result<String, String>;

/// Names the window an interlock draws on; none when the ask takes nothing from it.
pub(crate) type WindowOf = fn(&Draw<'_>) -> Result<Option<WindowSpec>, EnvelopeError>;

/// One check between a proposal and an act.
pub(crate) struct Interlock {
    pub(crate) name: &'static str,
    /// What it refuses, for a person.
    pub(crate) refuses: &'static str,
    /// The rules that brought it; what was judged by older ones is judged again without it.
    pub(crate) since: u32,
    pub(crate) window: Option<WindowOf>,
    pub(crate) judge: fn(&Facts<'_>) -> Finding,
}

/// Registration, in the order verdicts are shown.
pub(crate) const ALL: &[Interlock] = &[
    mode::INTERLOCK,
    idempotency_key::INTERLOCK,
    data_freshness::INTERLOCK,
    kill_threshold::INTERLOCK,
    mass_kill::INTERLOCK,
    cooldown::INTERLOCK,
    action_cap::INTERLOCK,
    currency::INTERLOCK,
    hourly_budget::INTERLOCK,
    daily_budget::INTERLOCK,
    monthly_budget::INTERLOCK,
    lifetime_budget::INTERLOCK,
    sensor_health::INTERLOCK,
    refund_ceiling::INTERLOCK,
    customer_room::INTERLOCK,
    dispute_history::INTERLOCK,
    duplicate_claim::INTERLOCK,
    payee::INTERLOCK,
    amount_in_text::INTERLOCK,
];
