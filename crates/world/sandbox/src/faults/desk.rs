//! Decides what befalls each call: first what was ordered, then what the plan draws.

use std::collections::{BTreeMap, HashMap};

use homeostat_clock::Entropy;
use homeostat_model::{RuntimeTime, WorldTime};
use jiff::SignedDuration;
use rand::RngExt;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Class, Fault, FaultPlan};

/// A fault about to befall a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Strike {
    pub(crate) fault: Fault,
    /// Real time that belongs to it: lateness, slowness or lag.
    pub(crate) after_ms: u64,
}

/// A fault ordered for the next matching calls.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    pub(crate) on: Class,
    pub(crate) fault: Fault,
    /// How many calls it strikes.
    #[serde(default = "once")]
    pub(crate) times: u32,
    /// Only calls about this object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) object: Option<String>,
    /// Instead of a drawn duration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) after_ms: Option<u64>,
}

fn once() -> u32 {
    1
}

/// The desk.
#[derive(Debug)]
pub(crate) struct Desk {
    plan: FaultPlan,
    entropy: Entropy,
    calls: HashMap<Class, u64>,
    orders: Vec<Order>,
    struck: BTreeMap<String, u64>,
    throttled_until: HashMap<String, RuntimeTime>,
}

impl Desk {
    /// `life` counts the sandbox's lives, so that a restart does not repeat its faults.
    pub(crate) fn new(plan: FaultPlan, seed: u64, life: u64) -> Self {
        let entropy = Entropy::from_seed(seed).child("faults");
        Self {
            plan,
            entropy: entropy.child(&format!("life:{life}")),
            calls: HashMap::new(),
            orders: Vec::new(),
            struck: BTreeMap::new(),
            throttled_until: HashMap::new(),
        }
    }

    /// Queues a fault.
    ///
    /// # Errors
    /// When the fault does not fit the call, or the numbers are out of range.
    pub(crate) fn order(&mut self, order: Order) -> Result<(), String> {
        if !order.fault.fits(order.on) {
            let (fault, on) = (order.fault, order.on.name);
            return Err(format!("fault: {fault:?} cannot befall {on}"));
        }
        if order.times == 0 || order.after_ms.is_some_and(|ms| ms > 60_000) {
            return Err("times must be at least 1 and after_ms at most 60000".to_owned());
        }
        self.orders.push(order);
        Ok(())
    }

    /// What befalls the next call of a class about an object.
    pub(crate) fn strike(&mut self, class: Class, object: &str) -> Option<Strike> {
        let n = self.calls.entry(class).or_insert(0);
        *n += 1;
        let entropy = self.entropy.child(&format!("{}:{n}", class.name));
        let strike = match self.ordered(class, object, &entropy) {
            Some(strike) => Some(strike),
            None => self.plan.draw(class, &entropy),
        }?;
        let name = format!("{}:{:?}", class.name, strike.fault);
        *self.struck.entry(name).or_insert(0) += 1;
        Some(strike)
    }

    fn ordered(&mut self, class: Class, object: &str, entropy: &Entropy) -> Option<Strike> {
        let fits = |order: &Order| {
            order.on == class && order.object.as_ref().is_none_or(|wanted| wanted == object)
        };
        let at = self.orders.iter().position(fits)?;
        let order = &mut self.orders[at];
        let strike = Strike {
            fault: order.fault,
            after_ms: order
                .after_ms
                .unwrap_or_else(|| self.plan.duration_ms(order.fault, entropy)),
        };
        order.times -= 1;
        if order.times == 0 {
            self.orders.remove(at);
        }
        Some(strike)
    }

    /// How long the object that the `n`th act creates is missing from lists, in real milliseconds.
    pub(crate) fn list_lag_ms(&self, n: u64) -> u64 {
        self.plan
            .list_lag_ms(&self.entropy.child(&format!("list:{n}")))
    }

    /// Throttles an account.
    pub(crate) fn throttle(&mut self, account: &str, until: RuntimeTime) {
        self.throttled_until.insert(account.to_owned(), until);
    }

    /// Real time until an account is taken again; `None` when it is.
    pub(crate) fn throttled(&self, account: &str, now: RuntimeTime) -> Option<SignedDuration> {
        let left = self.throttled_until.get(account)?.since(now);
        left.is_positive().then_some(left)
    }

    /// How far an account's insights are behind at an instant.
    pub(crate) fn insights_behind(&self, account: &str, now: WorldTime) -> SignedDuration {
        let span = now.0.as_second().div_euclid(600);
        let entropy = self.entropy.child(&format!("behind:{account}:{span}"));
        let mut rng = entropy.rng();
        if rng.random::<f64>() < self.plan.insights_behind {
            return SignedDuration::from_mins(rng.random_range(1..=45));
        }
        SignedDuration::ZERO
    }

    /// The plan, the queue, and what has struck so far.
    pub(crate) fn to_json(&self) -> Value {
        json!({"plan": self.plan, "queued": self.orders, "struck": self.struck})
    }
}
