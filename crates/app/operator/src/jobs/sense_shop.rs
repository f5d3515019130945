//! `sense.shop`: look at a brand's shop.

use std::time::Duration;

use homeostat_effects::open_breaker;
use homeostat_model::WorldTime;
use homeostat_queue::{Context, Failure, Job, KindDefaults, Outcome, Worker};
use homeostat_store::{Db, transact};
use serde::{Deserialize, Serialize};

use super::{
    LoopError,
    sense::{Seen, look_by},
};
use crate::{
    Operator,
    records::sensor,
    sensors::{
        Sensor, row_id,
        shopify_orders::{Place, ShopifyOrders, read_from},
    },
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

    async fn work(&self, job: SenseShop, context: &Context) -> Result<Outcome, Failure> {
        let operator = &self.0;
        let brand = super::brand(operator, &job.brand)?;
        let saved: Option<Part> = context.progress()?;
        let at = saved
            .as_ref()
            .map_or_else(|| operator.clock.now(), |part| part.began_at);
        let reading = read_from(operator, brand, saved.map(|part| part.place));
        let looked = match look_by::<ShopifyOrders>(operator, brand, reading).await? {
            Seen::Reading(reading) => reading,
            Seen::NotNow(outcome) => return Ok(outcome),
        };
        transact!(operator.db, |tx| -> Result<(), LoopError> {
            ShopifyOrders::record(&mut *tx, brand, &looked, at).await?;
            if looked.more.is_none() {
                let id = row_id::<ShopifyOrders>(brand);
                sensor::saw(&mut *tx, &id, brand.id.as_str(), at).await?;
            }
            Ok(())
        })?;
        let orders = looked.orders.len();
        let Some(more) = looked.more else {
            return Ok(Outcome::Done(serde_json::json!({ "orders": orders })));
        };
        let wait = leave_alone(&operator.db, more.wait).await?;
        let wait = wait.max(more.at.pause());
        let part = Part {
            began_at: at,
            place: more.at,
        };
        context.save_progress(&part).await?;
        Ok(Outcome::Snooze {
            wait,
            reason: format!("{orders} orders read, and there are more"),
        })
    }
}

/// How long to wait between two parts of a look. A shop that wants to be left alone is, by everybody.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn leave_alone(db: &Db, wait: Option<Duration>) -> Result<Duration, Failure> {
    let Some(wait) = wait else {
        return Ok(PAUSE);
    };
    let wait = wait.max(PAUSE);
    open_breaker(db, ShopifyOrders::VENDOR, wait, "throttled a read", None).await?;
    Ok(wait)
}

/// Where a long look goes on. Its reading is as old as its first part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Part {
    began_at: WorldTime,
    place: Place,
}
