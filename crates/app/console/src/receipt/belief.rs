//! What it saw, believed and proposed, as the stored decision has it, and the belief as a curve.

use homeostat_control::{Policy, campaign, kill::Kill};
use homeostat_effects::DecisionView;
use homeostat_model::Money;
use homeostat_operator::config::Brand;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::{plot, words};

/// Points of a curve.
const POINTS: usize = 60;
/// The curve ends at so many times the target.
const RIGHT: f64 = 2.0;

/// A line of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Fact {
    /// What.
    pub name: String,
    /// How much.
    pub value: String,
    /// Who says so, and how old it is.
    pub source: String,
}

impl Fact {
    pub(crate) fn new(name: impl Into<String>, value: impl Into<String>, source: &str) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
            source: source.into(),
        }
    }
}

/// Three columns.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct Belief {
    /// What it saw.
    pub saw: Vec<Fact>,
    /// What it proposed.
    pub proposed: Vec<Fact>,
    /// In words.
    pub says: String,
    /// The curve; empty: its policy believes nothing of this kind.
    #[serde(skip)]
    pub svg: String,
}

impl Belief {
    pub(super) fn of(decided: &DecisionView, brand: &Brand) -> Self {
        let stored = serde_json::from_str::<campaign::Belief>(&decided.belief);
        match (decided.policy.as_str(), stored) {
            (Kill::NAME, Ok(belief)) => Self::of_campaign(&belief, decided, brand),
            _ => Self::plain(decided),
        }
    }

    fn of_campaign(belief: &campaign::Belief, decided: &DecisionView, brand: &Brand) -> Self {
        let money = |micros| words::money(Money::from_micros(micros, belief.currency));
        let age = words::age(decided.decided_at.since(decided.data_as_of));
        let source = format!("Meta, {age}");
        let at = words::world_clock(decided.decided_at, &brand.zone);
        Self {
            saw: vec![
                Fact::new("Spent", money(belief.raw_spend_micros), &source),
                Fact::new(
                    "Old enough to judge",
                    money(belief.matured_spend_micros),
                    "orders lag behind clicks",
                ),
                Fact::new("Sales", belief.sales.to_string(), &source),
                Fact::new(
                    "Target cost per sale",
                    money(belief.target_cpa_micros),
                    "set by owner",
                ),
            ],
            proposed: vec![
                Fact::new("Sales that were due", format!("{:.2}", belief.k), ""),
                Fact::new(
                    "Chance of this if on target",
                    homeostat_control::chance_text(belief.chance_if_on_target),
                    "",
                ),
                Fact::new(
                    "Rules",
                    format!("{} {}", decided.policy, decided.version),
                    "",
                ),
                Fact::new("Decided", format!("{} {}", at.day, at.time), ""),
            ],
            says: format!(
                "{} below target",
                homeostat_control::chance_text(belief.chance_below_target)
            ),
            svg: curve(belief),
        }
    }

    /// The stored inputs as they are: flat texts and numbers, the rest left out.
    fn plain(decided: &DecisionView) -> Self {
        Self {
            saw: facts(&decided.inputs),
            proposed: facts(&decided.proposal),
            says: String::new(),
            svg: String::new(),
        }
    }
}

fn facts(stored: &str) -> Vec<Fact> {
    let Ok(Value::Object(fields)) = serde_json::from_str(stored) else {
        return Vec::new();
    };
    let told = fields.into_iter().filter_map(|(name, value)| {
        let value = match value {
            Value::String(text) => words::name(&text),
            Value::Number(number) => number.to_string(),
            Value::Bool(word) => word.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => return None,
        };
        Some(Fact::new(words::name(&name.replace('_', " ")), value, ""))
    });
    told.collect()
}

/// The return in units of the target, before and after. Sales come as a Poisson process, the prior is worth one sale at
/// target (Gamma(1, 1) in units of the target), so the posterior is Gamma(1 + sales, 1 + k): its density at return r.
fn curve(belief: &campaign::Belief) -> String {
    let density = |shape: f64, rate: f64, x: f64| {
        if x <= 0.0 && shape > 1.0 {
            return 0.0;
        }
        let log = shape * rate.ln() + (shape - 1.0) * x.max(1e-9).ln() - rate * x - ln_gamma(shape);
        log.exp()
    };
    let xs = (0..=POINTS).map(|n| n as f64 / POINTS as f64 * RIGHT);
    let after: Vec<f64> = xs
        .clone()
        .map(|x| density(1.0 + f64::from(belief.sales), 1.0 + belief.k, x))
        .collect();
    let before: Vec<f64> = xs.map(|x| density(1.0, 1.0, x)).collect();
    plot::curve(
        &after,
        &before,
        1.0 / RIGHT,
        &format!(
            "Belief about the return on ad spend, in units of the target. Before: spread out. After: {} of it lies below the target.",
            homeostat_control::chance_text(belief.chance_below_target)
        ),
    )
}

/// Of a whole number of one or more: the log of a factorial.
fn ln_gamma(shape: f64) -> f64 {
    let n = shape.round().max(1.0) as u64;
    (1..n).map(|k| (k as f64).ln()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_factorial_by_its_log() {
        assert!((ln_gamma(1.0)).abs() < 1e-12);
        assert!((ln_gamma(5.0) - 24.0_f64.ln()).abs() < 1e-12);
    }

    #[test]
    fn what_is_nested_is_left_out_and_what_is_flat_is_told() {
        let facts = facts(r#"{"by":"ada","day_cap_micros":5,"list":[1]}"#);
        let told: Vec<_> = facts
            .iter()
            .map(|f| (f.name.as_str(), f.value.as_str()))
            .collect();
        assert_eq!(told, [("by", "ada"), ("day cap micros", "5")]);
    }
}
