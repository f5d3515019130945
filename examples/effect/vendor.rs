//! Vendors in this process that lose what they are sent, or what they answer, and the actuator that
//! speaks to them.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use homeostat::effects::{
    Actuator, ActuatorSpec, CallError, Class, EffectView, Permit, Probe, Request, VendorReceipt,
};
use serde_json::json;

/// What the vendor loses of the first request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Lost {
    /// It never arrived.
    Request,
    /// It was done, and the answer got lost.
    Reply,
}

/// One sort of act at one vendor, who keeps books of what was really done.
pub(crate) struct Act {
    spec: ActuatorSpec,
    first_time: Lost,
    vendor: Mutex<Vendor>,
}

#[derive(Default)]
struct Vendor {
    requests: usize,
    /// The key or the target of everything done.
    books: Vec<String>,
}

impl Act {
    pub(crate) fn new(kind: &str, class: Class, first_time: Lost) -> Arc<Self> {
        let vendor = kind.split('.').next().unwrap_or(kind);
        let spec = ActuatorSpec {
            // A request that is not seen this long after it was sent will never arrive.
            horizon: Duration::from_millis(300),
            ..ActuatorSpec::new(kind, vendor, class)
        };
        Arc::new(Self {
            spec,
            first_time,
            vendor: Mutex::default(),
        })
    }

    /// How often the act was really done.
    pub(crate) fn done(&self) -> usize {
        self.vendor().books.len()
    }

    fn vendor(&self) -> MutexGuard<'_, Vendor> {
        self.vendor.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Actuator for Act {
    fn spec(&self) -> &ActuatorSpec {
        &self.spec
    }

    /// One request. The permit is used up: sending again takes a new one.
    async fn call(&self, _permit: Permit, request: &Request) -> Result<VendorReceipt, CallError> {
        let mut vendor = self.vendor();
        vendor.requests += 1;
        let lost = (vendor.requests == 1).then_some(self.first_time);
        let name = request.vendor_key.as_ref().unwrap_or(&request.target);
        // A vendor that takes keys does nothing twice under one.
        let known = self.spec.class == Class::Keyed && vendor.books.contains(name);
        if lost != Some(Lost::Request) && !known {
            vendor.books.push(name.clone());
        }
        match lost {
            Some(_) => Err(CallError::Unknown {
                reason: "the connection broke".into(),
            }),
            None => Ok(VendorReceipt {
                deduplicated: known,
                ..VendorReceipt::done(json!({ "ok": true }))
            }),
        }
    }

    /// Did it happen? Asking changes nothing.
    async fn probe(&self, effect: &EffectView) -> Probe {
        match self.spec.class {
            // Its list lags behind, which its key makes harmless.
            Class::Keyed => Probe::Absent,
            Class::Blind => Probe::CannotTell("nobody answers letters".into()),
            Class::Queryable | Class::Idempotent => {
                if self.vendor().books.contains(&effect.target) {
                    Probe::Happened(VendorReceipt::done(json!({ "read_back": true })))
                } else {
                    Probe::Absent
                }
            }
        }
    }
}
