//! A letter waits for what it cannot be answered without: the first reading of the shop's orders, and the first word of
//! its order's parcel, for which a look is asked at once. Who is told "nobody knows" meanwhile writes again.
//!
//! It is short: after a quarter of an hour of the world, and half a minute of ours, the letter is decided on what is
//! known. To wait costs no attempt. A parcel that was refused, or that its carrier has no word of, is not waited for.

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
/// The next look may be asked for as soon as the last is over: the shortest that the queue takes.
const AT_ONCE: Duration = Duration::from_secs(1);
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
    let now = operator.clock.now();
    let parcel = match parcel(case) {
        Some(number) if !is_heard_of(case) => {
            let (db, id) = (&operator.db, brand.id.as_str());
            let found = shipment::find(db, id, &number).await?;
            let awaited = shipment::awaits_news(db, id, &number, now).await?;
            awaited.then_some((number, found.is_some()))
        }
        Some(_) | None => None,
    };
    let shop = sensor::as_of(&operator.db, &row_id::<ShopifyOrders>(brand)).await?;
    let reason = match (&parcel, shop) {
        (_, None) => "the shop's orders were not read yet".to_owned(),
        (Some((number, _)), Some(_)) => format!("nobody has said yet where parcel {number} is"),
        (None, Some(_)) => return Ok(None),
    };
    let waited: Option<Waited> = context.progress()?;
    let mut waited = waited.unwrap_or(Waited {
        since: now,
        real: Duration::ZERO,
    });
    if now.since(waited.since) >= WORLD && waited.real >= REAL {
        return Ok(None);
    }
    if let Some((number, is_followed)) = parcel {
        // Forty parcels share a call of the look at all of them; it leaves alone what was read lately.
        let is_late = waited.real >= ALONE_AFTER && !is_followed;
        look_at(operator, brand, is_late.then_some(number)).await?;
    }
    // Half a second, then as long as it has waited so far.
    let wait = waited.real.clamp(LOOK_MIN, LOOK_MAX);
    waited.real = waited.real.saturating_add(wait);
    context.save_progress(&waited).await?;
    Ok(Some(Outcome::Snooze { wait, reason }))
}

/// Asks for a look at all parcels, or at one alone.
async fn look_at(
    operator: &Operator,
    brand: &Brand,
    number: Option<String>,
) -> Result<(), Failure> {
    let of = number.as_deref().unwrap_or("all");
    let how = Enqueue {
        brand: Some(brand.id.clone()),
        dedup_key: Some(format!("awaited/{}/{of}", brand.id)),
        dedup_for: Some(AT_ONCE),
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

/// Whether there is any word of the order's parcel.
fn is_heard_of(case: &Case) -> bool {
    let heard = case.inputs.delivery.as_ref();
    heard.is_some_and(|one| !one.readings.is_empty())
}

/// The parcel of the letter's order.
fn parcel(case: &Case) -> Option<String> {
    let parcels = case.order.as_ref().map(|order| &order.parcels)?;
    let number = parcels.first()?.trim().to_uppercase();
    (!number.is_empty()).then_some(number)
}
