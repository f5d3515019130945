//! What the CLI and the console read: effects, decisions, budgets, postings, who holds money, what calls cost.

mod budgets;
mod crashed;
mod day;
mod decisions;
mod effects;
mod exposure;
mod incidents;
mod interlocks;
mod postings;
mod recent;
mod states;
mod sums;
mod usage;

pub use budgets::{BudgetView, budgets, money_left};
pub use crashed::{HoldView, acts_under_way, holds_of, owners_of_unknown};
pub use day::{
    ActsOfDay, CallsOfDay, DayAct, DecisionsOfDay, Moment, RefusedDecision, WaitingDecision,
    WindowOfDay, acts_of_day, calls_of_day, decided_around, decisions_of_day, refused_of_day,
    settled_of_day, waiting_decisions, windows_of_day,
};
pub use decisions::{
    DecisionFilter, DecisionMinute, DecisionView, decision, decision_minutes, decisions,
    decisions_of,
};
pub use effects::{
    EffectFilter, EffectView, act_of, acts_of, effect, effects, effects_of, open_counts,
};
pub(crate) use effects::{effect_by_key, effect_in};
pub use exposure::{Exposure, StandingExposure, exposures, standing_exposures};
pub use incidents::{IncidentView, incident_of, incidents_before};
pub use interlocks::{RefusedBy, refused_by};
pub use postings::{Holder, PostingView, PostingWindow, postings};
pub use recent::{taken, touched};
pub use states::{EffectState, Provenance};
pub use sums::{Moved, moved};
pub use usage::{ActCall, UsageBy, UsageStep, calls_of, usage_by};

fn limit(limit: u32) -> i64 {
    i64::from(if limit == 0 { 100 } else { limit })
}
