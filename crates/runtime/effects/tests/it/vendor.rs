//! A vendor with books of its own, whose every answer a test can spoil.

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

const DROPPED: &str = "dropped in review";

/// What happens to the next call.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// The act is done, the answer is lost.
    LostReply,
    /// The request is lost.
    LostRequest,
    /// The request lands only when the test says so; no answer.
    Late,
    /// The vendor says no.
    Refuse,
    /// The connection could not be made.
    NotSent,
    /// Rate limit.
    Throttle(Duration),
    /// Taken; done later.
    Accept,
    /// Done, at this price.
    Costs(i64),
    /// Done, answered once the test lets go.
    Stall,
    /// The actuator panics before it sends anything.
    Panic,
}

/// What happens to the next probe.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ProbeFault {
    /// The actuator panics.
    Panic,
    /// Answered once the test lets go.
    Stall,
    /// The vendor says that it dropped what it had accepted, and goes on saying so.
    Refused,
    /// The vendor wants to be left alone for so long.
    Throttled(Duration),
}

#[derive(Debug)]
pub(crate) struct Vendor {
    spec: ActuatorSpec,
    inner: Mutex<Inner>,
    pub(crate) entered: Notify,
    pub(crate) let_go: Notify,
}

#[derive(Debug, Default)]
struct Inner {
    faults: VecDeque<Fault>,
    probe_faults: VecDeque<ProbeFault>,
    books: Vec<EffectId>,
    keys: Vec<String>,
    in_flight: Vec<(EffectId, Option<String>)>,
    accepted: Vec<(EffectId, Option<String>)>,
    dropped: Vec<EffectId>,
    calls: u32,
    probes: u32,
    blind_eye: bool,
    stale: bool,
}

impl Vendor {
    pub(crate) fn new(class: Class) -> Arc<Self> {
        Self::with(class, Action::Other, false)
    }

    /// An idempotent pause that reduces risk.
    pub(crate) fn pauses() -> Arc<Self> {
        Self::with(Class::Idempotent, Action::Kill, true)
    }

    fn with(class: Class, action: Action, risk_reducing: bool) -> Arc<Self> {
        let spec = ActuatorSpec {
            kind: "test.act".into(),
            vendor: "test".into(),
            class,
            action,
            risk_reducing,
            call_timeout: Duration::from_secs(10),
            horizon: Duration::from_secs(30),
            key_life: Duration::from_secs(24 * 3_600),
            undo: None,
        };
        let inner = Mutex::new(Inner::default());
        Arc::new(Self {
            spec,
            inner,
            entered: Notify::new(),
            let_go: Notify::new(),
        })
    }

    /// A vendor with other times.
    pub(crate) fn timed(class: Class, change: impl FnOnce(&mut ActuatorSpec)) -> Arc<Self> {
        let made = Self::new(class);
        let mut spec = made.spec.clone();
        change(&mut spec);
        Arc::new(Self {
            spec,
            inner: Mutex::new(Inner::default()),
            entered: Notify::new(),
            let_go: Notify::new(),
        })
    }

    pub(crate) fn next_probe(&self, fault: ProbeFault) {
        self.inner.lock().unwrap().probe_faults.push_back(fault);
    }

    /// An act that our side knows nothing of.
    pub(crate) fn remember(&self, effect: EffectId) {
        self.inner.lock().unwrap().books.push(effect);
    }

    pub(crate) fn spec_ref(&self) -> &ActuatorSpec {
        &self.spec
    }

    pub(crate) fn next(&self, fault: Fault) {
        self.inner.lock().unwrap().faults.push_back(fault);
    }

    /// From now on no probe can tell.
    pub(crate) fn turn_a_blind_eye(&self, blind: bool) {
        self.inner.lock().unwrap().blind_eye = blind;
    }

    /// From now on no probe sees what was done.
    pub(crate) fn read_stale(&self, stale: bool) {
        self.inner.lock().unwrap().stale = stale;
    }

    /// Requests in flight arrive.
    pub(crate) fn land(&self) {
        let mut inner = self.inner.lock().unwrap();
        for (effect, key) in std::mem::take(&mut inner.in_flight) {
            inner.enter(effect, key, self.spec.class);
        }
    }

    /// Requests in flight never arrive.
    pub(crate) fn lose(&self) {
        self.inner.lock().unwrap().in_flight.clear();
    }

    /// What was accepted is done.
    pub(crate) fn complete(&self) {
        let mut inner = self.inner.lock().unwrap();
        for (effect, key) in std::mem::take(&mut inner.accepted) {
            inner.enter(effect, key, self.spec.class);
        }
    }

    /// State-changing acts in the vendor's books.
    pub(crate) fn acts(&self) -> usize {
        self.inner.lock().unwrap().books.len()
    }

    /// How often an effect stands in the vendor's books.
    pub(crate) fn times(&self, effect: EffectId) -> usize {
        self.inner
            .lock()
            .unwrap()
            .books
            .iter()
            .filter(|id| **id == effect)
            .count()
    }

    /// No more faults.
    pub(crate) fn forgive(&self) {
        let mut inner = self.inner.lock().unwrap();
        inner.faults.clear();
        inner.probe_faults.clear();
    }

    pub(crate) fn calls(&self) -> u32 {
        self.inner.lock().unwrap().calls
    }

    pub(crate) fn probes(&self) -> u32 {
        self.inner.lock().unwrap().probes
    }

    /// Does the act, once per key where there is one; an idempotent one changes nothing twice.
    fn do_it(&self, effect: EffectId, request: &Request) -> VendorReceipt {
        let mut inner = self.inner.lock().unwrap();
        let known = inner.enter(effect, request.vendor_key.clone(), self.spec.class);
        let deduplicated = known && request.vendor_key.is_some();
        VendorReceipt {
            deduplicated,
            ..VendorReceipt::done(json!({ "success": true }))
        }
    }
}

impl Inner {
    /// Enters an act into the books, unless its key or its nature says that it is there. True: it was.
    fn enter(&mut self, effect: EffectId, key: Option<String>, class: Class) -> bool {
        let known = match &key {
            Some(key) => self.keys.contains(key),
            None => class == Class::Idempotent && self.books.contains(&effect),
        };
        if !known {
            self.books.push(effect);
            self.keys.extend(key);
        }
        known
    }
}

#[async_trait]
impl Actuator for Vendor {
    fn spec(&self) -> &ActuatorSpec {
        &self.spec
    }

    async fn call(&self, permit: Permit, request: &Request) -> Result<VendorReceipt, CallError> {
        let effect = permit.effect();
        let fault = {
            let mut inner = self.inner.lock().unwrap();
            inner.calls += 1;
            inner.faults.pop_front()
        };
        let unknown = || {
            Err(CallError::Unknown {
                reason: "connection reset".into(),
            })
        };
        match fault {
            None => Ok(self.do_it(effect, request)),
            Some(Fault::LostReply) => {
                self.do_it(effect, request);
                unknown()
            }
            Some(Fault::LostRequest) => unknown(),
            Some(Fault::Late) => {
                self.inner
                    .lock()
                    .unwrap()
                    .in_flight
                    .push((effect, request.vendor_key.clone()));
                unknown()
            }
            Some(Fault::Refuse) => Err(CallError::Refused {
                code: "100".into(),
                reason: "no such campaign".into(),
            }),
            Some(Fault::NotSent) => Err(CallError::NotSent {
                reason: "connection refused".into(),
            }),
            Some(Fault::Throttle(wait)) => Err(CallError::Throttled { wait }),
            Some(Fault::Accept) => {
                self.inner
                    .lock()
                    .unwrap()
                    .accepted
                    .push((effect, request.vendor_key.clone()));
                let receipt = VendorReceipt::done(json!({ "status": "IN_PROCESS" }));
                Ok(VendorReceipt {
                    finished: false,
                    ..receipt
                })
            }
            Some(Fault::Costs(micros)) => {
                let receipt = self.do_it(effect, request);
                let actual = Money::from_micros(micros, request.worst_case.currency);
                Ok(VendorReceipt {
                    actual: Some(actual),
                    ..receipt
                })
            }
            Some(Fault::Panic) => panic!("a bug in an actuator"),
            Some(Fault::Stall) => {
                let receipt = self.do_it(effect, request);
                self.entered.notify_one();
                self.let_go.notified().await;
                Ok(receipt)
            }
        }
    }

    async fn probe(&self, effect: &EffectView) -> Probe {
        let fault = {
            let mut inner = self.inner.lock().unwrap();
            inner.probes += 1;
            inner.probe_faults.pop_front()
        };
        match fault {
            None => {}
            Some(ProbeFault::Panic) => panic!("a bug in a probe"),
            Some(ProbeFault::Throttled(wait)) => return Probe::Throttled(wait),
            Some(ProbeFault::Refused) => {
                let mut inner = self.inner.lock().unwrap();
                inner.accepted.clear();
                inner.dropped.push(effect.id);
                return Probe::Refused(DROPPED.into());
            }
            Some(ProbeFault::Stall) => {
                self.entered.notify_one();
                self.let_go.notified().await;
            }
        }
        let inner = self.inner.lock().unwrap();
        if inner.blind_eye || self.spec.class == Class::Blind {
            return Probe::CannotTell("the vendor cannot be asked".into());
        }
        if inner.books.contains(&effect.id) && !inner.stale {
            Probe::Happened(VendorReceipt::done(json!({ "read_back": true })))
        } else if inner.dropped.contains(&effect.id) && !inner.stale {
            Probe::Refused(DROPPED.into())
        } else {
            Probe::Absent
        }
    }
}
