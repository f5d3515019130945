//! A letter waits for what it cannot be answered without: the first reading of the shop's orders, and the first word of
//! its order's parcel, for which a look is asked at once that brings it for all letters that wait. Who is told "nobody knows" meanwhile writes again.
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
    records::{
        letter::{self, Letter},
        sensor, shipment,
    },
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
/// Ahead of the look at all parcels: somebody waits for an answer.
const URGENT: i16 = -5;

/// How long a letter has waited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Waited {
    since: WorldTime,
    real: Duration,
}

impl Waited {
    /// Whether it is decided now on what is known.
    fn is_long(&self, now: WorldTime) -> bool {
        now.since(self.since) >= WORLD && self.real >= REAL
    }

    /// Half a second more, then as long again as it has waited so far.
    fn more(&mut self) -> Duration {
        let wait = self.real.clamp(LOOK_MIN, LOOK_MAX);
        self.real = self.real.saturating_add(wait);
        wait
    }
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
            let is_awaited = shipment::awaits_news(db, id, &number, now).await?;
            is_awaited.then_some(number)
        }
        Some(_) | None => None,
    };
    let shop = sensor::as_of(&operator.db, &row_id::<ShopifyOrders>(brand)).await?;
    let reason = match (&parcel, shop) {
        (_, None) => "the shop's orders were not read yet".to_owned(),
        (Some(number), Some(_)) => format!("nobody has said yet where parcel {number} is"),
        (None, Some(_)) => return Ok(None),
    };
    let waited: Option<Waited> = context.progress()?;
    let mut waited = waited.unwrap_or(Waited {
        since: now,
        real: Duration::ZERO,
    });
    if waited.is_long(now) {
        return Ok(None);
    }
    if let Some(number) = &parcel {
        letter::awaits(&operator.db, &letter.id, number).await?;
        look(operator, brand).await?;
    }
    let wait = waited.more();
    context.save_progress(&waited).await?;
    Ok(Some(Outcome::Snooze { wait, reason }))
}

/// Asks for a look at the parcels that letters wait for.
async fn look(operator: &Operator, brand: &Brand) -> Result<(), Failure> {
    let how = Enqueue {
        brand: Some(brand.id.clone()),
        priority: Some(URGENT),
        dedup_key: Some(format!("awaited/{}", brand.id)),
        dedup_for: Some(AT_ONCE),
        ..Enqueue::default()
    };
    let look = SenseParcels {
        brand: brand.id.to_string(),
        number: None,
        awaited: true,
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Red when either clock alone ends the wait, or none does.
    #[test]
    fn a_letter_waits_a_while_by_both_clocks_and_looks_ever_less_often() {
        let at = |minutes| {
            let since = WorldTime("2026-01-01T00:00:00Z".parse().unwrap());
            since.plus(SignedDuration::from_mins(minutes))
        };
        let mut waited = Waited {
            since: at(0),
            real: Duration::ZERO,
        };
        let mut waits = Vec::new();
        while waited.real < REAL {
            assert!(
                !waited.is_long(at(600)),
                "in a fast world calls still take as long"
            );
            waits.push(waited.more().as_millis());
        }
        assert_eq!(waits, [500, 500, 1_000, 2_000, 4_000, 8_000, 16_000]);
        assert!(!waited.is_long(at(14)), "the tracker has its minutes");
        assert!(waited.is_long(at(15)));
    }
}
