//! `sense.shop`: look at a brand's shop.

use std::time::Duration;

use homeostat_queue::{Context, Failure, Job, KindDefaults, Outcome, Worker};
use homeostat_store::transact;
use serde::{Deserialize, Serialize};

use super::{
    LoopError,
    sense::{Seen, look},
};
use crate::{
    Operator,
    records::sensor,
    sensors::{Sensor, row_id, shopify_orders::ShopifyOrders},
};

/// Look at one brand's shop.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SenseShop {
    /// The brand.
    pub brand: String,
}

impl Job for SenseShop {
    const KIND: &'static str = "sense.shop";

    fn defaults() -> KindDefaults {
        KindDefaults {
            give_up_after: Duration::from_secs(3_600),
            snoozes_max: 1_000,
            ..KindDefaults::default()
        }
    }
}

/// Between two parts of a long look.
const PAUSE: Duration = Duration::from_millis(100);

/// The worker.
#[derive(Debug, Clone)]
pub struct Shops(pub Operator);

#[async_trait::async_trait]
impl Worker for Shops {
    type Job = SenseShop;

    async fn work(&self, job: SenseShop, _: &Context) -> Result<Outcome, Failure> {
        let operator = &self.0;
        let brand = super::brand(operator, &job.brand)?;
        let at = operator.clock.now();
        let looked = match look::<ShopifyOrders>(operator, brand, at).await? {
            Seen::Reading(reading) => reading,
            Seen::NotNow(outcome) => return Ok(outcome),
        };
        transact!(operator.db, |tx| -> Result<(), LoopError> {
            ShopifyOrders::record(&mut *tx, brand, &looked, at).await?;
            if looked.more_in.is_none() {
                let id = row_id::<ShopifyOrders>(brand);
                sensor::saw(&mut *tx, &id, brand.id.as_str(), at).await?;
            }
            Ok(())
        })?;
        let orders = looked.orders.len();
        Ok(match looked.more_in {
            None => Outcome::Done(serde_json::json!({ "orders": orders })),
            Some(wait) => Outcome::Snooze {
                wait: wait.max(PAUSE),
                reason: format!("{orders} orders read, and there are more"),
            },
        })
    }
}
