//! The actuator: opens the valve, and can ask it whether it did.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use homeostat::effects::{
    Actuator, ActuatorSpec, CallError, Class, EffectView, Permit, Probe, Request, VendorReceipt,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::house::{House, NoAnswer};

/// What the request says.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Open {
    pub(crate) minutes: u32,
}

pub(crate) struct Valve {
    spec: ActuatorSpec,
    house: Arc<House>,
}

impl Valve {
    pub(crate) fn new(house: &Arc<House>) -> Arc<Self> {
        // Opening twice heats twice, the valve takes no key, and it keeps a log: queryable.
        let spec = ActuatorSpec {
            horizon: Duration::from_secs(2),
            undo: Some("close the valve".into()),
            ..ActuatorSpec::new("greenhouse.open_valve", "valve", Class::Queryable)
        };
        Arc::new(Self {
            spec,
            house: house.clone(),
        })
    }
}

#[async_trait]
impl Actuator for Valve {
    fn spec(&self) -> &ActuatorSpec {
        &self.spec
    }

    async fn call(&self, permit: Permit, request: &Request) -> Result<VendorReceipt, CallError> {
        let open: Open = serde_json::from_str(&request.body).map_err(|error| {
            let code = "request".into();
            let reason = error.to_string();
            CallError::Refused { code, reason }
        })?;
        let reference = format!("effect-{}", permit.effect());
        match self.house.open_valve(&reference, open.minutes) {
            Ok(()) => Ok(VendorReceipt::done(json!({ "opened": reference }))),
            Err(NoAnswer) => Err(CallError::Unknown {
                reason: "the radio dropped the answer".into(),
            }),
        }
    }

    async fn probe(&self, effect: &EffectView) -> Probe {
        let reference = format!("effect-{}", effect.id);
        if self.house.openings().contains(&reference) {
            Probe::Happened(VendorReceipt::done(json!({ "in_the_log": reference })))
        } else {
            Probe::Absent
        }
    }
}
