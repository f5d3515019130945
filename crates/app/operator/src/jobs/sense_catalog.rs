//! `sense.catalog`: look at what a brand's shop sells and at its disputes, then have the stock judged.
//!
//! A catalogue may take several parts, each kept as it comes. What the policy is asked about is whole: its wish is
//! stored with the last part.

use std::time::Duration;

use homeostat_model::WorldTime;
use homeostat_queue::{Context, Enqueue, Failure, Job, KindDefaults, Outcome, Worker, enqueue_in};
use homeostat_store::transact;
use serde::{Deserialize, Serialize};

use super::{
    LoopError,
    sense::{Seen, look, look_by},
    sense_shop::leave_alone,
    stock::DecideStock,
};
use crate::{
    Operator,
    config::Brand,
    records::sensor,
    sensors::{
        Sensor, row_id,
        shopify_disputes::ShopifyDisputes,
        shopify_products::{Place, ShopifyProducts, read_from},
    },
};

/// Look at what one brand sells.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SenseCatalog {
    /// The brand.
    pub brand: String,
}

impl Job for SenseCatalog {
    const KIND: &'static str = "sense.catalog";

    fn defaults() -> KindDefaults {
        KindDefaults {
            give_up_after: Duration::from_secs(3_600),
            snoozes_max: 1_000,
            ..KindDefaults::default()
        }
    }
}

/// How far a look is. Its reading is as old as its first part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Part {
    began_at: WorldTime,
    at: At,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum At {
    Products(Place),
    Disputes,
}

/// The worker.
#[derive(Debug, Clone)]
pub struct Catalogs(pub Operator);

#[async_trait::async_trait]
impl Worker for Catalogs {
    type Job = SenseCatalog;

    async fn work(&self, job: SenseCatalog, context: &Context) -> Result<Outcome, Failure> {
        let operator = &self.0;
        let brand = super::brand(operator, &job.brand)?;
        let saved: Option<Part> = context.progress()?;
        let part = saved.unwrap_or_else(|| Part {
            began_at: operator.clock.now(),
            at: At::Products(Place::default()),
        });
        match part.at {
            At::Products(place) => products(operator, brand, context, part.began_at, place).await,
            At::Disputes => disputes(operator, brand).await,
        }
    }
}

async fn products(
    operator: &Operator,
    brand: &Brand,
    context: &Context,
    began_at: WorldTime,
    place: Place,
) -> Result<Outcome, Failure> {
    let at = operator.clock.now();
    let reading = read_from(operator, brand, place);
    let looked = match look_by::<ShopifyProducts>(operator, brand, reading).await? {
        Seen::Reading(reading) => reading,
        Seen::NotNow(outcome) => return Ok(outcome),
    };
    let is_whole = looked.more.is_none();
    let how = Enqueue {
        brand: Some(brand.id.clone()),
        dedup_key: Some(format!("decide.stock:{}:{began_at}", brand.id)),
        ..Enqueue::default()
    };
    let next = DecideStock {
        brand: brand.id.to_string(),
    };
    transact!(operator.db, |tx| -> Result<(), LoopError> {
        ShopifyProducts::record(&mut *tx, brand, &looked, at).await?;
        if is_whole {
            let id = row_id::<ShopifyProducts>(brand);
            sensor::saw(&mut *tx, &id, brand.id.as_str(), began_at).await?;
            enqueue_in(&mut *tx, &next, &how).await?;
        }
        Ok(())
    })?;
    let Some(more) = looked.more else {
        let at = At::Disputes;
        context.save_progress(&Part { began_at, at }).await?;
        return disputes(operator, brand).await;
    };
    let wait = leave_alone(&operator.db, more.wait).await?;
    let at = At::Products(more.at);
    context.save_progress(&Part { began_at, at }).await?;
    Ok(Outcome::Snooze {
        wait,
        reason: format!("{} items read, and there are more", looked.items.len()),
    })
}

async fn disputes(operator: &Operator, brand: &Brand) -> Result<Outcome, Failure> {
    let at = operator.clock.now();
    let found = match look::<ShopifyDisputes>(operator, brand, at).await? {
        Seen::Reading(reading) => reading,
        Seen::NotNow(outcome) => return Ok(outcome),
    };
    transact!(operator.db, |tx| -> Result<(), LoopError> {
        ShopifyDisputes::record(&mut *tx, brand, &found, at).await?;
        let id = row_id::<ShopifyDisputes>(brand);
        Ok(sensor::saw(&mut *tx, &id, brand.id.as_str(), at).await?)
    })?;
    Ok(Outcome::Done(
        serde_json::json!({ "disputes": found.len() }),
    ))
}
