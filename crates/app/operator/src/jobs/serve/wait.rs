//! A letter waits for what it cannot be answered without: the first reading of the shop's orders, and the first word of
//! its order's parcel, for which a look is asked at once. Who is told "nobody knows" meanwhile writes again.
//!
//! It is short: after a quarter of an hour of the world, and half a minute of ours, the letter is decided on what is
//! known. To wait costs no attempt.

use std::time::Duration;

use homeostat_control::refund::Intent;
use homeostat_model::WorldTime;
use homeostat_queue::{Context, Enqueue, Failure, Outcome, enqueue};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::case::Case;
use crate::{
    Operator,
    config::Brand,
    jobs::sense_parcels::SenseParcels,
    records::{letter::Letter, sensor, shipment},
    sensors::{row_id, shopify_orders::ShopifyOrders},
};

/// World time that a letter waits at least.
const WORLD: SignedDuration = SignedDuration::from_mins(15);
/// Real time that it waits at least: in a fast world calls still take as long.
const REAL: Duration = Duration::from_secs(30);
/// The first look comes soon, each next one after twice as long, at most after this much real time.
const LOOK_MIN: Duration = Duration::from_millis(500);
const LOOK_MAX: Duration = Duration::from_secs(16);
/// Whoever has waited so long asks for its parcel alone: the look at all of them has no room for it.
const ALONE_AFTER: Duration = Duration::from_secs(4);

/// How long a letter has waited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Waited {
    since: WorldTime,
    real: Duration,
}

/// The wait for what is missing; `None` when the letter can be decided.
pub(super) async fn for_facts(
    operator: &Operator,
    brand: &Brand,
    (letter, case): (&Letter, &Case),
    context: &Context,
) -> Result<Option<Outcome>, Failure> {
    if !rests_on_facts(letter) {
        return Ok(None);
    }
    let parcel = unheard(case);
    let shop = sensor::as_of(&operator.db, &row_id::<ShopifyOrders>(brand)).await?;
    let reason = match (&parcel, shop) {
        (_, None) => "the shop's orders were not read yet".to_owned(),
        (Some(number), Some(_)) => format!("nobody has said yet where parcel {number} is"),
        (None, Some(_)) => return Ok(None),
    };
    let now = operator.clock.now();
    let waited: Option<Waited> = context.progress()?;
    let mut waited = waited.unwrap_or(Waited {
        since: now,
        real: Duration::ZERO,
    });
    if now.since(waited.since) >= WORLD && waited.real >= REAL {
        return Ok(None);
    }
    if let Some(number) = parcel {
        let alone = (waited.real >= ALONE_AFTER).then_some(number);
        look_at(operator, brand, alone).await?;
    }
    // Half a second, then as long as it has waited so far.
    let wait = waited.real.clamp(LOOK_MIN, LOOK_MAX);
    waited.real = waited.real.saturating_add(wait);
    context.save_progress(&waited).await?;
    Ok(Some(Outcome::Snooze { wait, reason }))
}

/// Asks for a look at all parcels, of which forty share a call; or at one alone, where nobody follows it.
async fn look_at(operator: &Operator, brand: &Brand, alone: Option<String>) -> Result<(), Failure> {
    let number = match alone {
        Some(number) => shipment::find(&operator.db, brand.id.as_str(), &number)
            .await?
            .is_none()
            .then_some(number),
        None => None,
    };
    let of = number.as_deref().unwrap_or("all");
    let how = Enqueue {
        brand: Some(brand.id.clone()),
        dedup_key: Some(format!("awaited/{}/{of}", brand.id)),
        dedup_for: Some(Duration::ZERO),
        ..Enqueue::default()
    };
    let look = SenseParcels {
        brand: brand.id.to_string(),
        number,
    };
    enqueue(&operator.db, &look, &how).await?;
    Ok(())
}

/// Whether anything but the words decides what becomes of a letter.
fn rests_on_facts(letter: &Letter) -> bool {
    match letter.wants {
        Intent::Track | Intent::Cancel | Intent::Refund => !letter.wants_person,
        Intent::Exchange | Intent::Question | Intent::Thanks | Intent::Spam | Intent::Unclear => {
            false
        }
    }
}

/// The parcel of the letter's order, if it was never heard of.
fn unheard(case: &Case) -> Option<String> {
    let heard = case.inputs.delivery.as_ref();
    if heard.is_some_and(|one| !one.readings.is_empty()) {
        return None;
    }
    let parcels = case.order.as_ref().map(|order| &order.parcels)?;
    let number = parcels.first()?.trim().to_uppercase();
    (!number.is_empty()).then_some(number)
}
