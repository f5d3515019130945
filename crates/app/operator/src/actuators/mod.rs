//! What can be done to the world, one file per act. A new one adds its file and a line below.

pub mod pause_campaign;

use std::sync::Arc;

use homeostat_effects::Registry;

use crate::Operator;

/// Every actuator of the house.
pub fn registry(operator: &Operator) -> Registry {
    Registry::new().with(Arc::new(pause_campaign::PauseCampaign::new(operator)))
}
