//! What an ad account's own limit should be today: what it has spent so far and the day's cap.
//!
//! The vendor holds this limit. It is the only stop that works when all our servers are dead.

use homeostat_model::Currency;
use serde::{Deserialize, Serialize};

use super::Policy;
use crate::estimators::EstimateError;

/// The policy.
#[derive(Debug, Clone, Copy)]
pub struct SpendCap;

/// An account at a day's start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inputs {
    /// The currency of the amounts.
    pub currency: Currency,
    /// Spent by the account over its life, as the vendor says.
    pub spent_micros: i64,
    /// What the brand may spend in a day.
    pub day_cap_micros: i64,
    /// The smallest step of a limit at the vendor.
    pub step_micros: i64,
}

/// What follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Belief {
    /// The account's spend at the end of the day if the day's cap is used up.
    pub spent_at_most_micros: i64,
}

/// What should be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum Proposal {
    /// Set the account's limit.
    SetSpendCap {
        /// The limit, a whole number of steps.
        cap_micros: i64,
    },
}

impl Policy for SpendCap {
    const NAME: &'static str = "spend_cap";
    const VERSION: &'static str = "spend_cap-v1";
    type Inputs = Inputs;
    type Belief = Belief;
    type Proposal = Proposal;

    fn believe(inputs: &Inputs) -> Result<Belief, EstimateError> {
        for (field, value, least) in [
            ("spent_micros", inputs.spent_micros, 0),
            ("day_cap_micros", inputs.day_cap_micros, 1),
            ("step_micros", inputs.step_micros, 1),
        ] {
            if value < least {
                return Err(EstimateError::NotPositive { field, value });
            }
        }
        let sum = inputs.spent_micros.checked_add(inputs.day_cap_micros);
        sum.map(|spent_at_most_micros| Belief {
            spent_at_most_micros,
        })
        .ok_or(EstimateError::TooLarge {
            field: "spent_micros",
        })
    }

    fn decide(inputs: &Inputs, belief: &Belief, _seed: u64) -> Proposal {
        let step = inputs.step_micros;
        // Down to a whole step: a limit may be too tight, never too wide.
        Proposal::SetSpendCap {
            cap_micros: (belief.spent_at_most_micros / step * step).max(step),
        }
    }
}
