//! What the readings say, and what should be done: pure functions over this domain's own types.

use homeostat::{
    control::{EstimateError, Policy},
    model::WorldTime,
};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Reading {
    pub(crate) at: WorldTime,
    pub(crate) millicelsius: i64,
}

/// Everything the policy may look at. Thresholds belong to it, so that a stored decision has them.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Inputs {
    pub(crate) readings: Vec<Reading>,
    pub(crate) least_millicelsius: i64,
    pub(crate) heat_millicelsius_per_minute: i64,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Belief {
    /// When the next look is due and the trend goes on.
    pub(crate) expected_millicelsius: i64,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(crate) enum Proposal {
    Heat { minutes: u32 },
    Rest,
}

pub(crate) struct Climate;

impl Policy for Climate {
    const NAME: &'static str = "greenhouse.climate";
    const VERSION: &'static str = "1";
    type Inputs = Inputs;
    type Belief = Belief;
    type Proposal = Proposal;

    /// The estimator: a line through the last two readings.
    fn believe(inputs: &Inputs) -> Result<Belief, EstimateError> {
        let [.., before, last] = inputs.readings.as_slice() else {
            return Err(EstimateError::NotPositive {
                field: "readings",
                value: 0,
            });
        };
        Ok(Belief {
            expected_millicelsius: 2 * last.millicelsius - before.millicelsius,
        })
    }

    fn decide(inputs: &Inputs, belief: &Belief, _seed: u64) -> Proposal {
        let missing = inputs.least_millicelsius - belief.expected_millicelsius;
        let per_minute = inputs.heat_millicelsius_per_minute.max(1);
        match u32::try_from((missing + per_minute - 1) / per_minute) {
            Ok(minutes) if minutes > 0 => Proposal::Heat {
                minutes: minutes.min(20),
            },
            Ok(_) | Err(_) => Proposal::Rest,
        }
    }
}
