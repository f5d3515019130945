//! `decide.payout`: what each supplier of a brand is owed at the end of a day.
//!
//! The sums run from the first day of the contract to the last midnight of the brand's zone, so a refund that comes
//! after a payout is taken off the next one, and a payment that came back is owed again with it. Nothing is decided before the shop and the bank were read since that
//! midnight: sales that were not seen yet are not owed yet.
//!
//! *Two payouts never pay one period.* A decision is named by its supplier and the end of its period, so a day
//! decides once. Its act is named by the period's start and by how many payments of that period have come to
//! nothing, see [`revolut_pay`](crate::actuators::revolut_pay): of two decisions about one start one is carried out.

use std::time::Duration;

use homeostat_control::{
    Policy,
    payout::{Inputs, Payout, Proposal},
    record,
};
use homeostat_effects::{DecisionDraft, DecisionFilter, decide_in, decisions, moved};
use homeostat_model::WorldTime;
use homeostat_queue::{Context, Failure, Job, KindDefaults, Outcome, Worker};
use homeostat_store::transact;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{LoopError, act::wish_in, keep};
use crate::{
    Operator,
    actuators::{
        Deed,
        revolut_pay::{Past, RevolutPay},
    },
    config::{Brand, Supplier},
    records::{bank_payment, sensor, shop_order},
    sensors::{revolut_account::RevolutAccount, row_id, shopify_orders::ShopifyOrders},
};

/// The policy draws nothing.
const SEED: u64 = 0;
/// Suppliers are paid once a week.
const EVERY_S: u32 = 7 * 24 * 3_600;
/// Less than one unit of the currency waits.
const LEAST_MICROS: i64 = 1_000_000;
/// How long to wait for the day's first readings, in the world's time.
const READING: Duration = Duration::from_secs(900);
/// And not less than this of ours.
const READING_MIN: Duration = Duration::from_secs(1);

/// Judge one brand's suppliers.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecidePayout {
    /// The brand.
    pub brand: String,
}

impl Job for DecidePayout {
    const KIND: &'static str = "decide.payout";

    fn defaults() -> KindDefaults {
        KindDefaults {
            give_up_after: Duration::from_secs(12 * 3_600),
            snoozes_max: 1_000,
            ..KindDefaults::default()
        }
    }
}

/// The worker.
#[derive(Debug, Clone)]
pub struct Payouts(pub Operator);

#[async_trait::async_trait]
impl Worker for Payouts {
    type Job = DecidePayout;

    async fn work(&self, job: DecidePayout, _: &Context) -> Result<Outcome, Failure> {
        let operator = &self.0;
        let brand = super::brand(operator, &job.brand)?;
        let suppliers = (brand.payouts.as_ref()).map_or(&[][..], |payouts| &payouts.suppliers);
        let now = operator.clock.now();
        let counted_until = midnight(brand, now.0.to_zoned(brand.zone.clone()).date());
        let Some(read_at) = read_since(operator, brand, counted_until).await? else {
            return Ok(Outcome::Snooze {
                wait: (READING / operator.clock.speed().max(1)).max(READING_MIN),
                reason: format!("the shop and the bank were not both read since {counted_until}"),
            });
        };
        let (mut proposed, mut waits) = (0, 0);
        for supplier in suppliers {
            let target = supplier.counterparty.as_str();
            if waits_for_somebody(operator, brand, target).await? {
                waits += 1;
                continue;
            }
            let inputs = inputs(operator, brand, supplier, counted_until).await?;
            proposed += decide(operator, brand, &inputs, (now, read_at)).await?;
        }
        Ok(Outcome::Done(serde_json::json!({
            "looked_at": suppliers.len(), "proposed": proposed, "waits": waits,
        })))
    }
}

/// The local midnight at which a day begins.
fn midnight(brand: &Brand, day: Date) -> WorldTime {
    let begins = day.to_zoned(brand.zone.clone());
    // A day that no zone has begins where the zone's first does.
    WorldTime(begins.map_or(jiff::Timestamp::MIN, |zoned| zoned.timestamp()))
}

/// When the shop was last read, where it and the bank were since then.
async fn read_since(
    operator: &Operator,
    brand: &Brand,
    since: WorldTime,
) -> Result<Option<WorldTime>, LoopError> {
    let shop = sensor::as_of(&operator.db, &row_id::<ShopifyOrders>(brand)).await?;
    let bank = sensor::as_of(&operator.db, &row_id::<RevolutAccount>(brand)).await?;
    Ok(match (shop, bank) {
        (Some(shop), Some(bank)) if shop >= since && bank >= since => Some(shop),
        _ => None,
    })
}

/// Whether the supplier's newest decision was not acted on yet. Another one beside it would ask for the same money.
async fn waits_for_somebody(
    operator: &Operator,
    brand: &Brand,
    target: &str,
) -> Result<bool, LoopError> {
    let which = DecisionFilter {
        brand: Some(brand.id.clone()),
        target: Some(target.to_owned()),
        limit: 1,
        ..DecisionFilter::default()
    };
    let newest = decisions(&operator.db, &which).await?;
    Ok(newest.first().is_some_and(|one| one.state == "proposed"))
}

/// Everything the policy may look at. What was paid is read before what was sold: a payment that fails in between
/// is owed a day longer.
async fn inputs(
    operator: &Operator,
    brand: &Brand,
    supplier: &Supplier,
    counted_until: WorldTime,
) -> Result<Inputs, LoopError> {
    let (db, target) = (&operator.db, supplier.counterparty.as_str());
    let began = midnight(brand, supplier.since);
    let past = Past::read(operator, &brand.id, target, None).await?;
    let back = bank_payment::came_back(db, &brand.id, target).await?;
    let moved = moved(db, &brand.id, RevolutPay::KIND, target, &back).await?;
    let sold = shop_order::sales(db, brand.id.as_str(), brand.currency, began, counted_until);
    let sold = sold.await?;
    Ok(Inputs {
        supplier: target.to_owned(),
        currency: brand.currency,
        share_ppm: supplier.share_ppm,
        every_s: EVERY_S,
        least_micros: LEAST_MICROS,
        paid_until: past.paid_until.unwrap_or(began),
        counted_until,
        settled_micros: sold.settled_micros,
        refunded_micros: sold.refunded_micros,
        paid_micros: moved.settled_micros,
        pending_micros: moved.open_micros,
    })
}

async fn decide(
    operator: &Operator,
    brand: &Brand,
    inputs: &Inputs,
    (now, read_at): (WorldTime, WorldTime),
) -> Result<u32, LoopError> {
    let decided = record::<Payout>(inputs, SEED).map_err(|e| LoopError::NoAct(e.to_string()))?;
    let Proposal::Pay {
        supplier, until, ..
    } = &decided.proposal
    else {
        // The day's end is the time of the look.
        let figures = Inputs {
            counted_until: inputs.paid_until,
            ..inputs.clone()
        };
        let kept = keep::left_alone(&inputs.supplier, (&decided, SEED), &figures, (now, read_at))?;
        keep::store(operator, brand, &[kept]).await?;
        return Ok(0);
    };
    let draft = DecisionDraft {
        key: format!("{}:{}:{supplier}:{until}", Payout::NAME, brand.id),
        brand: brand.id.clone(),
        target: supplier.clone(),
        policy: Payout::NAME.to_owned(),
        version: Payout::VERSION.to_owned(),
        seed: i64::try_from(SEED).ok(),
        inputs: decided.inputs_json,
        belief: decided.belief_json,
        proposal: decided.proposal_json,
        decided_at: now,
        data_as_of: read_at,
    };
    transact!(operator.db, |tx| -> Result<(), LoopError> {
        let decision = decide_in(&mut *tx, &draft).await?;
        let what = (draft.policy.as_str(), draft.proposal.as_str());
        wish_in(&mut *tx, decision, &brand.id, what).await?;
        Ok(())
    })?;
    Ok(1)
}
