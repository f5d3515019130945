//! What the CLI and the console read: effects, decisions, budgets.

mod budgets;
mod decisions;
mod effects;
mod states;

pub use budgets::{BudgetView, budgets};
pub use decisions::{DecisionFilter, DecisionView, decision, decisions};
pub use effects::{EffectFilter, EffectView, effect, effects};
pub(crate) use effects::{effect_by_key, effect_in};
pub use states::{EffectState, Provenance};

fn limit(limit: u32) -> i64 {
    i64::from(if limit == 0 { 100 } else { limit })
}
