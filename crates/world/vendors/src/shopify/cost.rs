//! The price of a call and what is left in the bucket, as every reply tells.

use std::time::Duration;

use serde_json::Value;

/// No bucket needs longer to fill; anything above is nonsense and stops us no longer.
const WAIT_MAX_S: u32 = 300;

/// Points, as the reply's `extensions.cost` gives them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cost {
    /// What was set aside for the query before it ran.
    pub requested: u32,
    /// What it used; `None` when it did not run.
    pub actual: Option<u32>,
    /// What is left.
    pub available: u32,
    /// The size of the bucket.
    pub maximum: u32,
    /// Points that come back each second.
    pub restore_per_s: u32,
}

impl Cost {
    /// The cost of a reply's body. Nothing depends on it: what cannot be read is left out.
    pub(crate) fn of(body: &Value) -> Option<Self> {
        let cost = body.get("extensions")?.get("cost")?;
        let bucket = cost.get("throttleStatus")?;
        Some(Self {
            requested: up(cost.get("requestedQueryCost"))?,
            actual: up(cost.get("actualQueryCost")),
            available: down(bucket.get("currentlyAvailable"))?,
            maximum: down(bucket.get("maximumAvailable"))?,
            restore_per_s: down(bucket.get("restoreRate"))?,
        })
    }

    /// The vendor's time until a query of this price runs. At least a second.
    pub fn wait_for(&self, points: u32) -> Duration {
        let missing = points.saturating_sub(self.available);
        let seconds = missing.div_ceil(self.restore_per_s.max(1));
        Duration::from_secs(u64::from(seconds.clamp(1, WAIT_MAX_S)))
    }

    /// The vendor's time until this query runs, when it was throttled. At least a second.
    pub fn wait(&self) -> Duration {
        self.wait_for(self.requested)
    }
}

/// Rounded so that we never think to have more than there is. The casts saturate.
fn down(value: Option<&Value>) -> Option<u32> {
    finite(value).map(|number| number.floor() as u32)
}

fn up(value: Option<&Value>) -> Option<u32> {
    finite(value).map(|number| number.ceil() as u32)
}

fn finite(value: Option<&Value>) -> Option<f64> {
    value?.as_f64().filter(|number| number.is_finite())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn body(requested: Value, available: Value, rate: Value) -> Value {
        json!({"extensions": {"cost": {"requestedQueryCost": requested, "actualQueryCost": null,
            "throttleStatus": {"maximumAvailable": 2000.0, "currentlyAvailable": available, "restoreRate": rate}}}})
    }

    #[test]
    fn the_wait_is_what_is_missing_over_the_rate() {
        let wait = |requested, available, rate| {
            let cost = Cost::of(&body(json!(requested), json!(available), json!(rate))).unwrap();
            cost.wait().as_secs()
        };
        assert_eq!(wait(202, 118.0, 100.0), 1);
        assert_eq!(wait(1_000, 118.0, 100.0), 9);
        assert_eq!(wait(1_000, 0.9, 100.0), 10);
        assert_eq!(wait(10, 500.0, 100.0), 1);
        assert_eq!(wait(900, 0.0, 0.0), 300);
    }

    #[test]
    fn what_cannot_be_read_is_left_out() {
        for bad in [
            json!({}),
            json!([]),
            json!({"extensions": {"cost": 7}}),
            json!(null),
        ] {
            assert_eq!(Cost::of(&bad), None);
        }
        assert_eq!(Cost::of(&body(json!("1"), json!(1), json!(1))), None);
    }

    proptest! {
        #[test]
        fn any_numbers_give_a_wait_within_its_bounds(a in any::<f64>(), b in any::<f64>(), c in any::<f64>()) {
            if let Some(cost) = Cost::of(&body(json!(a), json!(b), json!(c))) {
                prop_assert!((1..=300).contains(&cost.wait().as_secs()));
            }
        }
    }
}
