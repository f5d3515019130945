//! An actuator whose every answer a test chooses, with books of its own.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use homeostat_effects::{
    Actuator, ActuatorSpec, CallError, Class, EffectView, Permit, Probe, Request, VendorReceipt,
};
use homeostat_envelope::Action;
use homeostat_model::{EffectId, Money};
use serde_json::json;
use tokio::sync::Notify;

/// What happens to the next call. Without one it is done and answered.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Twist {
    /// Lost on the way there.
    RequestLost,
    /// Lands when the test says so; no answer.
    InFlight,
    /// The vendor says no.
    Refused,
    /// Done, at this price in micro-units.
    Costs(i64),
    /// Done; answered once the test lets go.
    Stalled,
}

/// The actuator and its vendor in one.
#[derive(Debug)]
pub(crate) struct Acts {
    spec: ActuatorSpec,
    inner: Mutex<Inner>,
    /// A stalled call has done its act.
    pub(crate) entered: Notify,
    /// Lets a stalled call answer.
    pub(crate) let_go: Notify,
}

#[derive(Debug, Default)]
struct Inner {
    twists: VecDeque<Twist>,
    books: Vec<EffectId>,
    in_flight: Vec<EffectId>,
    calls: usize,
}

impl Acts {
    pub(crate) fn new(class: Class) -> Arc<Self> {
        let spec = ActuatorSpec {
            kind: "test.act".into(),
            vendor: "test".into(),
            class,
            action: Action::Other,
            risk_reducing: false,
            call_timeout: Duration::from_secs(10),
            horizon: Duration::from_secs(30),
            key_life: Duration::from_secs(24 * 3_600),
            undo: None,
        };
        let (entered, let_go) = (Notify::new(), Notify::new());
        Arc::new(Self {
            spec,
            inner: Mutex::default(),
            entered,
            let_go,
        })
    }

    pub(crate) fn next(&self, twist: Twist) {
        self.inner.lock().unwrap().twists.push_back(twist);
    }

    /// What was in flight arrives.
    pub(crate) fn land(&self) {
        let mut inner = self.inner.lock().unwrap();
        let landed = std::mem::take(&mut inner.in_flight);
        inner.books.extend(landed);
    }

    /// Acts in the vendor's books.
    pub(crate) fn done(&self) -> usize {
        self.inner.lock().unwrap().books.len()
    }

    /// Requests that left us.
    pub(crate) fn calls(&self) -> usize {
        self.inner.lock().unwrap().calls
    }

    fn enter(&self, effect: EffectId) -> VendorReceipt {
        self.inner.lock().unwrap().books.push(effect);
        VendorReceipt::done(json!({ "done": effect }))
    }
}

#[async_trait]
impl Actuator for Acts {
    fn spec(&self) -> &ActuatorSpec {
        &self.spec
    }

    async fn call(&self, permit: Permit, request: &Request) -> Result<VendorReceipt, CallError> {
        let effect = permit.effect();
        let twist = {
            let mut inner = self.inner.lock().unwrap();
            inner.calls += 1;
            inner.twists.pop_front()
        };
        let unknown = || CallError::Unknown {
            reason: "connection reset".into(),
        };
        match twist {
            None => Ok(self.enter(effect)),
            Some(Twist::RequestLost) => Err(unknown()),
            Some(Twist::InFlight) => {
                self.inner.lock().unwrap().in_flight.push(effect);
                Err(unknown())
            }
            Some(Twist::Refused) => Err(CallError::Refused {
                code: "100".into(),
                reason: "no such thing".into(),
            }),
            Some(Twist::Costs(micros)) => {
                let actual = Some(Money::from_micros(micros, request.worst_case.currency));
                Ok(VendorReceipt {
                    actual,
                    ..self.enter(effect)
                })
            }
            Some(Twist::Stalled) => {
                let receipt = self.enter(effect);
                self.entered.notify_one();
                self.let_go.notified().await;
                Ok(receipt)
            }
        }
    }

    async fn probe(&self, effect: &EffectView) -> Probe {
        if self.spec.class == Class::Blind {
            return Probe::CannotTell("this vendor cannot be asked".into());
        }
        if self.inner.lock().unwrap().books.contains(&effect.id) {
            Probe::Happened(VendorReceipt::done(json!({ "read_back": true })))
        } else {
            Probe::Absent
        }
    }
}
